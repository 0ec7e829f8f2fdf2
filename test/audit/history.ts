// What the events say happened, as plain tables.
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

export interface CurvePoint {
  readonly xPpm: bigint;
  readonly yPpm: bigint;
}

export interface Economics {
  readonly attesterSharePpm: bigint;
  readonly stakeFloor: bigint;
  readonly bondFactor: bigint;
  readonly stakePerUnit: bigint;
}

export interface Rules {
  readonly economics: Economics;
  readonly measurement: {
    readonly measuredBucketsMin: bigint;
    readonly latencyBucketsMin: bigint;
    readonly staleEpochsPaid: bigint;
    readonly paidConclusivePpm: bigint;
  };
  readonly availabilityCurve: readonly CurvePoint[];
  readonly latencyCurve: readonly CurvePoint[];
}

export interface Report {
  readonly rulesHash: string;
  readonly previousLedgerRoot: string;
  readonly ledgerRoot: string;
  readonly nodeCount: bigint;
  readonly paidMask: bigint;
}

export interface History {
  readonly registeredFrom: Map<bigint, bigint>;
  readonly terms: Map<bigint, Terms[]>;
  readonly positions: Map<bigint, Position>;
  readonly committees: { effectiveFrom: bigint; members: bigint[] }[];
  readonly rules: { effectiveFrom: bigint; hash: string; rules: Rules }[];
  /** The last report of each epoch. */
  readonly reports: Map<bigint, { report: Report; roots: { attester: bigint; root: string }[] }>;
  readonly finalized: Map<bigint, string>;
  readonly accrued: Map<bigint, bigint>;
  readonly claims: Claim[];
  readonly attesterPays: AttesterPay[];
}

/** Arguments of the events of evidence.ts, as ethers decodes them. */
interface Events {
  NodeRegistered: { nodeId: bigint; effectiveFrom: bigint };
  NodeTermsChanged: { nodeId: bigint; effectiveFrom: bigint; status: bigint; terms: Units };
  PositionChanged: Omit<Position, "id" | "node"> & { positionId: bigint; nodeId: bigint };
  CommitteeChanged: { effectiveFrom: bigint; members: { attesterId: bigint }[] };
  RulesScheduled: { rulesHash: string; effectiveFrom: bigint; rules: Rules };
  Reported: { epoch: bigint; report: Report; roots: { attesterId: bigint; root: string }[] };
  Finalized: { epoch: bigint; ledgerRoot: string };
  IndexAccrued: { epoch: bigint; index: bigint };
  Claimed: Omit<Claim, "position"> & { positionId: bigint };
  AttesterPaid: Omit<AttesterPay, "attester"> & { attesterId: bigint };
}

interface Units {
  readonly storageUnits: bigint;
  readonly computeUnits: bigint;
  readonly networkUnits: bigint;
}

const readers: { [Name in keyof Events]: (history: History, args: Events[Name]) => void } = {
  NodeRegistered: (h, a) => h.registeredFrom.set(a.nodeId, a.effectiveFrom),
  NodeTermsChanged: (h, a) => {
    const units = a.terms.storageUnits + a.terms.computeUnits + a.terms.networkUnits;
    const list = h.terms.get(a.nodeId) ?? [];
    list.push({ effectiveFrom: a.effectiveFrom, status: a.status, units });
    h.terms.set(a.nodeId, list);
  },
  PositionChanged: (h, { positionId, nodeId, ...rest }) =>
    h.positions.set(positionId, { id: positionId, node: nodeId, ...rest }),
  CommitteeChanged: (h, a) =>
    h.committees.push({
      effectiveFrom: a.effectiveFrom,
      members: a.members.map((member) => member.attesterId),
    }),
  RulesScheduled: (h, a) =>
    h.rules.push({ effectiveFrom: a.effectiveFrom, hash: a.rulesHash, rules: a.rules }),
  Reported: (h, a) =>
    h.reports.set(a.epoch, {
      report: a.report,
      roots: a.roots.map((root) => ({ attester: root.attesterId, root: root.root })),
    }),
  Finalized: (h, a) => h.finalized.set(a.epoch, a.ledgerRoot),
  IndexAccrued: (h, a) => h.accrued.set(a.epoch, a.index),
  Claimed: (h, { positionId, ...rest }) => h.claims.push({ position: positionId, ...rest }),
  AttesterPaid: (h, { attesterId, ...rest }) => h.attesterPays.push({ attester: attesterId, ...rest }),
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
  for (const { name, args } of logs) {
    const read = readers[name as keyof Events] as ((history: History, args: unknown) => void) | undefined;
    read?.(history, args);
  }
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
