import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ALL_BUCKETS, countBits } from "../../../oracle/domain/bits.ts";
import { majority, verdictThreshold } from "../../../oracle/domain/majority.ts";
import { isSet, ones, verdictOf } from "./model.ts";
import { holds, masks, observationsOf } from "./support.ts";

describe("majority", () => {
  it("agrees with a count per bucket, for any committee and any bundles missing", (t) => {
    const cases = fc
      .integer({ min: 1, max: 31 })
      .chain((assigned) => fc.tuple(fc.constant(assigned), fc.integer({ min: 0, max: assigned })))
      .chain(([assigned, length]) =>
        fc.tuple(
          fc.constant(assigned),
          fc.array(observationsOf(1), { minLength: length, maxLength: length }),
        ),
      );
    const property = fc.property(cases, ([assigned, observations]) => {
      const { upBits, downBits } = majority(observations, assigned);
      for (let bucket = 0; bucket < 256; bucket++) {
        const expected = verdictOf(bucket, observations, assigned);
        assert.equal(isSet(upBits, bucket), expected === "up");
        assert.equal(isSet(downBits, bucket), expected === "down");
      }
    });
    holds(t, property, 150);
  });

  it("needs one honest attester: ⌊(k − 1)/3⌋ + 1 votes", () => {
    const thresholds = [1, 2, 3, 4, 5, 6, 7, 10, 31].map(verdictThreshold);
    assert.deepEqual(thresholds, [1, 1, 1, 2, 2, 2, 3, 4, 11]);
  });

  it("INV-14: an attester without conclusion moves no verdict", (t) => {
    const property = fc.property(fc.array(observationsOf(1), { maxLength: 7 }), (observations) => {
      const silent = { nodeId: 1, okBits: 0n, conclusiveBits: 0n, latencyRatioPpm: 0, integrityFailures: 0 };
      assert.deepEqual(majority([...observations, silent], 8), majority(observations, 8));
    });
    holds(t, property);
  });

  it("counts an ok outside conclusiveBits as no vote", () => {
    const vote = { okBits: 3n, conclusiveBits: 1n };
    assert.deepEqual(majority([vote], 1), { upBits: 1n, downBits: 0n });
  });
});

describe("countBits", () => {
  it("counts the ones of a mask", (t) => {
    holds(
      t,
      fc.property(masks, (mask) => assert.equal(countBits(mask), ones(mask))),
    );
    assert.equal(countBits(ALL_BUCKETS), 256);
    assert.equal(ALL_BUCKETS, 2n ** 256n - 1n);
  });
});
