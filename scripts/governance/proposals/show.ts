// icn gov list, icn gov show: all proposals, and all of one.
import { formatIcnt } from "../../lib/amounts.ts";
import { type DeploymentOptions, openSession, type Session } from "../../lib/command.ts";
import { columns, printResult, table } from "../../lib/output.ts";
import { readCalendar } from "../../node/calendar.ts";
import { readActions, settingOf } from "../calls/actions.ts";
import { historyOf } from "../calls/history.ts";
import { outlookOf } from "../calls/outcome.ts";
import { type Preview, previewOf, viewJson, viewWords } from "../calls/view.ts";
import { readVoters, votersWords } from "../votes/voters.ts";
import { type Milestone, milestonesOf } from "./milestones.ts";
import {
  callOf,
  operationOf,
  type Proposal,
  proposalOf,
  readProposals,
  type Standing,
  shortTitleOf,
  standingOf,
  textBelow,
  textOf,
  titleOf,
} from "./proposals.ts";
import { nextOf, putOffWords, quorumLeft, standingJson, stateName, timesOf, votesIn } from "./standing.ts";

export async function listProposals({ json, ...options }: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const proposals = await readProposals(session);
  const { now } = await readCalendar(session);
  const rows = await Promise.all(
    proposals.map(async (proposal) => ({ proposal, standing: await standingOf(session, proposal) })),
  );
  session.provider.destroy();
  const all = rows.map(({ proposal, standing }) => standingJson(proposal, standing, now));
  printResult(json === true, { proposals: all }, () =>
    rows.length === 0
      ? "No proposal was made yet. Make one with `icn gov propose`."
      : table([
          ["", "title", "state", "for", "against", "abstain", "next"],
          ...rows.map(({ proposal, standing }) => listed(proposal, standing, now)),
        ]),
  );
}

function listed(proposal: Proposal, standing: Standing, now: number): string[] {
  const { state, tally } = standing;
  const votes = [tally.for, tally.against, tally.abstain].map((wei) => formatIcnt(wei, 0));
  return [
    String(proposal.number),
    shortTitleOf(proposal),
    stateName(state),
    ...votes,
    nextOf(proposal, standing, now).what,
  ];
}

export async function showProposal(wanted: bigint, { json, ...options }: DeploymentOptions): Promise<void> {
  const session = await openSession(options);
  const proposal = await proposalOf(session, wanted);
  const { now } = await readCalendar(session);
  const milestones = await milestonesOf(session, proposal);
  const standing = await standingOf(session, proposal);
  const voters = await readVoters(session, proposal, standing.deadlineAt);
  const preview = await previewOfProposal(session, proposal, standing, milestones);
  session.provider.destroy();
  const result = {
    ...standingJson(proposal, standing, now),
    history: milestones.map(({ what, at, block, transaction }) => ({ what, at, block, transaction })),
    ...{ description: textOf(proposal), votes: voters },
    ...viewJson(preview),
  };
  printResult(json === true, result, () =>
    [
      `Proposal ${proposal.number}: ${titleOf(proposal)}${textBelow(proposal)}`,
      standingWords(proposal, standing, milestones, now),
      votersWords(voters),
      viewWords(preview),
      `What comes next: ${nextOf(proposal, standing, now).what}${putOffWords(standing, now)}.`,
    ].join("\n\n"),
  );
}

function standingWords(
  proposal: Proposal,
  standing: Standing,
  milestones: readonly Milestone[],
  now: number,
): string {
  const { state, tally } = standing;
  const left = quorumLeft(tally);
  const rows = [
    ["by", proposal.proposer],
    ["state", stateName(state)],
    ["for", votesIn(tally.for)],
    ["against", votesIn(tally.against)],
    ["abstain", votesIn(tally.abstain)],
    ["quorum", `${votesIn(tally.quorum)}: ${left === 0n ? "reached" : `${votesIn(left)} missing`}`],
  ];
  const lines = columns([...rows, ...timesOf(proposal, standing, milestones, now)]);
  return [...lines, `id ${proposal.proposalId}`].join("\n");
}

/** What a proposal would do when it can be carried out, or did; of one that never will be only the words. */
export async function previewOfProposal(
  session: Session,
  proposal: Proposal,
  standing: Standing,
  milestones: readonly Milestone[] = [],
): Promise<Preview> {
  const executed = milestones.find(({ what }) => what === "executed");
  if (executed !== undefined) return previewOfExecuted(session, proposal, executed);
  const { clock, now } = await readCalendar(session);
  const [targets, , datas] = callOf(proposal);
  const delay = Number(await session.contracts.timelock.delayOf(targets, datas));
  const at = Math.max(now + 1, standing.etaAt ?? standing.deadlineAt + delay);
  const actions = await readActions(settingOf(session, clock, at), proposal.calls);
  if (["canceled", "defeated", "expired", "executed"].includes(standing.state))
    return previewOf(session, actions, undefined);
  session.progress("trying what it would do");
  return previewOf(session, actions, outlookOf(session, actions, at));
}

async function previewOfExecuted(
  session: Session,
  proposal: Proposal,
  { at, block, transaction }: Milestone,
): Promise<Preview> {
  session.progress("reading what it did");
  const { clock } = await readCalendar(session);
  const setting = settingOf(session, clock, at);
  // Not every JSON-RPC knows old state.
  const before = { ...setting, block: block - 1 };
  const known = await readActions(before, proposal.calls).catch(() => undefined);
  const actions = known ?? (await readActions(setting, proposal.calls));
  const operation = await operationOf(session, proposal);
  const execution = { operation, block, transaction, isKnown: known !== undefined };
  // Awaited, so that what goes wrong in reading is no failure of what was done.
  const outlook = await historyOf(session, actions, execution);
  return previewOf(session, actions, Promise.resolve(outlook));
}
