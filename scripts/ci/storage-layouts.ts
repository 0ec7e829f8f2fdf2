// deployments/layouts: where each upgradeable contract keeps its state. Written after a build, unless what is stored would be
// read as something else ("--break" says that no proxy holds any yet); "--check" only compares (for CI).
import { parseArgs } from "node:util";
import { type Change, changesBetween, type Layout } from "./layouts/compare.ts";
import { extractLayouts } from "./layouts/extract.ts";
import { readLayouts, writeLayouts } from "./layouts/files.ts";

const UPDATE = "npm run layouts:update";
const BREAK = `${UPDATE} -- --break`;

interface Options {
  readonly check: boolean;
  readonly break: boolean;
}

/** What is wrong, with its remedy; nothing if all is well. */
function run({ check, break: mayBreak }: Options): string[] {
  const { layouts, problems } = extractLayouts();
  if (layouts.length === 0) return ['no upgradeable contract is in artifacts/: run "npm run build"'];
  if (problems.length > 0) return [...problems];
  const committed = readLayouts();
  const changes = allChanges(committed, layouts);
  if (changes.some(({ breaking }) => breaking) && (check || !mayBreak))
    return [
      ...changes.map(line),
      `an upgrade would misread what is stored: keep these fields and append new ones; before the first deployment, "${BREAK}"`,
    ];
  if (!check) {
    writeLayouts(layouts);
    for (const change of changes) console.log(line(change));
    return [];
  }
  if (changes.length > 0)
    return [...changes.map(line), `only additions: run "${UPDATE}" and commit deployments/layouts`];
  console.log(`storage-layouts: ${layouts.length} contracts keep their layouts`);
  return [];
}

function allChanges(committed: readonly Layout[], built: readonly Layout[]): Change[] {
  const empty = (contract: string): Layout => ({ contract, namespaces: {}, types: {} });
  const find = (layouts: readonly Layout[], contract: string) =>
    layouts.find((layout) => layout.contract === contract) ?? empty(contract);
  const contracts = new Set([...committed, ...built].map(({ contract }) => contract));
  return [...contracts].flatMap((contract) =>
    changesBetween(find(committed, contract), find(built, contract)),
  );
}

const line = ({ contract, field, what, was, is }: Change): string =>
  `${contract}.${field} ${what}: ${was} → ${is}`;

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, break: { type: "boolean", default: false } },
});
const wrong = run(values);
for (const message of wrong) console.error(`storage-layouts: ${message}`);
if (wrong.length > 0) process.exitCode = 1;
