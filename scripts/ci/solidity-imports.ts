// Checks who imports whom in contracts/ and test/solidity/: types ← libraries, interfaces ← votes ← modules; modules meet
// only through interfaces; production never imports mocks or tests; imports are named.

import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, normalize } from "node:path/posix";

const LAYERS: Readonly<Record<string, readonly string[]>> = {
  types: ["types"],
  libraries: ["types", "libraries", "interfaces"],
  interfaces: ["types", "libraries", "interfaces"],
  votes: ["types", "libraries", "interfaces", "votes"],
};
const MODULE = ["types", "libraries", "interfaces", "votes"];
const PACKAGES = /^@openzeppelin\/contracts(?:-upgradeable)?\//;

/** contracts/oracle/SlaOracle.sol → "oracle"; anything under test/ → "test" */
function folderOf(path: string): string {
  const [root, folder] = path.split("/");
  return root === "contracts" ? (folder ?? "") : "test";
}

function refusal(file: string, target: string): string | undefined {
  const from = folderOf(file);
  if (!target.startsWith(".")) return PACKAGES.test(target) ? undefined : "only OpenZeppelin packages";
  const to = folderOf(normalize(`${dirname(file)}/${target}`));
  if (from === "test" || from === "mocks")
    return from === "mocks" && to === "test" ? "mocks import no test" : undefined;
  if (to === "test" || to === "mocks") return "production code imports no mock and no test";
  const allowed = LAYERS[from] ?? [...MODULE, from];
  return allowed.includes(to) ? undefined : `${from}/ may import ${allowed.join(", ")}, not ${to}/`;
}

function violationsIn(file: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
  const found: string[] = [];
  for (const [statement, clause = "", target = ""] of code.matchAll(
    /\bimport\b([^;"']*)["']([^"']+)["'][^;]*;/g,
  )) {
    const reason = clause.includes("{")
      ? refusal(file, target)
      : `write a named import instead of ${statement}`;
    if (reason !== undefined) found.push(`${file}: ${target}: ${reason}`);
  }
  return found;
}

const files = globSync(["contracts/**/*.sol", "test/solidity/**/*.sol"]).sort();
const violations: string[] = [];
for (const file of files) violations.push(...violationsIn(file, await readFile(file, "utf8")));
for (const line of violations) console.error(line);
console.log(`solidity-imports: ${files.length} files, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
