import { STATEMENT_KINDS } from "../domain/slots.ts";
import type { Hex } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Evidence } from "../ports/evidence.ts";
import type { PeerStatements } from "../ports/peers.ts";
import type { Agenda } from "./agenda.ts";

export interface PublicEvidenceDependencies {
  readonly agenda: Agenda;
  readonly store: AgreementStore;
  readonly clock: Clock;
}

/** What this attester shows to everyone, from disk. */
export class PublicEvidence implements Evidence {
  readonly #attesterId: number;
  readonly #dependencies: PublicEvidenceDependencies;

  constructor({ attesterId }: { readonly attesterId: number }, dependencies: PublicEvidenceDependencies) {
    this.#attesterId = attesterId;
    this.#dependencies = dependencies;
  }

  statements(epoch: number, author = this.#attesterId): PeerStatements {
    const { store } = this.#dependencies;
    const statements = STATEMENT_KINDS.flatMap((kind) => store.statements(kind, epoch))
      .filter(({ statement }) => statement.attesterId === author)
      .map(({ statement, signature }) => ({ statement, signature }));
    return { epoch, attesterId: author, statements };
  }

  bundle(epoch: number, root: Hex): Uint8Array | "early" | undefined {
    const { agenda, store, clock } = this.#dependencies;
    const bundle = store.bundle(epoch, root);
    if (bundle === undefined) return undefined;
    const deadlines = agenda.turnOf(epoch)?.deadlines;
    return deadlines !== undefined && clock.nowMs() >= deadlines.commitMs ? bundle : "early";
  }
}
