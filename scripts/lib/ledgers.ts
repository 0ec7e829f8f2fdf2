// The ledger after each epoch, recomputed from events and bundles and held against the chain's roots.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { LedgerLeaf, ObservationRoot } from "../../oracle/domain/types.ts";
import { type Discrepancy, verifyEpoch } from "../../oracle/domain/verify.ts";
import type { BundleSource } from "./bundles.ts";
import { CliError } from "./errors.ts";
import type { Progress } from "./output.ts";

/** Leaves of the nodes 1 … nodeCount after each epoch, from epoch 0 on. */
export type Ledgers = (readonly LedgerLeaf[])[];

/**
 * Extends `ledgers` through `epoch`, which the chain has a report of.
 * @throws CliError naming the first difference between the evidence and the chain.
 */
export async function extendLedgers(
  ledgers: Ledgers,
  through: number,
  history: ChainState,
  source: BundleSource,
  progress?: Progress,
): Promise<void> {
  for (let epoch = ledgers.length; epoch <= through; epoch++) {
    progress?.(`recomputing the ledger of epoch ${epoch} of ${through}`);
    ledgers.push(await ledgerAfter(epoch, ledgers.at(-1) ?? [], history, source));
  }
}

async function ledgerAfter(
  epoch: number,
  previousLeaves: readonly LedgerLeaf[],
  history: ChainState,
  source: BundleSource,
): Promise<readonly LedgerLeaf[]> {
  const posted = history.reports.postedOf(epoch);
  const context = history.contextOf(epoch);
  if (posted === undefined || context === undefined)
    throw new CliError(`the chain has no report of epoch ${epoch}`, "wait for it, or name an earlier epoch", {
      code: "report-missing",
    });
  const { report, roots } = posted;
  const bundles = await bundlesOf(epoch, roots, source);
  const result = verifyEpoch({ context, report, roots, bundles, previousLeaves });
  if (result.ok) return result.leaves;
  throw new CliError(
    `the evidence of epoch ${epoch} does not give the report on the chain: ${inWords(result.discrepancy)}`,
    "get the bundles from another attester; if they agree, tell the guardian before the veto window ends",
    { code: "evidence-mismatch" },
  );
}

async function bundlesOf(
  epoch: number,
  roots: readonly ObservationRoot[],
  source: BundleSource,
): Promise<Map<number, Uint8Array>> {
  const entries = await Promise.all(
    roots.map(async (observed) => [observed.attesterId, await source(epoch, observed)] as const),
  );
  return new Map(entries);
}

const inWords = ({ kind, ...facts }: Discrepancy): string =>
  `${kind} ${Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}`;
