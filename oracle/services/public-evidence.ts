import type { EpochClock } from "../domain/epochs.ts";
import { STATEMENT_KINDS } from "../domain/slots.ts";
import type { Hex } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Evidence } from "../ports/evidence.ts";
import type { PeerStatements } from "../ports/peers.ts";
import type { Agenda } from "./agenda.ts";

export interface PublicEvidenceOptions {
  readonly attesterId: number;
  readonly epochs: EpochClock;
}

export interface PublicEvidenceDependencies {
  readonly agenda: Agenda;
  readonly store: AgreementStore;
  readonly clock: Clock;
}

/** What this attester shows to everyone, from disk. */
export class PublicEvidence implements Evidence {
  readonly #options: PublicEvidenceOptions;
  readonly #dependencies: PublicEvidenceDependencies;

  constructor(options: PublicEvidenceOptions, dependencies: PublicEvidenceDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  statements(epoch: number, author = this.#options.attesterId): PeerStatements {
    const { store } = this.#dependencies;
    const statements = STATEMENT_KINDS.flatMap((kind) => store.statements(kind, epoch))
      .filter(({ statement }) => statement.attesterId === author)
      .map(({ statement, signature }) => ({ statement, signature }));
    return { epoch, attesterId: author, statements };
  }

  bundle(epoch: number, root: Hex): Uint8Array | "early" | undefined {
    const bundle = this.#dependencies.store.bundle(epoch, root);
    if (bundle === undefined) return undefined;
    return this.#isRevealed(epoch) ? bundle : "early";
  }

  /** After the commit deadline; the rules put every deadline of an epoch before the end of the next. */
  #isRevealed(epoch: number): boolean {
    const { agenda, clock } = this.#dependencies;
    const lastEnded = this.#options.epochs.epochAt(clock.nowMs()) - 1;
    if (epoch !== lastEnded) return epoch < lastEnded;
    const deadlines = agenda.turnOf(epoch)?.deadlines;
    return deadlines !== undefined && clock.nowMs() >= deadlines.commitMs;
  }
}
