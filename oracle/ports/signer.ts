import type { Hex } from "../domain/types.ts";

/** An attester's signing key. */
export interface Signer {
  /** Address of the key, lower case. */
  readonly address: Hex;
  /** Deterministic ECDSA signature (RFC 6979, low s) of a digest, in ERC-2098 form: 64 bytes. */
  sign(digest: Hex): Hex;
}
