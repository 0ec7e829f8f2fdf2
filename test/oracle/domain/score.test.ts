import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { availabilityPpm, curveAt, medianLatencyRatioPpm, scorePpm } from "../../../oracle/domain/score.ts";
import { curveValue, lowerMedian, ones, scoreOf } from "./model.ts";
import { DEFAULT_RULES, holds, observationsOf, uint32s, validRules } from "./support.ts";

const { availabilityCurve, latencyCurve } = DEFAULT_RULES;

describe("curveAt", () => {
  it("agrees with exact fractions, at points, between and outside them", (t) => {
    const property = fc.property(validRules, uint32s, ({ availabilityCurve: curve }, x) => {
      for (const at of [x, ...curve.map(({ xPpm }) => xPpm), ...curve.map(({ xPpm }) => xPpm + 1)])
        assert.equal(BigInt(curveAt(curve, at)), curveValue(curve, BigInt(at)));
    });
    holds(t, property, 2000);
  });

  it("has the default points of the design", () => {
    const score = (up: number, down: number) => curveAt(availabilityCurve, availabilityPpm(up, down));
    assert.equal(score(94, 6), 0);
    assert.equal(score(95, 5), 0);
    assert.equal(score(97, 3), 250_000);
    assert.equal(score(99, 1), 500_000);
    assert.equal(score(255, 1), 1_000_000, "one lost bucket costs nothing");
    assert.equal(score(254, 2), 682_250);
    assert.equal(curveAt(latencyCurve, 1_000_000), 1_000_000);
    assert.equal(curveAt(latencyCurve, 2_000_000), 666_666);
    assert.equal(curveAt(latencyCurve, 4_000_000), 0);
    assert.equal(curveAt(latencyCurve, 2 ** 32 - 1), 0);
  });

  it("refuses a curve without points", () => {
    assert.throws(() => curveAt([], 1), { code: "curve-empty" });
  });
});

describe("medianLatencyRatioPpm", () => {
  it("is the lower median over attesters with enough ok buckets and a latency", (t) => {
    const inputs = fc.array(observationsOf(1), { maxLength: 7 });
    const property = fc.property(inputs, fc.integer({ min: 1, max: 256 }), (observations, min) => {
      const counted = observations.filter((one) => ones(one.okBits) >= min && one.latencyRatioPpm !== 0);
      const expected = lowerMedian(counted.map(({ latencyRatioPpm }) => BigInt(latencyRatioPpm)));
      const actual = medianLatencyRatioPpm(observations, min);
      assert.equal(actual, expected === undefined ? null : Number(expected));
    });
    holds(t, property);
  });
});

describe("scorePpm", () => {
  it("agrees with the naive model", (t) => {
    const inputs = fc.record({
      rules: validRules,
      observations: fc.array(observationsOf(1), { maxLength: 7 }),
      up: fc.integer({ min: 0, max: 256 }),
      down: fc.integer({ min: 1, max: 256 }),
    });
    const property = fc.property(inputs, ({ rules, observations, up, down }) => {
      const expected = scoreOf(BigInt(up), BigInt(down), observations, rules, 7);
      assert.equal(BigInt(scorePpm(up, down, observations, 7, rules)), expected);
    });
    holds(t, property);
  });

  it("is full without a latency, and 0 once ⌊(k − 1)/3⌋ + 1 attesters report integrity failures", () => {
    const clean = { nodeId: 1, okBits: 255n, conclusiveBits: 255n, latencyRatioPpm: 0, integrityFailures: 0 };
    const corrupted = { ...clean, integrityFailures: 1 };
    const score = (observations: (typeof clean)[]) => scorePpm(256, 0, observations, 4, DEFAULT_RULES);
    assert.equal(score([clean, clean, clean, clean]), 1_000_000);
    assert.equal(score([corrupted, clean, clean, clean]), 1_000_000);
    assert.equal(score([corrupted, corrupted, clean, clean]), 0);
  });
});
