import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventLoopLag } from "../../../oracle/adapters/clock/event-loop-lag.ts";
import { ALL_BUCKETS, countBits } from "../../../oracle/domain/bits.ts";
import { ProbeFault } from "../../../oracle/ports/prober.ts";
import { MeasurementObserver } from "../../../oracle/services/observer.ts";
import { OK, samplerWorld, type World } from "../../helpers/probing/sampling.ts";
import { MemoryMeasurements } from "../../helpers/probing/world.ts";

const never = new AbortController().signal;

/** The observation of node 1 in epoch 0, and whether any bucket of it is a fail. */
function observed({ measurements, contextAt }: ReturnType<typeof samplerWorld>) {
  const [observation] = new MeasurementObserver({ measurements }).observe(contextAt(0));
  const okBits = observation?.okBits ?? 0n;
  const conclusiveBits = observation?.conclusiveBits ?? 0n;
  return { okBits, conclusiveBits, failBits: conclusiveBits ^ okBits };
}

/** Samples epoch 0 and makes the attester's fault happen half-way. */
async function epochWith(
  world: World,
  fault: (made: ReturnType<typeof samplerWorld>) => Promise<void> | void,
) {
  const made = samplerWorld(world);
  made.sampler.start(never);
  await made.clock.advance(32_000);
  await fault(made);
  await made.clock.advanceTo(64_000 - 1);
  await made.sampler.stop();
  return made;
}

