import type { ChainState } from "../domain/chain-state.ts";
import type { Hex } from "../domain/types.ts";

export interface ChainHead {
  readonly number: number;
  readonly hash: Hex;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** The contract's answer to: may I report now, what, and under whom? */
export interface Duty {
  /** The epoch to report next, or the one whose report waits for its finality. */
  readonly epoch: number;
  readonly status: "none" | "reported" | "finalized";
  readonly generation: number;
  readonly committeeId: number;
  readonly rulesHash: Hex;
  readonly previousLedgerRoot: Hex;
  readonly nodeCount: number;
  /** Unix seconds; null if the pending epoch was not vetoed. */
  readonly vetoedAt: number | null;
  /** Unix seconds; null without a pending report. */
  readonly finalizableAt: number | null;
  /** Unix seconds until which no report is taken or made final; 0 before the first pause. */
  readonly pausedUntil: number;
}

/** All of one block. */
export interface ChainSnapshot {
  readonly head: ChainHead;
  /** Everything the events up to the head say. */
  readonly state: ChainState;
  readonly duty: Duty;
}

export interface Chain {
  /**
   * Follows the chain to its present head.
   * @throws OracleError `rpc-failed`, `rpc-disagree` (retryable) or `chain-wrong`.
   */
  sync(signal: AbortSignal): Promise<ChainSnapshot>;
}
