import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Measurement } from "../../../oracle/ports/measurements.ts";
import { MeasurementObserver } from "../../../oracle/services/observer.ts";
import { contextOf, MemoryMeasurements, nodeView } from "../../helpers/probing/world.ts";

const OK: Measurement = {
  epoch: 4,
  nodeId: 1,
  bucket: 0,
  probe: "challenge",
  outcome: "ok",
  latencyUs: null,
  reason: "",
  integrityFailures: 0,
};

describe("observer", () => {
  const nodes = [
    nodeView({ nodeId: 1 }),
    nodeView({ nodeId: 2 }),
    nodeView({ nodeId: 3, status: "registered" }),
    nodeView({ nodeId: 4 }),
    nodeView({ nodeId: 5, status: "maintenance" }),
  ];

  function observe(recorded: readonly Measurement[], voidBuckets: readonly number[] = []) {
    const measurements = new MemoryMeasurements();
    measurements.record(recorded);
    for (const bucket of voidBuckets) measurements.voidBucket(4, bucket);
    return new MeasurementObserver({ measurements }).observe(contextOf(4, nodes));
  }

  it("observes the epoch's measurements of active nodes with evidence, ascending", () => {
    const observations = observe([
      { ...OK, nodeId: 2, bucket: 3, outcome: "fail", reason: "timeout" },
      OK,
      { ...OK, nodeId: 3 },
      { ...OK, nodeId: 5, outcome: "fail", reason: "connect" },
      { ...OK, nodeId: 4, outcome: "inconclusive", reason: "lag" },
      { ...OK, nodeId: 4, epoch: 3 },
    ]);
    assert.deepEqual(observations, [
      { nodeId: 1, okBits: 1n, conclusiveBits: 1n, latencyRatioPpm: 0, integrityFailures: 0 },
      { nodeId: 2, okBits: 0n, conclusiveBits: 8n, latencyRatioPpm: 0, integrityFailures: 0 },
    ]);
  });

  it("takes the objectives of the rules and the terms in force at the epoch's start", () => {
    const [observation] = observe([
      { ...OK, probe: "storage", latencyUs: 50_000 },
      { ...OK, probe: "compute", latencyUs: 1_800_000 },
    ]);
    assert.equal(observation?.latencyRatioPpm, 500_000, "the node sells no compute");
  });

  it("leaves void buckets out", () => {
    assert.deepEqual(observe([{ ...OK, bucket: 7, outcome: "fail", reason: "connect" }], [7]), []);
  });
});
