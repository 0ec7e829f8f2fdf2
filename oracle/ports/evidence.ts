import type { Hex } from "../domain/types.ts";
import type { PeerStatements } from "./peers.ts";

/** What an attester shows to everyone. */
export interface Evidence {
  /** Statements held of an author (by default this attester) for an epoch. */
  statements(epoch: number, author: number | undefined): PeerStatements;
  /** The bundle with that root, "early" before the epoch's commit deadline, undefined if it is not held. */
  bundle(epoch: number, root: Hex): Uint8Array | "early" | undefined;
}

export interface Readiness {
  readonly ready: boolean;
  /** Why not; empty when ready. */
  readonly reasons: readonly string[];
}
