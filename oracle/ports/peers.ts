import type { Signed } from "../domain/slots.ts";
import type { Hex } from "../domain/types.ts";

/** What one attester shows of an epoch; the schema is checked, the signatures are not. */
export interface PeerStatements {
  readonly epoch: number;
  /** Who signed what is shown. */
  readonly attesterId: number;
  readonly statements: readonly Signed[];
}

/** Why a peer's answer is of no use. Closed: it labels a metric. */
export const PEER_FAULTS = ["unreachable", "timeout", "status", "oversized", "malformed"] as const;
export type PeerFault = (typeof PEER_FAULTS)[number];

/** The other attesters. Every failure is an OracleError `peer-…` with one of PEER_FAULTS, and harms nobody else. */
export interface Peers {
  /** All that the peer signed for an epoch, or, with `author`, what it holds of another. */
  statements(
    endpoint: string,
    epoch: number,
    author: number | undefined,
    signal: AbortSignal,
  ): Promise<PeerStatements>;
  /** A bundle; undefined if the peer does not hold it, or does not show it yet. */
  bundle(
    endpoint: string,
    epoch: number,
    root: Hex,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined>;
}
