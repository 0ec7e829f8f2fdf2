import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { bundleRoot } from "../../../oracle/domain/bundle.ts";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { emptyLeaf } from "../../../oracle/domain/leaf.ts";
import { ledgerRoot } from "../../../oracle/domain/ledger.ts";
import { type CommitteeBundle, computeReport, type ReportInput } from "../../../oracle/domain/report.ts";
import { rulesHash } from "../../../oracle/domain/rules.ts";
import type { EpochContext, Observation } from "../../../oracle/domain/types.ts";
import { leafAfter, ones } from "./model.ts";
import {
  activeNode,
  bundlesOver,
  DEFAULT_RULES,
  hashes,
  holds,
  ledgerLeaves,
  ppms,
  validRules,
} from "./support.ts";

const ALL = (1n << 256n) - 1n;
const full = (nodeId: number): Observation => ({
  nodeId,
  okBits: ALL,
  conclusiveBits: ALL,
  latencyRatioPpm: 1_000_000,
  integrityFailures: 0,
});
const bundle = (attesterId: number, observations: readonly Observation[]): CommitteeBundle => ({
  attesterId,
  root: bundleRoot(observations),
  observations,
});

function contextOf(nodeCount: number, size: number, change: Partial<EpochContext> = {}): EpochContext {
  return {
    epoch: 3,
    startAt: 10_192,
    endAt: 10_256,
    rulesHash: rulesHash(DEFAULT_RULES),
    rules: DEFAULT_RULES,
    committeeId: 2,
    members: Array.from({ length: size }, (_, seat) => ({
      attesterId: 10 * (seat + 1),
      signingKey: `0x${"11".repeat(20)}`,
    })),
    nodes: Array.from({ length: nodeCount }, (_, index) => activeNode(index + 1)),
    index: 5n * 10n ** 24n,
    previousIndex: 2n * 10n ** 24n,
    ...change,
  };
}

function inputOf(change: Partial<ReportInput>): ReportInput {
  return {
    context: contextOf(2, 4),
    bundles: [],
    previousLeaves: [],
    generation: 0,
    viewNumber: 0,
    previousLedgerRoot: ZERO_HASH,
    ...change,
  };
}

