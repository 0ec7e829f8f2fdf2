import type { PostedReport } from "../domain/report-book.ts";
import type { EpochContext, EpochReport } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { BundleFetcher } from "./bundle-fetcher.ts";
import { repeat } from "./loop.ts";
import type { ReportBuilder } from "./report-builder.ts";

export interface WatcherOptions {
  readonly attesterId: number;
  readonly intervalMs: number;
}

export interface WatcherDependencies {
  readonly chain: { readonly snapshot: ChainSnapshot | undefined };
  readonly bundles: BundleFetcher;
  readonly builder: ReportBuilder;
  readonly store: AgreementStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Ledgers kept behind the newest final one, for a reorganisation of the chain. */
const LEDGERS_KEPT = 8;

/**
 * Recomputes every report that the chain took, in order, from its published bundles: the next report extends the ledger
 * that comes of it. After a downtime this is how an attester catches up; always it is how a false report is noticed.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #dependencies: WatcherDependencies;
  /** Transaction of the report that was found false, or whose bundles are missing: said once. */
  #saidOf: string | undefined;
  #problem: "report-differs" | "bundles-missing" | undefined;

  constructor(options: WatcherOptions, dependencies: WatcherDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "check posted reports", intervalMs: this.#options.intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.#work(signal));
  }

  /** What keeps the attester from knowing the present ledger; undefined if nothing does. */
  get problem(): "report-differs" | "bundles-missing" | undefined {
    return this.#problem;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { chain, store } = this.#dependencies;
    const snapshot = chain.snapshot;
    if (snapshot === undefined) return;
    const { reports } = snapshot.state;
    for (let epoch = this.#firstUnknown(snapshot); epoch < reports.nextEpoch; epoch++) {
      const posted = reports.postedOf(epoch);
      if (posted === undefined || !(await this.#check(snapshot, posted, signal))) return;
    }
    this.#problem = undefined;
    store.pruneLedgers(reports.nextEpoch - LEDGERS_KEPT);
  }

  /** After the newest posted ledger that is on disk. */
  #firstUnknown({ state: { reports } }: ChainSnapshot): number {
    for (let epoch = reports.nextEpoch - 1; epoch >= 0; epoch--) {
      const root = reports.postedOf(epoch)?.report.ledgerRoot;
      if (root !== undefined && this.#dependencies.store.ledger(epoch, root) !== undefined) return epoch + 1;
    }
    return 0;
  }

  async #check(snapshot: ChainSnapshot, posted: PostedReport, signal: AbortSignal): Promise<boolean> {
    const { builder, store } = this.#dependencies;
    const { epoch, generation, viewNumber, previousLedgerRoot, ledgerRoot } = posted.report;
    const context = snapshot.state.contextOf(epoch);
    if (context === undefined) return false;
    if (!(await this.#fetch(snapshot, context, posted, signal))) return false;
    const { roots } = posted;
    const built = builder.build({ context, generation, viewNumber, previousLedgerRoot, roots });
    if (built === undefined) return false;
    if (!this.#isEqual(built.report, posted)) return false;
    store.putLedger(epoch, ledgerRoot, built.leaves);
    this.#dependencies.log.info("A posted report is what its bundles say.", {
      epoch,
      generation,
      ledgerRoot,
    });
    return true;
  }

  async #fetch(
    snapshot: ChainSnapshot,
    context: EpochContext,
    { roots, origin }: PostedReport,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { bundles, store, log } = this.#dependencies;
    const peers = context.members.filter(({ attesterId }) => attesterId !== this.#options.attesterId);
    for (const { attesterId: author, root } of roots) {
      let held = store.hasBundle(context.epoch, root);
      for (const { attesterId } of peers) {
        const endpoint = snapshot.state.attesterOf(attesterId)?.endpoint;
        if (held || !endpoint) continue;
        held = await bundles.fetch(context, root, { attesterId, endpoint }, signal).catch(() => false);
      }
      if (held) continue;
      if (this.#isNews("bundles-missing", origin.transactionHash))
        log.warn("Nobody shows a bundle of a posted report.", { epoch: context.epoch, author, root });
      return false;
    }
    return true;
  }

  #isEqual(computed: EpochReport, { report, origin }: PostedReport): boolean {
    const fields = Object.keys(computed) as (keyof EpochReport)[];
    const field = fields.find((name) => computed[name] !== report[name]);
    if (field === undefined) return true;
    if (this.#isNews("report-differs", origin.transactionHash)) {
      const { transactionHash } = origin;
      this.#dependencies.metrics.count("icn_oracle_report_mismatches_total");
      this.#dependencies.log.error(
        "A posted report differs from the recomputation: the guardian may veto it.",
        {
          epoch: report.epoch,
          field,
          posted: report[field],
          computed: computed[field],
          transactionHash,
        },
      );
    }
    return false;
  }

  #isNews(problem: "report-differs" | "bundles-missing", transactionHash: string): boolean {
    const news = this.#saidOf !== `${problem}/${transactionHash}`;
    this.#saidOf = `${problem}/${transactionHash}`;
    this.#problem = problem;
    return news;
  }
}
