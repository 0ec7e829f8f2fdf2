// deployments/layouts/<Contract>.json: the storage layouts as they were agreed to, one field a line.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Layout } from "./compare.ts";

const DIRECTORY = "deployments/layouts";

const field = z.strictObject({
  name: z.string(),
  slot: z.int().nonnegative(),
  offset: z.int().nonnegative(),
  bytes: z.int().positive(),
  type: z.string(),
});
const schema = z.strictObject({
  contract: z.string(),
  namespaces: z.record(z.string(), z.strictObject({ slot: z.string(), fields: z.array(field) })),
  types: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
});

const fileOf = (contract: string): string => join(DIRECTORY, `${contract}.json`);

export function readLayouts(): Layout[] {
  return globSync(fileOf("*"))
    .sort()
    .map((file) => {
      const layout = schema.parse(JSON.parse(readFileSync(file, "utf8")));
      if (layout.contract !== basename(file, ".json")) throw new Error(`${file} is of ${layout.contract}`);
      return layout;
    });
}

/** Writes these layouts and removes those of any other contract. */
export function writeLayouts(layouts: readonly Layout[]): void {
  const files = new Map(layouts.map((layout) => [fileOf(layout.contract), render(layout)]));
  for (const file of globSync(fileOf("*"))) if (!files.has(file)) rmSync(file);
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function render({ contract, namespaces, types }: Layout): string {
  const spaces = Object.entries(namespaces).map(([id, { slot, fields }]) => {
    const lines = fields.map((entry) => `\n        ${inline(entry)}`);
    return `\n    ${JSON.stringify(id)}: {\n      "slot": "${slot}",\n      "fields": [${lines.join()}\n      ]\n    }`;
  });
  const named = Object.entries(types).map(([name, what]) => `\n    ${JSON.stringify(name)}: ${inline(what)}`);
  return `{\n  "contract": "${contract}",\n  "namespaces": {${spaces.join()}\n  },\n  "types": {${named.join()}\n  }\n}\n`;
}

/** JSON in one line, with spaces to read it by. */
const inline = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replace(/\n\s*/g, " ")
    .replace(/^\[ (.*) \]$/, "[$1]");
