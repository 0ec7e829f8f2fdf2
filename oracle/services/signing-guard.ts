import { viewAt } from "../domain/agreement.ts";
import type { Slot } from "../domain/slots.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Turn } from "./agenda.ts";

export interface SigningGuardDependencies {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Keeps an attester whose signing ledger may be empty or restored from signing a second time: for an epoch that began
 * before the process, nothing is signed until a quorum less this attester has told what it holds of its signatures,
 * and then only in views that began after the process did.
 */
export class SigningGuard {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #startMs: number;
  readonly #startUs: number;
  readonly #answered = new Map<number, Set<number>>();

  constructor({ clock, log }: SigningGuardDependencies) {
    this.#clock = clock;
    this.#log = log;
    this.#startMs = clock.nowMs();
    this.#startUs = clock.monotonicUs();
  }

  /** Whether the epoch's signatures have to be asked for before anything is signed. */
  concerns({ context }: Turn): boolean {
    return context.startAt * 1_000 < this.#startedAtMs;
  }

  /** Whether a peer has yet to say what it holds of this attester's signatures. */
  awaits(epoch: number, attesterId: number): boolean {
    return this.#answered.get(epoch)?.has(attesterId) !== true;
  }

  /** A peer has shown all that it holds, and it was imported. */
  answered({ epoch, quorum }: Turn, attesterId: number): void {
    const known = this.#answered.get(epoch) ?? new Set();
    known.add(attesterId);
    this.#answered.set(epoch, known);
    if (known.size === quorum - 1)
      this.#log.info("A quorum has shown what it holds of our signatures.", { epoch, attesters: [...known] });
  }

  /** Whether anything may be signed for the turn's epoch. */
  isConfirmed(turn: Turn): boolean {
    if (!this.concerns(turn)) return true;
    return (this.#answered.get(turn.epoch)?.size ?? 0) >= turn.quorum - 1;
  }

  /** Whether this slot may be signed. */
  permits(turn: Turn, { kind, viewNumber }: Slot): boolean {
    if (!this.isConfirmed(turn)) return false;
    if (kind === "commitment" || kind === "holdings" || !this.concerns(turn)) return true;
    return viewNumber > viewAt(this.#startedAtMs, turn.startMs, turn.deadlines.viewTimeoutMs);
  }

  /** When this process started, Unix milliseconds: a wall clock that was behind then and was set since does not count. */
  get #startedAtMs(): number {
    const uptimeMs = (this.#clock.monotonicUs() - this.#startUs) / 1_000;
    return Math.max(this.#startMs, this.#clock.nowMs() - uptimeMs);
  }
}
