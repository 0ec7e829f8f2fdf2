import type { Clock } from "../../ports/clock.ts";

export interface RateLimitOptions {
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
  /** Clients remembered; beyond it those whose debt is paid are forgotten. */
  readonly clientsMax: number;
}

/** Requests of one client address, by the generic cell rate algorithm: excess is refused, not queued. */
export class RateLimit {
  readonly #options: RateLimitOptions;
  readonly #clock: Clock;
  readonly #paidAtUs = new Map<string, number>();

  constructor(options: RateLimitOptions, { clock }: { readonly clock: Clock }) {
    this.#options = options;
    this.#clock = clock;
  }

  admit(client: string): boolean {
    const { perSecond, burst, clientsMax } = this.#options;
    const nowUs = this.#clock.monotonicUs();
    const costUs = 1_000_000 / perSecond;
    const paidAtUs = Math.max(nowUs, this.#paidAtUs.get(client) ?? nowUs) + costUs;
    if (paidAtUs - nowUs > costUs * burst) return false;
    if (!this.#paidAtUs.has(client) && this.#paidAtUs.size >= clientsMax) this.#forgetPaid(nowUs);
    if (!this.#paidAtUs.has(client) && this.#paidAtUs.size >= clientsMax) return false;
    this.#paidAtUs.set(client, paidAtUs);
    return true;
  }

  #forgetPaid(nowUs: number): void {
    for (const [client, paidAtUs] of this.#paidAtUs) if (paidAtUs <= nowUs) this.#paidAtUs.delete(client);
  }
}
