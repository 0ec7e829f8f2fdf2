// icn vesting release, handover, revoke: what changes a schedule.
import type { Command } from "commander";
import { ZeroAddress } from "ethers";
import { parseAddress } from "../holder/claim-command.ts";
import { collectId, parseId } from "../holder/stake.ts";
import { watchedAddress, watchedLiquid, watchedWei } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { printResult } from "../lib/output.ts";
import { type Step, stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { formatDate } from "./dates.ts";
import { nextReleaseOf } from "./releases.ts";
import type { Schedule } from "./schedule.ts";
import { type Grown, grownAt, scheduleOf, schedulesIn, schedulesOf, tablesFor } from "./vault.ts";

interface ReleaseOptions extends SpendOptions {
  readonly all?: true;
}

export function addChanges(vesting: Command): void {
  withSpending(vesting.command("release"))
    .summary("release what has vested")
    .description("Sends what has vested to the beneficiary's recipient; anyone may.")
    .argument("[schedule...]", "ids of schedules", collectId)
    .option("--all", "all schedules of the account that signs")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- vesting release 3\n  npm run icn -- vesting release --all",
    )
    .action(release);
  addHandover(
    vesting.command("handover").description("Passes a schedule to another beneficiary, in two steps."),
  );
  withSpending(vesting.command("revoke"))
    .summary("stop a revocable schedule")
    .description(
      "Stops a revocable schedule now: what has vested stays the beneficiary's, the rest goes to the treasury.",
    )
    .argument("<schedule>", "id of the schedule", parseId)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting revoke 3 --dry-run")
    .action(revoke);
}

function addHandover(handover: Command): void {
  withSpending(handover.command("offer"))
    .summary("offer a schedule of yours")
    .description(
      "Offers a schedule, with all that it has not released, to another account. A later offer replaces it.",
    )
    .argument("<schedule>", "id of the schedule", parseId)
    .argument("<address>", "who may accept", parseAddress)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting handover offer 3 0x…")
    .action(offer);
  withSpending(handover.command("accept"))
    .summary("take over a schedule that was offered to you")
    .description("Takes over a schedule that was offered to you.")
    .argument("<schedule>", "id of the schedule", parseId)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting handover accept 3")
    .action(accept);
  withSpending(handover.command("withdraw"))
    .summary("withdraw an offer")
    .description("Withdraws the offer of a schedule of yours.")
    .argument("<schedule>", "id of the schedule", parseId)
    .addHelpText("after", "\nExample:\n  npm run icn -- vesting handover withdraw 3")
    .action(withdrawOffer);
}

async function release(named: readonly number[] | undefined, options: ReleaseOptions): Promise<void> {
  const ids = [...new Set(named)];
  if (ids.length > 0 === (options.all === true))
    throw new CliError(
      ids.length > 0 ? "both schedules and --all are named" : "no schedule is named",
      "name ids of schedules (`icn vesting list` shows yours), or --all",
      { code: "nothing-named" },
    );
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const found =
    ids.length > 0 ? await schedulesIn(contracts, ids) : await schedulesOf(session, wallet.address);
  const due = await dueOf(session, found, ids.length > 0);
  const steps = await Promise.all(
    due.map(({ scheduleId, releasable }) =>
      stepOf(
        `release ${formatIcnt(releasable, 6)} ICNT of schedule ${scheduleId}`,
        contracts.vault.release.populateTransaction(scheduleId),
      ),
    ),
  );
  const beneficiaries = new Set(due.map(({ beneficiary }) => beneficiary));
  const recipients = await Promise.all([...beneficiaries].map((one) => contracts.vault.recipientOf(one)));
  const watched = await Promise.all([...new Set(recipients)].map((one) => watchedLiquid(contracts, one)));
  const sent = await spend(session, { steps, watched }, options);
  provider.destroy();
  if (sent === undefined) return;
  const released = sent.receipts.flatMap(({ logs, hash }) =>
    logs
      .map((log) => contracts.vault.interface.parseLog(log))
      .filter((event) => event?.name === "Released")
      .map((event) => ({
        scheduleId: Number(event?.args["scheduleId"]),
        recipient: String(event?.args["recipient"]),
        amountWei: BigInt(event?.args["amount"] ?? 0),
        tx: hash,
      })),
  );
  printResult(options.json === true, { released, ...sent.json }, () =>
    released.length === 0
      ? `Nothing to release: ${found.length === 0 ? `${wallet.address} has no schedule` : "nothing more has vested yet"}.`
      : released
          .map(
            (one) => `Schedule ${one.scheduleId}: ${formatIcnt(one.amountWei, 6)} ICNT to ${one.recipient}.`,
          )
          .join("\n"),
  );
}

