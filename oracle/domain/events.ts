import type { EpochReport, Hex, Member, NodeStatus, NodeTerms, ObservationRoot, Rules } from "./types.ts";

/** Where in the chain an event stands. */
export interface EventOrigin {
  readonly blockNumber: number;
  /** Unix seconds. */
  readonly blockTimestamp: number;
  readonly logIndex: number;
  readonly transactionHash: Hex;
}

/**
 * The contracts' events that the oracle reads, decoded; names and fields as in contracts/interfaces. What carries
 * `effectiveFrom` acts from that epoch's start and replaces what an earlier event said of this epoch and later ones.
 */
export type ProtocolEvent = { readonly origin: EventOrigin } & (
  | RegistryEvent
  | StakingEvent
  | CommitteeEvent
  | RulesEvent
  | ReportEvent
);

export type RegistryEvent =
  | {
      readonly type: "NodeRegistered";
      readonly nodeId: number;
      readonly operator: Hex;
      readonly effectiveFrom: number;
    }
  | {
      readonly type: "NodeTermsChanged";
      readonly nodeId: number;
      readonly effectiveFrom: number;
      readonly status: NodeStatus;
      readonly terms: NodeTerms;
    }
  | {
      readonly type: "NodeKeyChanged";
      readonly nodeId: number;
      readonly effectiveFrom: number;
      readonly nodeKey: Hex;
    }
  | {
      readonly type: "NodeEndpointChanged";
      readonly nodeId: number;
      readonly effectiveFrom: number;
      readonly endpoint: string;
    };

export type StakingEvent =
  | ({ readonly type: "PositionChanged" } & StakePosition)
  | {
      readonly type: "StakeCheckpointed";
      readonly nodeId: number;
      readonly effectiveFrom: number;
      readonly stake: bigint;
      readonly bond: bigint;
      readonly totalStake: bigint;
    };

/** Stake of one owner on one node over the epochs [from, to). */
export interface StakePosition {
  readonly positionId: number;
  readonly nodeId: number;
  readonly owner: Hex;
  /** Whether it is the operator's bond. */
  readonly bond: boolean;
  readonly amount: bigint;
  readonly from: number;
  /** Null while nobody closed it. */
  readonly to: number | null;
  readonly commissionPpm: number;
}

export type CommitteeEvent =
  | { readonly type: "AttesterAdmitted"; readonly attesterId: number; readonly owner: Hex }
  | { readonly type: "BoxKeyChanged"; readonly attesterId: number; readonly boxKey: Hex }
  | { readonly type: "AttesterEndpointChanged"; readonly attesterId: number; readonly endpoint: string }
  | {
      readonly type: "CommitteeChanged";
      readonly committeeId: number;
      readonly effectiveFrom: number;
      readonly members: readonly Member[];
    };

export interface RulesEvent {
  readonly type: "RulesScheduled";
  readonly rulesHash: Hex;
  readonly effectiveFrom: number;
  readonly rules: Rules;
}

export type ReportEvent =
  | {
      readonly type: "Reported";
      readonly report: EpochReport;
      readonly roots: readonly ObservationRoot[];
      /** Bitmap of the seats that signed. */
      readonly signers: bigint;
      readonly submitter: Hex;
    }
  | {
      readonly type: "Vetoed";
      readonly epoch: number;
      readonly generation: number;
      readonly guardian: Hex;
      readonly reason: string;
    }
  | { readonly type: "Finalized"; readonly epoch: number; readonly ledgerRoot: Hex };
