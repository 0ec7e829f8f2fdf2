import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  latencyRatioPpm,
  nearestRank,
  type ObserveOptions,
  observe,
  type ProbeResult,
} from "../../../oracle/domain/observe.ts";
import type { Observation } from "../../../oracle/domain/types.ts";
import { isSet, ones } from "./model.ts";
import { DEFAULT_RULES, holds, validRules } from "./support.ts";

const BITS = { storage: 1, compute: 2, network: 4 } as const;
const NAMES = ["storage", "compute", "network"] as const;

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

const termsOf = (services: number, nodeClass = 1) => ({ services, nodeClass });
/** Node 1 of class 1 offers everything: objectives 200, 2,000 and 1,000 ms; groups of 4, 32 and 16 buckets. */
const ONE: ObserveOptions = { voidBuckets: 0n, rules: DEFAULT_RULES, nodes: new Map([[1, termsOf(7)]]) };

const results: fc.Arbitrary<ProbeResult> = fc.record({
  nodeId: fc.integer({ min: 1, max: 4 }),
  bucket: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 9 })),
  probe: fc.constantFrom(...(["challenge", "challenge", "storage", "compute", "network"] as const)),
  outcome: fc.constantFrom(...(["ok", "ok", "fail", "inconclusive"] as const)),
  latencyUs: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
  integrityFailures: fc.integer({ min: 0, max: 2 }),
});
const terms = fc.record({
  services: fc.integer({ min: 0, max: 7 }),
  nodeClass: fc.integer({ min: 0, max: 255 }),
});
const options: fc.Arbitrary<ObserveOptions> = fc.record({
  voidBuckets: fc
    .uniqueArray(fc.integer({ min: 0, max: 255 }), { maxLength: 60 })
    .map((buckets) => buckets.reduce((mask, bucket) => mask | (1n << BigInt(bucket)), 0n)),
  rules: validRules,
  nodes: fc.tuple(terms, terms, terms).map((all) => new Map(all.map((one, index) => [index + 1, one]))),
});

/** What may count for a node, by the words of docs/measuring.md. */
function evidenceOf(nodeId: number, all: readonly ProbeResult[], { voidBuckets, nodes }: ObserveOptions) {
  const services = nodes.get(nodeId)?.services;
  return all.filter(
    ({ probe, outcome, bucket, ...one }) =>
      one.nodeId === nodeId &&
      services !== undefined &&
      (probe === "challenge" || Math.floor(services / BITS[probe]) % 2 === 1) &&
      outcome !== "inconclusive" &&
      !isSet(voidBuckets, bucket),
  );
}

/** Whether some service failed in the bucket's group, at a moment whose bucket the node answered. */
function isBroken(
  bucket: number,
  evidence: readonly ProbeResult[],
  { measurement }: ObserveOptions["rules"],
) {
  const intervals = {
    storage: measurement.storageBucketInterval,
    compute: measurement.computeBucketInterval,
    network: measurement.networkBucketInterval,
  };
  return evidence.some((failed) => {
    if (failed.probe === "challenge" || failed.outcome !== "fail") return false;
    const start = failed.bucket - (failed.bucket % intervals[failed.probe]);
    if (bucket < start || bucket >= start + intervals[failed.probe]) return false;
    const challenges = evidence.filter((one) => one.probe === "challenge" && one.bucket === failed.bucket);
    return challenges.length > 0 && challenges.every(({ outcome }) => outcome === "ok");
  });
}

