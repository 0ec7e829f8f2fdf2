import { seatOf } from "./agreement.ts";
import { bundleRoot } from "./bundle.ts";
import { ledgerRoot } from "./ledger.ts";
import { type CommitteeBundle, computeReport } from "./report.ts";
import { rulesHash } from "./rules.ts";
import type { EpochContext, EpochReport, Hex, LedgerLeaf, Observation, ObservationRoot } from "./types.ts";

/** What public evidence says of one epoch's report. */
export interface EpochEvidence {
  readonly context: EpochContext;
  /** As posted on-chain. */
  readonly report: EpochReport;
  readonly roots: readonly ObservationRoot[];
  /** The published bundles, by attester. */
  readonly bundles: ReadonlyMap<number, readonly Observation[]>;
  /** Leaves after the epoch before, of nodes 1 … m. */
  readonly previousLeaves: readonly LedgerLeaf[];
  /** Leaves that somebody claims for this epoch, to name the one that differs. */
  readonly claimedLeaves?: readonly LedgerLeaf[];
}

/** The first thing in which evidence and report differ. */
export type Discrepancy =
  | { readonly kind: "bundle-missing"; readonly attesterId: number; readonly root: Hex }
  | {
      readonly kind: "bundle-root";
      readonly attesterId: number;
      readonly expected: Hex;
      readonly actual: Hex;
    }
  | { readonly kind: "observer-unknown"; readonly attesterId: number }
  | {
      readonly kind: "previous-leaves";
      /** The root that the report extends. */
      readonly expected: Hex;
      readonly actual: Hex;
    }
  | {
      readonly kind: "leaf";
      readonly nodeId: number;
      readonly field: keyof LedgerLeaf;
      /** As recomputed. */
      readonly expected: string;
      /** As claimed. */
      readonly actual: string;
    }
  | {
      readonly kind: "report";
      readonly field: keyof EpochReport;
      /** As recomputed. */
      readonly expected: string;
      /** As posted. */
      readonly actual: string;
    };

export type Verification =
  | { readonly ok: true; readonly leaves: readonly LedgerLeaf[] }
  | { readonly ok: false; readonly discrepancy: Discrepancy; readonly leaves: readonly LedgerLeaf[] };

/** Recomputes a posted report from public evidence and names the first difference. */
export function verifyEpoch(evidence: EpochEvidence): Verification {
  const unusable = checkBundles(evidence) ?? checkPreviousLeaves(evidence);
  if (unusable !== undefined) return { ok: false, discrepancy: unusable, leaves: [] };

  const { context, report, roots, bundles, previousLeaves } = evidence;
  const set: CommitteeBundle[] = roots.map(({ attesterId, root }) => ({
    attesterId,
    root,
    observations: bundles.get(attesterId) ?? [],
  }));
  const computed = computeReport({
    context: { ...context, rulesHash: rulesHash(context.rules) },
    bundles: set,
    previousLeaves,
    generation: report.generation,
    viewNumber: report.viewNumber,
    previousLedgerRoot: ledgerRoot(previousLeaves),
  });
  const { leaves } = computed;
  const discrepancy =
    compareLeaves(leaves, evidence.claimedLeaves ?? leaves) ?? compareReports(computed.report, report);
  return discrepancy === undefined ? { ok: true, leaves } : { ok: false, discrepancy, leaves };
}

function checkBundles({ context, roots, bundles }: EpochEvidence): Discrepancy | undefined {
  for (const { attesterId, root } of roots) {
    if (seatOf(context.members, attesterId) === undefined) return { kind: "observer-unknown", attesterId };
    const observations = bundles.get(attesterId);
    if (observations === undefined) return { kind: "bundle-missing", attesterId, root };
    const actual = bundleRoot(observations);
    if (actual !== root) return { kind: "bundle-root", attesterId, expected: root, actual };
  }
  return undefined;
}

function checkPreviousLeaves({ report, previousLeaves }: EpochEvidence): Discrepancy | undefined {
  const actual = ledgerRoot(previousLeaves);
  const expected = report.previousLedgerRoot;
  return actual === expected ? undefined : { kind: "previous-leaves", expected, actual };
}

function compareLeaves(
  computed: readonly LedgerLeaf[],
  claimed: readonly LedgerLeaf[],
): Discrepancy | undefined {
  for (const [index, leaf] of computed.entries()) {
    const other = claimed[index];
    const field = firstDifference(leaf, other);
    if (field !== undefined)
      return {
        kind: "leaf",
        nodeId: leaf.nodeId,
        field,
        expected: String(leaf[field]),
        actual: String(other?.[field]),
      };
  }
  return undefined;
}

function compareReports(computed: EpochReport, posted: EpochReport): Discrepancy | undefined {
  const field = firstDifference(computed, posted);
  if (field === undefined) return undefined;
  return { kind: "report", field, expected: String(computed[field]), actual: String(posted[field]) };
}

function firstDifference<T extends object>(a: T, b: T | undefined): keyof T | undefined {
  for (const field of Object.keys(a) as (keyof T)[]) if (a[field] !== b?.[field]) return field;
  return undefined;
}
