import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type {
  Attempt,
  Call,
  Fees,
  JournalEntry,
  Refusal,
  TransactionJournal,
  TransactionNode,
} from "../ports/transactions.ts";

const GWEI = 1_000_000_000n;
/** About twenty reports. */
const RESERVE_GAS = 6_000_000n;

export interface TransactionSenderOptions {
  /** Never is more bid for a unit of gas, in wei. */
  readonly maxFeePerGas: bigint;
  /** How long an attempt waits to be mined before a higher one replaces it. */
  readonly bumpAfterMs: number;
}

export interface TransactionSenderDependencies {
  readonly journal: TransactionJournal;
  readonly node: TransactionNode;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export type SendOutcome =
  | { readonly status: "sent" }
  /** Another transaction holds the next nonce: try again when it is mined. */
  | { readonly status: "busy" }
  | { readonly status: "refused"; readonly refusal: Refusal };

/**
 * Sends one transaction at a time and takes each to finality, over any crash: what a restart finds in the journal it
 * reconciles with the chain. One at a time leaves no gaps between nonces, and a key needs no lock beyond that because
 * the exclusive signing ledger admits one process to a state directory.
 */
export class TransactionSender {
  readonly #options: TransactionSenderOptions;
  readonly #journal: TransactionJournal;
  readonly #node: TransactionNode;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  #sending = false;

  constructor(options: TransactionSenderOptions, dependencies: TransactionSenderDependencies) {
    this.#options = options;
    this.#journal = dependencies.journal;
    this.#node = dependencies.node;
    this.#clock = dependencies.clock;
    this.#log = dependencies.log;
    this.#metrics = dependencies.metrics;
  }

  /** Whether a transaction waits to be mined. */
  get busy(): boolean {
    return this.#sending || this.#journal.active().some(({ state }) => state !== "mined");
  }

  /** Sends the call unless it would revert. */
  async send(purpose: string, call: Call, signal: AbortSignal): Promise<SendOutcome> {
    const underWay = this.#journal.active().some((entry) => entry.purpose === purpose);
    if (this.busy || underWay) return { status: "busy" };
    this.#sending = true;
    try {
      const refusal = await this.#node.simulate(call, "pending", signal);
      if (refusal !== undefined) {
        this.#log.info("The contract would refuse the transaction.", { purpose, ...refusal });
        this.#metrics.count("icn_oracle_transactions_total", { outcome: "refused" });
        return { status: "refused", refusal };
      }
      const gas = await this.#node.estimateGas(call, signal);
      const nonce = await this.#node.minedNonce(signal);
      await this.#attempt(this.#journal.intend(purpose, call), nonce, gas, signal);
      return { status: "sent" };
    } finally {
      this.#sending = false;
    }
  }

  /** Takes every open transaction as far as the chain allows now; to be called again and again. */
  async advance(signal: AbortSignal): Promise<void> {
    if (this.#sending) return;
    for (const entry of this.#journal.active()) {
      if (entry.state === "intent") this.#abandon(entry, "it was never signed");
      else if (entry.state === "mined") await this.#settle(entry, signal);
      else await this.#pursue(entry, signal);
    }
  }

  /** Measures what is left to pay with, and warns while there is time to add some. */
  async checkBalance(signal: AbortSignal): Promise<void> {
    const balance = await this.#node.balance(signal);
    const { baseFeePerGas, tipPerGas } = await this.#node.fees(signal);
    this.#metrics.gauge("icn_oracle_submitter_balance_gwei", Number(balance / GWEI));
    const needed = RESERVE_GAS * (2n * baseFeePerGas + tipPerGas);
    if (balance < needed)
      this.#log.warn("The submitter's balance is low: send it some.", { balance, needed });
  }

  async #attempt(entry: JournalEntry, nonce: number, estimate: bigint, signal: AbortSignal): Promise<void> {
    const { to, data } = entry;
    const gas = (estimate * 5n) / 4n;
    const fees = await this.#bid(nonce, signal);
    const { raw, hash } = await this.#node.sign({ to, data }, nonce, gas, fees);
    const attempt: Attempt = { ...fees, hash, raw, gas, signedAtMs: this.#clock.nowMs() };
    this.#journal.signed(entry.id, nonce, attempt);
    await this.#node.broadcast(raw, signal);
    this.#journal.broadcast(entry.id);
    const { purpose } = entry;
    this.#log.info("Sent a transaction.", { purpose, hash, nonce, maxFeePerGas: fees.maxFeePerGas });
    this.#metrics.count("icn_oracle_transactions_total", { outcome: "sent" });
  }

  /** Twice the base fee and a tip, and enough above earlier bids for the nonce to replace them, under the cap. */
  async #bid(nonce: number, signal: AbortSignal): Promise<Fees> {
    const { baseFeePerGas, tipPerGas } = await this.#node.fees(signal);
    const earlier = this.#journal.feesOf(nonce);
    const raised = (fee: bigint) => (fee * 5n) / 4n + 1n;
    const tip = larger(tipPerGas, earlier === undefined ? 0n : raised(earlier.maxPriorityFeePerGas));
    const fee = larger(2n * baseFeePerGas + tip, earlier === undefined ? 0n : raised(earlier.maxFeePerGas));
    const cap = this.#options.maxFeePerGas;
    return { maxFeePerGas: smaller(fee, cap), maxPriorityFeePerGas: smaller(tip, cap) };
  }

