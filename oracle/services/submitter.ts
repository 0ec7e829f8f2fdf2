import { leaderSeat, submissionDelayMs } from "../domain/agreement.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Call, ReportCalls } from "../ports/transactions.ts";
import type { Agenda, ReportTurn, Turn } from "./agenda.ts";
import { findCertificate } from "./certificates.ts";
import { repeat } from "./loop.ts";
import type { TransactionSender } from "./transaction-sender.ts";

export interface SubmitterOptions {
  readonly intervalMs: number;
}

export interface SubmitterDependencies {
  readonly agenda: Agenda;
  readonly chain: { readonly snapshot: ChainSnapshot | undefined };
  readonly store: AgreementStore;
  readonly calls: ReportCalls;
  readonly sender: TransactionSender;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Step 6: the leader submits and finalizes at once, the others stand in by turn. */
export class Submitter {
  readonly #options: SubmitterOptions;
  readonly #dependencies: SubmitterDependencies;
  /** When each purpose first became possible for this process, Unix milliseconds. */
  readonly #possibleSinceMs = new Map<string, number>();
  /** The last ended epoch when the balance was checked. */
  #balanceCheckedAt: number | undefined;

  constructor(options: SubmitterOptions, dependencies: SubmitterDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "submit", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work(signal));
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { agenda, chain, clock, sender } = this.#dependencies;
    await sender.advance(signal);
    await this.#checkBalance(signal);
    const duty = chain.snapshot?.duty;
    if (duty === undefined || clock.nowMs() < duty.pausedUntil * 1_000) return;
    if (duty.status === "reported") await this.#finalize(duty.epoch, duty.finalizableAt ?? 0, signal);
    const turn = agenda.reportTurn();
    if (turn !== undefined && duty.status === "none" && duty.epoch === turn.epoch)
      await this.#submit(turn, signal);
  }

  /** Once an epoch. */
  async #checkBalance(signal: AbortSignal): Promise<void> {
    const { agenda, sender } = this.#dependencies;
    if (agenda.lastEnded === this.#balanceCheckedAt) return;
    await sender.checkBalance(signal);
    this.#balanceCheckedAt = agenda.lastEnded;
  }

  async #submit(turn: ReportTurn, signal: AbortSignal): Promise<void> {
    const { store, calls } = this.#dependencies;
    const certificate = findCertificate(store, turn);
    if (certificate === undefined) return;
    const { report, roots, signers, signatures, digest } = certificate;
    const purpose = `submit:${turn.epoch}:${turn.generation}:${digest.slice(0, 10)}`;
    const call = calls.submit(report, roots, signers, signatures);
    await this.#takeTurn(purpose, turn, report.viewNumber, 0, call, signal);
  }

  async #finalize(epoch: number, finalizableAt: number, signal: AbortSignal): Promise<void> {
    const { agenda, chain, calls } = this.#dependencies;
    const turn = agenda.turnOf(epoch);
    const report = chain.snapshot?.state.reports.postedOf(epoch)?.report;
    if (turn === undefined || report === undefined) return;
    const purpose = `finalize:${epoch}:${turn.generation}`;
    await this.#takeTurn(
      purpose,
      turn,
      report.viewNumber,
      finalizableAt * 1_000,
      calls.finalize(epoch),
      signal,
    );
  }

  /** Sends once as many turns have passed as this attester sits seats after the view's leader. */
  async #takeTurn(
    purpose: string,
    { epoch, seat, members, deadlines }: Turn,
    viewNumber: number,
    notBeforeMs: number,
    call: Call,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, sender, log } = this.#dependencies;
    if (seat === undefined) return;
    const sinceMs = Math.max(this.#possibleSinceMs.get(purpose) ?? clock.nowMs(), notBeforeMs);
    if (!this.#possibleSinceMs.has(purpose)) this.#remember(purpose, sinceMs);
    const leader = leaderSeat(epoch, viewNumber, members.length);
    const delayMs = submissionDelayMs(seat, leader, members.length, deadlines.viewTimeoutMs);
    if (clock.nowMs() < sinceMs + delayMs) return;
    const outcome = await sender.send(purpose, call, signal);
    // Refused means that another's transaction is ahead, or that time must pass: the turn comes round again.
    if (outcome.status === "refused") this.#remember(purpose, clock.nowMs() + deadlines.viewTimeoutMs / 2);
    if (outcome.status === "sent")
      log.info("It is this attester's turn to send.", { purpose, epoch, viewNumber });
  }

  #remember(purpose: string, sinceMs: number): void {
    this.#possibleSinceMs.set(purpose, sinceMs);
    const [oldest] = this.#possibleSinceMs.keys();
    if (this.#possibleSinceMs.size > 16 && oldest !== undefined) this.#possibleSinceMs.delete(oldest);
  }
}
