// Who voted on a proposal, by the Governor's events.
import { AbiCoder, getAddress, type JsonRpcProvider, type Log, toUtf8String, Utf8ErrorFuncs } from "ethers";
import { z } from "zod";
import { logsOf, timeOfBlock } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import { columns } from "../../lib/output.ts";
import { badAnswer } from "../../lib/simulate.ts";
import type { Proposal } from "../proposals/proposals.ts";
import { votesIn } from "../proposals/standing.ts";
import { CHOICES, type Choice } from "./ballot.ts";

export interface Voter {
  readonly voter: string;
  readonly support: Choice;
  readonly votesWei: bigint;
  /** As it was written, by anybody. */
  readonly reason: string;
}

/** All that voted, most votes first. */
export async function readVoters(
  session: Session,
  { proposalId, block }: Proposal,
  deadlineAt: number,
): Promise<Voter[]> {
  session.progress("reading the votes");
  const { governor } = session.contracts;
  const events = ["VoteCast", "VoteCastWithParams"] as const;
  const topics = events.map((name) => governor.interface.getEvent(name).topicHash);
  const to = await lastBlockBy(session.provider, deadlineAt, block);
  const logs = await logsOf(session, governor, [topics], { from: block, to });
  return votersIn(logs, proposalId);
}

/** Of the votes on all proposals those on one. */
export function votersIn(logs: readonly Pick<Log, "topics" | "data">[], proposalId: bigint): Voter[] {
  return logs
    .map(({ topics, data }) => ({
      topics,
      cast: cast.parse([...AbiCoder.defaultAbiCoder().decode(CAST, data)]),
    }))
    .filter(({ cast: [on] }) => on === proposalId)
    .map(({ topics, cast: [, choice, votesWei, reason] }) => {
      const support = CHOICES[Number(choice)];
      if (support === undefined)
        throw badAnswer(`a vote on proposal ${proposalId} is of the unknown kind ${choice}`);
      const voter = getAddress(`0x${topics[1]?.slice(-40)}`);
      return { voter, support, votesWei, reason: toUtf8String(reason, Utf8ErrorFuncs.replace) };
    })
    .sort((one, other) => Number(other.votesWei > one.votesWei) - Number(other.votesWei < one.votesWei));
}

/** What both events begin with, the reason as bytes: a voter may write what is no text. */
const CAST = ["uint256", "uint8", "uint256", "bytes"];
const cast = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.string()]);

/** The last block from `first` on that is not later than a time, in Unix seconds. */
export async function lastBlockBy(
  provider: Pick<JsonRpcProvider, "getBlock" | "getBlockNumber">,
  timestamp: number,
  first: number,
): Promise<number> {
  const isBy = async (number: number): Promise<boolean> => (await timeOfBlock(provider, number)) <= timestamp;
  let [by, after] = [first, (await provider.getBlockNumber()) + 1];
  if (await isBy(after - 1)) return after - 1;
  while (after - by > 1) {
    const middle = Math.floor((by + after) / 2);
    if (await isBy(middle)) by = middle;
    else after = middle;
  }
  return by;
}

/** Of a list that people read. */
const SHOWN = 20;
const REASON_LENGTH = 100;

/** The largest, a line each, and how many more there are. */
export function votersWords(voters: readonly Voter[]): string {
  if (voters.length === 0) return "Nobody has voted.";
  const rows = voters.slice(0, SHOWN).map(({ voter, support, votesWei, reason }) => {
    const short = reason.length > REASON_LENGTH ? `${reason.slice(0, REASON_LENGTH - 1)}…` : reason;
    // Quoted, so that it ends where it ends.
    return [voter, support, votesIn(votesWei), reason === "" ? "" : JSON.stringify(short)];
  });
  const more = voters.length - rows.length;
  const rest = more === 0 ? [] : [`and ${more} more with fewer votes: --json lists all`];
  return ["Who voted:", ...columns(rows), ...rest].join("\n");
}
