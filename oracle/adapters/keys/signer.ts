import { addressOfKey, signDigest } from "../../domain/signatures.ts";
import type { Signer } from "../../ports/signer.ts";

/** Signs with a private key of 32 bytes that stays in this closure. */
export function createSigner(privateKey: Uint8Array): Signer {
  return { address: addressOfKey(privateKey), sign: (digest) => signDigest(digest, privateKey) };
}
