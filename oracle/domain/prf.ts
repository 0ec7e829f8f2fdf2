import { createCipheriv, createHmac } from "node:crypto";

/** 32 bytes that only the secret's holder can foretell: HMAC-SHA256 over the labels, each led by its length. */
export function prf(secret: Uint8Array, ...labels: readonly (string | number)[]): Uint8Array {
  const texts = labels.map(String).map((text) => `${Buffer.byteLength(text)}:${text}`);
  return createHmac("sha256", secret).update(texts.join("")).digest();
}

/** A pseudo-random integer in [0, count), 1 ≤ count ≤ 2^32; 48 bits are reduced, so the bias is below 2^-16. */
export function prfBelow(count: number, secret: Uint8Array, ...labels: readonly (string | number)[]): number {
  return Buffer.from(prf(secret, ...labels)).readUIntBE(0, 6) % count;
}

/** `size` pseudo-random bytes: the key stream of AES-256 in counter mode under a key derived from the labels. */
export function prfBytes(
  size: number,
  secret: Uint8Array,
  ...labels: readonly (string | number)[]
): Uint8Array {
  const cipher = createCipheriv("aes-256-ctr", prf(secret, ...labels), new Uint8Array(16));
  return cipher.update(new Uint8Array(size));
}
