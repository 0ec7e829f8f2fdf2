import { setImmediate } from "node:timers/promises";
import type { Clock, Timers } from "../../oracle/ports/clock.ts";

interface Waiter {
  /** Wall time for sleepers, monotonic for timers. */
  readonly at: number;
  readonly fire: () => void;
}

/** A clock that stands still until a test moves it. Sleepers and timers fire in the order of their time. */
export class ManualClock implements Clock, Timers {
  #wallUs: number;
  #monotonicUs = 1_000_000;
  readonly #sleepers = new Set<Waiter>();
  readonly #timers = new Set<Waiter>();

  constructor(nowMs = 0) {
    this.#wallUs = nowMs * 1_000;
  }

  nowMs(): number {
    return Math.floor(this.#wallUs / 1_000);
  }

  monotonicUs(): number {
    return this.#monotonicUs;
  }

  sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (atMs <= this.nowMs()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#sleepers.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        at: atMs * 1_000,
        fire: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#sleepers.add(waiter);
    });
  }

  after(delayMs: number, callback: () => void): () => void {
    const waiter: Waiter = { at: this.#monotonicUs + delayMs * 1_000, fire: callback };
    this.#timers.add(waiter);
    return () => this.#timers.delete(waiter);
  }

  /** How many sleepers and timers are waiting. */
  get waiting(): number {
    return this.#sleepers.size + this.#timers.size;
  }

  /** Lets time pass, waking everyone on the way and letting each run before the next. */
  async advance(ms: number): Promise<void> {
    const endUs = this.#monotonicUs + ms * 1_000;
    await this.settle();
    for (let next = this.#nextInUs(); this.#monotonicUs + next <= endUs; next = this.#nextInUs()) {
      this.#pass(next);
      this.#fireDue();
      await this.settle();
    }
    this.#pass(endUs - this.#monotonicUs);
    await this.settle();
  }

  async advanceTo(atMs: number): Promise<void> {
    await this.advance(Math.max(0, atMs - this.#wallUs / 1_000));
  }

  /** Time passes but nobody is woken: a stalled event loop. What is due fires afterwards, late. */
  async stall(ms: number): Promise<void> {
    this.#pass(ms * 1_000);
    this.#fireDue();
    await this.settle();
  }

  /** Somebody sets the wall clock; the monotonic one does not notice. */
  jump(ms: number): void {
    this.#wallUs += ms * 1_000;
  }

  /** Lets everything that is ready run. */
  async settle(turns = 3): Promise<void> {
    for (let i = 0; i < turns; i++) await setImmediate();
  }

  #pass(us: number): void {
    this.#wallUs += us;
    this.#monotonicUs += us;
  }

  #nextInUs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#sleepers) next = Math.min(next, at - this.#wallUs);
    for (const { at } of this.#timers) next = Math.min(next, at - this.#monotonicUs);
    return Math.max(0, next);
  }

  #fireDue(): void {
    for (const [waiters, now] of [
      [this.#sleepers, this.#wallUs],
      [this.#timers, this.#monotonicUs],
    ] as const) {
      for (const waiter of [...waiters].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        waiters.delete(waiter);
        waiter.fire();
      }
    }
  }
}
