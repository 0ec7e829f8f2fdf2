import { createAddressRules } from "../../../oracle/adapters/http-probe/address-rules.ts";
import { GuardedHttp, type GuardedHttpOptions } from "../../../oracle/adapters/http-probe/guarded-http.ts";
import { DnsResolver, type NameResolver } from "../../../oracle/adapters/http-probe/resolver.ts";
import type { Timers } from "../../../oracle/ports/clock.ts";
import { ManualClock } from "../manual-clock.ts";
import { until } from "./servers.ts";

export const LIMITS: GuardedHttpOptions = { totalMs: 10_000, idleMs: 1_000, maxHeaderBytes: 4_096 };

/** Counts timers, so that a test can tell that the client has noticed a byte. */
export class CountedTimers implements Timers {
  readonly #inner: Timers;
  armed = 0;

  constructor(inner: Timers) {
    this.#inner = inner;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.armed += 1;
    return this.#inner.after(delayMs, callback);
  }

  /** Waits until more timers were armed than at the time of the call. */
  async rearmed(act: () => void): Promise<void> {
    const before = this.armed;
    act();
    await until(() => this.armed > before);
  }
}

/** A client that may reach loopback, whose limits pass only when the test moves the clock. */
export function guardedHttp({
  clock = new ManualClock(),
  resolver = new DnsResolver({ timeoutMs: 1_000 }),
  allow = ["127.0.0.0/8"],
}: {
  clock?: ManualClock;
  resolver?: NameResolver;
  allow?: readonly string[];
} = {}) {
  const timers = new CountedTimers(clock);
  const addressRules = createAddressRules({ chainId: 31_337, allow });
  return { clock, timers, http: new GuardedHttp(LIMITS, { clock, timers, resolver, addressRules }) };
}
