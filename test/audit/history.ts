// What the events say happened, as plain tables.
import type { Result } from "ethers";
import type { Log } from "./evidence.ts";

export interface Position {
  readonly id: bigint;
  readonly node: bigint;
  readonly owner: string;
  readonly bond: boolean;
  readonly amount: bigint;
  readonly from: bigint;
  readonly to: bigint;
  readonly commissionPpm: bigint;
}

export interface Terms {
  readonly effectiveFrom: bigint;
  readonly status: bigint;
  readonly units: bigint;
}

export interface Claim {
  readonly position: bigint;
  readonly from: bigint;
  readonly through: bigint;
  readonly pay: bigint;
  readonly commission: bigint;
}

export interface AttesterPay {
  readonly attester: bigint;
  readonly from: bigint;
  readonly until: bigint;
  readonly pay: bigint;
}

export interface History {
  readonly registeredFrom: Map<bigint, bigint>;
  readonly terms: Map<bigint, Terms[]>;
  readonly positions: Map<bigint, Position>;
  readonly committees: { effectiveFrom: bigint; members: bigint[] }[];
  readonly rules: { effectiveFrom: bigint; hash: string; rules: Result }[];
  /** The last report of each epoch. */
  readonly reports: Map<bigint, { report: Result; roots: { attester: bigint; root: string }[] }>;
  readonly finalized: Map<bigint, string>;
  readonly accrued: Map<bigint, bigint>;
  readonly claims: Claim[];
  readonly attesterPays: AttesterPay[];
}

const readers: Record<string, (history: History, args: Result) => void> = {
  NodeRegistered: (h, a) => h.registeredFrom.set(a.nodeId, a.effectiveFrom),
  NodeTermsChanged: (h, a) => {
    const units = a.terms.storageUnits + a.terms.computeUnits + a.terms.networkUnits;
    const list = h.terms.get(a.nodeId) ?? [];
    list.push({ effectiveFrom: a.effectiveFrom, status: a.status, units });
    h.terms.set(a.nodeId, list);
  },
  PositionChanged: (h, a) =>
    h.positions.set(a.positionId, {
      id: a.positionId,
      node: a.nodeId,
      owner: a.owner,
      bond: a.bond,
      amount: a.amount,
      from: a.from,
      to: a.to,
      commissionPpm: a.commissionPpm,
    }),
  CommitteeChanged: (h, a) =>
    h.committees.push({
      effectiveFrom: a.effectiveFrom,
      members: a.members.map((member: Result) => member.attesterId),
    }),
  RulesScheduled: (h, a) =>
    h.rules.push({ effectiveFrom: a.effectiveFrom, hash: a.rulesHash, rules: a.rules }),
  Reported: (h, a) =>
    h.reports.set(a.epoch, {
      report: a.report,
      roots: a.roots.map((root: Result) => ({ attester: root.attesterId, root: root.root })),
    }),
  Finalized: (h, a) => h.finalized.set(a.epoch, a.ledgerRoot),
  IndexAccrued: (h, a) => h.accrued.set(a.epoch, a.index),
  Claimed: (h, a) =>
    h.claims.push({
      position: a.positionId,
      from: a.from,
      through: a.through,
      pay: a.pay,
      commission: a.commission,
    }),
  AttesterPaid: (h, a) =>
    h.attesterPays.push({ attester: a.attesterId, from: a.from, until: a.until, pay: a.pay }),
};

export function historyOf(logs: readonly Log[]): History {
  const history: History = {
    registeredFrom: new Map(),
    terms: new Map(),
    positions: new Map(),
    committees: [],
    rules: [],
    reports: new Map(),
    finalized: new Map(),
    accrued: new Map(),
    claims: [],
    attesterPays: [],
  };
  for (const { name, args } of logs) readers[name]?.(history, args);
  return history;
}

/** The last entry in force at an epoch's start. */
export function inForce<T extends { effectiveFrom: bigint }>(
  entries: readonly T[],
  epoch: bigint,
): T | undefined {
  return entries.filter((entry) => entry.effectiveFrom <= epoch).at(-1);
}

const spans = (position: Position, epoch: bigint): boolean => position.from <= epoch && epoch < position.to;

export function stakeOf(history: History, node: bigint, epoch: bigint): { stake: bigint; bond: bigint } {
  let stake = 0n;
  let bond = 0n;
  for (const position of history.positions.values()) {
    if (position.node !== node || !spans(position, epoch)) continue;
    stake += position.amount;
    if (position.bond) bond += position.amount;
  }
  return { stake, bond };
}

export function totalStakeOf(history: History, epoch: bigint): bigint {
  let total = 0n;
  for (const position of history.positions.values()) if (spans(position, epoch)) total += position.amount;
  return total;
}
