import { OracleError } from "./errors.ts";
import { fromHex } from "./hashing.ts";
import type { Hex } from "./types.ts";

const WORD = 32;
const WORD_LIMIT = 1n << 256n;

/** A number or bigint is an unsigned integer; hex is an address, a bytes32 or shorter, right-aligned like a number. */
export type AbiWord = number | bigint | Hex;

/** A run of 32-byte ABI words, written in place; one buffer serves many leaves of the same shape. */
export class WordBuffer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(words: number) {
    this.bytes = new Uint8Array(words * WORD);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** @throws OracleError `abi-range` unless `value` is a safe integer ≥ 0. */
  setNumber(word: number, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new OracleError("abi-range", `not an unsigned integer: ${value}`);
    const at = word * WORD;
    this.bytes.fill(0, at, at + 24);
    this.#view.setUint32(at + 24, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(at + 28, value >>> 0);
  }

  /** @throws OracleError `abi-range` unless 0 ≤ value < 2^256. */
  setBigint(word: number, value: bigint): void {
    if (value < 0n || value >= WORD_LIMIT)
      throw new OracleError("abi-range", `not an unsigned 256-bit integer: ${value}`);
    const at = word * WORD;
    // setBigUint64 keeps the low 64 bits.
    this.#view.setBigUint64(at, value >> 192n);
    this.#view.setBigUint64(at + 8, value >> 128n);
    this.#view.setBigUint64(at + 16, value >> 64n);
    this.#view.setBigUint64(at + 24, value);
  }

  /** @throws OracleError `hex-invalid` or, beyond 32 bytes, `abi-range`. */
  setHex(word: number, value: Hex): void {
    const data = fromHex(value);
    if (data.length > WORD) throw new OracleError("abi-range", `longer than a word: ${value}`);
    const at = word * WORD;
    this.bytes.fill(0, at, at + WORD - data.length);
    this.bytes.set(data, at + WORD - data.length);
  }

  set(word: number, value: AbiWord): void {
    if (typeof value === "number") this.setNumber(word, value);
    else if (typeof value === "bigint") this.setBigint(word, value);
    else this.setHex(word, value);
  }
}

/** Solidity's abi.encode of values of static types. */
export function encodeWords(values: readonly AbiWord[]): Uint8Array {
  const buffer = new WordBuffer(values.length);
  values.forEach((value, word) => {
    buffer.set(word, value);
  });
  return buffer.bytes;
}
