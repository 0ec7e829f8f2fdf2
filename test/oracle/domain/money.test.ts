import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { INDEX_SCALE, indexDelta } from "../../../oracle/domain/accrual.ts";
import {
  cumulativeEmission,
  type EmissionSchedule,
  emissionOf,
  MONTH,
} from "../../../oracle/domain/emission.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { indexGain } from "../../../oracle/domain/leaf.ts";
import { attesterPay, commission, pay } from "../../../oracle/domain/pay.ts";
import { stakeLimit, unitsOf } from "../../../oracle/domain/stake.ts";
import { activeNode, amounts, holds, ppms, validRules } from "./support.ts";

const TOTAL = 140_000_000n * 10n ** 18n;

/** 60 shares, non-increasing, that sum to 10^6. */
const schedules: fc.Arbitrary<EmissionSchedule> = fc
  .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 59, maxLength: 59 })
  .map((shares) => {
    const rest = 1_000_000 - shares.reduce((sum, share) => sum + share, 0);
    return { total: TOTAL, monthlySharesPpm: [rest, ...shares].sort((a, b) => b - a) };
  });
const times = fc.oneof(
  fc.integer({ min: 0, max: 62 * MONTH }),
  fc.tuple(fc.integer({ min: 0, max: 61 }), fc.constantFrom(-1, 0, 1)).map(([m, d]) => m * MONTH + d),
);

describe("cumulativeEmission", () => {
  it("is the floor of the exact fraction, month by month", (t) => {
    const property = fc.property(schedules, times, (schedule, elapsed) => {
      // In units of 10^-6 / MONTH of the total.
      let parts = 0n;
      schedule.monthlySharesPpm.forEach((share, month) => {
        const within = Math.min(Math.max(elapsed - month * MONTH, 0), MONTH);
        parts += BigInt(share) * BigInt(within);
      });
      const expected = (TOTAL * parts) / (1_000_000n * BigInt(MONTH));
      assert.equal(cumulativeEmission(schedule, 5000, 5000 + elapsed), expected);
    });
    holds(t, property, 1000);
  });

  it("INV-3: never falls, and no sum of epochs exceeds the total", (t) => {
    const lengths = fc.integer({ min: 86_400, max: 10 * MONTH });
    const property = fc.property(schedules, lengths, (schedule, length) => {
      const clock = new EpochClock(5000, length);
      let sum = 0n;
      for (let epoch = 0; clock.startAt(epoch) < 5000 + 61 * MONTH; epoch++) {
        const emission = emissionOf(schedule, clock, epoch);
        assert.ok(emission >= 0n);
        sum += emission;
      }
      assert.equal(sum, TOTAL);
    });
    holds(t, property, 30);
  });

  it("is nothing before epochZero and in epochs before it", () => {
    const schedule = { total: TOTAL, monthlySharesPpm: [1_000_000] };
    assert.equal(cumulativeEmission(schedule, 5000, 4999), 0n);
    assert.equal(emissionOf(schedule, new EpochClock(5000, 60), -1), 0n);
  });
});

describe("pay", () => {
  it("INV-4: what all stakers of an epoch earn together is at most what was emitted for them", (t) => {
    const stakes = fc.array(fc.record({ stake: amounts, limit: amounts, score: ppms }), { minLength: 1 });
    const property = fc.property(stakes, amounts, validRules, (nodes, emission, { economics }) => {
      const totalStake = nodes.reduce((sum, { stake }) => sum + stake, 0n);
      const delta = indexDelta(emission, totalStake, economics);
      let paid = 0n;
      for (const { stake, limit, score } of nodes) {
        const gain = indexGain(activeNode(1, { stake, limit }), delta, score);
        assert.ok(gain <= delta);
        paid += pay(stake, gain, delta);
      }
      const forStakers = (emission * BigInt(1_000_000 - economics.attesterSharePpm)) / 1_000_000n;
      assert.ok(paid <= forStakers);
    });
    holds(t, property);
  });

  it("is capped by ΔA whatever the ledger says, and refuses an index that fell", () => {
    assert.equal(pay(10n, 7n * INDEX_SCALE, 2n * INDEX_SCALE), 20n);
    assert.equal(pay(10n, INDEX_SCALE - 1n, INDEX_SCALE), 9n);
    assert.throws(() => pay(1n, -1n, 1n), { code: "index-fell" });
  });

  it("splits off a commission and an attester's part, rounded down", () => {
    assert.equal(commission(999n, 100_000), 99n);
    assert.equal(attesterPay(1_000_003n, 50_000, 7), 7142n);
  });
});

describe("stakeLimit", () => {
  it("is bond + min(factor · bond, units · stakePerUnit)", (t) => {
    const units = fc.integer({ min: 0, max: 10_000 });
    const property = fc.property(amounts, units, validRules, (bond, count, { economics }) => {
      const limit = stakeLimit(bond, count, economics);
      const candidates = [
        bond * BigInt(1 + economics.bondFactor),
        bond + BigInt(count) * economics.stakePerUnit,
      ];
      assert.ok(candidates.includes(limit) && candidates.every((candidate) => limit <= candidate));
    });
    holds(t, property);
  });

  it("sums units over the services", () => {
    const terms = { ...activeNode(1).terms, storageUnits: 1, computeUnits: 2, networkUnits: 4 };
    assert.equal(unitsOf(terms), 7);
  });
});
