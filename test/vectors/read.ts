import { readFileSync } from "node:fs";
import type { allVectors } from "./generate.ts";

export type Vectors = ReturnType<typeof allVectors>;

/** The committed vectors of one file. */
export function readVectors<Name extends keyof Vectors>(name: Name): Vectors[Name] {
  return parseVectors(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8"));
}

/** Decimal strings become bigints again; a document is text whatever it looks like. */
export function parseVectors<T>(json: string): T {
  return JSON.parse(json, (key, value) =>
    typeof value === "string" && key !== "document" && /^\d+$/.test(value) ? BigInt(value) : value,
  );
}
