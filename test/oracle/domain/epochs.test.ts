import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { holds } from "./support.ts";

const clocks = fc
  .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 1, max: 86_400 }))
  .map(([zero, length]) => new EpochClock(zero, length));

describe("EpochClock", () => {
  it("puts every millisecond into the bucket of the design's formula", (t) => {
    const property = fc.property(clocks, fc.integer({ min: 0, max: 10 ** 12 }), (clock, sinceZeroMs) => {
      const tMs = clock.epochZero * 1000 + sinceZeroMs;
      const epoch = clock.epochAt(tMs);
      assert.ok(clock.startMs(epoch) <= tMs && tMs < clock.endMs(epoch));
      const exact = (BigInt(tMs - clock.startMs(epoch)) * 256n) / BigInt(1000 * clock.epochLength);
      assert.equal(BigInt(clock.bucketAt(tMs)), exact);
      assert.ok(clock.bucketStartMs(epoch, clock.bucketAt(tMs)) <= tMs);
      assert.ok(tMs < clock.bucketEndMs(epoch, clock.bucketAt(tMs)));
    });
    holds(t, property, 2000);
  });

  it("knows the first millisecond of every bucket", (t) => {
    const inputs = [clocks, fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 255 })] as const;
    const property = fc.property(...inputs, (clock, epoch, bucket) => {
      const startMs = clock.bucketStartMs(epoch, bucket);
      assert.equal(clock.bucketAt(startMs), bucket);
      assert.equal(bucket === 0 ? 255 : bucket - 1, clock.bucketAt(startMs - 1));
      assert.equal(clock.bucketEndMs(epoch, 255), clock.endMs(epoch));
    });
    holds(t, property);
  });

  it("is negative before epochZero", () => {
    const clock = new EpochClock(1000, 64);
    assert.equal(clock.epochAt(999_999), -1);
    assert.equal(clock.epochAt(1_000_000), 0);
  });

  it("refuses a length of 0 and fractions of a second", () => {
    for (const [zero, length] of [
      [0, 0],
      [0, 1.5],
      [-1, 64],
      [0.5, 64],
    ] as const)
      assert.throws(() => new EpochClock(zero, length), { code: "clock-invalid" });
  });
});
