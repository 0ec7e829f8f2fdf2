// What the operations of the deployed system cost, beside the goals of the project: npm run bench:gas
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { commitOfCheckout } from "../scripts/lib/checkout.ts";
import { print, progressTo, table } from "../scripts/lib/output.ts";
import { deploySystem, type System } from "../test/helpers/system.ts";
import { claimRows } from "./gas/claims.ts";
import { largeCommitteeRows, reportRows } from "./gas/reports.ts";
import type { Row } from "./gas/row.ts";
import { bondRows, delegationRows, operatorRows } from "./gas/staking.ts";
import { tokenRows } from "./gas/token.ts";
import { vestingRows } from "./gas/vesting.ts";
import { voteRows } from "./gas/votes.ts";

const HARDFORK = "prague";
const RESULTS = "bench/results/gas.json";
const TOOLS = ["hardhat", "@nomicfoundation/edr", "solc", "@openzeppelin/contracts"];
const NOT_BUILT = "equivocation proof, decoy reveal, strike";

/** Each on a chain and a deployment of its own. */
const SCENARIOS: readonly (readonly [string, (system: System) => Promise<Row[]>])[] = [
  ["reports", reportRows],
  ["reports of a large committee", largeCommitteeRows],
  ["claims under 250,000 leaves", claimRows],
  ["delegations", delegationRows],
  ["bonds", bondRows],
  ["operators", operatorRows],
  ["vesting", vestingRows],
  ["transfers", tokenRows],
  ["votes", voteRows],
];

const met = ({ gas, goal }: Row): boolean => goal === undefined || gas <= goal;

const grouped = (gas: number): string => gas.toLocaleString("en");

function cellsOf(row: Row): string[] {
  const { operation, gas, goal } = row;
  if (goal === undefined) return [operation, grouped(gas)];
  return [operation, grouped(gas), grouped(goal), (gas / goal).toFixed(2), met(row) ? "ok" : "MISSED"];
}

async function measure(): Promise<Row[]> {
  const progress = progressTo(process.stderr);
  const rows: Row[] = [];
  for (const [what, scenario] of SCENARIOS) {
    progress(`measuring ${what}`);
    rows.push(...(await scenario(await deploySystem(HARDFORK))));
  }
  return rows;
}

async function versionOf(name: string): Promise<string> {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  return version;
}

async function writeResults(commit: string, rows: readonly Row[]): Promise<void> {
  const versions = Object.fromEntries(
    await Promise.all(TOOLS.map(async (name) => [name, await versionOf(name)] as const)),
  );
  const results = { command: "npm run bench:gas", commit, hardfork: HARDFORK, versions, rows };
  await mkdir(new URL(".", new URL(`../${RESULTS}`, import.meta.url)), { recursive: true });
  await writeFile(new URL(`../${RESULTS}`, import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
}

const { check } = new Command("npm run bench:gas --")
  .description(
    "Measures the gas of the operations that have a goal, as transactions against the whole system as it is " +
      "deployed (proxies, access manager, ICNT with votes), each in its steady state unless the row says " +
      `otherwise. Prints a table and writes ${RESULTS}.`,
  )
  .option("--check", "exit with 1 if a goal is missed")
  .parse()
  .opts<{ check?: true }>();

const commit = commitOfCheckout();
const rows = await measure();
const missed = rows.filter((row) => !met(row));
print(`${table([["operation", "gas", "goal", "gas/goal"], ...rows.map(cellsOf)])}\n`);
print(`${missed.length} goals missed. Not built yet: ${NOT_BUILT}.`);
await writeResults(commit, rows);
if (check === true && missed.length > 0) process.exitCode = 1;
