import { decodeBundle } from "../domain/bundle.ts";
import { type CommitteeBundle, type ComputedReport, computeReport } from "../domain/report.ts";
import type { SigningDomain } from "../domain/statements.ts";
import { reportDigest } from "../domain/typed-data.ts";
import type { EpochContext, Hex, LedgerLeaf, ObservationRoot } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";

export interface BuildInput {
  readonly context: EpochContext;
  readonly generation: number;
  readonly viewNumber: number;
  readonly previousLedgerRoot: Hex;
  /** The agreed set. */
  readonly roots: readonly ObservationRoot[];
}

export interface BuiltReport extends ComputedReport {
  readonly digest: Hex;
}

/** Computes reports from what is on disk. */
export class ReportBuilder {
  readonly #domain: SigningDomain;
  readonly #store: AgreementStore;

  constructor(domain: SigningDomain, store: AgreementStore) {
    this.#domain = domain;
    this.#store = store;
  }

  /** The report of a set; undefined while a bundle or the ledger before it is missing. */
  build({ context, generation, viewNumber, previousLedgerRoot, roots }: BuildInput): BuiltReport | undefined {
    const previousLeaves = this.#previousLeaves(context.epoch, previousLedgerRoot);
    const bundles = this.#bundles(context, roots);
    if (previousLeaves === undefined || bundles === undefined) return undefined;
    const computed = computeReport({
      context,
      bundles,
      previousLeaves,
      generation,
      viewNumber,
      previousLedgerRoot,
    });
    return { ...computed, digest: reportDigest(this.#domain, computed.report) };
  }

  #previousLeaves(epoch: number, root: Hex): readonly LedgerLeaf[] | undefined {
    return epoch === 0 ? [] : this.#store.ledger(epoch - 1, root);
  }

  #bundles(context: EpochContext, roots: readonly ObservationRoot[]): CommitteeBundle[] | undefined {
    const bundles: CommitteeBundle[] = [];
    for (const { attesterId, root } of roots) {
      const bytes = this.#store.bundle(context.epoch, root);
      if (bytes === undefined) return undefined;
      bundles.push({ attesterId, root, observations: decodeBundle(bytes, context.nodes.length) });
    }
    return bundles;
  }
}
