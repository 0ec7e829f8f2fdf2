// icn guardian veto, pause, unpause: all that the guardian can do.
import { watchedCount, watchedFlag, watchedTime } from "../holder/watched.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { type Plan, type Step, stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { formatTime } from "../node/calendar.ts";
import { carryOut } from "../node/carry-out.ts";
import { type PendingReport, readStanding, standingJson, standingWords } from "./standing.ts";

interface ReasonOptions extends SpendOptions {
  readonly reason: string;
}

interface VetoOptions extends ReasonOptions {
  /** Of the report that is meant; lower case. */
  readonly ledgerRoot?: string;
}

export async function veto(epoch: number, options: VetoOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { oracle } = session.contracts;
  const { reason } = options;
  const { ledgerRoot, generation } = await requirePending(session, epoch, options.ledgerRoot);
  const step = await stepOf(
    `veto the report of epoch ${epoch}, generation ${generation}`,
    oracle.veto.populateTransaction(epoch, reason),
  );
  const about = {
    json: { epoch, generation, ledgerRoot, reason },
    words: `The report with ledger root ${ledgerRoot} falls; epoch ${epoch} is reported again, from the same observations.`,
  };
  const left = { name: "vetoesLeft", label: "vetoes left" };
  const watched = [await watchedCount(left, oracle, "vetoesLeft", [])];
  await exercise(session, { steps: [step], watched, about }, options);
}

/** @throws CliError `not-pending` */
async function requirePending(
  session: SigningSession,
  epoch: number,
  ledgerRoot: string | undefined,
): Promise<PendingReport> {
  const { pending } = await readStanding(session);
  if (pending?.epoch === epoch && pending.ledgerRoot === (ledgerRoot ?? pending.ledgerRoot)) return pending;
  const meant = ledgerRoot === undefined ? "" : ` with ledger root ${ledgerRoot}`;
  const other =
    pending === null ? "" : `: that of epoch ${pending.epoch} is, with ledger root ${pending.ledgerRoot}`;
  throw new CliError(
    `no report of epoch ${epoch}${meant} is pending${other}`,
    "`icn guardian show` says which report can be vetoed; a final one no longer can",
    { code: "not-pending" },
  );
}

export async function pause(options: ReasonOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { reason } = options;
  await requireUnpaused(session);
  const step = await stepOf("pause new risk", session.contracts.oracle.pause.populateTransaction(reason));
  const words =
    "Until it ends no node registers, no stake or bond is added, no report is taken or made final, and an open veto window stands still.\n" +
    "Unbonding, withdrawals, claims, releases and votes go on.";
  await exercise(
    session,
    { ...(await pausePlan(session, step)), about: { json: { reason }, words } },
    options,
  );
}

/** @throws CliError `new-risk-paused` */
async function requireUnpaused(session: SigningSession): Promise<void> {
  const { pausedUntil, pauseLeft } = await readStanding(session);
  if (pausedUntil === null) return;
  throw new CliError(
    `new risk is paused already, until ${formatTime(pausedUntil)}`,
    pauseLeft
      ? "the guardian may pause again when this pause is over"
      : "for another pause a vote must renew the right to it: `icn gov propose --renew-pause`",
    { code: "new-risk-paused" },
  );
}

export async function unpause(options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const step = await stepOf("end the pause", session.contracts.oracle.unpause.populateTransaction());
  await exercise(session, await pausePlan(session, step), options);
}

async function pausePlan({ contracts: { oracle } }: SigningSession, step: Step): Promise<Plan> {
  const until = { name: "pausedUntilAt", label: "end of the last pause" };
  const left = { name: "pauseLeft", label: "pause left" };
  return {
    steps: [step],
    watched: await Promise.all([
      watchedTime(until, oracle, "pausedUntil", []),
      watchedFlag(left, oracle, "pauseLeft", []),
    ]),
  };
}

async function exercise(session: SigningSession, plan: Plan, options: SpendOptions): Promise<void> {
  await carryOut(session, plan, options, async () => {
    const standing = await readStanding(session);
    return { json: { ...plan.about?.json, ...standingJson(standing) }, words: standingWords(standing) };
  });
}
