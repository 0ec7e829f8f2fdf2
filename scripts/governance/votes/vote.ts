// icn gov vote: a vote by its voter, or a ballot that one signs and another sends.
import type { Contracts } from "../../lib/chain.ts";
import { openSigningSession, type SigningSession } from "../../lib/command.ts";
import { CliError, EXIT } from "../../lib/errors.ts";
import { printResult } from "../../lib/output.ts";
import { type Plan, type Step, stepOf, type Watched } from "../../lib/plan.ts";
import type { SpendOptions } from "../../lib/spend.ts";
import { formatTime, readCalendar } from "../../node/calendar.ts";
import { carryOut } from "../../node/carry-out.ts";
import { viewJson, viewWords } from "../calls/view.ts";
import { type Proposal, proposalOf, type Standing, standingOf, titleOf } from "../proposals/proposals.ts";
import { previewOfProposal } from "../proposals/show.ts";
import { nextOf, stateWords, votesIn } from "../proposals/standing.ts";
import { type Ballot, type Choice, choiceNumber, readBallot, signBallot } from "./ballot.ts";
import { votesOf, whereabouts } from "./power.ts";
import { requireFree, writeSigned } from "./signed.ts";

export interface VoteOptions extends SpendOptions {
  readonly reason?: string;
  readonly signTo?: string;
  readonly signed?: string;
}

export async function vote(
  wanted: bigint | undefined,
  choice: Choice | undefined,
  options: VoteOptions,
): Promise<void> {
  const { signed, signTo } = options;
  if (signed !== undefined) {
    if (wanted !== undefined || options.reason !== undefined)
      throw usage("the ballot in the file says all: leave the proposal, the vote and --reason out");
    await sendBallot(signed, options);
    return;
  }
  if (wanted === undefined || choice === undefined)
    throw usage("name the proposal, then for, against or abstain");
  if (signTo !== undefined) await signTheBallot(wanted, choice, signTo, options);
  else await castVote(wanted, choice, options);
}

const usage = (message: string): CliError =>
  new CliError(message, "add --help for what this command takes, with examples", { code: "usage" });

async function castVote(wanted: bigint, choice: Choice, options: VoteOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { governor } = session.contracts;
  const poll = await openPoll(session, wanted, session.wallet.address);
  const { proposal } = poll;
  const number = choiceNumber(choice);
  const call =
    options.reason === undefined
      ? governor.castVote.populateTransaction(proposal.proposalId, number)
      : governor.castVoteWithReason.populateTransaction(proposal.proposalId, number, options.reason);
  await finish(session, poll, {
    voter: session.wallet.address,
    choice,
    options,
    step: await stepIn(poll, choice, call),
  });
}

const stepIn = (
  { proposal, power }: Poll,
  choice: Choice,
  call: Parameters<typeof stepOf>[1],
  by = "",
): Promise<Step> =>
  stepOf(`vote ${wordOf(choice)} proposal ${proposal.number}${by} with ${votesIn(power)}`, call);

const wordOf = (choice: Choice): string => (choice === "abstain" ? "abstain on" : choice);

interface Poll {
  readonly proposal: Proposal;
  readonly standing: Standing;
  /** Votes that count for the voter. */
  readonly power: bigint;
}

/** @throws CliError `voting-not-begun`, `voting-over`, `governor-already-cast-vote`, `no-voting-power` */
async function openPoll(session: SigningSession, wanted: bigint, voter: string): Promise<Poll> {
  const { governor } = session.contracts;
  const proposal = await proposalOf(session, wanted);
  const standing = await standingOf(session, proposal);
  requireActive(proposal, standing);
  if (await governor.hasVoted(proposal.proposalId, voter))
    throw new CliError(
      `${voter} has voted on proposal ${proposal.number}`,
      "a vote cannot be changed; `icn gov show` says how the proposal stands",
      { code: "governor-already-cast-vote" },
    );
  const power = await governor.getVotes(voter, proposal.snapshotAt);
  if (power === 0n) throw await withoutPower(session, proposal, voter);
  return { proposal, standing, power };
}

function requireActive({ number, snapshotAt }: Proposal, { state, deadlineAt }: Standing): void {
  if (state === "active") return;
  if (state === "pending")
    throw new CliError(
      `voting on proposal ${number} begins ${formatTime(snapshotAt + 1)}`,
      "vote then; until then `icn votes delegate` decides who votes with your ICNT",
      { code: "voting-not-begun", exitCode: EXIT.tryAgain },
    );
  throw new CliError(
    `proposal ${number} ${stateWords(state)}: ${state === "canceled" ? "there is no vote on it" : `voting ended ${formatTime(deadlineAt)}`}`,
    "`icn gov list` shows what is voted on",
    { code: "voting-over" },
  );
}

