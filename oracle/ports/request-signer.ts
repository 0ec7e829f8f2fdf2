import type { Hex } from "../domain/types.ts";

/** Signs requests to nodes with the attester's signing key; statements of the protocol go through the signing ledger instead. */
export interface RequestSigner {
  /** A 64-byte ERC-2098 signature of a 32-byte digest. */
  sign(digest: Hex): Hex | Promise<Hex>;
}
