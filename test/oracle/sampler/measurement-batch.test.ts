import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Measurement } from "../../../oracle/ports/measurements.ts";
import { MeasurementBatch } from "../../../oracle/services/sampler/measurement-batch.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { MemoryLog, MemoryMeasurements, MemoryMetrics } from "../../helpers/probing/world.ts";

const measurement = (bucket: number): Measurement => ({
  epoch: 0,
  nodeId: 1,
  bucket,
  probe: "challenge",
  outcome: "ok",
  latencyUs: null,
  reason: "",
  integrityFailures: 0,
});

function batchOf(maxPending: number) {
  const timers = new ManualClock();
  const measurements = new MemoryMeasurements();
  const metrics = new MemoryMetrics();
  const log = new MemoryLog();
  const batch = new MeasurementBatch({ delayMs: 100, maxPending }, { timers, measurements, log, metrics });
  return { batch, timers, measurements, metrics };
}

describe("measurement batch", () => {
  it("records everything of a delay together", async () => {
    const { batch, timers, measurements } = batchOf(10);
    batch.add(measurement(1));
    await timers.advance(99);
    batch.add(measurement(2));
    assert.equal(measurements.recorded.length, 0);
    await timers.advance(1);
    assert.deepEqual(
      measurements.recorded.map(({ bucket }) => bucket),
      [1, 2],
    );
    assert.equal(timers.waiting, 0);
  });

  it("drops the oldest and counts them when the store fails for too long", async () => {
    const { batch, timers, measurements, metrics } = batchOf(2);
    measurements.broken = true;
    for (const bucket of [1, 2, 3, 4]) batch.add(measurement(bucket));
    await timers.advance(100);
    measurements.broken = false;
    batch.flush();
    assert.deepEqual(
      measurements.recorded.map(({ bucket }) => bucket),
      [3, 4],
    );
    assert.equal(metrics.counts.get("icn_oracle_measurements_dropped_total"), 2);
  });
});
