// What the attesters saw of nodes in the last epochs: the bundles that the reports on the chain name.
import { bundleBytesRoot, decodeBundle } from "../../oracle/domain/bundle.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { Observation } from "../../oracle/domain/types.ts";
import type { BundleSource } from "../lib/bundles.ts";
import { CliError } from "../lib/errors.ts";
import type { Progress } from "../lib/output.ts";

/** Every bundle of one reported epoch, by node. */
export interface EpochEvidence {
  readonly epoch: number;
  /** Observations of a node, one per attester that saw it. */
  readonly of: (nodeId: number) => readonly Observation[];
}

export interface Evidence {
  readonly epochs: ReadonlyMap<number, EpochEvidence>;
  /** Why epochs are missing, newest first; empty when all are there. */
  readonly missing: readonly { readonly epoch: number; readonly reason: string }[];
}

/** After so many epochs in a row without evidence nobody is asked for older ones. */
const FAILURES_MAX = 2;

/**
 * Evidence of the reported epochs [from, until), newest first. A bundle counts only if it has the root that the
 * report names; what a node's score was follows from these and the rules alone.
 */
export async function readEvidence(
  history: ChainState,
  [from, until]: readonly [number, number],
  source: BundleSource,
  progress: Progress,
): Promise<Evidence> {
  const epochs = new Map<number, EpochEvidence>();
  const missing: { epoch: number; reason: string }[] = [];
  let failures = 0;
  for (let epoch = until - 1; epoch >= from; epoch--) {
    if (failures === FAILURES_MAX) {
      missing.push({ epoch, reason: "not asked for, since later ones were missing" });
      continue;
    }
    progress(`reading the evidence of epoch ${epoch}`);
    try {
      epochs.set(epoch, await evidenceOf(history, epoch, source));
      failures = 0;
    } catch (error) {
      missing.push({ epoch, reason: error instanceof Error ? error.message : String(error) });
      failures++;
    }
  }
  return { epochs, missing };
}

async function evidenceOf(history: ChainState, epoch: number, source: BundleSource): Promise<EpochEvidence> {
  const posted = history.reports.postedOf(epoch);
  if (posted === undefined)
    throw new CliError(`epoch ${epoch} has no report`, "wait for it", { code: "report-missing" });
  const { roots, report } = posted;
  const bundles = await Promise.all(
    roots.map(async (observed) => {
      const bytes = await source(epoch, observed);
      if (bundleBytesRoot(bytes) !== observed.root)
        throw new CliError(
          `the bundle of attester ${observed.attesterId} for epoch ${epoch} is not the one that was reported`,
          "get it from another attester",
          { code: "evidence-mismatch" },
        );
      return decodeBundle(bytes, report.nodeCount);
    }),
  );
  const byNode = new Map<number, Observation[]>();
  for (const observation of bundles.flat()) {
    const known = byNode.get(observation.nodeId);
    if (known === undefined) byNode.set(observation.nodeId, [observation]);
    else known.push(observation);
  }
  return { epoch, of: (nodeId) => byNode.get(nodeId) ?? [] };
}
