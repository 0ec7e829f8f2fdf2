import { bundleRoot, encodeBundle } from "../domain/bundle.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Observer } from "../ports/observer.ts";
import type { Agenda, Turn } from "./agenda.ts";
import { repeat } from "./loop.ts";
import type { Notary } from "./notary.ts";

export interface CommitterOptions {
  readonly attesterId: number;
  readonly intervalMs: number;
}

export interface CommitterDependencies {
  readonly agenda: Agenda;
  readonly observer: Observer;
  readonly store: AgreementStore;
  readonly notary: Notary;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Probes that started in the last bucket may still end in this part of the time to commit. */
const GRACE = 0.25;

/** Step 1: at an epoch's end the bundle goes to disk, then its root into the ledger, then the commitment is signed. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #dependencies: CommitterDependencies;

  constructor(options: CommitterOptions, dependencies: CommitterDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "commit", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work());
  }

  #work(): void {
    const { agenda, notary } = this.#dependencies;
    const turn = agenda.lastEnded === undefined ? undefined : agenda.turnOf(agenda.lastEnded);
    if (turn?.seat === undefined || !this.#isTime(turn)) return;
    const slot = { kind: "commitment", epoch: turn.epoch, generation: 0, viewNumber: 0 } as const;
    if (!notary.hasSigned(slot)) this.#commit(turn);
  }

  #isTime({ context, deadlines }: Turn): boolean {
    const endMs = context.endAt * 1_000;
    const nowMs = this.#dependencies.clock.nowMs();
    return nowMs >= endMs + GRACE * (deadlines.commitMs - endMs) && nowMs < deadlines.commitMs;
  }

  #commit(turn: Turn): void {
    const { observer, store, notary, log } = this.#dependencies;
    const { epoch, context } = turn;
    const observations = observer.observe(context);
    const root = bundleRoot(observations);
    store.putBundle(epoch, root, encodeBundle(observations, context.nodes.length));
    const { attesterId } = this.#options;
    if (notary.sign(turn, { kind: "commitment", epoch, attesterId, observationRoot: root }))
      log.info("Committed to the observations of an epoch.", { epoch, nodes: observations.length, root });
  }
}