/** @throws CliError `nothing-to-release` for a schedule that was named. */
async function dueOf(
  { contracts, provider }: SigningSession,
  schedules: readonly Schedule[],
  named: boolean,
): Promise<Grown[]> {
  const at = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const tables = await tablesFor(contracts, schedules);
  const grown = grownAt(schedules, tables, at);
  const empty = grown.find(({ releasable }) => releasable === 0n);
  if (!named || empty === undefined) return grown.filter(({ releasable }) => releasable > 0n);
  const next = nextReleaseOf(empty, tables, at);
  throw new CliError(
    `schedule ${empty.scheduleId} has nothing to release`,
    next === undefined
      ? "leave it out: everything it owed was released"
      : `try again from ${formatDate(next)} on, or leave it out`,
    { code: "nothing-to-release", ...(next === undefined ? {} : { exitCode: EXIT.tryAgain }) },
  );
}

async function offer(scheduleId: number, to: string, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  await requireBeneficiary(session, scheduleId);
  if (to === ZeroAddress || to === wallet.address)
    throw new CliError(
      to === ZeroAddress ? "the zero address can accept nothing" : "the schedule is yours already",
      "name the account that is to have it; `icn vesting handover withdraw` takes an offer back",
      { code: "bad-receiver" },
    );
  const call = contracts.vault.offerHandover.populateTransaction(scheduleId, to);
  await sendHandover(session, options, await stepOf(`offer schedule ${scheduleId} to ${to}`, call), {
    scheduleId,
    words: `Schedule ${scheduleId} is offered to ${to}, who takes it with \`icn vesting handover accept ${scheduleId}\`.`,
  });
}

async function accept(scheduleId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  await scheduleOf(contracts, scheduleId);
  const pending = await contracts.vault.pendingBeneficiaryOf(scheduleId);
  if (pending !== wallet.address)
    throw new CliError(
      pending === ZeroAddress
        ? `schedule ${scheduleId} is offered to nobody`
        : `schedule ${scheduleId} is offered to ${pending}, not to ${wallet.address}`,
      "have its beneficiary offer it to this account (`icn vesting handover offer`), or sign with the other key",
      { code: "not-offered" },
    );
  const call = contracts.vault.acceptHandover.populateTransaction(scheduleId);
  await sendHandover(session, options, await stepOf(`take schedule ${scheduleId} over`, call), {
    scheduleId,
    words: `Schedule ${scheduleId} is yours: what it releases from now on goes to you or your recipient.`,
  });
}

async function withdrawOffer(scheduleId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts } = session;
  await requireBeneficiary(session, scheduleId);
  if ((await contracts.vault.pendingBeneficiaryOf(scheduleId)) === ZeroAddress)
    throw new CliError(`schedule ${scheduleId} is offered to nobody`, "there is nothing to withdraw", {
      code: "not-offered",
    });
  const call = contracts.vault.offerHandover.populateTransaction(scheduleId, ZeroAddress);
  await sendHandover(session, options, await stepOf(`withdraw the offer of schedule ${scheduleId}`, call), {
    scheduleId,
    words: `The offer of schedule ${scheduleId} is withdrawn.`,
  });
}

/** @throws CliError `not-beneficiary` */
async function requireBeneficiary({ contracts, wallet }: SigningSession, scheduleId: number): Promise<void> {
  const { beneficiary } = await scheduleOf(contracts, scheduleId);
  if (beneficiary === wallet.address) return;
  throw new CliError(
    `schedule ${scheduleId} belongs to ${beneficiary}, not to ${wallet.address}`,
    "sign with its beneficiary's key; `icn vesting list` shows what yours has",
    { code: "not-beneficiary" },
  );
}