/** The worst service's p95 over its objective, in exact fractions. */
function worstRatio(evidence: readonly ProbeResult[], nodeClass: number, rules: ObserveOptions["rules"]) {
  const ratios = NAMES.map((service) => {
    const latencies = evidence
      .filter(({ probe, outcome }) => probe === service && outcome === "ok")
      .flatMap(({ latencyUs }) => latencyUs ?? []);
    const p95 = latencies
      .sort((a, b) => a - b)
      .find((_, index) => (index + 1) * 100 >= latencies.length * 95);
    if (p95 === undefined) return 0n;
    const own = rules.latencyTargets.filter((target) => target.service === BITS[service]);
    const { targetMs } = own.findLast((target) => [0, nodeClass].includes(target.nodeClass))!;
    const target = BigInt(targetMs) * 1000n;
    const ratio = (BigInt(p95) * 1_000_000n + target - 1n) / target;
    return ratio === 0n ? 1n : ratio;
  });
  const worst = ratios.reduce((a, b) => (a > b ? a : b));
  return worst > 2n ** 32n - 1n ? 2n ** 32n - 1n : worst;
}

function agrees(observation: Observation, evidence: readonly ProbeResult[], given: ObserveOptions) {
  for (let bucket = 0; bucket < 256; bucket++) {
    const outcomes = evidence.filter((one) => one.bucket === bucket).map(({ outcome }) => outcome);
    const ok = outcomes.length > 0 && !outcomes.includes("fail") && !isBroken(bucket, evidence, given.rules);
    assert.equal(isSet(observation.conclusiveBits, bucket), outcomes.length > 0, `bucket ${bucket}`);
    assert.equal(isSet(observation.okBits, bucket), ok, `bucket ${bucket}`);
  }
  const { nodeClass } = given.nodes.get(observation.nodeId)!;
  assert.equal(BigInt(observation.latencyRatioPpm), worstRatio(evidence, nodeClass, given.rules));
  const lost = evidence.reduce((sum, one) => sum + one.integrityFailures, 0);
  assert.equal(observation.integrityFailures, lost);
}

