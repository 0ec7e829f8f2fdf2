// Proposals as the Governor's events and views tell them, numbered in the order of their creation.
import { AbiCoder, keccak256, type Log, toBeHex, toUtf8String, Utf8ErrorFuncs } from "ethers";
import { z } from "zod";
import { logsOf } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import { PROPOSAL_STATES, type ProposalState } from "../../lib/decode/words.ts";
import { CliError } from "../../lib/errors.ts";
import { badAnswer } from "../../lib/simulate.ts";
import { readCalendar } from "../../node/calendar.ts";
import type { Call } from "../calls/decode.ts";

export interface Proposal {
  /** From 1, in the order of creation. */
  readonly number: number;
  /** In which it was made. */
  readonly block: number;
  readonly transaction: string;
  readonly proposalId: bigint;
  readonly proposer: string;
  readonly calls: readonly Call[];
  readonly description: string;
  readonly descriptionHash: string;
  /** Unix seconds whose votes count, and at which voting begins. */
  readonly snapshotAt: number;
}

/**
 * ProposalCreated, its texts as bytes: a proposer may write what is no text, which must break nothing for other readers
 * and be hashed as it is.
 */
const CREATED = [
  ...["uint256", "address", "address[]", "uint256[]", "bytes[]", "bytes[]", "uint256", "uint256", "bytes"],
];

export async function readProposals(session: Session): Promise<Proposal[]> {
  const { governor } = session.contracts;
  const logs = await logsOf(session, governor, governor.filters.ProposalCreated());
  return logs.map((log, place) => proposalIn(log, place + 1));
}

/** From what the event holds. */
export function proposalIn(
  {
    data,
    blockNumber: block,
    transactionHash: transaction,
  }: Pick<Log, "data" | "blockNumber" | "transactionHash">,
  number: number,
): Proposal {
  const [proposalId, proposer, targets, values, , calldatas, snapshot, , description] = created.parse(
    AbiCoder.defaultAbiCoder().decode(CREATED, data).toArray(true),
  );
  const calls = targets.map((target, at) => ({
    ...{ target, value: values[at] ?? 0n, data: calldatas[at] ?? "0x" },
  }));
  return {
    ...{ number, block, transaction, proposalId, proposer, calls, snapshotAt: Number(snapshot) },
    description: toUtf8String(description, Utf8ErrorFuncs.replace),
    descriptionHash: keccak256(description),
  };
}

const texts = z.array(z.string());
const created = z.tuple([
  ...([z.bigint(), z.string(), texts, z.array(z.bigint()), texts, texts] as const),
  ...([z.bigint(), z.bigint(), z.string()] as const),
]);

const LARGEST_NUMBER = 1_000_000;

/** The proposal with that number, or with that id. @throws CliError `unknown-proposal` */
export async function proposalOf(session: Session, wanted: bigint): Promise<Proposal> {
  session.progress("reading the proposals");
  const proposals = await readProposals(session);
  const found = proposals.find(({ number, proposalId }) =>
    wanted < LARGEST_NUMBER ? BigInt(number) === wanted : proposalId === wanted,
  );
  if (found !== undefined) return found;
  const count = proposals.length;
  throw new CliError(
    `there is no proposal ${wanted}: ${count === 0 ? "none was made yet" : `${count} were made`}`,
    "`icn gov list` shows them with their numbers",
    { code: "unknown-proposal" },
  );
}

/** What the Governor's functions take. */
export function callOf({
  calls,
  descriptionHash,
}: Pick<Proposal, "calls" | "descriptionHash">): [string[], bigint[], string[], string] {
  return [
    calls.map(({ target }) => target),
    calls.map(({ value }) => value),
    calls.map(({ data }) => data),
    descriptionHash,
  ];
}

/** Under which the timelock keeps a queued proposal. */
export function operationOf(session: Session, proposal: Proposal): Promise<string> {
  const { contracts, manifest } = session;
  const [targets, values, datas, hash] = callOf(proposal);
  const left = BigInt(manifest.contracts.IcnGovernor.address) << 96n;
  const salt = toBeHex(left ^ BigInt(hash), 32);
  return contracts.timelock.hashOperationBatch(targets, values, datas, toBeHex(0, 32), salt);
}

/** OpenZeppelin's mark: nobody but that account can make a proposal with it. */
const PROPOSER_MARK = /\s*#proposer=0x[0-9a-fA-F]{40}$/;

export const marked = (description: string, proposer: string): string =>
  `${description}\n\n#proposer=${proposer}`;

export const textOf = ({ description }: Pick<Proposal, "description">): string =>
  description.replace(PROPOSER_MARK, "");

/** First line of the description. */
export const titleOf = (proposal: Pick<Proposal, "description">): string =>
  (textOf(proposal).split("\n")[0] ?? "").replace(/^#+ /, "").trim() || "(without a title)";

/** Marked line by line, so that no text passes for what this says itself. */
export function textBelow(proposal: Pick<Proposal, "description">): string {
  const [, ...lines] = textOf(proposal).split("\n");
  const text = lines.join("\n").trim();
  return text === "" ? "" : `\n\n${text.replace(/^/gm, "  | ")}`;
}

const TITLE_LENGTH = 48;

/** For a column. */
export function shortTitleOf(proposal: Pick<Proposal, "description">): string {
  const title = titleOf(proposal);
  return title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH - 1)}…` : title;
}

export interface Tally {
  readonly for: bigint;
  readonly against: bigint;
  readonly abstain: bigint;
  /** For and abstain together must reach it. */
  readonly quorum: bigint;
}

export interface Standing {
  readonly state: ProposalState;
  readonly tally: Tally;
  /** Unix seconds; the deadline is later after a late quorum. */
  readonly deadlineAt: number;
  /** When it can be carried out; undefined unless it is queued. */
  readonly etaAt: number | undefined;
  /** What that was when it was queued. */
  readonly foretoldAt?: number;
}

const SUPPLY_PPM = 1_000_000n;

export async function standingOf(session: Session, proposal: Proposal): Promise<Standing> {
  const { governor, timelock, icnt } = session.contracts;
  const { proposalId, snapshotAt } = proposal;
  const [stateAt, votes, deadline, { now }] = await Promise.all([
    governor.state(proposalId),
    governor.proposalVotes(proposalId),
    governor.proposalDeadline(proposalId),
    readCalendar(session),
  ]);
  const state = PROPOSAL_STATES[Number(stateAt)];
  if (state === undefined) throw badAnswer(`proposal ${proposal.number} is in the unknown state ${stateAt}`);
  const quorum =
    snapshotAt >= now
      ? ((await icnt.totalSupply()) * (await governor["quorumNumerator()"]())) / SUPPLY_PPM
      : await governor.quorum(snapshotAt);
  const isQueued = state === "queued";
  const etaAt = isQueued
    ? Number(await timelock.getTimestamp(await operationOf(session, proposal)))
    : undefined;
  const foretold = isQueued ? { foretoldAt: Number(await governor.proposalEta(proposalId)) } : {};
  const { forVotes, againstVotes, abstainVotes } = votes;
  const tally = { for: forVotes, against: againstVotes, abstain: abstainVotes, quorum };
  return { state, tally, deadlineAt: Number(deadline), etaAt, ...foretold };
}
