import { secp256k1 } from "@noble/curves/secp256k1";
import { fromHex, keccak256, toHex } from "./hashing.ts";
import type { Hex } from "./types.ts";

const SIGNATURE = /^0x[0-9a-f]{128}$/;
/** ERC-2098: the parity of y is the highest bit of s, which a low s leaves free. */
const PARITY = 0x80;
const S_AT = 32;

/** Deterministic ECDSA signature (RFC 6979, low s) of a digest in ERC-2098 form: 64 bytes. */
export function signDigest(digest: Hex, privateKey: Uint8Array): Hex {
  const signature = secp256k1.sign(fromHex(digest, 32), privateKey, { lowS: true });
  const compact = signature.toCompactRawBytes();
  compact[S_AT] = (compact[S_AT] ?? 0) | (signature.recovery === 1 ? PARITY : 0);
  return toHex(compact);
}

/**
 * Address, lower case, whose key signed the digest; undefined if the signature is malformed (upper-case hex included),
 * has a high s or recovers to nothing.
 */
export function recoverAddress(digest: Hex, signature: Hex): Hex | undefined {
  if (!SIGNATURE.test(signature)) return undefined;
  const compact = fromHex(signature);
  const high = compact[S_AT] ?? 0;
  compact[S_AT] = high & ~PARITY;
  try {
    const parsed = secp256k1.Signature.fromCompact(compact).addRecoveryBit(high >> 7);
    if (parsed.hasHighS()) return undefined;
    return publicKeyAddress(parsed.recoverPublicKey(fromHex(digest, 32)).toRawBytes(false));
  } catch {
    return undefined;
  }
}

/** Address of a private key, lower case. */
export function addressOfKey(privateKey: Uint8Array): Hex {
  return publicKeyAddress(secp256k1.getPublicKey(privateKey, false));
}

function publicKeyAddress(uncompressed: Uint8Array): Hex {
  return toHex(keccak256(uncompressed.subarray(1)).subarray(12));
}
