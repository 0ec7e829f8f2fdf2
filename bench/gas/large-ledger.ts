import { ledgerLeafHash } from "../../oracle/domain/ledger.ts";
import { MerkleTree } from "../../oracle/domain/merkle.ts";
import type { LedgerLeaf } from "../../oracle/domain/types.ts";
import type { Account, System } from "../../test/helpers/system.ts";

const LEDGER_NODES = 250_000;
const HASH = 32;
/** A leaf as it is after years of service, since the size of numbers is paid for in calldata. */
const AGED = {
  upBuckets: 186_900n,
  downBuckets: 12n,
  measuredEpochs: 730n,
  scoreSumPpm: 729_500_000n,
  lastScorePpm: 1_000_000,
  staleEpochs: 0,
} as const;

/** Final ledgers of 250,000 leaves, of which only the first nodes exist in the registry. */
export class LargeLedger {
  readonly #system: System;
  readonly #nodes: number;
  readonly #hashes = new Uint8Array(LEDGER_NODES * HASH);
  #epoch = -1;
  #rewardIndex = 0n;
  #tree = new MerkleTree(new Uint8Array());

  constructor(system: System, nodes: number) {
    this.#system = system;
    this.#nodes = nodes;
    for (let nodeId = nodes + 1; nodeId <= LEDGER_NODES; nodeId++) {
      const hash = ledgerLeafHash({ nodeId, ...AGED, rewardIndex: BigInt(nodeId) });
      this.#hashes.set(hash, (nodeId - 1) * HASH);
    }
  }

  /** Takes the next epoch to a final ledger in which every node earned nine tenths of what it could at most. */
  async settleNext(): Promise<void> {
    const epoch = ++this.#epoch;
    await this.#system.toEpoch(epoch + 1);
    const most = (await this.#system.history()).contextOf(epoch)?.index ?? 0n;
    this.#rewardIndex = (most * 9n) / 10n;
    for (let nodeId = 1; nodeId <= this.#nodes; nodeId++)
      this.#hashes.set(ledgerLeafHash(this.#leafOf(nodeId)), (nodeId - 1) * HASH);
    this.#tree = new MerkleTree(this.#hashes);
    await this.#system.submit(await this.#system.reportWith({ ledgerRoot: this.#tree.root }));
    await this.#system.finalize(epoch);
  }

  get siblings(): number {
    return this.#proofOf(1).length;
  }

  claim(positionIds: readonly bigint[], by: Account) {
    return by.rewards.claim(1, this.#epoch, this.#leafOf(1), this.#proofOf(1), [...positionIds]);
  }

  /** One transaction for many nodes; positionIds[i] are of node i + 1. */
  claimAll(positionIds: readonly (readonly bigint[])[], { rewards }: Account) {
    const calls = positionIds.map((ids, index) => {
      const [leaf, proof] = [this.#leafOf(index + 1), this.#proofOf(index + 1)];
      return rewards.interface.encodeFunctionData("claim", [leaf.nodeId, this.#epoch, leaf, proof, [...ids]]);
    });
    return rewards.multicall(calls);
  }

  proveIndex(by: Account, nodeId = 1) {
    return by.rewards.proveIndex(this.#epoch, this.#leafOf(nodeId), this.#proofOf(nodeId));
  }

  #leafOf(nodeId: number): LedgerLeaf {
    return { nodeId, ...AGED, rewardIndex: this.#rewardIndex };
  }

  #proofOf(nodeId: number): string[] {
    return this.#tree.proof(nodeId - 1);
  }
}
