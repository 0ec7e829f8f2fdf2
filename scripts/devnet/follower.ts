// Follows the chain of a devnet and recomputes every report from the attesters' published bundles as it comes.
import type { JsonRpcProvider } from "ethers";
import { decodeBundle } from "../../oracle/domain/bundle.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { PostedReport } from "../../oracle/domain/report-book.ts";
import type { EpochContext, LedgerLeaf, Observation } from "../../oracle/domain/types.ts";
import { type BundleSource, savingTo } from "../lib/bundles.ts";
import { applyLogs, emptyHistory } from "../lib/history.ts";
import { extendLedgers, type Ledgers } from "../lib/ledgers.ts";
import { type RawLog, readLogs } from "../lib/logs.ts";
import type { CompleteManifest } from "../lib/manifest.ts";

/** One recomputed report. */
export interface EpochResult {
  readonly posted: PostedReport;
  readonly context: EpochContext;
  readonly leaves: readonly LedgerLeaf[];
  readonly previousLeaves: readonly LedgerLeaf[];
  /** All attesters' observations of the reported set. */
  readonly observations: readonly Observation[];
}

export interface FollowerOptions {
  readonly provider: JsonRpcProvider;
  readonly manifest: CompleteManifest;
  readonly source: BundleSource;
  /** Evidence directory. */
  readonly directory: string;
}

export class Follower {
  readonly history: ChainState;
  readonly ledgers: Ledgers = [];
  readonly logs: RawLog[] = [];
  readonly #options: FollowerOptions;
  readonly #bundles = new Map<number, Uint8Array[]>();
  #nextBlock: number | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.history = emptyHistory(options.manifest);
  }

  /** Reads what the chain added; returns the reports among it. */
  async advance(): Promise<EpochResult[]> {
    const { provider, manifest, directory, source } = this.#options;
    const from = this.#nextBlock === undefined ? {} : { fromBlock: this.#nextBlock };
    const { logs, head } = await readLogs(provider, manifest, from);
    this.#nextBlock = Math.max(this.#nextBlock ?? 0, head.number + 1);
    applyLogs(this.history, manifest, logs);
    this.history.advanceTo(head.timestamp);
    this.logs.push(...logs);
    const first = this.ledgers.length;
    const keeping = this.#keeping(savingTo(directory, source));
    await extendLedgers(this.ledgers, this.history.reports.nextEpoch - 1, this.history, keeping);
    return this.ledgers.slice(first).flatMap((_, place) => this.#resultOf(first + place) ?? []);
  }

  /** Whether the epoch's report is final. */
  isFinal(epoch: number): boolean {
    return this.history.reports.postedOf(epoch)?.finalized === true;
  }

  #keeping(inner: BundleSource): BundleSource {
    return async (epoch, observed) => {
      const bytes = await inner(epoch, observed);
      this.#bundles.set(epoch, [...(this.#bundles.get(epoch) ?? []), bytes]);
      return bytes;
    };
  }

  #resultOf(epoch: number): EpochResult | undefined {
    const posted = this.history.reports.postedOf(epoch);
    const context = this.history.contextOf(epoch);
    const leaves = this.ledgers[epoch];
    if (posted === undefined || context === undefined || leaves === undefined) return undefined;
    const bundles = this.#bundles.get(epoch) ?? [];
    const observations = bundles.flatMap((bytes) => decodeBundle(bytes, context.nodes.length));
    return { posted, context, leaves, previousLeaves: this.ledgers[epoch - 1] ?? [], observations };
  }
}
