import type { z } from "zod";
import { OracleError } from "../domain/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Problem {
  readonly variable: string;
  /** As printed: secrets and credentials are redacted. */
  readonly value: string;
  readonly remedy: string;
}

/** Reads variables one by one and remembers every problem, so that one error can list them all. */
export class Reader {
  readonly problems: Problem[] = [];
  readonly #environment: Environment;
  readonly #secrets: ReadonlySet<string>;

  constructor(environment: Environment, secrets: ReadonlySet<string>) {
    this.#environment = environment;
    this.#secrets = secrets;
  }

  has(variable: string): boolean {
    return this.#text(variable) !== undefined;
  }

  /** The parsed value, or undefined after noting the problem. */
  required<T>(variable: string, schema: z.ZodType<T>, remedy: string): T | undefined {
    if (!this.has(variable)) this.#note(variable, remedy);
    return this.optional(variable, schema, remedy);
  }

  /** The parsed value; undefined if the variable is not set, or after noting the problem. */
  optional<T>(variable: string, schema: z.ZodType<T>, remedy: string): T | undefined {
    const text = this.#text(variable);
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    this.#note(variable, remedy);
    return undefined;
  }

  /** Notes a problem that involves more than one variable's form. */
  refuse(variable: string, remedy: string): void {
    this.#note(variable, remedy);
  }

  /** Throws one error for all problems. */
  throwIfAny(): void {
    if (this.problems.length === 0) return;
    const lines = this.problems.map(({ variable, value, remedy }) => `  ${variable} = ${value}: ${remedy}`);
    throw new OracleError("config-invalid", `The configuration has problems:\n${lines.join("\n")}`, {
      context: { problems: this.problems },
    });
  }

  #text(variable: string): string | undefined {
    const text = this.#environment[variable]?.trim();
    return text === "" ? undefined : text;
  }

  #note(variable: string, remedy: string): void {
    if (this.problems.some((known) => known.variable === variable && known.remedy === remedy)) return;
    this.problems.push({ variable, value: this.#printed(variable), remedy });
  }

  #printed(variable: string): string {
    const text = this.#text(variable);
    if (text === undefined) return "(not set)";
    if (this.#secrets.has(variable)) return `(redacted, ${text.length} characters)`;
    return JSON.stringify(withoutCredentials(text));
  }
}

/** User names, passwords, paths and queries of URLs often hold keys: only the origin is printed. */
export function withoutCredentials(text: string): string {
  if (!text.includes("://") || !URL.canParse(text)) return text;
  const url = new URL(text);
  const bare = url.username === "" && url.pathname === "/" && url.search === "";
  return bare ? text : `${url.protocol}//${url.host}/…`;
}
