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

/** Final ledgers of 250,000 leaves, of which only node 1 exists in the registry. */
export class LargeLedger {
  readonly #system: System;
  readonly #hashes = new Uint8Array(LEDGER_NODES * HASH);
  #epoch = -1;
  #leaf: LedgerLeaf = { nodeId: 1, ...AGED, rewardIndex: 0n };
  #proof: string[] = [];

  constructor(system: System) {
    this.#system = system;
    for (let nodeId = 2; nodeId <= LEDGER_NODES; nodeId++) {
      const hash = ledgerLeafHash({ nodeId, ...AGED, rewardIndex: BigInt(nodeId) });
      this.#hashes.set(hash, (nodeId - 1) * HASH);
    }
  }

  /** Takes the next epoch to a final ledger in which node 1 earned nine tenths of what it could at most. */
  async settleNext(): Promise<void> {
    const epoch = ++this.#epoch;
    await this.#system.toEpoch(epoch + 1);
    const most = (await this.#system.history()).contextOf(epoch)?.index ?? 0n;
    this.#leaf = { nodeId: 1, ...AGED, rewardIndex: (most * 9n) / 10n };
    this.#hashes.set(ledgerLeafHash(this.#leaf), 0);
    const tree = new MerkleTree(this.#hashes);
    this.#proof = tree.proof(0);
    await this.#system.submit(await this.#system.reportWith({ ledgerRoot: tree.root }));
    await this.#system.finalize(epoch);
  }

  get siblings(): number {
    return this.#proof.length;
  }

  claim(positionIds: readonly bigint[], by: Account) {
    return by.rewards.claim(1, this.#epoch, this.#leaf, this.#proof, [...positionIds]);
  }

  proveIndex(by: Account) {
    return by.rewards.proveIndex(this.#epoch, this.#leaf, this.#proof);
  }
}
