/** Addresses remembered at most; beyond it the ones whose allowance has recovered are forgotten. */
const MAX_ADDRESSES = 10_000;
const BURST_MS = 2_000;

/** Allows each address a number of requests a second, and twice as many at once. */
export class RateLimit {
  readonly #costMs: number;
  readonly #now: () => number;
  readonly #paidAtMs = new Map<string, number>();

  constructor(perSecond: number, now: () => number) {
    this.#costMs = 1_000 / perSecond;
    this.#now = now;
  }

  admit(address: string): boolean {
    const now = this.#now();
    if (this.#paidAtMs.size > MAX_ADDRESSES) this.#forgetRecovered(now);
    const paidAt = Math.max(now, this.#paidAtMs.get(address) ?? now) + this.#costMs;
    if (paidAt - now > BURST_MS) return false;
    this.#paidAtMs.set(address, paidAt);
    return true;
  }

  #forgetRecovered(now: number): void {
    for (const [address, paidAt] of this.#paidAtMs) if (paidAt <= now) this.#paidAtMs.delete(address);
  }
}
