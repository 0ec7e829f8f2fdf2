import { createHmac } from "node:crypto";

/** 32 bytes that only the secret's holder can foretell: HMAC-SHA256 over the labels, each led by its length. */
export function prf(secret: Uint8Array, ...labels: readonly (string | number)[]): Uint8Array {
  const hmac = createHmac("sha256", secret);
  for (const label of labels) {
    const text = String(label);
    hmac.update(`${Buffer.byteLength(text)}:${text}`);
  }
  return hmac.digest();
}

/** A pseudo-random integer in [0, count), 1 ≤ count ≤ 2^32; 48 bits are reduced, so the bias is below 2^-16. */
export function prfBelow(count: number, secret: Uint8Array, ...labels: readonly (string | number)[]): number {
  return Buffer.from(prf(secret, ...labels)).readUIntBE(0, 6) % count;
}

/** `size` pseudo-random bytes: HMAC-SHA256 in counter mode under a key derived from the labels. */
export function prfBytes(
  size: number,
  secret: Uint8Array,
  ...labels: readonly (string | number)[]
): Uint8Array {
  const key = prf(secret, ...labels);
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 32) bytes.set(prf(key, at).subarray(0, size - at), at);
  return bytes;
}
