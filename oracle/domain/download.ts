import { createCipheriv } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2";
import { fromHex, toHex } from "./hashing.ts";
import type { ProbeSlot } from "./plan.ts";
import { prf } from "./prf.ts";
import type { Hex } from "./types.ts";

/** Nonce of the slot's download: nobody without the secret can prepare for it. */
export function downloadNonce(secret: Uint8Array, { nodeId, epoch, bucket }: ProbeSlot): Hex {
  return toHex(prf(secret, "download", nodeId, epoch, bucket));
}

/** What a node serves for a nonce (docs/wire.md): the key stream of AES-256 in counter mode. */
export function downloadContent(nonce: Hex, bytes: number): Uint8Array {
  const key = sha256.create().update("icn-download-1").update(fromHex(nonce, 32)).digest();
  return createCipheriv("aes-256-ctr", key, new Uint8Array(16)).update(new Uint8Array(bytes));
}
