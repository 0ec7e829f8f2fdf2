import { OracleError } from "./errors.ts";
import { fromHex, toHex, ZERO_HASH } from "./hashing.ts";
import { keccakInto } from "./keccak.ts";
import type { Hex } from "./types.ts";

const HASH = 32;

/**
 * OpenZeppelin standard Merkle tree over leaf hashes: sorted leaves stored from the end of an array of 2n − 1 nodes,
 * parent i = keccak256 of the sorted pair of 2i + 1 and 2i + 2.
 */
export class MerkleTree {
  /** bytes32(0) over no leaves. */
  readonly root: Hex;
  readonly #nodes: Uint8Array;
  /** Node of each leaf, in the order in which the leaves were given. */
  readonly #places: Uint32Array;

  /** @param leafHashes The leaf hashes one after the other, 32 bytes each. */
  constructor(leafHashes: Uint8Array) {
    const count = leafHashes.length / HASH;
    if (!Number.isInteger(count))
      throw new OracleError("merkle-leaves", `leaf hashes are not whole 32 bytes: ${leafHashes.length}`);
    const nodeCount = Math.max(2 * count - 1, 0);
    this.#nodes = new Uint8Array(nodeCount * HASH);
    this.#places = new Uint32Array(count);
    ascending(leafHashes).forEach((leaf, rank) => {
      const place = nodeCount - 1 - rank;
      this.#places[leaf] = place;
      this.#nodes.set(leafHashes.subarray(leaf * HASH, (leaf + 1) * HASH), place * HASH);
    });
    const view = viewOf(this.#nodes);
    for (let node = count - 2; node >= 0; node--)
      hashPair(view, (2 * node + 1) * HASH, this.#nodes, node * HASH);
    this.root = count === 0 ? ZERO_HASH : toHex(this.#nodes.subarray(0, HASH));
  }

  get leafCount(): number {
    return this.#places.length;
  }

  /** Siblings from the leaf (by its place among those given, from 0) up to the root. */
  proof(leaf: number): Hex[] {
    let node = this.#places[leaf];
    if (node === undefined)
      throw new OracleError("merkle-leaf-unknown", `no leaf ${leaf} in a tree of ${this.leafCount}`);
    const siblings: Hex[] = [];
    while (node > 0) {
      const sibling = node % 2 === 0 ? node - 1 : node + 1;
      siblings.push(toHex(this.#nodes.subarray(sibling * HASH, (sibling + 1) * HASH)));
      node = Math.floor((node - 1) / 2);
    }
    return siblings;
  }
}

/** Whether a proof leads from a leaf hash to the root. */
export function verifyProof(root: Hex, leafHash: Uint8Array, proof: readonly Hex[]): boolean {
  const pair = new Uint8Array(2 * HASH);
  pair.set(leafHash);
  for (const sibling of proof) {
    pair.set(fromHex(sibling, HASH), HASH);
    hashPair(viewOf(pair), 0, pair, 0);
  }
  return toHex(pair.subarray(0, HASH)) === root;
}

/** Leaves in ascending order of their hashes. */
function ascending(leafHashes: Uint8Array): Uint32Array {
  const view = viewOf(leafHashes);
  const order = Uint32Array.from({ length: leafHashes.length / HASH }, (_, leaf) => leaf);
  return order.sort((a, b) => compareHashes(view, a * HASH, b * HASH));
}

/** Writes keccak256 of the two adjacent hashes at `pairAt`, the lower first, to `at`. */
function hashPair(view: DataView, pairAt: number, out: Uint8Array, at: number): void {
  const pair = new Uint8Array(view.buffer, view.byteOffset + pairAt, 2 * HASH);
  if (compareHashes(view, pairAt, pairAt + HASH) <= 0) {
    keccakInto(pair, out, at);
    return;
  }
  const swapped = new Uint8Array(2 * HASH);
  swapped.set(pair.subarray(HASH));
  swapped.set(pair.subarray(0, HASH), HASH);
  keccakInto(swapped, out, at);
}

function compareHashes(view: DataView, a: number, b: number): number {
  for (let at = 0; at < HASH; at += 4) {
    const difference = view.getUint32(a + at) - view.getUint32(b + at);
    if (difference !== 0) return difference;
  }
  return 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