async function withoutPower(session: SigningSession, proposal: Proposal, voter: string): Promise<CliError> {
  const votes = await votesOf(session, voter);
  return new CliError(
    `${voter} had no votes at ${formatTime(proposal.snapshotAt)}, when those of proposal ${proposal.number} were counted; ${whereabouts(votes)}`,
    "what is delegated after that does not count; `icn votes delegate self` makes it count on the next proposal",
    { code: "no-voting-power" },
  );
}

interface Cast {
  readonly voter: string;
  readonly choice: Choice;
  readonly step: Step;
  readonly options: VoteOptions;
}

async function finish(session: SigningSession, poll: Poll, cast: Cast): Promise<void> {
  const { proposal, standing, power } = poll;
  const { voter, choice, step, options } = cast;
  const preview = await previewOfProposal(session, proposal, standing);
  const plan: Plan = {
    steps: [step],
    watched: await tallyOf(session.contracts, proposal),
    about: {
      json: { number: proposal.number, title: titleOf(proposal), ...viewJson(preview) },
      words: `Proposal ${proposal.number}: ${titleOf(proposal)}\n${viewWords(preview)}`,
    },
  };
  await carryOut(session, plan, options, async () => {
    const { now } = await readCalendar(session);
    const after = await standingOf(session, proposal);
    const { number, proposalId } = proposal;
    return {
      json: { number, proposalId, voter, support: choice, votesWei: power, state: after.state },
      words: `${voter} voted ${wordOf(choice)} proposal ${number} with ${votesIn(power)}. Next: ${after.state === "active" ? `voting ends ${formatTime(after.deadlineAt)}` : nextOf(proposal, after, now).what}.`,
    };
  });
}

/** For, against and abstain, before and after. */
async function tallyOf({ governor }: Contracts, { proposalId }: Proposal): Promise<Watched[]> {
  const to = await governor.getAddress();
  const data = governor.interface.encodeFunctionData("proposalVotes", [proposalId]);
  return (["against", "for", "abstain"] as const).map((name, place) => ({
    ...{ name: `${name}Wei`, label: `votes ${name}`, to, data },
    parse: (returned) => BigInt(governor.interface.decodeFunctionResult("proposalVotes", returned).at(place)),
    format: (wei) => votesIn(BigInt(wei)),
  }));
}

/** Needs no coin: whoever gets the file sends it. */
async function signTheBallot(
  wanted: bigint,
  choice: Choice,
  file: string,
  options: VoteOptions,
): Promise<void> {
  requireFree(file);
  const session = await openSigningSession(options);
  const { proposal, power } = await openPoll(session, wanted, session.wallet.address);
  const { proposalId, number } = proposal;
  const ballot = await signBallot(session, { proposalId, choice, reason: options.reason ?? "" });
  session.provider.destroy();
  writeSigned(file, ballot);
  printResult(
    options.json === true,
    { file, number, ballot, votesWei: power },
    () =>
      `${file} is a ballot of ${ballot.voter}: ${wordOf(choice)} proposal ${number}, with ${votesIn(power)}. Nothing was sent.\n` +
      `Anyone can send it while voting lasts: icn gov vote --signed ${file}`,
  );
}

async function sendBallot(file: string, options: VoteOptions): Promise<void> {
  const session = await openSigningSession(options);
  const ballot = await readBallot(session, file);
  const poll = await openPoll(session, ballot.proposalId, ballot.voter);
  const step = await stepIn(
    poll,
    ballot.support,
    ballotCall(session, ballot),
    ` in the name of ${ballot.voter}`,
  );
  await finish(session, poll, { voter: ballot.voter, choice: ballot.support, step, options });
}

function ballotCall({ contracts }: SigningSession, ballot: Ballot) {
  const { governor } = contracts;
  const { proposalId, support, voter, reason, signature } = ballot;
  return reason === ""
    ? governor.castVoteBySig.populateTransaction(proposalId, choiceNumber(support), voter, signature)
    : governor.castVoteWithReasonAndParamsBySig.populateTransaction(
        ...([proposalId, choiceNumber(support), voter, reason, "0x", signature] as const),
      );
}
