import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventLoopLag } from "../../../oracle/adapters/clock/event-loop-lag.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const options = { thresholdMs: 50, intervalMs: 10 };

describe("event loop lag", () => {
  it("is none while timers fire in time", async () => {
    const clock = new ManualClock();
    const lag = new EventLoopLag(options, { clock, timers: clock });
    lag.start();
    const startUs = clock.monotonicUs();
    await clock.advance(1_000);
    assert.equal(lag.stalledSince(startUs), false);
    lag.stop();
    assert.equal(clock.waiting, 0);
  });

  it("tolerates the threshold and no more", async () => {
    for (const [stallMs, stalled] of [
      [59, false],
      [61, true],
    ] as const) {
      const clock = new ManualClock();
      const lag = new EventLoopLag(options, { clock, timers: clock });
      lag.start();
      const startUs = clock.monotonicUs();
      await clock.stall(stallMs);
      assert.equal(lag.stalledSince(startUs), stalled, `${stallMs} ms`);
    }
  });

  it("is noticed by an answer that is handled before the timer that is overdue", () => {
    const clock = new ManualClock();
    let nowUs = 0;
    const lag = new EventLoopLag(options, { clock: { ...clockOf(() => nowUs) }, timers: clock });
    lag.start();
    nowUs = 100_000;
    assert.equal(lag.stalledSince(90_000), true);
  });

  it("spoils what overlapped it, not what began later", async () => {
    const clock = new ManualClock();
    const lag = new EventLoopLag(options, { clock, timers: clock });
    lag.start();
    await clock.advance(100);
    const before = clock.monotonicUs();
    await clock.stall(200);
    await clock.advance(100);
    assert.equal(lag.stalledSince(before), true);
    assert.equal(lag.stalledSince(clock.monotonicUs()), false);
  });
});

function clockOf(monotonicUs: () => number) {
  return { nowMs: () => 0, monotonicUs, sleepUntil: () => Promise.resolve() };
}
