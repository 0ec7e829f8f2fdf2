import { hexToBytes } from "@noble/hashes/utils";
import { OracleError } from "./errors.ts";
import { keccakInto, keccakTwiceInto } from "./keccak.ts";
import type { Hex } from "./types.ts";

export const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;

const encoder = new TextEncoder();

export function keccak256(data: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  keccakInto(data, hash, 0);
  return hash;
}

/** Leaf of an OpenZeppelin standard tree: hashed twice, so that no inner node can pose as a leaf. */
export function standardLeafHash(encodedFields: Uint8Array): Uint8Array {
  const hash = new Uint8Array(32);
  keccakTwiceInto(encodedFields, hash, 0);
  return hash;
}

export function keccak256Hex(data: Uint8Array): Hex {
  return toHex(keccak256(data));
}

/** keccak256 of a text's UTF-8 bytes. */
export function keccak256Text(text: string): Hex {
  return keccak256Hex(encoder.encode(text));
}

export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

/** @throws OracleError `hex-invalid` unless it is 0x and whole bytes (of the given number, where given). */
export function fromHex(hex: Hex, length?: number): Uint8Array {
  if (!/^0x(?:[0-9a-f]{2})*$/i.test(hex) || (length !== undefined && hex.length !== 2 + 2 * length))
    throw new OracleError("hex-invalid", `not ${length ?? "whole"} bytes of 0x hex: ${hex.slice(0, 80)}`);
  return hexToBytes(hex.slice(2));
}
