import type { Clock, Timers } from "../../ports/clock.ts";
import type { LagMonitor } from "../../ports/lag.ts";

export interface EventLoopLagOptions {
  /** How late a timer may fire before the loop counts as stalled. */
  readonly thresholdMs: number;
  /** Distance of the timers by which stalls are noticed. */
  readonly intervalMs?: number;
}

const DEFAULT_INTERVAL_MS = 10;

/** Notices stalls of the event loop, own or of a preempted process, by a timer that should fire evenly. */
export class EventLoopLag implements LagMonitor {
  readonly #thresholdUs: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #timers: Timers;
  #cancel: (() => void) | undefined;
  #tickedUs = 0;
  #stalledUntilUs = -1;

  constructor(
    { thresholdMs, intervalMs = DEFAULT_INTERVAL_MS }: EventLoopLagOptions,
    { clock, timers }: { readonly clock: Clock; readonly timers: Timers },
  ) {
    this.#thresholdUs = thresholdMs * 1_000;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#timers = timers;
  }

  start(): void {
    this.#tickedUs = this.#clock.monotonicUs();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  stalledSince(startUs: number): boolean {
    // The answer that ends a probe may be handled before the timer that is overdue, so ask the clock as well.
    return this.#stalledUntilUs >= startUs || this.#isOverdue(this.#clock.monotonicUs());
  }

  #arm(): void {
    this.#cancel = this.#timers.after(this.#intervalMs, () => {
      const nowUs = this.#clock.monotonicUs();
      if (this.#isOverdue(nowUs)) this.#stalledUntilUs = nowUs;
      this.#tickedUs = nowUs;
      this.#arm();
    });
  }

  #isOverdue(nowUs: number): boolean {
    return nowUs - this.#tickedUs - this.#intervalMs * 1_000 > this.#thresholdUs;
  }
}
