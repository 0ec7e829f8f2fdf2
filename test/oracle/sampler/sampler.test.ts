import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EpochContext } from "../../../oracle/domain/types.ts";
import { ProbeFault } from "../../../oracle/ports/prober.ts";
import { OK, samplerWorld } from "../../helpers/probing/sampling.ts";
import { nodeView } from "../../helpers/probing/world.ts";

const never = new AbortController().signal;

describe("sampler", () => {
  for (const epochLength of [16, 64])
    it(`challenges every active node once in every bucket of ${epochLength} s, within it`, async () => {
      const nodes = [1, 2, 3].map((nodeId) => nodeView({ nodeId, services: nodeId === 3 ? 2 : 1 }));
      const { sampler, clock, epochs, challenge, storage, recorded } = samplerWorld({ nodes, epochLength });
      sampler.start(never);
      await clock.advance(2 * epochLength * 1_000 - 1);
      await sampler.stop();

      for (const { nodeId } of nodes)
        for (const epoch of [0, 1]) {
          const calls = challenge.calls.filter((call) => call.nodeId === nodeId && call.epoch === epoch);
          assert.deepEqual(
            calls.map(({ bucket }) => bucket),
            Array.from({ length: 256 }, (_, bucket) => bucket),
          );
          assert.ok(calls.every(({ atMs, bucket }) => epochs.bucketAt(atMs) === bucket));
        }
      assert.equal(recorded({ probe: "challenge", outcome: "ok" }).length, 3 * 2 * 256);
      const storageOf = (nodeId: number) => storage.calls.filter((call) => call.nodeId === nodeId).length;
      assert.ok(
        storageOf(1) >= 126 && storageOf(1) <= 128,
        "one bucket in four, less what had no consent yet",
      );
      assert.equal(storageOf(3), 0, "the node serves no storage");
    });

  it("probes no node that is not active", async () => {
    const nodes = (["registered", "maintenance", "exiting", "exited", "none"] as const).map((status, i) =>
      nodeView({ nodeId: i + 1, status }),
    );
    const { sampler, clock, challenge, measurements } = samplerWorld({ nodes });
    sampler.start(never);
    await clock.advance(10_000);
    await sampler.stop();
    assert.equal(challenge.calls.length, 0);
    assert.equal(measurements.recorded.length, 0);
  });

  it("probes at moments that change from bucket to bucket and differ between nodes", async () => {
    const nodes = [1, 2].map((nodeId) => nodeView({ nodeId }));
    const { sampler, clock, epochs, challenge } = samplerWorld({ nodes, epochLength: 86_400 });
    sampler.start(never);
    await clock.advance(86_400_000 / 8);
    await sampler.stop();
    const offsets = challenge.calls.map(({ atMs, bucket }) => atMs - epochs.bucketStartMs(0, bucket));
    assert.ok(new Set(offsets).size > 60, "64 draws of 337,500 hardly ever meet");
    assert.ok(Math.min(...offsets) < 50_000 && Math.max(...offsets) > 280_000);
  });

  describe("consent", () => {
    it("precedes every storage probe of an epoch", async () => {
      const { sampler, clock, challenge, storage, recorded } = samplerWorld();
      challenge.answer = async ({ bucket }) => {
        if (bucket < 100) throw new ProbeFault("wrong-signature");
        return OK;
      };
      sampler.start(never);
      await clock.advance(2 * 64_000 - 1);
      await sampler.stop();
      assert.ok(storage.calls.length > 0);
      for (const { epoch, atMs } of storage.calls) {
        const consent = challenge.calls.find((call) => call.epoch === epoch && call.bucket === 100);
        assert.ok(consent && consent.atMs <= atMs);
      }
      const refused = recorded({ probe: "storage", reason: "no-consent" });
      assert.ok(refused.length >= 2 * 24);
      assert.ok(refused.every(({ outcome }) => outcome === "inconclusive"));
    });

    it("is asked again when the endpoint is another", async () => {
      const { sampler, clock, contexts, contextAt, challenge, storage } = samplerWorld();
      sampler.start(never);
      await clock.advance(32_000);
      const moved: EpochContext = {
        ...contextAt(0),
        nodes: [nodeView({ nodeId: 1, endpoint: "http://b.test" })],
      };
      contexts.set(0, moved);
      challenge.answer = async () => {
        throw new ProbeFault("timeout");
      };
      await clock.advance(250);
      const before = storage.calls.length;
      await clock.advance(31_000);
      await sampler.stop();
      assert.equal(storage.calls.length, before);
    });
  });

  describe("given a node that does not answer", () => {
    it("keeps one probe in flight there, counts the others, and harms nobody else", async () => {
      const nodes = [1, 2].map((nodeId) => nodeView({ nodeId }));
      const { sampler, clock, challenge, recorded, metrics } = samplerWorld({ nodes });
      let inFlight = 0;
      let most = 0;
      challenge.answer = async ({ node }, signal) => {
        if (node.nodeId === 2) return OK;
        most = Math.max(most, ++inFlight);
        await clock.sleepUntil(clock.nowMs() + 2_000, signal);
        inFlight -= 1;
        throw new ProbeFault("timeout");
      };
      sampler.start(never);
      await clock.advance(64_000 - 1);
      await sampler.stop();
      assert.equal(most, 1);
      const busy = recorded({ nodeId: 1, reason: "busy" }).length;
      const made = challenge.calls.filter(({ nodeId }) => nodeId === 1).length;
      assert.equal(busy + made, 256);
      assert.equal(metrics.counts.get("icn_oracle_probes_skipped_total challenge busy"), busy);
      assert.equal(recorded({ nodeId: 2, probe: "challenge", outcome: "ok" }).length, 256);
    });

    it("attributes the result to the bucket in which the probe began", async () => {
      const { sampler, clock, challenge, recorded } = samplerWorld();
      challenge.answer = async ({ bucket }, signal) => {
        if (bucket === 5) await clock.sleepUntil(clock.nowMs() + 1_000, signal);
        return OK;
      };
      sampler.start(never);
      await clock.advance(4_000);
      await sampler.stop();
      assert.equal(recorded({ probe: "challenge", bucket: 5, outcome: "ok" }).length, 1);
    });
  });

  describe("given no context", () => {
    it("waits for it and begins with the bucket that is present then", async () => {
      let known = false;
      const world = samplerWorld({
        dependencies: {
          contexts: {
            contextOf: (epoch) => (known ? world.contextAt(epoch) : undefined),
            isSettled: () => true,
          },
        },
      });
      world.sampler.start(never);
      await world.clock.advance(10_000);
      assert.equal(world.challenge.calls.length, 0);
      known = true;
      await world.clock.advance(10_000);
      await world.sampler.stop();
      const first = world.challenge.calls[0]?.bucket ?? -1;
      assert.ok(first === 40 || first === 41);
    });

    it("does nothing before epoch 0", async () => {
      const world = samplerWorld({ nowMs: -10_000 });
      world.sampler.start(never);
      await world.clock.advance(9_999);
      assert.equal(world.challenge.calls.length, 0);
      await world.clock.advance(1_000);
      await world.sampler.stop();
      assert.ok(world.challenge.calls.length > 0);
    });
  });

  describe("recording", () => {
    it("happens soon after a probe, without waiting for the next", async () => {
      const nodes = [nodeView({ nodeId: 1, services: 2 })];
      const { sampler, clock, challenge, measurements } = samplerWorld({ nodes, epochLength: 86_400 });
      sampler.start(never);
      while (challenge.calls.length === 0) await clock.advance(1_000);
      await clock.advance(100);
      assert.equal(measurements.recorded.length, 1);
      await sampler.stop();
    });

    it("is made up for when the store could not write for a while", async () => {
      const { sampler, clock, measurements, log, recorded } = samplerWorld();
      sampler.start(never);
      measurements.broken = true;
      await clock.advance(32_000);
      assert.equal(measurements.recorded.length, 0);
      assert.ok(log.lines.some(({ level }) => level === "error"));
      measurements.broken = false;
      await clock.advance(32_000 - 1);
      await sampler.stop();
      assert.equal(recorded({ probe: "challenge", outcome: "ok" }).length, 256);
    });

    it("forgets old epochs", async () => {
      const { sampler, clock, measurements } = samplerWorld({ epochLength: 16, options: { keepEpochs: 2 } });
      sampler.start(never);
      await clock.advance(5 * 16_000 - 1);
      await sampler.stop();
      assert.equal(Math.min(...measurements.recorded.map(({ epoch }) => epoch)), 2);
    });
  });

  it("survives an unexpected error and goes on", async () => {
    let broken = true;
    const world = samplerWorld({
      dependencies: {
        contexts: {
          contextOf: (epoch) => {
            if (broken) throw new Error("unexpected");
            return world.contextAt(epoch);
          },
          isSettled: () => true,
        },
      },
    });
    world.sampler.start(never);
    await world.clock.advance(3_000);
    broken = false;
    await world.clock.advance(3_000);
    await world.sampler.stop();
    assert.ok(world.challenge.calls.length > 0);
    assert.ok(world.log.lines.some(({ message }) => message === "Sampling was interrupted."));
  });

  it("plans for thousands of nodes with pauses", async () => {
    const node = nodeView({ nodeId: 1, services: 2 });
    const nodes = Array.from({ length: 2_000 }, (_, i) => ({ ...node, nodeId: i + 1 }));
    const { sampler, clock, challenge } = samplerWorld({ nodes, epochLength: 86_400 });
    sampler.start(never);
    await clock.advance(337_500);
    await sampler.stop();
    assert.ok(challenge.calls.length >= 1_990);
  });

  it("leaves nothing running when it was stopped", async () => {
    const { sampler, clock } = samplerWorld();
    const stop = new AbortController();
    sampler.start(stop.signal);
    await clock.advance(10_000);
    stop.abort();
    await sampler.stop();
    assert.equal(clock.waiting, 0);
  });
});