async function sendHandover(
  session: SigningSession,
  options: SpendOptions,
  step: Step,
  result: { readonly scheduleId: number; readonly words: string },
): Promise<void> {
  const { vault } = session.contracts;
  const { scheduleId, words } = result;
  const names = { name: "offeredTo", label: `schedule ${scheduleId} is offered to` };
  const watched = [
    await watchedAddress(names, vault, "pendingBeneficiaryOf", [scheduleId]),
    await watchedBeneficiary(session, scheduleId),
  ];
  const sent = await spend(session, { steps: [step], watched }, options);
  session.provider.destroy();
  if (sent === undefined) return;
  printResult(options.json === true, { scheduleId, ...sent.json }, () => words);
}

async function watchedBeneficiary({ contracts: { vault } }: SigningSession, scheduleId: number) {
  const names = { name: "beneficiary", label: `beneficiary of schedule ${scheduleId}` };
  const watched = await watchedAddress(names, vault, "scheduleOf", [scheduleId]);
  const parse = (returned: string) =>
    String(vault.interface.decodeFunctionResult("scheduleOf", returned).at(0).beneficiary);
  return { ...watched, parse };
}

async function revoke(scheduleId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const { vault } = contracts;
  const schedule = await scheduleOf(contracts, scheduleId);
  requireRevocable(schedule, wallet.address);
  const at = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const tables = await tablesFor(contracts, [schedule]);
  const [grown] = grownAt([schedule], tables, at);
  if (grown === undefined || grown.vested === schedule.total)
    throw new CliError(`schedule ${scheduleId} has vested whole`, "there is nothing left to revoke", {
      code: "nothing-to-revoke",
    });
  const call = vault.revoke.populateTransaction(scheduleId);
  const about = formatIcnt(schedule.total - grown.vested, 2);
  const treasury = await vault.treasury();
  const owed = { name: "unreleasedWei", label: `what the vault owes ${schedule.beneficiary} in all` };
  const plan = {
    steps: [
      await stepOf(`revoke schedule ${scheduleId}: about ${about} ICNT go to the treasury ${treasury}`, call),
    ],
    watched: [
      await watchedWei(owed, vault, "unreleasedOf", [schedule.beneficiary]),
      await watchedLiquid(contracts, treasury),
    ],
  };
  const sent = await spend(session, plan, options);
  provider.destroy();
  if (sent === undefined) return;
  const event = sent.receipts
    .flatMap(({ logs }) => logs)
    .map((log) => vault.interface.parseLog(log))
    .find((parsed) => parsed?.name === "Revoked");
  const [vestedWei, returnedWei] = [BigInt(event?.args["vested"] ?? 0), BigInt(event?.args["returned"] ?? 0)];
  const remainingWei = vestedWei - schedule.released;
  printResult(
    options.json === true,
    { scheduleId, vestedWei, returnedWei, remainingWei, treasury, ...sent.json },
    () =>
      [
        `Schedule ${scheduleId} is revoked: ${formatIcnt(returnedWei, 6)} ICNT went to the treasury,`,
        `${formatIcnt(remainingWei, 6)} stay releasable to the beneficiary.`,
      ].join(" "),
  );
}

function requireRevocable({ scheduleId, terms, revokedAt }: Schedule, caller: string): void {
  if (terms.revoker !== caller)
    throw new CliError(
      terms.revoker === ZeroAddress
        ? `schedule ${scheduleId} is irrevocable`
        : `schedule ${scheduleId} can be revoked by ${terms.revoker} alone, not by ${caller}`,
      terms.revoker === ZeroAddress ? "nobody can stop it" : "sign with that key",
      { code: "not-revoker" },
    );
  if (revokedAt !== 0)
    throw new CliError(
      `schedule ${scheduleId} was revoked on ${formatDate(revokedAt)}`,
      "nothing is left to do",
      {
        code: "already-revoked",
      },
    );
}
