import type { Clock } from "../../ports/clock.ts";
import { networkOf } from "./address-rules.ts";

export interface RateCap {
  readonly perSecond: number;
  /** Connections that may come at once. */
  readonly burst: number;
}

export interface RateCapsOptions {
  readonly perAddress: RateCap;
  /** Of a whole /24 (IPv4) or /48 (IPv6). */
  readonly perNetwork: RateCap;
}

/** Keys are forgotten beyond this many, once their rate has recovered. */
const PRUNE_ABOVE = 100_000;

/** Caps on connections, so that nobody can aim the attesters at a third party. Excess is refused, not queued. */
export class RateCaps {
  readonly #options: RateCapsOptions;
  readonly #clock: Clock;
  /** When each key's debt is paid, in monotonic microseconds (the generic cell rate algorithm). */
  readonly #paidAtUs = new Map<string, number>();

  constructor(options: RateCapsOptions, { clock }: { readonly clock: Clock }) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Whether one more connection to the address is within the caps; counts it if so. */
  admit(address: string): boolean {
    const nowUs = this.#clock.monotonicUs();
    if (this.#paidAtUs.size > PRUNE_ABOVE) this.#prune(nowUs);

    const claims: readonly (readonly [string, RateCap])[] = [
      [address, this.#options.perAddress],
      [networkOf(address), this.#options.perNetwork],
    ];
    const next = claims.map(([key, cap]) => this.#claim(key, cap, nowUs));
    if (next.includes(undefined)) return false;
    claims.forEach(([key], i) => {
      this.#paidAtUs.set(key, next[i] ?? nowUs);
    });
    return true;
  }

  #claim(key: string, { perSecond, burst }: RateCap, nowUs: number): number | undefined {
    const costUs = 1_000_000 / perSecond;
    const paidAtUs = Math.max(nowUs, this.#paidAtUs.get(key) ?? nowUs) + costUs;
    return paidAtUs - nowUs <= costUs * burst ? paidAtUs : undefined;
  }

  #prune(nowUs: number): void {
    for (const [key, paidAtUs] of this.#paidAtUs) if (paidAtUs <= nowUs) this.#paidAtUs.delete(key);
  }
}
