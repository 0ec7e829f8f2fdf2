import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { StakePosition } from "../../oracle/domain/events.ts";
import type { LedgerLeaf } from "../../oracle/domain/types.ts";
import { packed } from "../../scripts/holder/claim-calls.ts";
import { claimableOf } from "../../scripts/holder/claimable.ts";

describe("claims are packed into transactions", () => {
  const call = (gas: number) => ({ gas });
  const gasOf = (packs: readonly (readonly { readonly gas: number }[])[]) =>
    packs.map((pack) => pack.map(({ gas }) => gas));

  it("in order, as many as fit", () => {
    const packs = packed([5, 5, 3, 8, 2].map(call), 10);
    assert.deepEqual(gasOf(packs), [[5, 5], [3], [8, 2]]);
  });

  it("a call that never fits goes alone", () =>
    assert.deepEqual(gasOf(packed([1, 99, 1].map(call), 10)), [[1], [99], [1]]));

  it("none from nothing", () => assert.deepEqual(packed([], 10), []));
});

describe("what a position can claim", () => {
  const SCALE = 10n ** 27n;
  const leaf = (rewardIndex: bigint): LedgerLeaf =>
    ({
      nodeId: 1n,
      upBuckets: 0n,
      downBuckets: 0n,
      measuredEpochs: 0n,
      scoreSumPpm: 0n,
      lastScorePpm: 0n,
      staleEpochs: 0n,
      rewardIndex,
    }) as unknown as LedgerLeaf;
  /** Of each epoch's A(e), one unit. */
  const history = {
    contextOf: (epoch: number) => (epoch < 0 ? undefined : { index: BigInt(epoch + 1) * SCALE }),
  } as unknown as ChainState;
  const ledgers = [1n, 2n, 2n, 9n].map((units) => [leaf((units * SCALE) / 2n)]);
  const position: StakePosition = {
    ...{ positionId: 1, nodeId: 1, owner: "0x01", bond: false, amount: 101n },
    ...{ from: 0, to: null, commissionPpm: 100_000 },
  };

  it("is nothing while nothing is final", () => {
    assert.deepEqual(claimableOf(position, { from: 4, through: 3 }, history, ledgers), {
      pay: 0n,
      commission: 0n,
    });
  });

  it("is amount times growth of the index, less commission, rounded down", () => {
    assert.deepEqual(claimableOf(position, { from: 0, through: 0 }, history, ledgers), {
      pay: 45n,
      commission: 5n,
    });
  });

  it("is nothing over epochs in which the node earned nothing", () => {
    assert.deepEqual(claimableOf(position, { from: 2, through: 2 }, history, ledgers), {
      pay: 0n,
      commission: 0n,
    });
  });

  it("never exceeds what the chain allows, whatever the ledger says", () => {
    assert.deepEqual(claimableOf(position, { from: 3, through: 3 }, history, ledgers), {
      pay: 91n,
      commission: 10n,
    });
  });
});
