import { WordBuffer } from "./abi.ts";
import { standardLeafHash } from "./hashing.ts";
import { keccakTwiceInto } from "./keccak.ts";
import { MerkleTree } from "./merkle.ts";
import type { Hex, LedgerLeaf } from "./types.ts";

const FIELDS = 8;

/** The tree over the leaves of all nodes, in order of nodeId: leaf i of the tree is node i + 1. */
export function ledgerTree(leaves: readonly LedgerLeaf[]): MerkleTree {
  const hashes = new Uint8Array(leaves.length * 32);
  const words = new WordBuffer(FIELDS);
  leaves.forEach((leaf, index) => {
    encodeInto(words, leaf);
    keccakTwiceInto(words.bytes, hashes, index * 32);
  });
  return new MerkleTree(hashes);
}

export function ledgerRoot(leaves: readonly LedgerLeaf[]): Hex {
  return ledgerTree(leaves).root;
}

export function ledgerLeafHash(leaf: LedgerLeaf): Uint8Array {
  const words = new WordBuffer(FIELDS);
  encodeInto(words, leaf);
  return standardLeafHash(words.bytes);
}

function encodeInto(words: WordBuffer, leaf: LedgerLeaf): void {
  words.setNumber(0, leaf.nodeId);
  words.setBigint(1, leaf.upBuckets);
  words.setBigint(2, leaf.downBuckets);
  words.setBigint(3, leaf.measuredEpochs);
  words.setBigint(4, leaf.scoreSumPpm);
  words.setNumber(5, leaf.lastScorePpm);
  words.setNumber(6, leaf.staleEpochs);
  words.setBigint(7, leaf.rewardIndex);
}
