import type { Clock, Timers } from "../../ports/clock.ts";

/** Longest single wait: a wall clock that is set forward meanwhile is noticed within it. */
const MAX_WAIT_MS = 1_000;

/** The machine's clock. */
export class SystemClock implements Clock, Timers {
  nowMs(): number {
    return Date.now();
  }

  monotonicUs(): number {
    return Math.floor(performance.now() * 1_000);
  }

  async sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (let left = atMs - Date.now(); left > 0; left = atMs - Date.now()) {
      await wait(Math.min(left, MAX_WAIT_MS), signal);
    }
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }
}

function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, delayMs);
    signal.addEventListener("abort", abort, { once: true });
  });
}
