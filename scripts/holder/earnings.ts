// What an account earned so far, from the events of NodeRewards: own stake, commission as an operator, attester pay.
import { EventLog } from "ethers";
import type { Session } from "../lib/command.ts";
import { logsOf } from "./logs.ts";

export interface Earning {
  readonly kind: "stake" | "commission" | "attester";
  /** First and last epoch that it pays for. */
  readonly fromEpoch: number;
  readonly throughEpoch: number;
  readonly nodeId: number | null;
  /** Of a commission: the position whose owner paid it. */
  readonly positionId: number | null;
  readonly attesterId: number | null;
  /** What the account got, in wei. */
  readonly payWei: bigint;
  /** What the operator kept of the position's pay. */
  readonly commissionWei: bigint;
  readonly recipient: string;
  readonly tx: string;
  /** Unix seconds. */
  readonly paidAt: number;
}

interface Found extends Omit<Earning, "paidAt"> {
  readonly place: Place;
}

/** Where in the chain something happened. */
interface Place {
  readonly block: number;
  readonly log: number;
}

const BEGINNING: Place = { block: 0, log: -1 };

/** All that an account earned, in chain order. */
export async function earningsOf(session: Session, account: string): Promise<Earning[]> {
  const found = [
    ...(await stakePay(session, account)),
    ...(await commissions(session, account)),
    ...(await attesterPay(session, account)),
  ].sort((a, b) => (isBefore(a.place, b.place) ? -1 : 1));
  const blocks = [...new Set(found.map(({ place }) => place.block))];
  const times = new Map(
    await Promise.all(
      blocks.map(async (block) => [block, (await session.provider.getBlock(block))?.timestamp ?? 0] as const),
    ),
  );
  return found.map(({ place, ...earning }) => ({ ...earning, paidAt: times.get(place.block) ?? 0 }));
}

const isBefore = (a: Place, b: Place): boolean => a.block < b.block || (a.block === b.block && a.log < b.log);

const placeOf = ({ blockNumber, index }: EventLog): Place => ({ block: blockNumber, log: index });

async function eventsOf(...[session, contract, filter]: Parameters<typeof logsOf>): Promise<EventLog[]> {
  const logs = await logsOf(session, contract, filter);
  return logs.filter((log) => log instanceof EventLog);
}

async function stakePay(session: Session, account: string): Promise<Found[]> {
  const { rewards } = session.contracts;
  const events = await eventsOf(session, rewards, rewards.filters.Claimed(undefined, undefined, account));
  return events.map((event) => {
    const { commission, recipient, ...rest } = claimedOf(event);
    return { kind: "stake", ...rest, commissionWei: commission, payWei: rest.whole - commission, recipient };
  });
}

function claimedOf(event: EventLog) {
  const { args } = event;
  return {
    fromEpoch: Number(args["from"]),
    throughEpoch: Number(args["through"]),
    nodeId: Number(args["nodeId"]),
    positionId: Number(args["positionId"]),
    attesterId: null,
    whole: BigInt(args["pay"]),
    commission: BigInt(args["commission"]),
    recipient: String(args["recipient"]),
    tx: event.transactionHash,
    place: placeOf(event),
  };
}

/** A node that the account operates, or did for a while. */
interface Operated {
  readonly nodeId: number;
  readonly from: Place;
  readonly until: Place | undefined;
}

async function commissions(session: Session, account: string): Promise<Found[]> {
  const { rewards } = session.contracts;
  const recipientAt = await recipientHistory(session, account);
  const found: Found[] = [];
  for (const { nodeId, from, until } of await operatedBy(session, account)) {
    const events = await eventsOf(session, rewards, rewards.filters.Claimed(undefined, nodeId));
    for (const { whole: _, commission, ...rest } of events.map(claimedOf)) {
      const { place } = rest;
      const isOurs = isBefore(from, place) && (until === undefined || isBefore(place, until));
      if (!isOurs || commission === 0n) continue;
      const recipient = recipientAt(place);
      found.push({ ...rest, kind: "commission", payWei: commission, commissionWei: commission, recipient });
    }
  }
  return found;
}

async function operatedBy(session: Session, account: string): Promise<Operated[]> {
  const { registry } = session.contracts;
  const [registered, taken, given] = await Promise.all([
    eventsOf(session, registry, registry.filters.NodeRegistered(undefined, account)),
    eventsOf(session, registry, registry.filters.OperatorChanged(undefined, undefined, account)),
    eventsOf(session, registry, registry.filters.OperatorChanged(undefined, account)),
  ]);
  const ends = given.map((event) => ({ nodeId: Number(event.args["nodeId"]), place: placeOf(event) }));
  return [...registered, ...taken].map((event) => {
    const [nodeId, from] = [Number(event.args["nodeId"]), placeOf(event)];
    const until = ends.find((end) => end.nodeId === nodeId && isBefore(from, end.place))?.place;
    return { nodeId, from, until };
  });
}

/** Where the account's pay went at a place of the chain. */
async function recipientHistory(session: Session, account: string): Promise<(place: Place) => string> {
  const { rewards } = session.contracts;
  const events = await eventsOf(session, rewards, rewards.filters.RecipientChanged(account));
  const changes = [
    { place: BEGINNING, recipient: account },
    ...events.map((event) => {
      const recipient = String(event.args["recipient"]);
      return { place: placeOf(event), recipient: BigInt(recipient) === 0n ? account : recipient };
    }),
  ];
  return (place) => changes.findLast((change) => isBefore(change.place, place))?.recipient ?? account;
}

async function attesterPay(session: Session, account: string): Promise<Found[]> {
  const { committee, rewards } = session.contracts;
  const count = Number(await committee.attesterCount());
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  const attesters = await Promise.all(ids.map((id) => committee.attesterOf(id)));
  const owned = ids.filter((_, index) => attesters[index]?.owner.toLowerCase() === account.toLowerCase());
  const events = await Promise.all(
    owned.map((id) => eventsOf(session, rewards, rewards.filters.AttesterPaid(id))),
  );
  return events.flat().map((event) => ({
    kind: "attester",
    fromEpoch: Number(event.args["from"]),
    throughEpoch: Number(event.args["until"]) - 1,
    nodeId: null,
    positionId: null,
    attesterId: Number(event.args["attesterId"]),
    payWei: BigInt(event.args["pay"]),
    commissionWei: 0n,
    recipient: String(event.args["recipient"]),
    tx: event.transactionHash,
    place: placeOf(event),
  }));
}
