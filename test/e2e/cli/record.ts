// What an end-to-end run drove: which commands, with and without --json, and which errors it met.
import type { Command } from "commander";
import { programOf } from "../../../scripts/program.ts";

interface Driven {
  plain: boolean;
  json: boolean;
}

export class DriveRecord {
  readonly #program = programOf();
  readonly #driven = new Map<string, Driven>();
  readonly codes = new Set<string>();

  /** Notes a call; only one that ended well counts as driven. */
  note(args: readonly string[], status: number | null): void {
    const path = this.#pathOf(args);
    if (path === undefined || args.includes("--help") || status !== 0) return;
    const driven = this.#driven.get(path) ?? { plain: false, json: false };
    driven[args.includes("--json") ? "json" : "plain"] = true;
    this.#driven.set(path, driven);
  }

  /** Commands that were not driven, and how: "node status --json". */
  missing(exempt: ReadonlySet<string>): string[] {
    return leavesOf(this.#program)
      .filter((path) => !exempt.has(path))
      .flatMap((path) => {
        const { plain, json } = this.#driven.get(path) ?? { plain: false, json: false };
        return [...(plain ? [] : [path]), ...(json ? [] : [`${path} --json`])];
      });
  }

  #pathOf(args: readonly string[]): string | undefined {
    const path: string[] = [];
    let command: Command = this.#program;
    for (const arg of args) {
      const next = command.commands.find((inner) => inner.name() === arg || inner.aliases().includes(arg));
      if (next === undefined) break;
      path.push(next.name());
      command = next;
    }
    // commander tells its default command to nobody.
    const { _defaultCommandName: byDefault } = command as unknown as {
      readonly _defaultCommandName?: string | null;
    };
    if (command.commands.length === 0) return path.join(" ");
    return typeof byDefault === "string" ? [...path, byDefault].join(" ") : undefined;
  }
}

function leavesOf(command: Command, path: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [path.join(" ")];
  return command.commands.flatMap((inner) => leavesOf(inner, [...path, inner.name()]));
}