describe("observe", () => {
  it("agrees with a look at every bucket and service", (t) => {
    let widened = 0;
    const many = fc.array(results, { maxLength: 300, size: "max" });
    const property = fc.property(many, options, (all, given) => {
      const observations = observe(all, given);
      for (const nodeId of [1, 2, 3, 4]) {
        const evidence = evidenceOf(nodeId, all, given);
        const observation = observations.find((one) => one.nodeId === nodeId);
        assert.equal(observation !== undefined, evidence.length > 0);
        if (observation === undefined) continue;
        agrees(observation, evidence, given);
        const failed = evidence.filter(({ outcome }) => outcome === "fail").map(({ bucket }) => bucket);
        if (ones(observation.conclusiveBits ^ observation.okBits) > new Set(failed).size) widened++;
      }
    });
    holds(t, property, 150);
    assert.ok(widened > 50, `a failed service widened to its group in ${widened} cases`);
  });

  it("orders by node and gives the same whatever the order of the results", (t) => {
    const property = fc.property(fc.array(results), options, (all, given) => {
      const observations = observe(all, given);
      assert.deepEqual(observe([...all].reverse(), given), observations);
      for (const [index, { nodeId }] of observations.entries())
        assert.ok(nodeId > (observations[index - 1]?.nodeId ?? 0));
    });
    holds(t, property);
  });

  it("takes latency from ok probes of services alone, each against its own objective", () => {
    const ratioOf = (...all: ProbeResult[]) => observe(all, ONE)[0]?.latencyRatioPpm;
    const storage = [
      result({ probe: "storage", latencyUs: 300_000 }),
      result({ probe: "storage", latencyUs: 900_000, outcome: "fail", bucket: 1 }),
      result({ probe: "challenge", latencyUs: 800_000 }),
      result({ probe: "storage", latencyUs: 700_000, outcome: "inconclusive" }),
    ];
    assert.equal(ratioOf(...storage), 1_500_000);
    assert.equal(ratioOf(...storage, result({ probe: "compute", latencyUs: 2_000_000 })), 1_500_000);
    assert.equal(ratioOf(...storage, result({ probe: "compute", latencyUs: 5_000_000 })), 2_500_000);
    assert.equal(ratioOf(result({ probe: "network", latencyUs: 250_001 })), 250_001);
    assert.equal(ratioOf(result({})), 0);
  });

  it("judges a class by its own objective where it has one", () => {
    const latencyTargets = [...DEFAULT_RULES.latencyTargets, { nodeClass: 2, service: 2, targetMs: 4_000 }];
    const ratioOf = (nodeClass: number, probe: "compute" | "network") =>
      observe([result({ probe, latencyUs: 1_000_000 })], {
        ...ONE,
        rules: { ...DEFAULT_RULES, latencyTargets },
        nodes: new Map([[1, termsOf(7, nodeClass)]]),
      })[0]?.latencyRatioPpm;
    assert.deepEqual(
      [ratioOf(1, "compute"), ratioOf(2, "compute"), ratioOf(3, "compute")],
      [500_000, 250_000, 500_000],
    );
    assert.equal(ratioOf(2, "network"), 1_000_000);
  });

  describe("given a service that fails", () => {
    const answered = Array.from({ length: 256 }, (_, bucket) => result({ bucket }));
    const okOf = (...found: ProbeResult[]) => observe([...answered, ...found], ONE)[0]?.okBits;
    const without = (from: number, count: number) =>
      ((1n << 256n) - 1n) ^ (((1n << BigInt(count)) - 1n) << BigInt(from));

    it("counts its whole group of buckets as failed", () => {
      assert.equal(okOf(result({ probe: "storage", bucket: 9, outcome: "fail" })), without(8, 4));
      assert.equal(okOf(result({ probe: "network", bucket: 47, outcome: "fail" })), without(32, 16));
      assert.equal(okOf(result({ probe: "compute", bucket: 255, outcome: "fail" })), without(224, 32));
    });

    it("counts the bucket alone where the node itself did not answer, or was not asked", () => {
      const failed = result({ probe: "compute", bucket: 40, outcome: "fail" });
      assert.equal(okOf(failed, result({ bucket: 40, outcome: "fail" })), without(40, 1));
      const others = answered.filter(({ bucket }) => bucket !== 40);
      assert.equal(observe([...others, failed], ONE)[0]?.okBits, without(40, 1));
    });

    it("INV-14: makes up no evidence for buckets that have none", () => {
      const failed = result({ probe: "compute", bucket: 3, outcome: "fail" });
      const [observation] = observe([result({ bucket: 3 }), result({ bucket: 5 }), failed], ONE);
      assert.equal(observation?.conclusiveBits, 0b101000n);
      assert.equal(observation?.okBits, 0n);
    });

    it("ignores it where the node does not offer the service", () => {
      const nodes = new Map([[1, termsOf(1)]]);
      const found = [
        result({}),
        result({ probe: "compute", outcome: "fail", integrityFailures: 1 }),
        result({ probe: "network", latencyUs: 1 }),
      ];
      assert.deepEqual(observe(found, { ...ONE, nodes }), [
        { nodeId: 1, okBits: 1n, conclusiveBits: 1n, latencyRatioPpm: 0, integrityFailures: 0 },
      ]);
    });
  });

  it("counts integrity failures up to what 32 bits hold", () => {
    const many = result({ outcome: "fail", integrityFailures: 2 ** 32 - 2 });
    const counts = [1, 2].map((times) => observe(Array(times).fill(many), ONE)[0]?.integrityFailures);
    assert.deepEqual(counts, [2 ** 32 - 2, 2 ** 32 - 1]);
  });

  it("INV-14: void buckets and inconclusive probes leave no trace", () => {
    for (const probe of ["challenge", ...NAMES] as const) {
      const failed = result({ probe, outcome: "fail", integrityFailures: 1 });
      assert.deepEqual(observe([failed], { ...ONE, voidBuckets: 1n }), []);
      assert.deepEqual(observe([result({ probe, outcome: "inconclusive" })], ONE), []);
    }
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
