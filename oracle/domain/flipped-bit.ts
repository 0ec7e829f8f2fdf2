import { ROW_BYTES, rowLeafHashes } from "./bundle.ts";
import { MerkleTree } from "./merkle.ts";
import type { Hex } from "./types.ts";

/** The search rebuilds the tree for every bit of every row: beyond this it takes too long. */
const ROWS_MAX = 32;

/**
 * The bundle with the one bit flipped back that gives it a root; undefined if no single bit does, or if the bundle is too
 * long to try. A root alone says that something differs; this says what.
 */
export function withoutFlippedBit(bytes: Uint8Array, root: Hex): Uint8Array | undefined {
  const rows = bytes.length / ROW_BYTES;
  if (rows > ROWS_MAX) return undefined;
  const repaired = bytes.slice();
  const rowAt = (row: number) => repaired.subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES);
  const hashes = rowLeafHashes(bytes);
  for (let row = 0; row < rows; row++) {
    const hash = hashes.slice(row * 32, (row + 1) * 32);
    for (let bit = 0; bit < ROW_BYTES * 8; bit++) {
      flip(rowAt(row), bit);
      hashes.set(rowLeafHashes(rowAt(row)), row * 32);
      if (new MerkleTree(hashes).root === root) return repaired;
      flip(rowAt(row), bit);
    }
    hashes.set(hash, row * 32);
  }
  return undefined;
}

function flip(bytes: Uint8Array, bit: number): void {
  const at = bit >> 3;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
}
