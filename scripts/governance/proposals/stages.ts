// icn gov queue, execute, cancel: what passed on its way to being done.
import { openSigningSession, type SigningSession } from "../../lib/command.ts";
import { formatDuration } from "../../lib/durations.ts";
import { CliError, EXIT } from "../../lib/errors.ts";
import { type Plan, stepOf, type Watched } from "../../lib/plan.ts";
import type { SpendOptions } from "../../lib/spend.ts";
import { formatTime, readCalendar } from "../../node/calendar.ts";
import { carryOut } from "../../node/carry-out.ts";
import { readActions, settingOf } from "../calls/actions.ts";
import { viewJson, viewWords } from "../calls/view.ts";
import { callOf, type Proposal, proposalOf, type Standing, standingOf, titleOf } from "./proposals.ts";
import { previewOfProposal } from "./show.ts";
import { nextOf, putOffWords, stateWords } from "./standing.ts";

interface Stage {
  readonly session: SigningSession;
  readonly proposal: Proposal;
  readonly standing: Standing;
  readonly now: number;
}

async function openStage(wanted: bigint, options: SpendOptions): Promise<Stage> {
  const session = await openSigningSession(options);
  const proposal = await proposalOf(session, wanted);
  const [standing, { now }] = [await standingOf(session, proposal), await readCalendar(session)];
  return { session, proposal, standing, now };
}

export async function queue(wanted: bigint, options: SpendOptions): Promise<void> {
  const stage = await openStage(wanted, options);
  const { session, proposal, standing, now } = stage;
  if (standing.state !== "succeeded")
    throw new CliError(
      standing.state === "queued"
        ? `proposal ${proposal.number} is queued already`
        : `proposal ${proposal.number} ${stateWords(standing.state)}, it cannot be queued`,
      `what comes next: ${nextOf(proposal, standing, now).what}`,
      standing.state === "pending" || standing.state === "active"
        ? { code: "not-passed", exitCode: EXIT.tryAgain }
        : { code: "not-passed" },
    );
  const step = await stepOf(
    `queue proposal ${proposal.number}`,
    session.contracts.governor.queue.populateTransaction(...callOf(proposal)),
  );
  await advance(stage, { steps: [step], watched: [], about: await aboutOf(stage) }, options, "is queued");
}

export async function execute(wanted: bigint, options: SpendOptions): Promise<void> {
  const stage = await openStage(wanted, options);
  const { session, proposal } = stage;
  requireReady(stage);
  const step = await stepOf(
    `carry out proposal ${proposal.number}`,
    session.contracts.governor.execute.populateTransaction(...callOf(proposal)),
  );
  const { clock, now } = await readCalendar(session);
  const actions = await readActions(settingOf(session, clock, now), proposal.calls);
  const watched: Watched[] = actions.flatMap((action) => action.watched);
  await advance(stage, { steps: [step], watched, about: await aboutOf(stage) }, options, "is carried out");
}

/** @throws CliError `not-queued`, `not-ready` (75) with the time from which on it can be carried out. */
function requireReady({ proposal, standing, now }: Stage): void {
  const { state, etaAt = 0 } = standing;
  const { number } = proposal;
  if (state !== "queued")
    throw new CliError(
      state === "executed"
        ? `proposal ${number} was carried out already`
        : `proposal ${number} ${stateWords(state)}, but is not queued: it cannot be carried out`,
      `what comes next: ${nextOf(proposal, standing, now).what}`,
      { code: "not-queued" },
    );
  if (etaAt <= now) return;
  throw new CliError(
    `proposal ${number} can be carried out from ${formatTime(etaAt)} on, in ${formatDuration(etaAt - now)}${putOffWords(standing, now)}`,
    "run the command again then",
    { code: "not-ready", exitCode: EXIT.tryAgain },
  );
}

export async function cancel(wanted: bigint, options: SpendOptions): Promise<void> {
  const stage = await openStage(wanted, options);
  const { session, proposal, standing } = stage;
  requireOwnPending(session.wallet.address, proposal, standing);
  const step = await stepOf(
    `cancel proposal ${proposal.number}, "${titleOf(proposal)}"`,
    session.contracts.governor.cancel.populateTransaction(...callOf(proposal)),
  );
  await advance(stage, { steps: [step], watched: [] }, options, "is cancelled");
}

/** @throws CliError `cancel-by-vote` */
function requireOwnPending(account: string, proposal: Proposal, { state }: Standing): void {
  const { number, proposer } = proposal;
  if (state === "pending" && proposer === account) return;
  const why =
    state === "pending"
      ? `only its proposer ${proposer} can cancel proposal ${number} before voting begins`
      : `proposal ${number} ${stateWords(state)}: nobody can cancel it alone`;
  const remedy =
    state === "queued"
      ? `another vote can: \`icn gov propose --cancel-queued ${number}\``
      : state === "pending" || state === "active"
        ? `vote against it once voting has begun: \`icn gov vote ${number} against\``
        : `\`icn gov show ${number}\` says how it stands; once it is queued another vote can cancel it`;
  throw new CliError(why, remedy, { code: "cancel-by-vote" });
}

async function aboutOf({ session, proposal, standing }: Stage): Promise<NonNullable<Plan["about"]>> {
  const preview = await previewOfProposal(session, proposal, standing);
  return {
    json: { number: proposal.number, title: titleOf(proposal), ...viewJson(preview) },
    words: `Proposal ${proposal.number}: ${titleOf(proposal)}\n${viewWords(preview)}`,
  };
}

async function advance(
  { session, proposal }: Stage,
  plan: Plan,
  options: SpendOptions,
  outcome: string,
): Promise<void> {
  await carryOut(session, plan, options, async () => {
    const { now } = await readCalendar(session);
    const standing = await standingOf(session, proposal);
    const { number, proposalId } = proposal;
    const next = nextOf(proposal, standing, now);
    const etaAt = standing.etaAt ?? null;
    return {
      json: { number, proposalId, title: titleOf(proposal), state: standing.state, etaAt },
      words: `Proposal ${number} ${outcome}. Next: ${next.what}.`,
    };
  });
}
