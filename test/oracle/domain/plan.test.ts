import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import {
  canaryChoice,
  canaryContent,
  canaryEpochs,
  canaryName,
  canaryRangeStart,
  challengeNonce,
  isServiceSlot,
  type ProbeSlot,
  probeAtMs,
} from "../../../oracle/domain/plan.ts";
import { prf, prfBelow, prfBytes } from "../../../oracle/domain/prf.ts";
import { SERVICES, type Service } from "../../../oracle/domain/types.ts";
import { holds } from "./support.ts";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const slots: fc.Arbitrary<ProbeSlot> = fc.record({
  nodeId: fc.integer({ min: 1, max: 250_000 }),
  epoch: fc.integer({ min: 0, max: 2000 }),
  bucket: fc.integer({ min: 0, max: 255 }),
});
const SECRET = new Uint8Array(32).fill(9);

describe("prf", () => {
  it("is HMAC-SHA256 over labels led by their lengths, so that no two lists read alike", () => {
    const expected = createHmac("sha256", SECRET).update("1:a2:12").digest();
    assert.deepEqual(prf(SECRET, "a", 12), expected);
    assert.notDeepEqual(prf(SECRET, "a", "bc"), prf(SECRET, "ab", "c"));
    assert.notDeepEqual(prf(SECRET, "ä"), prf(SECRET, "ae"));
  });

  it("spreads evenly over a range", () => {
    const counts = new Array<number>(8).fill(0);
    for (let i = 0; i < 8000; i++) counts[prfBelow(8, SECRET, i)]!++;
    for (const count of counts) assert.ok(count > 850 && count < 1150, `${count} of 1000`);
  });

  it("fills any number of bytes, the same every time, the shorter a prefix of the longer", (t) => {
    const property = fc.property(secrets, fc.integer({ min: 0, max: 300 }), (secret, size) => {
      const bytes = prfBytes(size, secret, "x");
      assert.equal(bytes.length, size);
      assert.deepEqual(prfBytes(300, secret, "x").subarray(0, size), bytes);
    });
    holds(t, property, 100);
  });
});

describe("plan", () => {
  it("probes within the slot's bucket", (t) => {
    const lengths = fc.integer({ min: 1, max: 86_400 });
    const property = fc.property(secrets, slots, lengths, (secret, slot, length) => {
      const clock = new EpochClock(1_800_000_000, length);
      for (const probe of ["challenge", ...SERVICES] as const) {
        const atMs = probeAtMs(secret, clock, probe, slot);
        assert.equal(clock.epochAt(atMs), slot.epoch);
        assert.equal(clock.bucketAt(atMs), slot.bucket);
      }
    });
    holds(t, property);
  });

  it("spreads the moments over the bucket", () => {
    const clock = new EpochClock(0, 64);
    const offsets = Array.from({ length: 400 }, (_, index) => {
      const slot = { nodeId: index, epoch: 0, bucket: 0 };
      return probeAtMs(SECRET, clock, "challenge", slot);
    });
    assert.ok(Math.min(...offsets) < 10 && Math.max(...offsets) >= 240);
    assert.notDeepEqual(
      offsets.slice(0, 9),
      offsets
        .map((_, nodeId) => probeAtMs(SECRET, clock, "storage", { nodeId, epoch: 0, bucket: 0 }))
        .slice(0, 9),
    );
  });

  it("holds one probe of a service in every interval of consecutive buckets", (t) => {
    const property = fc.property(
      secrets,
      slots,
      fc.constantFrom(...SERVICES),
      fc.integer({ min: 1, max: 256 }),
      (secret, slot, service, interval) => {
        const chosen = Array.from({ length: 256 }, (_, bucket) => bucket).filter((bucket) =>
          isServiceSlot(secret, service, { ...slot, bucket }, interval),
        );
        for (let group = 0; group < Math.floor(256 / interval); group++) {
          const inGroup = chosen.filter((bucket) => Math.floor(bucket / interval) === group);
          assert.equal(inGroup.length, 1);
        }
        // What is left at the end of the epoch is a group of its own, which may miss its probe.
        const rest = chosen.filter((bucket) => bucket >= 256 - (256 % interval));
        assert.ok(rest.length <= (256 % interval === 0 ? 0 : 1));
      },
    );
    holds(t, property, 100);
  });

  it("chooses by secret, service, node and epoch, and every bucket of a group alike", () => {
    const placesOf = (secret: Uint8Array, service: Service, nodeId: number, epoch: number) =>
      Array.from({ length: 256 }, (_, bucket) => bucket)
        .filter((bucket) => isServiceSlot(secret, service, { nodeId, epoch, bucket }, 16))
        .map((bucket) => bucket % 16);
    const lists = [
      placesOf(SECRET, "storage", 1, 2),
      placesOf(SECRET, "network", 1, 2),
      placesOf(SECRET, "compute", 1, 2),
      placesOf(SECRET, "storage", 2, 2),
      placesOf(SECRET, "storage", 1, 3),
      placesOf(new Uint8Array(32).fill(8), "storage", 1, 2),
    ];
    assert.equal(new Set(lists.map(String)).size, lists.length);

    const counts = new Array<number>(16).fill(0);
    for (let nodeId = 1; nodeId <= 250; nodeId++)
      for (const place of placesOf(SECRET, "compute", nodeId, 0)) counts[place]!++;
    for (const count of counts) assert.ok(count > 200 && count < 300, `${count} of 250`);
  });

  it("depends on the secret, the node, the epoch and the bucket", () => {
    const slot = { nodeId: 1, epoch: 2, bucket: 3 };
    const others: [Uint8Array, ProbeSlot][] = [
      [new Uint8Array(32).fill(8), slot],
      [SECRET, { ...slot, nodeId: 2 }],
      [SECRET, { ...slot, epoch: 3 }],
      [SECRET, { ...slot, bucket: 4 }],
    ];
    for (const [secret, other] of others) {
      assert.notEqual(challengeNonce(secret, other), challengeNonce(SECRET, slot));
      assert.notEqual(canaryName(secret, other), canaryName(SECRET, slot));
      assert.notDeepEqual(canaryContent(secret, other, 64), canaryContent(SECRET, slot, 64));
    }
  });

  it("keeps a canary 1 … 30 epochs and reads within it", (t) => {
    const property = fc.property(secrets, slots, fc.integer({ min: 1, max: 5000 }), (secret, slot, size) => {
      const epochs = canaryEpochs(secret, slot);
      assert.ok(epochs >= 1 && epochs <= 30);
      assert.ok(canaryChoice(secret, slot, size) < size);
      const length = Math.ceil(size / 2);
      const start = canaryRangeStart(secret, slot, size, length);
      assert.ok(start >= 0 && start + length <= size);
      assert.match(canaryName(secret, slot), /^[0-9a-f]{32}$/);
    });
    holds(t, property, 200);
  });
});
