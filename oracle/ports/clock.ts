/** Wall time and a monotonic stopwatch; only adapters/clock touches the real ones. */
export interface Clock {
  /** Unix milliseconds. */
  nowMs(): number;
  /** Monotonic microseconds from an arbitrary origin. */
  monotonicUs(): number;
  /** Resolves at the given Unix time, at once if it is past; rejects with the signal's reason when aborted. */
  sleepUntil(atMs: number, signal: AbortSignal): Promise<void>;
}
