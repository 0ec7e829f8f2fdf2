import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { isServiceSlot, probeAtMs } from "../../../oracle/domain/plan.ts";
import { type PlannedProbe, planBucket } from "../../../oracle/services/sampler/bucket-plan.ts";
import { contextOf, nodeView, SECRET } from "../../helpers/probing/world.ts";

const EPOCH = 3;
const epochs = new EpochClock(0, 64);
/** Node n offers the services whose bits are n; node 8 all, but it is not active. */
const nodes = [
  ...[1, 2, 3, 4, 5, 6, 7].map((services) => nodeView({ nodeId: services, services })),
  nodeView({ nodeId: 8, services: 7, status: "exiting" }),
];
const SERVICES = [
  ["storage", 1, 4],
  ["compute", 2, 32],
  ["network", 4, 16],
] as const;

const nodeIdOf = (planned: PlannedProbe) => (planned.probe === "control" ? 0 : planned.node.nodeId);

describe("bucket plan", () => {
  const plan = (bucket: number) =>
    planBucket(contextOf(EPOCH, nodes), bucket, { secret: SECRET, epochs }, async () => {});
  const whole = () => Promise.all(Array.from({ length: 256 }, (_, bucket) => plan(bucket)));

  it("holds every active node's challenge, and each service that it offers once in its interval", async () => {
    const buckets = await whole();
    for (let nodeId = 1; nodeId <= 8; nodeId++) {
      const own = buckets.flat().filter((planned) => nodeIdOf(planned) === nodeId);
      const countOf = (probe: string) => own.filter((planned) => planned.probe === probe).length;
      assert.equal(countOf("challenge"), nodeId === 8 ? 0 : 256);
      for (const [service, bit, interval] of SERVICES) {
        const offered =
          nodeId !== 8 &&
          nodeId
            .toString(2)
            .padStart(3, "0")
            .at(-1 - Math.log2(bit)) === "1";
        assert.equal(countOf(service), offered ? 256 / interval : 0, `${service} of node ${nodeId}`);
      }
    }
  });

  it("holds a service in the bucket and at the moment that the secret names", async () => {
    for (const [bucket, planned] of (await whole()).entries()) {
      const slot = { nodeId: 7, epoch: EPOCH, bucket };
      for (const [service, , interval] of SERVICES) {
        const found = planned.filter((one) => one.probe === service && nodeIdOf(one) === 7);
        const expected = isServiceSlot(SECRET, service, slot, interval)
          ? [probeAtMs(SECRET, epochs, service, slot)]
          : [];
        assert.deepEqual(
          found.map(({ atMs }) => atMs),
          expected,
        );
      }
    }
  });

  it("is in the order of time, within its bucket, with one check of the control targets", async () => {
    for (const [bucket, planned] of (await whole()).entries()) {
      const moments = planned.map(({ atMs }) => atMs);
      assert.deepEqual(
        moments,
        [...moments].sort((a, b) => a - b),
      );
      for (const atMs of moments) assert.equal(epochs.bucketAt(atMs), bucket);
      assert.equal(planned.filter(({ probe }) => probe === "control").length, 1);
    }
  });
});
