import { z } from "zod";
import type { Hex } from "../../domain/types.ts";
import type { HttpAnswer } from "../../ports/http.ts";
import { ProbeFault } from "../../ports/prober.ts";

const OK = 200;
const strictText = new TextDecoder("utf-8", { fatal: true });

/** A 64-byte ERC-2098 signature. */
export const signatureSchema = z
  .string()
  .regex(/^0x[0-9a-f]{128}$/)
  .transform((text) => text as Hex);

/** Bytes in hex, at least one. */
export const bytesSchema = z
  .string()
  .regex(/^0x([0-9a-f]{2})+$/)
  .transform((text) => text as Hex);

/** The JSON of a 200 answer. Throws `ProbeFault` `wrong-status` or `wrong-content`. */
export function parseAnswer<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
  if (answer.status !== OK) throw new ProbeFault("wrong-status", { context: { status: answer.status } });
  return parseJson(answer.body, schema);
}

/** Throws `ProbeFault` `wrong-content` unless the bytes are UTF-8, JSON and of the schema. */
export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(strictText.decode(bytes));
  } catch (cause) {
    throw new ProbeFault("wrong-content", { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProbeFault("wrong-content", { context: { issue: parsed.error.issues[0]?.message } });
}

/** URL of a well-known resource of a node. Throws `ProbeFault` `bad-endpoint`. */
export function wellKnownUrl(endpoint: string, name: "challenge" | "services" | "credentials"): string {
  if (!URL.canParse(endpoint)) throw new ProbeFault("bad-endpoint", { context: { endpoint } });
  return new URL(`/.well-known/icn/${name}`, endpoint).href;
}
