// icn vesting list, icn vesting show
import type { Command } from "commander";
import { ZeroAddress } from "ethers";
import { openAccount } from "../holder/account.ts";
import { parseAddress } from "../holder/claim-command.ts";
import { parseId } from "../holder/stake.ts";
import { formatIcnt } from "../lib/amounts.ts";
import {
  type DeploymentOptions,
  openSession,
  type SignerOptions,
  withDeployment,
  withSigner,
} from "../lib/command.ts";
import { printResult, table } from "../lib/output.ts";
import { formatDate } from "./dates.ts";
import { nextReleaseOf, pastReleases, type ReleaseMonth, releaseMonths } from "./releases.ts";
import type { Schedule, Tables } from "./schedule.ts";
import { type Grown, grownAt, scheduleOf, schedulesOf, tablesFor } from "./vault.ts";
import { scheduleInWords, termsJson } from "./words.ts";

export function addViews(vesting: Command): void {
  withSigner(vesting.command("list"))
    .summary("list the schedules of an account")
    .description("Lists the schedules of an account: what vested, what was released, what comes next.")
    .argument("[address]", "account (default: the one that signs)", parseAddress)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting list 0x…")
    .action(list);
  withDeployment(vesting.command("show"))
    .summary("show a schedule month by month")
    .description("Shows the terms of a schedule in words, and its past and coming releases per month.")
    .argument("<schedule>", "id of the schedule", parseId)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting show 3")
    .action(show);
}

async function list(address: string | undefined, options: SignerOptions): Promise<void> {
  const { session, account } = await openAccount(address, options);
  const { contracts, provider } = session;
  const at = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const found = await schedulesOf(session, account);
  const tables = await tablesFor(contracts, found);
  provider.destroy();
  const schedules = grownAt(found, tables, at);
  printResult(
    options.json === true,
    { account, at, schedules: schedules.map((one) => scheduleJson(one, tables, at)) },
    () => (schedules.length === 0 ? `${account} has no vesting schedule.` : listWords(schedules, tables, at)),
  );
}

const scheduleJson = (schedule: Grown, tables: Tables, at: number) => ({
  scheduleId: schedule.scheduleId,
  beneficiary: schedule.beneficiary,
  totalWei: schedule.total,
  initialWei: schedule.initial,
  vestedWei: schedule.vested,
  releasedWei: schedule.released,
  releasableWei: schedule.releasable,
  nextReleaseAt: nextReleaseOf(schedule, tables, at) ?? null,
  ...termsJson(schedule),
  revokedAt: schedule.revokedAt === 0 ? null : schedule.revokedAt,
});

function listWords(schedules: readonly Grown[], tables: Tables, at: number): string {
  const rows = schedules.map((one) => [
    ...[String(one.scheduleId), formatIcnt(one.total, 6), formatIcnt(one.vested, 6)],
    ...[formatIcnt(one.released, 6), formatIcnt(one.releasable, 6)],
    nextInWords(one, tables, at),
    formatDate(one.terms.start + one.terms.duration),
  ]);
  return table([["schedule", "ICNT", "vested", "released", "releasable", "next release", "ends"], ...rows]);
}

function nextInWords(schedule: Schedule, tables: Tables, at: number): string {
  const next = nextReleaseOf(schedule, tables, at);
  if (next === undefined) return schedule.revokedAt === 0 ? "–" : "– (revoked)";
  return next <= at ? "now" : formatDate(next);
}

async function show(scheduleId: number, options: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const { contracts, provider } = session;
  const at = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const found = await scheduleOf(contracts, scheduleId);
  const tables = await tablesFor(contracts, [found]);
  const [releases, pending, recipient] = await Promise.all([
    pastReleases(session, scheduleId),
    contracts.vault.pendingBeneficiaryOf(scheduleId),
    contracts.vault.recipientOf(found.beneficiary),
  ]);
  provider.destroy();
  const months = releaseMonths(found, tables, releases, at);
  const offeredTo = pending === ZeroAddress ? null : pending;
  const [schedule] = grownAt([found], tables, at);
  if (schedule === undefined) return;
  printResult(
    options.json === true,
    { ...scheduleJson(schedule, tables, at), at, recipient, offeredTo, months },
    () => showWords(schedule, { tables, at, recipient, offeredTo, months }),
  );
}

interface Shown {
  readonly tables: Tables;
  readonly at: number;
  readonly recipient: string;
  readonly offeredTo: string | null;
  readonly months: readonly ReleaseMonth[];
}

function showWords(schedule: Grown, { tables, at, recipient, offeredTo, months }: Shown): string {
  const facts = [
    ["vested", formatIcnt(schedule.vested, 6)],
    ["released", formatIcnt(schedule.released, 6)],
    ["releasable now", formatIcnt(schedule.releasable, 6)],
    ["next release", nextInWords(schedule, tables, at)],
    ["goes to", recipient],
    ...(offeredTo === null ? [] : [["offered to", offeredTo]]),
  ];
  const rows = months.map(({ month, endsAt, vestedWei, releasedWei, releasableWei, coming }) => [
    ...[String(month), formatDate(endsAt).slice(0, 10), formatIcnt(vestedWei, 6)],
    coming ? "" : formatIcnt(releasedWei, 6),
    formatIcnt(releasableWei, 6),
    coming ? "coming" : "",
  ]);
  return [
    `Schedule ${schedule.scheduleId}: ${scheduleInWords(schedule)}.`,
    table(facts),
    table([["month", "ends", "vested in it", "released in it", "then releasable", ""], ...rows]),
  ].join("\n\n");
}
