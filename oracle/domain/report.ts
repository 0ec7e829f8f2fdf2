import { seatOf } from "./agreement.ts";
import { BUCKETS, countBits } from "./bits.ts";
import { OracleError } from "./errors.ts";
import { emptyLeaf, type LeafRules, nextLeaf } from "./leaf.ts";
import { ledgerRoot } from "./ledger.ts";
import { observationsHash } from "./typed-data.ts";
import type { EpochContext, EpochReport, Hex, LedgerLeaf, Observation, ObservationRoot } from "./types.ts";

const PPM = 1_000_000;

/** A bundle of the agreed set, already checked against its root. */
export interface CommitteeBundle {
  readonly attesterId: number;
  readonly root: Hex;
  /** Ascending by node. */
  readonly observations: readonly Observation[];
}

export interface ReportInput {
  readonly context: EpochContext;
  /** The agreed set, in any order. */
  readonly bundles: readonly CommitteeBundle[];
  /** Leaves of nodes 1 … m after the epoch before, m ≤ nodeCount; nodes above m start from zero. */
  readonly previousLeaves: readonly LedgerLeaf[];
  readonly generation: number;
  readonly viewNumber: number;
  readonly previousLedgerRoot: Hex;
}

export interface ComputedReport {
  readonly report: EpochReport;
  /** Nodes 1 … nodeCount, in order. */
  readonly leaves: readonly LedgerLeaf[];
  /** Ascending by attester. */
  readonly roots: readonly ObservationRoot[];
}

/**
 * The one report that follows from a set of bundles: every attester computes it and signs nothing else.
 * @throws OracleError `report-input` if a bundle is not a member's or named twice, or the leaves are not nodes 1 … m.
 */
export function computeReport(input: ReportInput): ComputedReport {
  const { context } = input;
  const bundles = [...input.bundles].sort((a, b) => a.attesterId - b.attesterId);
  checkInput(input, bundles);

  const leaves = computeLeaves(context, bundles, input.previousLeaves);
  const roots = bundles.map(({ attesterId, root }) => ({ attesterId, root }));
  const report: EpochReport = {
    epoch: context.epoch,
    generation: input.generation,
    viewNumber: input.viewNumber,
    committeeId: context.committeeId,
    rulesHash: context.rulesHash,
    observationsHash: observationsHash(roots),
    previousLedgerRoot: input.previousLedgerRoot,
    ledgerRoot: ledgerRoot(leaves),
    nodeCount: context.nodes.length,
    paidMask: paidMask(context, bundles),
  };
  return { report, leaves, roots };
}

/** The ledger after an epoch: a leaf for each node in order, from the leaves before it and the bundles of the set. */
export function computeLeaves(
  context: EpochContext,
  bundles: readonly CommitteeBundle[],
  previousLeaves: readonly LedgerLeaf[],
): LedgerLeaf[] {
  const leafRules: LeafRules = {
    rules: context.rules,
    indexDelta: context.index - context.previousIndex,
    // A committee has at most 7 seats so far, and every member probes every node.
    assigned: context.members.length,
  };
  const cursors = bundles.map(({ observations }) => ({ observations, row: 0 }));
  return context.nodes.map((node, index) => {
    const observed: Observation[] = [];
    for (const cursor of cursors) {
      const observation = cursor.observations[cursor.row];
      if (observation?.nodeId !== node.nodeId) continue;
      observed.push(observation);
      cursor.row++;
    }
    return nextLeaf(previousLeaves[index] ?? emptyLeaf(node.nodeId), node, observed, leafRules);
  });
}

/** Seats whose bundle is in the set and conclusive in enough of the Active nodes' buckets. */
export function paidMask(context: EpochContext, bundles: readonly CommitteeBundle[]): number {
  let active = 0;
  for (const { status } of context.nodes) if (status === "active") active++;
  const needed = BigInt(active * BUCKETS) * BigInt(context.rules.measurement.paidConclusivePpm);
  let mask = 0;
  for (const { attesterId, observations } of bundles) {
    let conclusive = 0;
    for (const { nodeId, conclusiveBits } of observations)
      if (context.nodes[nodeId - 1]?.status === "active") conclusive += countBits(conclusiveBits);
    const seat = seatOf(context.members, attesterId);
    if (seat !== undefined && BigInt(conclusive) * BigInt(PPM) >= needed) mask |= 1 << seat;
  }
  return mask >>> 0;
}

function checkInput({ context, previousLeaves }: ReportInput, ascending: readonly CommitteeBundle[]): void {
  ascending.forEach(({ attesterId }, index) => {
    if (seatOf(context.members, attesterId) === undefined)
      throw invalid(`attester ${attesterId} is not in committee ${context.committeeId}`);
    if (ascending[index + 1]?.attesterId === attesterId)
      throw invalid(`attester ${attesterId} has two bundles in the set`);
  });
  if (previousLeaves.length > context.nodes.length)
    throw invalid(`${previousLeaves.length} leaves before an epoch of ${context.nodes.length} nodes`);
  previousLeaves.forEach(({ nodeId }, index) => {
    if (nodeId !== index + 1) throw invalid(`leaf ${index} is of node ${nodeId}, not of ${index + 1}`);
  });
}

function invalid(reason: string): OracleError {
  return new OracleError("report-input", reason);
}
