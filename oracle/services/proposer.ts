import { agreedSet, leaderSeat } from "../domain/agreement.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Agenda, ReportTurn } from "./agenda.ts";
import { findCertificate } from "./certificates.ts";
import { repeat } from "./loop.ts";
import type { Notary } from "./notary.ts";
import type { ReportBuilder } from "./report-builder.ts";

export interface ProposerOptions {
  readonly attesterId: number;
  readonly intervalMs: number;
}

export interface ProposerDependencies {
  readonly agenda: Agenda;
  readonly store: AgreementStore;
  readonly builder: ReportBuilder;
  readonly notary: Notary;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Step 4: the leader of the present view names a quorum of Holdings and the report that follows from them. */
export class Proposer {
  readonly #options: ProposerOptions;
  readonly #dependencies: ProposerDependencies;

  constructor(options: ProposerOptions, dependencies: ProposerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "propose", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work());
  }

  #work(): void {
    const turn = this.#dependencies.agenda.reportTurn();
    if (turn !== undefined && this.#mayPropose(turn)) this.#propose(turn);
  }

  #mayPropose(turn: ReportTurn): boolean {
    const { notary, store } = this.#dependencies;
    const { epoch, generation, viewNumber, members } = turn;
    if (viewNumber < 0 || leaderSeat(epoch, viewNumber, members.length) !== turn.seat) return false;
    if (notary.hasSigned({ kind: "proposal", epoch, generation, viewNumber })) return false;
    return findCertificate(store, turn) === undefined;
  }

  #propose(turn: ReportTurn): void {
    const { store, builder, notary } = this.#dependencies;
    const { epoch, generation, viewNumber } = turn;
    const held = store
      .statements("holdings", epoch)
      .filter(({ statement }) => statement.generation === generation);
    if (held.length < turn.quorum) return;
    const named = held.map(({ statement }) => statement);
    const built = builder.build({ ...turn, roots: agreedSet(named, turn.members.length) });
    if (built === undefined) return;
    notary.sign(turn, {
      kind: "proposal",
      epoch,
      generation,
      viewNumber,
      attesterId: this.#options.attesterId,
      holdings: held.map(({ statement: { attesterId, roots }, signature }) => ({
        attesterId,
        roots,
        signature,
      })),
      digest: built.digest,
    });
  }
}
