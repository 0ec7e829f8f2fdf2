// icn vesting create: one schedule from options, or many from a CSV file.
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { EventLog } from "ethers";
import { approvalSteps, requireIcnt } from "../holder/funds.ts";
import { logsOf } from "../holder/logs.ts";
import { watchedLiquid, watchedWei } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { printResult, table, tell } from "../lib/output.ts";
import { type Step, stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { type Batch, type BatchFile, batchesOf, readBatchFile } from "./batch-file.ts";
import { COLUMNS, checkGrant, type GrantFields } from "./grant.ts";
import type { Grant } from "./schedule.ts";
import { grantInWords } from "./words.ts";

interface CreateOptions extends SpendOptions, GrantFields {
  readonly csv?: string;
  readonly label?: string;
}

const CSV_HELP = `
Columns of the CSV file, named in its first line, in any order:
  beneficiary  address
  amount       ICNT, such as 1_000 or 1.5
  start        2027-01-01 or 2027-01-01T12:00:00Z (UTC)
  months       how long it lasts, 1 to 60; or
  duration     the same as a span such as 90d; empty with a table
  cliff        months, or a span: nothing but the initial share before (default: none)
  initial      ICNT or a share such as 10%, free at the start (default: none)
  table        id of a stored table (default: linear)
  revoker      who may revoke it (default: nobody)
A file that was interrupted goes on with the same command: no schedule is created twice. To create the same schedules
once more on purpose, add another --label.

Examples:
  npm run icn -- vesting create --beneficiary 0x… --amount 100_000 --start 2027-01-01 --months 48 --cliff 12
  npm run icn -- vesting create --csv team.csv --dry-run`;

export function addCreate(vesting: Command): void {
  withSpending(vesting.command("create"))
    .summary("create one schedule, or many from a CSV file")
    .description("Pays ICNT of yours into the vault, which releases it to beneficiaries on their dates.")
    .option("--beneficiary <address>", "who gets it")
    .option("--amount <icnt>", "such as 1_000 or 1.5")
    .option("--start <date>", "2027-01-01 or 2027-01-01T12:00:00Z")
    .option("--months <number>", "how long it lasts, 1 to 60")
    .option("--duration <span>", "the same as a span such as 90d")
    .option("--cliff <span>", "months, or a span such as 90d, before which nothing but --initial vests")
    .option("--initial <icnt>", "ICNT, or a share such as 10%, that vests at the start")
    .option("--table <id>", "follow a stored table instead of a line")
    .option("--revoker <address>", "who may revoke it (default: nobody)")
    .option("--csv <file>", "create the schedules of a file")
    .option("--label <text>", "tells a file's batches from those of an equal file")
    .addHelpText("after", CSV_HELP)
    .action(create);
}

async function create(options: CreateOptions): Promise<void> {
  const fields = Object.fromEntries(COLUMNS.map((name) => [name, options[name]])) as GrantFields;
  const isNamed = COLUMNS.some((name) => options[name] !== undefined);
  if (isNamed === (options.csv !== undefined) || (options.label !== undefined && isNamed))
    throw new CliError(
      isNamed ? "a file and options of a single schedule are named" : "no schedule is described",
      "name either --beneficiary, --amount, --start and so on, or --csv FILE (and a --label, if need be)",
      { code: "grant-or-file" },
    );
  const session = await openSigningSession(options);
  await (options.csv === undefined
    ? createOne(session, fields, options)
    : createMany(session, options.csv, options));
}

const factsOf = async ({ contracts: { vault } }: SigningSession) => ({
  address: await vault.getAddress(),
  tableCount: Number(await vault.tableCount()),
});

async function createOne(session: SigningSession, fields: GrantFields, options: SpendOptions): Promise<void> {
  const { contracts, provider } = session;
  const checked = checkGrant(fields, await factsOf(session));
  if ("problems" in checked)
    throw new CliError(
      `the schedule cannot be created:\n${checked.problems.map((problem) => `  --${problem}`).join("\n")}`,
      "correct the options; nothing was sent to the chain",
      { code: "grant-invalid" },
    );
  const { grant } = checked;
  const call = contracts.vault.create.populateTransaction(grant);
  const sent = await spend(
    session,
    await funded(session, [grant], [await stepOf(`create a schedule: ${grantInWords(grant)}`, call)]),
    options,
  );
  provider.destroy();
  if (sent === undefined) return;
  const created = sent.receipts
    .flatMap(({ logs }) => logs)
    .map((log) => contracts.vault.interface.parseLog(log))
    .find((event) => event?.name === "ScheduleCreated");
  const scheduleId = Number(created?.args["scheduleId"]);
  printResult(
    options.json === true,
    { scheduleId, beneficiary: grant.beneficiary, totalWei: grant.total, ...sent.json },
    () => `Schedule ${scheduleId}: ${grantInWords(grant)}.`,
  );
}

/** A plan that pays for grants: enough ICNT, allowance for all of them first, then the steps. */
async function funded(
  { contracts, wallet }: SigningSession,
  grants: readonly Grant[],
  steps: readonly Step[],
) {
  const { icnt, vault } = contracts;
  const amount = grants.reduce((sum, { total }) => sum + total, 0n);
  await requireIcnt(contracts, wallet.address, amount);
  const spender = { name: "the vesting vault", address: await vault.getAddress() };
  const watched = [
    await watchedLiquid(contracts, wallet.address),
    await watchedWei({ name: "vaultWei", label: "held by the vault" }, icnt, "balanceOf", [spender.address]),
    { ...(await scheduleCount(contracts)), name: "scheduleCount", label: "schedules in the vault" },
  ];
  return { steps: [...(await approvalSteps(contracts, wallet.address, spender, amount)), ...steps], watched };
}

async function scheduleCount({ vault }: SigningSession["contracts"]) {
  const watched = await watchedWei({ name: "", label: "" }, vault, "scheduleCount", []);
  return { ...watched, parse: (returned: string) => Number(watched.parse(returned)), format: String };
}

async function createMany(session: SigningSession, path: string, options: CreateOptions): Promise<void> {
  const { contracts, provider } = session;
  const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const file = readBatchFile(textOf(path), path, await factsOf(session), now);
  for (const warning of file.warnings) tell(`  warning: ${warning}`);
  const standing = await standingOf(session, batchesOf(file.grants, options.label ?? ""));
  const missing = standing.filter(({ firstScheduleId }) => firstScheduleId === undefined);
  const steps = await Promise.all(
    missing.map(({ batchId, grants, place }) =>
      stepOf(
        `create ${grants.length} schedules over ${formatIcnt(sumOf(grants))} ICNT (batch ${place} of ${standing.length})`,
        contracts.vault.createBatch.populateTransaction(batchId, [...grants]),
      ),
    ),
  );
  for (const { place, grants, firstScheduleId } of standing)
    if (firstScheduleId !== undefined)
      tell(
        `  batch ${place} of ${standing.length} is there: schedules ${rangeOf(firstScheduleId, grants.length)}`,
      );
  const grants = missing.flatMap((batch) => batch.grants);
  const plan = steps.length === 0 ? { steps, watched: [] } : await funded(session, grants, steps);
  const sent = await spend(session, plan, options);
  if (sent === undefined) {
    provider.destroy();
    return;
  }
  const after = await standingOf(session, standing);
  provider.destroy();
  const were = new Set(
    standing.filter(({ firstScheduleId }) => firstScheduleId !== undefined).map(({ batchId }) => batchId),
  );
  const batches = after.map((batch) => ({
    ...{
      place: batch.place,
      batchId: batch.batchId,
      schedules: batch.grants.length,
      amountWei: sumOf(batch.grants),
    },
    ...{ firstScheduleId: batch.firstScheduleId ?? null, wasThere: were.has(batch.batchId) },
  }));
  printResult(options.json === true, { batches, warnings: file.warnings, ...sent.json }, () =>
    words(file, batches),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError(
      `${path} cannot be read (${cause instanceof Error ? cause.message : cause})`,
      "name an existing CSV file; `icn vesting create --help` lists its columns",
      { code: "file-not-readable", cause },
    );
  }
}

/** A batch, its place from 1, and its first schedule if the chain has it. */
interface Standing extends Batch {
  readonly place: number;
  readonly firstScheduleId: number | undefined;
}

function standingOf(session: SigningSession, batches: readonly Batch[]): Promise<Standing[]> {
  const { contracts, wallet } = session;
  const { vault } = contracts;
  return Promise.all(
    batches.map(async (batch, index) => {
      const { batchId, grants } = batch;
      const isThere = await vault.batchCreated(wallet.address, batchId);
      const [log] = isThere
        ? await logsOf(session, vault, vault.filters.BatchCreated(wallet.address, batchId))
        : [];
      const firstScheduleId = log instanceof EventLog ? Number(log.args["firstScheduleId"]) : undefined;
      return { batchId, grants, place: index + 1, firstScheduleId };
    }),
  );
}

const sumOf = (grants: readonly Grant[]): bigint => grants.reduce((sum, { total }) => sum + total, 0n);

const rangeOf = (first: number, count: number): string =>
  count === 1 ? `${first}` : `${first} to ${first + count - 1}`;

interface Created {
  readonly place: number;
  readonly schedules: number;
  readonly amountWei: bigint;
  readonly firstScheduleId: number | null;
  readonly wasThere: boolean;
}

function words({ grants }: BatchFile, batches: readonly Created[]): string {
  const fresh = batches
    .filter(({ wasThere }) => !wasThere)
    .reduce((sum, { schedules }) => sum + schedules, 0);
  const rows = batches.map(({ place, schedules, amountWei, firstScheduleId, wasThere }) => [
    ...[String(place), firstScheduleId === null ? "missing" : rangeOf(firstScheduleId, schedules)],
    ...[formatIcnt(amountWei, 6), wasThere ? "was there" : "created"],
  ]);
  return [
    `${fresh} of ${grants.length} schedules created${fresh < grants.length ? ", the others were there" : ""}.`,
    table([["batch", "schedules", "ICNT", ""], ...rows]),
  ].join("\n\n");
}
