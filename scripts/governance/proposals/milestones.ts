// What happened to a proposal and when, by events of the Governor and the timelock.
import type { EventLog, Log } from "ethers";
import { logsOf, timeOfBlock } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import { badAnswer } from "../../lib/simulate.ts";
import { operationOf, type Proposal } from "./proposals.ts";

export interface Milestone {
  readonly what: "made" | "queued" | "executed" | "canceled";
  readonly block: number;
  readonly transaction: string;
  /** Unix seconds. */
  readonly at: number;
  /** Whether the same happened to no other proposal in that block. */
  readonly alone: boolean;
}

const EVENTS = {
  ProposalQueued: "queued",
  ProposalExecuted: "executed",
  ProposalCanceled: "canceled",
} as const;

/** In the order in which they came. */
export async function milestonesOf(session: Session, proposal: Proposal): Promise<Milestone[]> {
  const { governor, timelock } = session.contracts;
  const { block: from, transaction, proposalId } = proposal;
  const names = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
  const topics = names.map((name) => governor.interface.getEvent(name).topicHash);
  const logs = await logsOf(session, governor, [topics], { from });
  const own = logs.filter(({ data }) => idIn(data) === proposalId);
  const found = own.map((log) => {
    const name = names[topics.indexOf(log.topics[0] ?? "")];
    if (name === undefined) throw badAnswer("the JSON-RPC tells of events that were not asked for");
    return { what: EVENTS[name], ...placeOf(log), alone: isAlone(log, logs) };
  });
  const byVote = found.some(({ what }) => what === "queued")
    ? await logsOf(session, timelock, timelock.filters.Cancelled(await operationOf(session, proposal)), {
        from,
      })
    : [];
  const cancelled = byVote.map((log) => ({ what: "canceled" as const, ...placeOf(log), alone: true }));
  const all = [{ what: "made" as const, block: from, transaction, alone: true }, ...found, ...cancelled];
  return Promise.all(
    all.map(async (one) => ({ ...one, at: await timeOfBlock(session.provider, one.block) })),
  );
}

const placeOf = ({ blockNumber: block, transactionHash: transaction }: EventLog | Log) => ({
  block,
  transaction,
});

/** First field of the Governor's events. */
const idIn = (data: string): bigint | undefined =>
  data.length < 2 + 64 ? undefined : BigInt(data.slice(0, 2 + 64));

const isAlone = (log: EventLog | Log, logs: readonly (EventLog | Log)[]): boolean =>
  logs.every(
    (other) => other === log || other.blockNumber !== log.blockNumber || other.topics[0] !== log.topics[0],
  );