describe("computeReport", () => {
  it("agrees with the naive model on every leaf and every paid seat, whatever the order of the bundles", (t) => {
    const cases = fc.record({
      size: fc.integer({ min: 1, max: 7 }),
      statuses: fc.array(fc.constantFrom("active" as const, "registered" as const, "maintenance" as const), {
        minLength: 1,
        maxLength: 6,
      }),
      known: fc.nat({ max: 6 }),
      leaf: ledgerLeaves,
      rules: validRules,
      paidConclusivePpm: ppms,
      present: fc.array(bundlesOver(6), { minLength: 7, maxLength: 7 }),
      missing: fc.array(fc.nat({ max: 6 })),
      previousLedgerRoot: hashes,
    });
    const property = fc.property(cases, ({ size, statuses, known, leaf, present, missing, ...rest }) => {
      const nodes = statuses.map((status, index) => activeNode(index + 1, { status }));
      const measurement = { ...rest.rules.measurement, paidConclusivePpm: rest.paidConclusivePpm };
      const rules = { ...rest.rules, measurement };
      const context = contextOf(0, size, { nodes, rules });
      const bundles = present
        .slice(0, size)
        .map((rows, seat) =>
          bundle(
            10 * (seat + 1),
            rows.filter(({ nodeId }) => nodeId <= nodes.length),
          ),
        )
        .filter((_, seat) => !missing.includes(seat));
      const previousLeaves = nodes.slice(0, known).map(({ nodeId }) => ({ ...leaf, nodeId }));
      const input = inputOf({
        context,
        bundles,
        previousLeaves,
        previousLedgerRoot: rest.previousLedgerRoot,
      });

      const computed = computeReport(input);

      const leaves = nodes.map((node, index) => {
        const before = previousLeaves[index] ?? emptyLeaf(node.nodeId);
        const seen = bundles.flatMap(({ observations }) =>
          observations.filter((o) => o.nodeId === node.nodeId),
        );
        return leafAfter(before, node, seen, rules, size, context.index - context.previousIndex);
      });
      assert.deepEqual(computed.leaves, leaves);
      assert.equal(computed.report.ledgerRoot, ledgerRoot(leaves));
      const active = nodes.filter(({ status }) => status === "active");
      const paidSeats = bundles
        .filter(({ observations }) => {
          const mine = observations.filter(({ nodeId }) => active.some((node) => node.nodeId === nodeId));
          const conclusive = mine.reduce((sum, { conclusiveBits }) => sum + ones(conclusiveBits), 0);
          return conclusive * 1_000_000 >= active.length * 256 * rest.paidConclusivePpm;
        })
        .map(({ attesterId }) => attesterId / 10 - 1);
      assert.equal(
        computed.report.paidMask,
        paidSeats.reduce((mask, seat) => mask + 2 ** seat, 0),
      );
      assert.deepEqual(computeReport({ ...input, bundles: bundles.toReversed() }), computed);
    });
    holds(t, property, 40);
  });

  it("copies the context and the agreed numbers into the report", () => {
    const { report, roots } = computeReport(
      inputOf({ generation: 4, viewNumber: 5, bundles: [bundle(20, [full(1)]), bundle(10, [])] }),
    );
    assert.deepEqual([report.epoch, report.generation, report.viewNumber, report.committeeId], [3, 4, 5, 2]);
    assert.deepEqual([report.nodeCount, report.rulesHash], [2, rulesHash(DEFAULT_RULES)]);
    assert.deepEqual(roots, [
      { attesterId: 10, root: ZERO_HASH },
      { attesterId: 20, root: bundleRoot([full(1)]) },
    ]);
  });

  it("over an empty set leaves every node unmeasured and pays no attester", () => {
    const { report, leaves } = computeReport(inputOf({}));
    assert.equal(report.paidMask, 0);
    assert.deepEqual(
      leaves.map(({ staleEpochs }) => staleEpochs),
      [1, 1],
    );
  });

  it("asks no evidence of a node in maintenance, and takes none", () => {
    const nodes = [activeNode(1), activeNode(2, { status: "maintenance" })];
    const context = contextOf(2, 4, { nodes });
    const seen = { ...full(2), okBits: 0n };
    const judging = [10, 20, 30].map((id) => bundle(id, [full(1), seen]));
    const { leaves, report } = computeReport(
      inputOf({ context, bundles: [...judging, bundle(40, [full(1)])] }),
    );
    assert.deepEqual(leaves[1], emptyLeaf(2));
    assert.equal(leaves[0]?.measuredEpochs, 1n);
    assert.equal(report.paidMask, 0b1111);
  });

  it("pays seat 31 without a sign", () => {
    const bundles = Array.from({ length: 32 }, (_, seat) => bundle(10 * (seat + 1), [full(1), full(2)]));
    const { report } = computeReport(inputOf({ context: contextOf(2, 32), bundles }));
    assert.equal(report.paidMask, 2 ** 32 - 1);
  });

  it("INV-14: a missing, an empty and a silent bundle of up to f attesters change no score", () => {
    const honest = [10, 20, 30].map((id) => bundle(id, [full(1), full(2)]));
    const { leaves } = computeReport(inputOf({ bundles: [...honest, bundle(40, [full(1), full(2)])] }));
    for (const fourth of [[], [bundle(40, [])], [bundle(40, [full(2)])]])
      assert.deepEqual(computeReport(inputOf({ bundles: [...honest, ...fourth] })).leaves, leaves);
  });

  it("refuses strangers' bundles, two of one attester, and leaves out of place", () => {
    const refused: Partial<ReportInput>[] = [
      { bundles: [bundle(11, [])] },
      { bundles: [bundle(10, []), bundle(10, [full(1)])] },
      { previousLeaves: [emptyLeaf(2)] },
      { previousLeaves: [emptyLeaf(1), emptyLeaf(2), emptyLeaf(3)] },
    ];
    for (const change of refused)
      assert.throws(() => computeReport(inputOf(change)), { code: "report-input" });
  });
});
