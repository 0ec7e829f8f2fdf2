/** Wall time and a monotonic stopwatch; only adapters/clock touches the real ones. */
export interface Clock {
  /** Unix milliseconds. */
  nowMs(): number;
  /** Monotonic microseconds from an arbitrary origin. */
  monotonicUs(): number;
  /** Resolves at the given Unix time, at once if it is past; rejects with the signal's reason when aborted. */
  sleepUntil(atMs: number, signal: AbortSignal): Promise<void>;
}

/** Limits and batches on monotonic time; the moments of the protocol are wall time and belong to `Clock`. */
export interface Timers {
  /** Calls back once after the delay, unless the returned function was called first. */
  after(delayMs: number, callback: () => void): () => void;
}
