import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { emptyLeaf, nextLeaf } from "../../../oracle/domain/leaf.ts";
import type { LedgerLeaf, NodeView, Observation } from "../../../oracle/domain/types.ts";
import { leafAfter } from "./model.ts";
import {
  activeNode,
  amounts,
  DEFAULT_RULES,
  holds,
  ledgerLeaves,
  observationsOf,
  validRules,
} from "./support.ts";

const ALL = (1n << 256n) - 1n;
const DELTA = 10n ** 24n;
const perfect: Observation = {
  nodeId: 1,
  okBits: ALL,
  conclusiveBits: ALL,
  latencyRatioPpm: 900_000,
  integrityFailures: 0,
};

function advance(before: LedgerLeaf, observations: readonly Observation[], node: NodeView = activeNode(1)) {
  return nextLeaf(before, node, observations, { rules: DEFAULT_RULES, indexDelta: DELTA, assigned: 4 });
}

describe("nextLeaf", () => {
  it("agrees with the naive model", (t) => {
    const inputs = fc.record({
      before: ledgerLeaves,
      rules: validRules,
      observations: fc.array(observationsOf(1), { maxLength: 7 }),
      status: fc.constantFrom(
        "active" as const,
        "active" as const,
        "registered" as const,
        "maintenance" as const,
        "exiting" as const,
      ),
      stake: amounts,
      limit: amounts,
      deltaA: fc.bigInt(0n, 10n ** 27n),
    });
    const property = fc.property(inputs, ({ before, rules, observations, deltaA, ...rest }) => {
      const node = activeNode(before.nodeId, rest);
      const actual = nextLeaf(before, node, observations, { rules, indexDelta: deltaA, assigned: 7 });
      assert.deepEqual(actual, leafAfter(before, node, observations, rules, 7, deltaA));
    });
    holds(t, property, 100);
  });

  it("copies the leaf of a node that is not active", () => {
    const before = { ...emptyLeaf(1), upBuckets: 7n, rewardIndex: 9n };
    for (const status of ["registered", "maintenance", "exiting", "exited"] as const)
      assert.deepEqual(advance(before, [perfect, perfect, perfect], activeNode(1, { status })), before);
  });

  it("neither pays nor ages a node in maintenance: its first epoch after it continues where it stopped", () => {
    const before: LedgerLeaf = { ...emptyLeaf(1), lastScorePpm: 500_000, staleEpochs: 2 };
    let leaf = before;
    for (let epoch = 0; epoch < 5; epoch++)
      leaf = advance(leaf, [], activeNode(1, { status: "maintenance" }));
    assert.deepEqual(leaf, before);
    assert.deepEqual(advance(leaf, []), { ...before, staleEpochs: 3, rewardIndex: DELTA / 2n });
  });

  it("adds a measured epoch at full score", () => {
    assert.deepEqual(advance(emptyLeaf(1), [perfect, perfect, perfect]), {
      nodeId: 1,
      upBuckets: 256n,
      downBuckets: 0n,
      measuredEpochs: 1n,
      scoreSumPpm: 1_000_000n,
      lastScorePpm: 1_000_000,
      staleEpochs: 0,
      rewardIndex: DELTA,
    });
  });

  it("INV-14: without evidence grows at the last score for three epochs, then not at all", () => {
    let leaf: LedgerLeaf = { ...emptyLeaf(1), lastScorePpm: 500_000 };
    const grown = [1, 2, 3, 4, 5].map(() => {
      const before = leaf.rewardIndex;
      leaf = advance(leaf, []);
      return leaf.rewardIndex - before;
    });
    assert.deepEqual(grown, [DELTA / 2n, DELTA / 2n, DELTA / 2n, 0n, 0n]);
    assert.equal(leaf.staleEpochs, 5);
    assert.equal(leaf.measuredEpochs, 0n);
    assert.equal(advance(leaf, [perfect, perfect]).staleEpochs, 0);
  });

  it("is unmeasured below 64 verdicts", () => {
    const few = { ...perfect, okBits: (1n << 63n) - 1n, conclusiveBits: (1n << 63n) - 1n };
    assert.equal(advance(emptyLeaf(1), [few, few]).measuredEpochs, 0n);
    const enough = { ...perfect, okBits: (1n << 64n) - 1n, conclusiveBits: (1n << 64n) - 1n };
    assert.equal(advance(emptyLeaf(1), [enough, enough]).measuredEpochs, 1n);
  });

  it("pays a stake above the limit as the limit, and no stake nothing", () => {
    const above = activeNode(1, { stake: 400n, limit: 100n });
    assert.equal(advance(emptyLeaf(1), [perfect, perfect], above).rewardIndex, DELTA / 4n);
    const empty = activeNode(1, { stake: 0n, limit: 0n });
    assert.equal(advance(emptyLeaf(1), [perfect, perfect], empty).rewardIndex, 0n);
  });
});
