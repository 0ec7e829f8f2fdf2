import { WordBuffer } from "./abi.ts";
import { MerkleTree, standardLeafHash } from "./merkle.ts";
import type { Hex, LedgerLeaf } from "./types.ts";

const FIELDS = 8;

/** The tree over the leaves of all nodes, in order of nodeId: leaf i of the tree is node i + 1. */
export function ledgerTree(leaves: readonly LedgerLeaf[]): MerkleTree {
  const hashes = new Uint8Array(leaves.length * 32);
  const words = new WordBuffer(FIELDS);
  leaves.forEach((leaf, index) => {
    hashes.set(hashInto(words, leaf), index * 32);
  });
  return new MerkleTree(hashes);
}

export function ledgerRoot(leaves: readonly LedgerLeaf[]): Hex {
  return ledgerTree(leaves).root;
}

export function ledgerLeafHash(leaf: LedgerLeaf): Uint8Array {
  return hashInto(new WordBuffer(FIELDS), leaf);
}

function hashInto(words: WordBuffer, leaf: LedgerLeaf): Uint8Array {
  words.setNumber(0, leaf.nodeId);
  words.setBigint(1, leaf.upBuckets);
  words.setBigint(2, leaf.downBuckets);
  words.setBigint(3, leaf.measuredEpochs);
  words.setBigint(4, leaf.scoreSumPpm);
  words.setNumber(5, leaf.lastScorePpm);
  words.setNumber(6, leaf.staleEpochs);
  words.setBigint(7, leaf.rewardIndex);
  return standardLeafHash(words.bytes);
}
