import { agreedSet, leaderOf } from "../domain/agreement.ts";
import { namedHoldings, type StatementOf } from "../domain/slots.ts";
import type { Hex } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Agenda, ReportTurn } from "./agenda.ts";
import { repeat } from "./loop.ts";
import type { Notary } from "./notary.ts";
import type { ReportBuilder } from "./report-builder.ts";

export interface AttesterOptions {
  readonly attesterId: number;
  readonly intervalMs: number;
}

export interface AttesterDependencies {
  readonly agenda: Agenda;
  readonly store: AgreementStore;
  readonly builder: ReportBuilder;
  readonly notary: Notary;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Step 5: recomputes what the leader proposes and signs the identical digest, nothing else. */
export class Attester {
  readonly #options: AttesterOptions;
  readonly #dependencies: AttesterDependencies;
  /** The proposal last found to differ: it is not recomputed at every turn. */
  #differing: Hex | undefined;

  constructor(options: AttesterOptions, dependencies: AttesterDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "attest", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work());
  }

  #work(): void {
    const { agenda, notary, metrics } = this.#dependencies;
    const turn = agenda.reportTurn();
    if (turn?.seat === undefined || turn.viewNumber < 0) return;
    const { epoch, generation, viewNumber } = turn;
    metrics.gauge("icn_oracle_view", viewNumber);
    if (notary.hasSigned({ kind: "attestation", epoch, generation, viewNumber })) return;
    const proposal = this.#proposalOf(turn);
    if (proposal !== undefined) this.#attest(turn, proposal);
  }

  #proposalOf({ epoch, generation, viewNumber, members }: ReportTurn): StatementOf<"proposal"> | undefined {
    const leader = leaderOf(epoch, viewNumber, members);
    return this.#dependencies.store
      .statements("proposal", epoch)
      .map(({ statement }) => statement)
      .find(
        (proposal) =>
          proposal.generation === generation &&
          proposal.viewNumber === viewNumber &&
          proposal.attesterId === leader.attesterId,
      );
  }

  #attest(turn: ReportTurn, proposal: StatementOf<"proposal">): void {
    const { store, builder, notary, log, metrics } = this.#dependencies;
    const { digest } = proposal;
    if (this.#differing === digest) return;
    const roots = agreedSet(namedHoldings(proposal), turn.members.length);
    const built = builder.build({ ...turn, roots });
    if (built === undefined) return;
    const { epoch, generation, viewNumber } = turn;
    if (built.digest !== digest) {
      this.#differing = digest;
      metrics.count("icn_oracle_rejected_total", { reason: "proposal" });
      const { attesterId } = proposal;
      log.warn("A proposal differs from the recomputation.", {
        epoch,
        generation,
        viewNumber,
        leader: attesterId,
        digest,
        recomputed: built.digest,
      });
      return;
    }
    store.putReport(built);
    const { attesterId } = this.#options;
    notary.sign(turn, { kind: "attestation", epoch, generation, viewNumber, attesterId, digest });
  }
}
