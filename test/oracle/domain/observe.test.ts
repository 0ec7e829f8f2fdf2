import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { latencyRatioPpm, nearestRank, observe, type ProbeResult } from "../../../oracle/domain/observe.ts";
import { isSet } from "./model.ts";
import { holds, masks } from "./support.ts";

function result(change: Partial<ProbeResult>): ProbeResult {
  return {
    nodeId: 1,
    bucket: 0,
    probe: "challenge",
    outcome: "ok",
    latencyUs: null,
    integrityFailures: 0,
    ...change,
  };
}

const results: fc.Arbitrary<ProbeResult> = fc.record({
  nodeId: fc.integer({ min: 1, max: 3 }),
  bucket: fc.integer({ min: 0, max: 255 }),
  probe: fc.constantFrom("challenge" as const, "storage" as const),
  outcome: fc.constantFrom("ok" as const, "fail" as const, "inconclusive" as const),
  latencyUs: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
  integrityFailures: fc.integer({ min: 0, max: 2 }),
});

describe("observe", () => {
  it("agrees with a look at every bucket", (t) => {
    const property = fc.property(fc.array(results, { maxLength: 400 }), masks, (all, voidBuckets) => {
      const observations = observe(all, voidBuckets, 200);
      for (const nodeId of [1, 2, 3]) {
        const evidence = all.filter(
          (one) => one.nodeId === nodeId && one.outcome !== "inconclusive" && !isSet(voidBuckets, one.bucket),
        );
        const observation = observations.find((one) => one.nodeId === nodeId);
        assert.equal(observation !== undefined, evidence.length > 0);
        if (observation === undefined) continue;
        for (let bucket = 0; bucket < 256; bucket++) {
          const outcomes = evidence.filter((one) => one.bucket === bucket).map(({ outcome }) => outcome);
          assert.equal(isSet(observation.conclusiveBits, bucket), outcomes.length > 0);
          assert.equal(isSet(observation.okBits, bucket), outcomes.length > 0 && !outcomes.includes("fail"));
        }
        const lost = evidence.reduce((sum, one) => sum + one.integrityFailures, 0);
        assert.equal(observation.integrityFailures, lost);
      }
    });
    holds(t, property, 50);
  });

  it("orders by node and gives the same whatever the order of the results", (t) => {
    const property = fc.property(fc.array(results), (all) => {
      const observations = observe(all, 0n, 200);
      assert.deepEqual(observe([...all].reverse(), 0n, 200), observations);
      for (const [index, { nodeId }] of observations.entries())
        assert.ok(nodeId > (observations[index - 1]?.nodeId ?? 0));
    });
    holds(t, property);
  });

  it("takes latency from ok storage probes alone", () => {
    const [observation] = observe(
      [
        result({ probe: "storage", latencyUs: 300_000 }),
        result({ probe: "storage", latencyUs: 900_000, outcome: "fail", bucket: 1 }),
        result({ probe: "challenge", latencyUs: 800_000 }),
        result({ probe: "storage", latencyUs: 700_000, outcome: "inconclusive" }),
      ],
      0n,
      200,
    );
    assert.equal(observation?.latencyRatioPpm, 1_500_000);
  });

  it("counts integrity failures up to what 32 bits hold", () => {
    const many = result({ outcome: "fail", integrityFailures: 2 ** 32 - 2 });
    const counts = [1, 2].map((times) => observe(Array(times).fill(many), 0n, 200)[0]?.integrityFailures);
    assert.deepEqual(counts, [2 ** 32 - 2, 2 ** 32 - 1]);
  });

  it("INV-14: void buckets and inconclusive probes leave no trace", () => {
    assert.deepEqual(observe([result({ outcome: "fail", integrityFailures: 1 })], 1n, 200), []);
    assert.deepEqual(observe([result({ outcome: "inconclusive" })], 0n, 200), []);
  });
});

describe("latencyRatioPpm", () => {
  it("is ⌈p95·10^6 / target⌉ within 1 … 2^32 − 1", (t) => {
    const latencies = fc.array(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 1, maxLength: 100 });
    const property = fc.property(latencies, fc.integer({ min: 1, max: 60_000 }), (values, targetMs) => {
      const sorted = [...values].sort((a, b) => a - b);
      const p95 = sorted.find((_, index) => (index + 1) * 100 >= values.length * 95) ?? 0;
      const target = BigInt(targetMs) * 1000n;
      const exact = (BigInt(p95) * 1_000_000n + target - 1n) / target;
      const expected = exact === 0n ? 1n : exact > 2n ** 32n - 1n ? 2n ** 32n - 1n : exact;
      assert.equal(BigInt(latencyRatioPpm(values, targetMs)), expected);
    });
    holds(t, property, 1000);
  });

  it("is 0 without a latency", () => {
    assert.equal(latencyRatioPpm([], 200), 0);
  });
});

describe("nearestRank", () => {
  it("is the smallest value that 95 % do not exceed", () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);
    assert.equal(nearestRank(upTo(20), 95), 19);
    assert.equal(nearestRank(upTo(21), 95), 20);
    assert.equal(nearestRank(upTo(1), 95), 1);
    assert.equal(nearestRank(upTo(100), 95), 95);
  });
});
