// What the operations of the deployed system cost, beside the goals of the project: npm run bench:gas
import { mkdir, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { table } from "../scripts/lib/output.ts";
import { deploySystem, type System } from "../test/helpers/system.ts";
import { claimRows } from "./gas/claims.ts";
import { largeCommitteeRows, reportRows } from "./gas/reports.ts";
import type { Row } from "./gas/row.ts";
import { bondRows, delegationRows } from "./gas/staking.ts";
import { tokenRows } from "./gas/token.ts";
import { vestingRows } from "./gas/vesting.ts";

const SCENARIOS: readonly ((system: System) => Promise<Row[]>)[] = [
  reportRows,
  largeCommitteeRows,
  claimRows,
  delegationRows,
  bondRows,
  vestingRows,
  tokenRows,
];
const HARDFORK = "prague";

const met = ({ gas, goal }: Row): boolean => goal === undefined || gas <= goal;

const cellsOf = (row: Row): string[] => {
  const { operation, gas, goal } = row;
  if (goal === undefined) return [operation, gas.toLocaleString("en"), "", "", ""];
  const ratio = (gas / goal).toFixed(2);
  return [operation, gas.toLocaleString("en"), goal.toLocaleString("en"), ratio, met(row) ? "ok" : "MISSED"];
};

async function measure(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of SCENARIOS) rows.push(...(await scenario(await deploySystem(HARDFORK))));
  return rows;
}

const { check } = new Command("npm run bench:gas --")
  .description("Measures the gas of every operation that has a goal and writes bench/results/gas.json.")
  .option("--check", "exit with 1 if a goal is missed")
  .parse()
  .opts<{ check?: true }>();

const rows = await measure();
process.stdout.write(`${table([["operation", "gas", "goal", "gas/goal", ""], ...rows.map(cellsOf)])}\n`);
await mkdir("bench/results", { recursive: true });
await writeFile("bench/results/gas.json", `${JSON.stringify({ hardfork: HARDFORK, rows }, null, 2)}\n`);
if (check === true && !rows.every(met)) process.exitCode = 1;