describe("INV-14: no fault of an attester alone lowers a node's score", () => {
  it("INV-14 without any fault the node is ok in all 256 buckets", async () => {
    const made = await epochWith({}, () => {});
    assert.deepEqual(observed(made), { okBits: ALL_BUCKETS, conclusiveBits: ALL_BUCKETS, failBits: 0n });
  });

  it("INV-14 a probe that a stalled event loop overlapped is inconclusive, whatever came of it", async () => {
    const world = samplerWorld();
    const { clock } = world;
    const lag = new EventLoopLag({ thresholdMs: 50 }, { clock, timers: clock });
    const made = await epochWith({ dependencies: { lag } }, () => {});
    assert.equal(countBits(observed(made).okBits), 0, "a monitor that never ticks is a stall");

    const faulty = samplerWorld();
    faulty.challenge.answer = async () => {
      faulty.lag.stalled = true;
      throw new ProbeFault("timeout");
    };
    faulty.sampler.start(never);
    await faulty.clock.advance(64_000 - 1);
    await faulty.sampler.stop();
    assert.equal(faulty.recorded({ reason: "lag" }).length, 256);
    assert.deepEqual(observed(faulty), { okBits: 0n, conclusiveBits: 0n, failBits: 0n });
  });

  it("INV-14 a stall of seconds drops what became late, and nothing is made up for", async () => {
    const made = await epochWith({}, ({ clock }) => clock.stall(5_000));
    const { okBits, failBits } = observed(made);
    assert.equal(failBits, 0n);
    assert.ok(countBits(okBits) >= 234 && countBits(okBits) <= 237);
    const skipped = made.recorded({ probe: "challenge", reason: "late" }).length;
    assert.equal(skipped + made.challenge.calls.length + missing(made), 256);
    const buckets = made.challenge.calls.map(({ bucket }) => bucket);
    assert.equal(new Set(buckets).size, buckets.length);
  });

  /** Buckets that passed entirely while the sampler could not run. */
  function missing(made: ReturnType<typeof samplerWorld>): number {
    const seen = new Set(made.recorded({ probe: "challenge" }).map(({ bucket }) => bucket));
    return 256 - seen.size;
  }

  it("INV-14 probes that the attester's own shutdown ended are inconclusive", async () => {
    const made = samplerWorld();
    made.challenge.answer = (_task, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new ProbeFault("timeout")));
      });
    made.sampler.start(never);
    await made.clock.advance(1_000);
    await made.sampler.stop();
    assert.equal(made.recorded({ reason: "aborted", outcome: "inconclusive" }).length, 1);
    assert.equal(observed(made).conclusiveBits, 0n);
  });

  it("INV-14 buckets in which the control targets do not answer are void", async () => {
    const made = await epochWith({}, ({ controls, challenge }) => {
      controls.down = true;
      challenge.answer = async () => {
        throw new ProbeFault("connect");
      };
    });
    const { okBits, failBits } = observed(made);
    assert.equal(failBits, 0n);
    assert.ok(countBits(okBits) >= 127);
    assert.ok(made.controls.checks >= 256, "checked in every bucket");
  });

  it("INV-14 an outage between two checks is noticed by the node that cannot be reached", async () => {
    const made = samplerWorld({ epochLength: 86_400, options: { controlGapMs: 1_000 } });
    made.sampler.start(never);
    await made.clock.advance(337_500 * 3);
    const before = made.controls.checks;
    made.challenge.answer = async () => {
      made.controls.down = true;
      throw new ProbeFault("timeout");
    };
    await made.clock.advance(337_500);
    await made.sampler.stop();
    assert.ok(made.controls.checks > before);
    assert.equal(observed(made).failBits, 0n);
  });

  it("INV-14 a failing node does not void a bucket while the control targets answer", async () => {
    const made = await epochWith({}, ({ challenge }) => {
      challenge.answer = async () => {
        throw new ProbeFault("connect");
      };
    });
    assert.equal(countBits(observed(made).failBits), 128);
    assert.equal(made.measurements.voided.size, 0);
  });

  it("INV-14 a wall clock that is set during a probe makes it inconclusive", async () => {
    for (const jumpMs of [-3_600_000, -600, 600, 3_600_000]) {
      const made = samplerWorld({ nowMs: 64_000_000 });
      made.challenge.answer = async () => {
        if (made.challenge.calls.length > 1) return OK;
        made.clock.jump(jumpMs);
        throw new ProbeFault("wrong-status");
      };
      made.sampler.start(never);
      await made.clock.advance(1_000);
      await made.sampler.stop();
      assert.ok(made.challenge.calls.length > 0);
      assert.equal(made.recorded({ probe: "challenge", outcome: "fail" }).length, 0);
      assert.ok(made.recorded({ reason: "clock" }).length > 0);
    }
  });

  it("INV-14 after a jump the sampler goes on in the bucket that is present then", async () => {
    for (const jumpMs of [-20_000, 20_000]) {
      const made = samplerWorld();
      made.sampler.start(never);
      await made.clock.advance(30_000);
      made.clock.jump(jumpMs);
      const before = made.challenge.calls.length;
      await made.clock.advance(6_000);
      await made.sampler.stop();
      const after = made.challenge.calls.slice(before);
      assert.ok(after.length > 0, `after a jump of ${jumpMs} ms`);
      assert.ok(after.every(({ atMs, bucket }) => made.epochs.bucketAt(atMs) === bucket));
      assert.equal(observed(made).failBits, 0n);
    }
  });

  it("INV-14 nothing is probed while the clock disagrees with the chain", async () => {
    const made = await epochWith({ dependencies: { clockIsSane: () => false } }, () => {});
    assert.equal(made.challenge.calls.length, 0);
    assert.equal(made.recorded({ probe: "challenge", reason: "clock" }).length, 256);
    assert.equal(observed(made).conclusiveBits, 0n);
  });

  it("INV-14 after a crash sampling goes on with the present bucket and what was recorded counts", async () => {
    const measurements = new MemoryMeasurements();
    const first = samplerWorld({ measurements });
    first.sampler.start(never);
    await first.clock.advance(20_000);
    // Killed: never stopped, and nothing of it runs any more.
    const second = samplerWorld({ measurements, nowMs: 30_000 });
    second.sampler.start(never);
    await second.clock.advanceTo(64_000 - 1);
    await second.sampler.stop();
    const { okBits, failBits } = observed(second);
    assert.equal(failBits, 0n);
    const expected = 80 + 136;
    assert.ok(Math.abs(countBits(okBits) - expected) <= 2, `${countBits(okBits)} of ${expected}`);
    assert.ok(second.challenge.calls.every(({ bucket }) => bucket >= 120));
  });

  it("INV-14 an error of the attester's own code is inconclusive", async () => {
    const made = samplerWorld();
    made.challenge.answer = async () => {
      throw new TypeError("a mistake of ours");
    };
    made.sampler.start(never);
    await made.clock.advance(10_000);
    await made.sampler.stop();
    assert.ok(made.recorded({ reason: "internal", outcome: "inconclusive" }).length > 30);
    assert.equal(observed(made).conclusiveBits, 0n);
  });

  it("INV-14 the fault passes and the node is measured again", async () => {
    const made = await epochWith({}, async ({ lag, clock }) => {
      lag.stalled = true;
      await clock.advance(1_000);
      lag.stalled = false;
    });
    made.challenge.answer = async () => OK;
    const { okBits, failBits } = observed(made);
    assert.equal(failBits, 0n);
    assert.ok(countBits(okBits) >= 251);
  });
});
