import type { ChainConfig } from "../config/config.ts";
import { OracleError } from "../domain/errors.ts";
import type { PostedReport } from "../domain/report-book.ts";
import type { EpochContext, LedgerLeaf } from "../domain/types.ts";
import { type Discrepancy, verifyEpoch } from "../domain/verify.ts";
import { type EvidenceSource, offlineEvidence, onlineEvidence } from "./evidence.ts";
import type { RunDependencies } from "./run.ts";

export interface VerifyOptions {
  readonly epoch: number;
  /** Evidence directory; without it, chain and attesters are asked. */
  readonly bundles?: string;
  readonly json?: true;
}

export interface VerifyDependencies extends RunDependencies {
  readonly environment: () => ChainConfig;
}

interface Outcome {
  /** The epoch asked for, or the first before it that is wrong. */
  readonly epoch: number;
  readonly posted: PostedReport;
  readonly leaves: readonly LedgerLeaf[];
  readonly discrepancy: Discrepancy | undefined;
}

/**
 * Recomputes all reports up to an epoch.
 * @returns What to print, and whether all is right.
 * @throws OracleError `report-missing`, `evidence-missing`, `evidence-invalid`, or as the chain.
 */
export async function verify(
  options: VerifyOptions,
  dependencies: VerifyDependencies,
  signal: AbortSignal,
): Promise<{ readonly lines: readonly string[]; readonly ok: boolean }> {
  const source =
    options.bundles === undefined
      ? await onlineEvidence(dependencies.environment(), dependencies, signal)
      : offlineEvidence(options.bundles);
  const outcome = await verifyThrough(source, options.epoch, signal);
  const lines = options.json === true ? [JSON.stringify(asJson(outcome))] : asText(outcome);
  return { lines, ok: outcome.discrepancy === undefined };
}

async function verifyThrough(source: EvidenceSource, last: number, signal: AbortSignal): Promise<Outcome> {
  const { state } = source;
  let previousLeaves: readonly LedgerLeaf[] = [];
  for (let epoch = 0; ; epoch++) {
    const posted = state.reports.postedOf(epoch);
    const context = state.contextOf(epoch);
    if (posted === undefined || context === undefined)
      throw new OracleError(
        "report-missing",
        `There is no report of epoch ${epoch} yet, needed for epoch ${last}: ${remedy(epoch)}.`,
        {
          context: { epoch, nextEpoch: state.reports.nextEpoch },
        },
      );
    const { report, roots } = posted;
    const bundles = await collect(source, context, posted, signal);
    const verified = verifyEpoch({ context, report, roots, bundles, previousLeaves });
    if (!verified.ok) return { epoch, posted, leaves: [], discrepancy: verified.discrepancy };
    const { leaves } = verified;
    if (epoch === last) return { epoch, posted, leaves, discrepancy: undefined };
    previousLeaves = leaves;
  }
}

const remedy = (missing: number): string =>
  missing === 0
    ? "try again when epoch 0 is reported"
    : `verify up to epoch ${missing - 1}, or try again later`;

/** The bundles of a report's set, as far as anybody shows them. */
async function collect(
  source: EvidenceSource,
  context: EpochContext,
  { roots }: PostedReport,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, Uint8Array>> {
  const bundles = new Map<number, Uint8Array>();
  for (const wanted of roots) {
    const bytes = await source.bundle(context, wanted, signal);
    if (bytes !== undefined) bundles.set(wanted.attesterId, bytes);
  }
  return bundles;
}

function asText({ epoch, posted, leaves, discrepancy }: Outcome): string[] {
  const { report, roots, finalized, origin } = posted;
  if (discrepancy !== undefined)
    return [`The report of epoch ${epoch} is not what its evidence says: ${sentenceOf(discrepancy)}.`];
  const measured = leaves.filter(({ measuredEpochs }) => measuredEpochs > 0n).length;
  return [
    `The report of epoch ${epoch} is what its evidence says, and so are all before it.`,
    `  ledger root   ${report.ledgerRoot}`,
    `  nodes         ${report.nodeCount}, ${measured} of them measured so far`,
    `  bundles       of attesters ${roots.map(({ attesterId }) => attesterId).join(", ") || "none"}`,
    `  agreed in     generation ${report.generation}, view ${report.viewNumber}; ${finalized ? "final" : "not final yet"}`,
    `  transaction   ${origin.transactionHash}`,
  ];
}

function sentenceOf(found: Discrepancy): string {
  switch (found.kind) {
    case "observer-unknown":
      return `attester ${found.attesterId} is not in the committee`;
    case "bundle-missing":
      return `there is no bundle of attester ${found.attesterId} with root ${found.root}`;
    case "bundle-invalid":
      return `the bundle of attester ${found.attesterId} is invalid: ${found.reason}`;
    case "bundle-root":
      return `the bundle of attester ${found.attesterId} has root ${found.actual}, reported was ${found.expected}`;
    case "bundle-leaf":
      return `in the bundle of attester ${found.attesterId}, one bit of the leaf of node ${found.nodeId} is wrong: ${bitOf(found)}`;
    case "previous-leaves":
      return `it extends the ledger ${found.expected}, but the epoch before ends with ${found.actual}`;
    case "leaf":
      return `the leaf of node ${found.nodeId}: ${found.field} must be ${found.expected}, not ${found.actual}`;
    case "report":
      return `${found.field} must be ${found.expected}, posted was ${found.actual}`;
  }
}

/** Of the two masks a bit is a bucket; other fields are easier read whole. */
function bitOf({ field, expected, actual }: Extract<Discrepancy, { kind: "bundle-leaf" }>): string {
  if (field !== "okBits" && field !== "conclusiveBits") return `${field} must be ${expected}, not ${actual}`;
  const bucket = (BigInt(expected) ^ BigInt(actual)).toString(2).length - 1;
  const isSet = (BigInt(expected) >> BigInt(bucket)) & 1n;
  return `${field} of bucket ${bucket} must be ${isSet}`;
}

function asJson({ epoch, posted, leaves, discrepancy }: Outcome) {
  const { report, roots, finalized, origin } = posted;
  return {
    ok: discrepancy === undefined,
    epoch,
    report,
    roots,
    finalized,
    transactionHash: origin.transactionHash,
    discrepancy: discrepancy ?? null,
    leaves: leaves.map((leaf) => ({
      ...leaf,
      upBuckets: Number(leaf.upBuckets),
      downBuckets: Number(leaf.downBuckets),
      measuredEpochs: Number(leaf.measuredEpochs),
      scoreSumPpm: leaf.scoreSumPpm.toString(),
      rewardIndex: leaf.rewardIndex.toString(),
    })),
  };
}
