// icn vesting table: cumulative monthly shares, stored once and referred to by schedules.
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parseId } from "../holder/stake.ts";
import { watchedWei } from "../holder/watched.ts";
import { formatPpm } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import { type DeploymentOptions, openSession, openSigningSession, withDeployment } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { printResult, table } from "../lib/output.ts";
import { stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { MONTHS_MAX, type ShareTable } from "./schedule.ts";
import { tableOf } from "./vault.ts";

const PPM = 1_000_000;

interface AddOptions extends SpendOptions {
  readonly cumulative?: true;
}

export function addTables(vesting: Command): void {
  const tables = vesting.command("table").description("Tables of monthly shares that schedules refer to.");
  withSpending(tables.command("add"))
    .summary("store a table")
    .description("Stores a table of 60 monthly shares; an equal one that the vault has already is kept.")
    .argument("<file>", "60 numbers in ppm, apart by commas, spaces or lines; they sum to 1,000,000")
    .option("--cumulative", "the numbers are running sums, the last one 1,000,000")
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting table add shares.txt")
    .action(add);
  withDeployment(tables.command("show"))
    .summary("show a table")
    .description("Shows the monthly shares of a table.")
    .argument("<table>", "id of the table", parseId)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting table show 1")
    .action(show);
  withDeployment(tables.command("list"))
    .summary("list all tables")
    .description("Lists all tables of the vault.")
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting table list")
    .action(list);
}

async function allTables(contracts: Contracts): Promise<ShareTable[]> {
  const count = Number(await contracts.vault.tableCount());
  return Promise.all(Array.from({ length: count }, (_, index) => tableOf(contracts, index + 1)));
}

/** Id of the vault's table with these shares, 0 if it has none. */
const idOf = async (contracts: Contracts, cumulativePpm: ShareTable): Promise<number> =>
  (await allTables(contracts)).findIndex((one) => one.join() === cumulativePpm.join()) + 1;

async function add(path: string, options: AddOptions): Promise<void> {
  const cumulativePpm = readTable(path, options.cumulative === true);
  const session = await openSigningSession(options);
  const { contracts, provider } = session;
  const { vault } = contracts;
  const known = await idOf(contracts, cumulativePpm);
  const call = () => vault.addTable.populateTransaction(cumulativePpm);
  const steps = known > 0 ? [] : [await stepOf(`store the table of ${path}`, call())];
  const count = await watchedWei(
    { name: "tableCount", label: "tables in the vault" },
    vault,
    "tableCount",
    [],
  );
  const watched = [{ ...count, parse: (returned: string) => Number(count.parse(returned)), format: String }];
  const sent = await spend(session, { steps, watched }, options);
  // Asked for, not read from an event: somebody may have stored an equal one a moment before.
  const tableId = sent === undefined ? 0 : await idOf(contracts, cumulativePpm);
  provider.destroy();
  if (sent === undefined) return;
  printResult(options.json === true, { tableId, wasThere: known > 0, cumulativePpm, ...sent.json }, () =>
    known > 0 ? `The vault has it already: table ${tableId}.` : `Table ${tableId} is stored.`,
  );
}

/** Cumulative shares of a file. @throws CliError `invalid-table`, `file-not-readable` */
export function readTable(path: string, isCumulative: boolean): number[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError(
      `${path} cannot be read (${cause instanceof Error ? cause.message : cause})`,
      "name a file of 60 monthly shares",
      { code: "file-not-readable", cause },
    );
  }
  const words = text.split(/[\s,;[\]]+/).filter((word) => word !== "");
  const problems = words
    .map((word, index) => ({ word, place: index + 1 }))
    .filter(({ word }) => !/^\d{1,7}$/.test(word))
    .map(({ word, place }) => `number ${place} is "${word}": write whole ppm, such as 16667`);
  const numbers = words.map(Number);
  if (problems.length === 0) problems.push(...problemsOf(numbers, isCumulative));
  if (problems.length > 0)
    throw new CliError(
      `${path} is no table:\n  ${problems.join("\n  ")}`,
      "correct the file; nothing was sent",
      {
        code: "invalid-table",
      },
    );
  let sum = 0;
  return isCumulative ? numbers : numbers.map((share) => (sum += share));
}

function problemsOf(numbers: readonly number[], isCumulative: boolean): string[] {
  const problems: string[] = [];
  if (numbers.length !== MONTHS_MAX) problems.push(`it has ${numbers.length} numbers: write ${MONTHS_MAX}`);
  const whole = isCumulative ? (numbers.at(-1) ?? 0) : numbers.reduce((sum, share) => sum + share, 0);
  if (whole !== PPM)
    problems.push(
      isCumulative
        ? `it ends with ${whole}, not ${PPM}`
        : `it sums to ${whole}, not ${PPM}: change the shares by ${PPM - whole} in all (running sums need --cumulative)`,
    );
  if (isCumulative)
    numbers.forEach((share, index) => {
      if (share < (numbers[index - 1] ?? 0))
        problems.push(`it falls in month ${index + 1}: running sums never do`);
    });
  return problems;
}

async function show(tableId: number, options: DeploymentOptions): Promise<void> {
  const { contracts, provider } = await openSession(options);
  const cumulativePpm = await tableOf(contracts, tableId);
  provider.destroy();
  const months = cumulativePpm.map((cumulative, index) => ({
    month: index + 1,
    sharePpm: cumulative - (cumulativePpm[index - 1] ?? 0),
    cumulativePpm: cumulative,
  }));
  printResult(options.json === true, { tableId, months }, () =>
    table([
      ["month", "share", "in all"],
      ...months.map((row) => [String(row.month), formatPpm(row.sharePpm), formatPpm(row.cumulativePpm)]),
    ]),
  );
}

async function list(options: DeploymentOptions): Promise<void> {
  const { contracts, provider } = await openSession(options);
  const found = await allTables(contracts);
  provider.destroy();
  const tables = found.map((cumulativePpm, index) => ({ tableId: index + 1, cumulativePpm }));
  printResult(options.json === true, { tables }, () =>
    tables.length === 0
      ? "The vault has no table yet."
      : table([
          ["table", "after 12 months", "24", "36", "48", "60"],
          ...tables.map(({ tableId, cumulativePpm }) => [
            String(tableId),
            ...[12, 24, 36, 48, 60].map((month) => formatPpm(cumulativePpm[month - 1] ?? 0)),
          ]),
        ]),
  );
}
