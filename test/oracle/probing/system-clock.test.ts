import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SystemClock } from "../../../oracle/adapters/clock/system-clock.ts";

const FAR_MS = 8.64e15;

describe("system clock", () => {
  const clock = new SystemClock();

  it("does not wait for what is past", async () => {
    await clock.sleepUntil(clock.nowMs() - 1, new AbortController().signal);
  });

  it("stops waiting when it is told to, with the signal's reason", async () => {
    const stop = new AbortController();
    const waiting = assert.rejects(clock.sleepUntil(FAR_MS, stop.signal), /enough/);
    stop.abort(new Error("enough"));
    await waiting;
    await assert.rejects(clock.sleepUntil(FAR_MS, stop.signal), /enough/);
  });

  it("measures with whole microseconds that never run backwards", () => {
    const first = clock.monotonicUs();
    assert.ok(Number.isSafeInteger(first));
    assert.ok(clock.monotonicUs() >= first);
  });

  it("calls back after a delay unless that was cancelled", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    clock.after(0, () => resolve("kept"));
    const cancel = clock.after(0, () => resolve("cancelled"));
    cancel();
    assert.equal(await promise, "kept");
  });
});
