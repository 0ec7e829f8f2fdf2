import { seatOf } from "./agreement.ts";
import { bundleBytesRoot, decodeBundle, ROW_BYTES, readRows } from "./bundle.ts";
import { OracleError } from "./errors.ts";
import { withoutFlippedBit } from "./flipped-bit.ts";
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
  /** The published bundles' bytes, by attester. */
  readonly bundles: ReadonlyMap<number, Uint8Array>;
  /** Leaves after the epoch before, of nodes 1 … m. */
  readonly previousLeaves: readonly LedgerLeaf[];
  /** Leaves that somebody claims for this epoch: the first that differs is named. */
  readonly claimedLeaves?: readonly LedgerLeaf[];
}

/** The first thing in which evidence and report differ. */
export type Discrepancy =
  | { readonly kind: "observer-unknown"; readonly attesterId: number }
  | { readonly kind: "bundle-missing"; readonly attesterId: number; readonly root: Hex }
  | { readonly kind: "bundle-invalid"; readonly attesterId: number; readonly reason: string }
  | ({ readonly kind: "bundle-root"; readonly attesterId: number } & Difference)
  /** One flipped bit explains why the bundle has not the root that was reported. */
  | ({
      readonly kind: "bundle-leaf";
      readonly attesterId: number;
      readonly nodeId: number;
      readonly field: keyof Observation;
    } & Difference)
  | ({ readonly kind: "previous-leaves" } & Difference)
  | ({ readonly kind: "leaf"; readonly nodeId: number; readonly field: keyof LedgerLeaf } & Difference)
  | ({ readonly kind: "report"; readonly field: keyof EpochReport } & Difference);

interface Difference {
  /** What the report on-chain, or the recomputation, asks for. */
  readonly expected: string;
  /** What was published, claimed or posted. */
  readonly actual: string;
}

export type Verification =
  | { readonly ok: true; readonly leaves: readonly LedgerLeaf[] }
  | { readonly ok: false; readonly discrepancy: Discrepancy };

/** Recomputes a posted report from public evidence and names the first difference. */
export function verifyEpoch(evidence: EpochEvidence): Verification {
  const { context, report, roots, previousLeaves } = evidence;
  const bundles: CommitteeBundle[] = [];
  for (const entry of roots) {
    const bundle = openBundle(entry, evidence);
    if ("kind" in bundle) return { ok: false, discrepancy: bundle };
    bundles.push(bundle);
  }
  const previousRoot = ledgerRoot(previousLeaves);
  if (previousRoot !== report.previousLedgerRoot)
    return {
      ok: false,
      discrepancy: { kind: "previous-leaves", expected: report.previousLedgerRoot, actual: previousRoot },
    };

  const computed = computeReport({
    context: { ...context, rulesHash: rulesHash(context.rules) },
    bundles,
    previousLeaves,
    generation: report.generation,
    viewNumber: report.viewNumber,
    previousLedgerRoot: previousRoot,
  });
  const discrepancy =
    compareLeaves(computed.leaves, evidence.claimedLeaves ?? computed.leaves) ??
    compareReports(computed.report, report);
  return discrepancy === undefined ? { ok: true, leaves: computed.leaves } : { ok: false, discrepancy };
}

function openBundle(
  { attesterId, root }: ObservationRoot,
  { context, bundles }: EpochEvidence,
): CommitteeBundle | Discrepancy {
  if (seatOf(context.members, attesterId) === undefined) return { kind: "observer-unknown", attesterId };
  const bytes = bundles.get(attesterId);
  if (bytes === undefined) return { kind: "bundle-missing", attesterId, root };
  try {
    const actual = bundleBytesRoot(bytes);
    if (actual !== root)
      return (
        findFlippedLeaf(attesterId, bytes, root) ?? {
          kind: "bundle-root",
          attesterId,
          expected: root,
          actual,
        }
      );
    return { attesterId, root, observations: decodeBundle(bytes, context.nodes.length) };
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    return { kind: "bundle-invalid", attesterId, reason: error.message };
  }
}

function findFlippedLeaf(attesterId: number, bytes: Uint8Array, root: Hex): Discrepancy | undefined {
  const repaired = withoutFlippedBit(bytes, root);
  if (repaired === undefined) return undefined;
  const at = repaired.findIndex((byte, index) => byte !== bytes[index]);
  const rowOf = (all: Uint8Array) => readRows(all)[Math.floor(at / ROW_BYTES)];
  const expected = rowOf(repaired);
  const actual = rowOf(bytes);
  if (expected === undefined || actual === undefined) return undefined;
  const field = firstDifference(expected, actual);
  if (field === undefined) return undefined;
  return {
    kind: "bundle-leaf",
    attesterId,
    nodeId: expected.nodeId,
    field,
    expected: String(expected[field]),
    actual: String(actual[field]),
  };
}

function compareLeaves(
  computed: readonly LedgerLeaf[],
  claimed: readonly LedgerLeaf[],
): Discrepancy | undefined {
  for (let index = 0; index < Math.max(computed.length, claimed.length); index++) {
    const expected = computed[index];
    const actual = claimed[index];
    const present = expected ?? actual;
    if (present === undefined) return undefined;
    const field = expected === undefined ? "nodeId" : firstDifference(expected, actual);
    if (field === undefined) continue;
    return {
      kind: "leaf",
      nodeId: present.nodeId,
      field,
      expected: String(expected?.[field]),
      actual: String(actual?.[field]),
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
