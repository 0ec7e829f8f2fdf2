// What happened to a proposal and when, by events of the timelock; by the Governor's of one that was never queued.
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
}

const EVENTS = { CallScheduled: "queued", CallExecuted: "executed", Cancelled: "canceled" } as const;

/** In the order in which they came. */
export async function milestonesOf(session: Session, proposal: Proposal): Promise<Milestone[]> {
  const { timelock } = session.contracts;
  const { block: from, transaction } = proposal;
  const names = Object.keys(EVENTS) as (keyof typeof EVENTS)[];
  const topics = names.map((name) => timelock.interface.getEvent(name).topicHash);
  const operation = await operationOf(session, proposal);
  const logs = await logsOf(session, timelock, [topics, operation], { from });
  const queue = logs.filter(isFirst).map((log) => {
    const name = names[topics.indexOf(log.topics[0] ?? "")];
    if (name === undefined) throw badAnswer("the JSON-RPC tells of events that were not asked for");
    return { what: EVENTS[name], ...placeOf(log) };
  });
  const early = queue.length > 0 ? [] : await cancelledEarly(session, proposal);
  const all = [{ what: "made" as const, block: from, transaction }, ...queue, ...early];
  return Promise.all(
    all.map(async (one) => ({ ...one, at: await timeOfBlock(session.provider, one.block) })),
  );
}

/** Of the events that there are of every call of an operation the first one's. */
const isFirst = ({ topics: [, , place] }: EventLog | Log): boolean =>
  place === undefined || BigInt(place) === 0n;

/** Before it was queued, so that the timelock knows nothing of it. */
async function cancelledEarly(session: Session, { block: from, proposalId }: Proposal) {
  const { governor } = session.contracts;
  const logs = await logsOf(session, governor, governor.filters.ProposalCanceled(), { from });
  return logs
    .filter(({ data }) => data !== "0x" && BigInt(data) === proposalId)
    .map((log) => ({ what: "canceled" as const, ...placeOf(log) }));
}

const placeOf = ({ blockNumber: block, transactionHash: transaction }: EventLog | Log) => ({
  block,
  transaction,
});
