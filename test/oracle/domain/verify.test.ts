import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bundleBytesRoot, bundleRoot, encodeBundle } from "../../../oracle/domain/bundle.ts";
import { withoutFlippedBit } from "../../../oracle/domain/flipped-bit.ts";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { emptyLeaf } from "../../../oracle/domain/leaf.ts";
import { ledgerRoot } from "../../../oracle/domain/ledger.ts";
import { computeReport } from "../../../oracle/domain/report.ts";
import { rulesHash } from "../../../oracle/domain/rules.ts";
import type { EpochContext, Observation } from "../../../oracle/domain/types.ts";
import { type EpochEvidence, verifyEpoch } from "../../../oracle/domain/verify.ts";
import { activeNode, DEFAULT_RULES } from "./support.ts";

const ALL = (1n << 256n) - 1n;
const observation = (nodeId: number): Observation => ({
  nodeId,
  okBits: ALL,
  conclusiveBits: ALL,
  latencyRatioPpm: 1_000_000,
  integrityFailures: 0,
});
const context: EpochContext = {
  epoch: 1,
  startAt: 64,
  endAt: 128,
  rulesHash: rulesHash(DEFAULT_RULES),
  rules: DEFAULT_RULES,
  committeeId: 1,
  members: [1, 2, 3, 4].map((attesterId) => ({ attesterId, signingKey: `0x${"11".repeat(20)}` })),
  nodes: [activeNode(1), activeNode(2), activeNode(3)],
  index: 10n ** 24n,
  previousIndex: 0n,
};
const rows = [observation(1), observation(2), observation(3)];
const bytes = encodeBundle(rows, 3);
const bundles = new Map([1, 2, 3].map((attesterId) => [attesterId, bytes]));
const previousLeaves = [emptyLeaf(1), emptyLeaf(2)];
const { report, roots, leaves } = computeReport({
  context,
  bundles: [1, 2, 3].map((attesterId) => ({ attesterId, root: bundleRoot(rows), observations: rows })),
  previousLeaves,
  generation: 0,
  viewNumber: 2,
  previousLedgerRoot: ledgerRoot(previousLeaves),
});
const evidence: EpochEvidence = { context, report, roots, bundles, previousLeaves };

function discrepancyOf(change: Partial<EpochEvidence>) {
  const verification = verifyEpoch({ ...evidence, ...change });
  return verification.ok ? undefined : verification.discrepancy;
}

describe("verifyEpoch", () => {
  it("accepts what follows from the evidence, and returns the leaves", () => {
    assert.deepEqual(verifyEpoch(evidence), { ok: true, leaves });
  });

  it("names the missing bundle", () => {
    const fewer = new Map([...bundles].filter(([attesterId]) => attesterId !== 2));
    assert.deepEqual(discrepancyOf({ bundles: fewer }), {
      kind: "bundle-missing",
      attesterId: 2,
      root: bundleRoot(rows),
    });
  });

  it("names the attester, the node and the field after one flipped bit of a bundle", () => {
    for (const [field, byte, bit, actual] of [
      ["nodeId", 7, 1, 3],
      ["okBits", 39, 128, ALL ^ 128n],
      ["conclusiveBits", 40, 1, ALL ^ (1n << 248n)],
      ["latencyRatioPpm", 75, 2, 1_000_002],
      ["integrityFailures", 76, 1, 2 ** 24],
    ] as const) {
      const flipped = bytes.slice();
      flipped[80 + byte]! ^= bit;
      const expected = { ...observation(2) }[field];
      const place = { kind: "bundle-leaf", attesterId: 3, nodeId: 2, field };
      assert.deepEqual(discrepancyOf({ bundles: new Map(bundles).set(3, flipped) }), {
        ...place,
        expected: String(expected),
        actual: String(actual),
      });
    }
  });

  it("searches for a flipped bit in 32 rows, not in more", () => {
    const many = Array.from({ length: 33 }, (_, index) => observation(index + 1));
    for (const [count, found] of [
      [32, true],
      [33, false],
    ] as const) {
      const all = encodeBundle(many.slice(0, count), 33);
      const flipped = all.slice();
      flipped[39]! ^= 1;
      assert.equal(withoutFlippedBit(flipped, bundleBytesRoot(all)) !== undefined, found);
    }
  });

  it("names the bundle's root where more than one bit differs", () => {
    const other = rows.map((row) => ({ ...row, latencyRatioPpm: 3 }));
    const discrepancy = discrepancyOf({ bundles: new Map(bundles).set(3, encodeBundle(other, 3)) });
    assert.deepEqual(discrepancy, {
      kind: "bundle-root",
      attesterId: 3,
      expected: bundleRoot(rows),
      actual: bundleRoot(other),
    });
  });

  it("names the attester whose bundle is no bundle", () => {
    const cut = new Map(bundles).set(3, bytes.subarray(1));
    assert.equal(discrepancyOf({ bundles: cut })?.kind, "bundle-invalid");
    const beyond = { ...context, nodes: context.nodes.slice(0, 2) };
    assert.deepEqual(discrepancyOf({ context: beyond }), {
      kind: "bundle-invalid",
      attesterId: 1,
      reason: "bundle row 2, node 3: nodeId 3 must be 1 … 2",
    });
  });

  it("names a root of somebody outside the committee", () => {
    const stranger = [...roots, { attesterId: 9, root: ZERO_HASH }];
    assert.deepEqual(discrepancyOf({ roots: stranger }), { kind: "observer-unknown", attesterId: 9 });
  });

  it("names the ledger leaf that somebody claims wrongly", () => {
    const claimedLeaves = leaves.map((leaf) =>
      leaf.nodeId === 2 ? { ...leaf, rewardIndex: leaf.rewardIndex + 1n } : leaf,
    );
    assert.deepEqual(discrepancyOf({ claimedLeaves }), {
      kind: "leaf",
      nodeId: 2,
      field: "rewardIndex",
      expected: String(leaves[1]?.rewardIndex),
      actual: String((leaves[1]?.rewardIndex ?? 0n) + 1n),
    });
    assert.equal(discrepancyOf({ claimedLeaves: leaves.slice(1) })?.kind, "leaf");
    assert.equal(discrepancyOf({ claimedLeaves: [...leaves, emptyLeaf(4)] })?.kind, "leaf");
  });

  it("names the first field of the report that differs", () => {
    for (const [field, value] of [
      ["ledgerRoot", ZERO_HASH],
      ["observationsHash", ZERO_HASH],
      ["rulesHash", ZERO_HASH],
      ["paidMask", 15],
      ["nodeCount", 4],
      ["committeeId", 7],
    ] as const) {
      const discrepancy = discrepancyOf({ report: { ...report, [field]: value } });
      assert.deepEqual(discrepancy, {
        kind: "report",
        field,
        expected: String(report[field]),
        actual: String(value),
      });
    }
  });

  it("says when the leaves before are not those that the report extends", () => {
    assert.deepEqual(discrepancyOf({ previousLeaves: [emptyLeaf(1)] }), {
      kind: "previous-leaves",
      expected: report.previousLedgerRoot,
      actual: ledgerRoot([emptyLeaf(1)]),
    });
  });
});
