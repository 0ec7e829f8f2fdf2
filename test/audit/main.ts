// node test/audit/main.ts DIRECTORY [SUMMARY.json]: audits an evidence directory, and the summary of the run if named.
import { readFileSync } from "node:fs";
import { auditDirectory } from "./audit.ts";
import { compareSummary } from "./summary.ts";

const [directory, summary] = process.argv.slice(2);
if (directory === undefined) {
  console.error("Usage: node test/audit/main.ts DIRECTORY [SUMMARY.json]");
  process.exit(2);
}
const result = auditDirectory(directory);
const found = [
  ...result.discrepancies,
  ...(summary === undefined ? [] : compareSummary(result, JSON.parse(readFileSync(summary, "utf8")))),
];
for (const line of found) console.error(line);
console.log(`${result.reports} reports, ${result.claims} claims, ${found.length} discrepancies`);
process.exitCode = found.length === 0 ? 0 : 1;
