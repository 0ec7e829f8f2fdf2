import type { ObservationRoot } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Agenda, Turn } from "./agenda.ts";
import { repeat } from "./loop.ts";
import type { Notary } from "./notary.ts";

export interface HolderOptions {
  readonly attesterId: number;
  readonly intervalMs: number;
  /** When this process started, Unix milliseconds. */
  readonly startedAtMs: number;
}

export interface HolderDependencies {
  readonly agenda: Agenda;
  readonly store: AgreementStore;
  readonly notary: Notary;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Step 3: after the reveal deadline, or a veto, signs the list of the roots whose bundles are held. */
export class Holder {
  readonly #options: HolderOptions;
  readonly #dependencies: HolderDependencies;

  constructor(options: HolderOptions, dependencies: HolderDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "sign holdings", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work());
  }

  #work(): void {
    const { agenda, notary } = this.#dependencies;
    for (const turn of agenda.open()) {
      const { epoch, generation } = turn;
      const slot = { kind: "holdings", epoch, generation, viewNumber: 0 } as const;
      if (turn.seat !== undefined && turn.viewNumber >= 0 && !notary.hasSigned(slot)) this.#hold(turn);
    }
  }

  #hold(turn: Turn): void {
    const { store, notary, clock } = this.#dependencies;
    const { epoch, generation } = turn;
    const inTime = commitmentsInTime(store, turn);
    const roots = inTime.filter(({ root }) => store.hasBundle(epoch, root));
    // A process that has just started gets the time of one view to fetch what it missed.
    const settledMs = this.#options.startedAtMs + turn.deadlines.viewTimeoutMs;
    if (roots.length < inTime.length && clock.nowMs() < settledMs) return;
    const { attesterId } = this.#options;
    notary.sign(turn, { kind: "holdings", epoch, generation, attesterId, roots });
  }
}

/** Roots whose commitment came by the deadline, ascending by attester. */
export function commitmentsInTime(store: AgreementStore, { epoch, deadlines }: Turn): ObservationRoot[] {
  return store
    .statements("commitment", epoch)
    .filter(({ receivedAtMs }) => receivedAtMs <= deadlines.commitMs)
    .map(({ statement }) => ({ attesterId: statement.attesterId, root: statement.observationRoot }));
}
