import { bundleRoot, decodeBundle, ROW_BYTES } from "../domain/bundle.ts";
import type { EpochContext, Hex } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Peers } from "../ports/peers.ts";

export interface BundleFetcherDependencies {
  readonly peers: Peers;
  readonly store: AgreementStore;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Fetches bundles and keeps those that are what their root says. */
export class BundleFetcher {
  readonly #dependencies: BundleFetcherDependencies;
  /** Who served garbage for which root: not asked again. */
  readonly #refused = new Set<string>();

  constructor(dependencies: BundleFetcherDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Asks one peer for a bundle, unless it is held. Says whether it is held now.
   * @throws OracleError `peer-…`.
   */
  async fetch(
    context: EpochContext,
    root: Hex,
    peer: { readonly attesterId: number; readonly endpoint: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { peers, store, metrics } = this.#dependencies;
    const { epoch } = context;
    if (store.hasBundle(epoch, root)) return true;
    const key = `${epoch}/${root}/${peer.attesterId}`;
    if (this.#refused.has(key)) return false;
    const maxBytes = context.nodes.length * ROW_BYTES;
    const bytes = await peers.bundle(peer.endpoint, epoch, root, maxBytes, signal);
    if (bytes === undefined) return false;
    if (!this.#isSound(bytes, context, root, peer.attesterId)) {
      this.#refused.add(key);
      return false;
    }
    store.putBundle(epoch, root, bytes);
    metrics.count("icn_oracle_bundles_total");
    return true;
  }

  #isSound(bytes: Uint8Array, context: EpochContext, root: Hex, attesterId: number): boolean {
    const { log, metrics } = this.#dependencies;
    try {
      const actual = bundleRoot(decodeBundle(bytes, context.nodes.length));
      if (actual === root) return true;
      log.warn("A bundle has another root.", { epoch: context.epoch, attesterId, root, actual });
    } catch (error) {
      log.warn("A bundle is invalid.", { epoch: context.epoch, attesterId, root, error });
    }
    metrics.count("icn_oracle_rejected_total", { reason: "bundle" });
    return false;
  }
}