  /** Signed or broadcast: is it mined, overtaken, or due for a higher bid? */
  async #pursue(entry: JournalEntry, signal: AbortSignal): Promise<void> {
    const last = entry.attempts.at(-1);
    if (entry.nonce === null || last === undefined) return;
    // The nonce first: a receipt that appears in between is then found, not taken for another's.
    const minedNonce = await this.#node.minedNonce(signal);
    for (const { hash } of entry.attempts) {
      const receipt = await this.#node.receipt(hash, signal);
      if (receipt !== undefined) return this.#mined(entry, receipt);
    }
    if (minedNonce > entry.nonce) return this.#abandon(entry, "another transaction took its nonce");
    if (entry.state === "signed") {
      await this.#node.broadcast(last.raw, signal);
      this.#journal.broadcast(entry.id);
    } else if (this.#clock.nowMs() >= last.signedAtMs + this.#options.bumpAfterMs) {
      await this.#bump(entry, entry.nonce, last, signal);
    }
  }

  #mined(entry: JournalEntry, receipt: NonNullable<JournalEntry["receipt"]>): void {
    this.#journal.mined(entry.id, receipt);
    const { hash, blockNumber, success } = receipt;
    const fields = { purpose: entry.purpose, hash, blockNumber };
    if (success) this.#log.info("A transaction was mined.", fields);
    else this.#log.warn("A transaction was mined and reverted.", fields);
    this.#metrics.count("icn_oracle_transactions_total", { outcome: success ? "mined" : "reverted" });
  }

  async #bump(entry: JournalEntry, nonce: number, last: Attempt, signal: AbortSignal): Promise<void> {
    const { to, data } = entry;
    const refusal = await this.#node.simulate({ to, data }, "latest", signal);
    if (refusal !== undefined) return this.#abandon(entry, `it would revert by now: ${refusal.error}`);
    if (last.maxFeePerGas < this.#options.maxFeePerGas)
      return this.#attempt(entry, nonce, (last.gas * 4n) / 5n, signal);
    this.#log.warn("A transaction waits at the fee cap.", { purpose: entry.purpose, hash: last.hash });
    await this.#node.broadcast(last.raw, signal);
  }

  /** Mined: is it final, or did the chain drop its block? */
  async #settle(entry: JournalEntry, signal: AbortSignal): Promise<void> {
    if (entry.receipt === null) return;
    const receipt = await this.#node.receipt(entry.receipt.hash, signal);
    if (receipt === undefined) {
      this.#log.warn("The chain dropped a mined transaction.", { purpose: entry.purpose });
      this.#journal.unmined(entry.id);
    } else if (receipt.blockNumber <= (await this.#node.finalBlock(signal))) {
      this.#journal.final(entry.id);
    }
  }

  #abandon(entry: JournalEntry, reason: string): void {
    this.#journal.abandon(entry.id, reason);
    this.#log.info("Gave up a transaction.", { purpose: entry.purpose, reason });
    this.#metrics.count("icn_oracle_transactions_total", { outcome: "abandoned" });
  }
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
