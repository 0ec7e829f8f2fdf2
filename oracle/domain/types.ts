/** Hex string with 0x, lower case. */
export type Hex = `0x${string}`;

/** Ids, epochs, buckets and views are safe integers; amounts, indices and bit masks are bigint. */

/** One attester's aggregate of one node and epoch. */
export interface Observation {
  readonly nodeId: number;
  /** Bit i = bucket i; set only where conclusive. */
  readonly okBits: bigint;
  readonly conclusiveBits: bigint;
  /** Worst service's p95 over its objective, rounded up, at most 2^32 − 1; 0 = no latency was measured. */
  readonly latencyRatioPpm: number;
  /** Own canaries lost or altered. */
  readonly integrityFailures: number;
}

export interface ObservationRoot {
  readonly attesterId: number;
  readonly root: Hex;
}

/** A leaf of the ledger; field order is the ABI order. */
export interface LedgerLeaf {
  readonly nodeId: number;
  readonly upBuckets: bigint;
  readonly downBuckets: bigint;
  readonly measuredEpochs: bigint;
  readonly scoreSumPpm: bigint;
  readonly lastScorePpm: number;
  readonly staleEpochs: number;
  readonly rewardIndex: bigint;
}

export interface EpochReport {
  readonly epoch: number;
  readonly generation: number;
  readonly viewNumber: number;
  readonly committeeId: number;
  readonly rulesHash: Hex;
  readonly observationsHash: Hex;
  readonly previousLedgerRoot: Hex;
  readonly ledgerRoot: Hex;
  readonly nodeCount: number;
  readonly paidMask: number;
}

export interface CurvePoint {
  readonly xPpm: number;
  readonly yPpm: number;
}

/** Objective of a service for nodes of a class; class 0 stands for every class without one of its own. */
export interface LatencyTarget {
  readonly nodeClass: number;
  /** One of SERVICE_BITS. */
  readonly service: number;
  readonly targetMs: number;
}

/** Mirror of contracts/types/Rules.sol. */
export interface Rules {
  readonly algorithmVersion: number;
  readonly economics: {
    readonly attesterSharePpm: number;
    readonly stakeFloor: bigint;
    readonly bondFactor: number;
    readonly stakePerUnit: bigint;
  };
  readonly measurement: {
    readonly measuredBucketsMin: number;
    readonly latencyBucketsMin: number;
    readonly staleEpochsPaid: number;
    readonly assignedAttesters: number;
    readonly storageBucketInterval: number;
    readonly networkBucketInterval: number;
    readonly computeBucketInterval: number;
    readonly networkBytes: number;
    readonly paidConclusivePpm: number;
  };
  readonly timing: {
    readonly commitPpm: number;
    readonly revealPpm: number;
    readonly viewTimeoutPpm: number;
  };
  /** Strictly ascending by (nodeClass, service). */
  readonly latencyTargets: readonly LatencyTarget[];
  readonly availabilityCurve: readonly CurvePoint[];
  readonly latencyCurve: readonly CurvePoint[];
}

export interface Member {
  readonly attesterId: number;
  readonly signingKey: Hex;
}

/** Order of contracts/types/Nodes.sol. */
export const NODE_STATUSES = ["none", "registered", "active", "maintenance", "exiting", "exited"] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];

/** What a node can sell, with its bit in `NodeTerms.services`. */
export const SERVICE_BITS = { storage: 1, compute: 2, network: 4 } as const;
export type Service = keyof typeof SERVICE_BITS;
export const SERVICES = ["storage", "compute", "network"] as const satisfies readonly Service[];

export interface NodeTerms {
  readonly nodeClass: number;
  /** Union of SERVICE_BITS. */
  readonly services: number;
  /** Two letters. */
  readonly country: string;
  readonly storageUnits: number;
  readonly computeUnits: number;
  readonly networkUnits: number;
  readonly commissionPpm: number;
}

/** A node as in force at an epoch's start. */
export interface NodeView {
  readonly nodeId: number;
  readonly status: NodeStatus;
  readonly terms: NodeTerms;
  readonly nodeKey: Hex;
  readonly endpoint: string;
  readonly stake: bigint;
  readonly bond: bigint;
  readonly limit: bigint;
}

/** All that an epoch's measuring and computing read from the chain. */
export interface EpochContext {
  readonly epoch: number;
  /** Unix seconds. */
  readonly startAt: number;
  readonly endAt: number;
  readonly rulesHash: Hex;
  readonly rules: Rules;
  readonly committeeId: number;
  readonly members: readonly Member[];
  /** Nodes 1 … nodeCount, in order. */
  readonly nodes: readonly NodeView[];
  /** A(e) and A(e−1), scaled by 10^27. */
  readonly index: bigint;
  readonly previousIndex: bigint;
}
