// What a report says, in words.
import { availabilityPpm, medianLatencyRatioPpm } from "../../oracle/domain/score.ts";
import type { LedgerLeaf, NodeView } from "../../oracle/domain/types.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { table } from "../lib/output.ts";
import type { EpochResult } from "./follower.ts";
import type { DevnetNode } from "./servers.ts";

const INDEX_SCALE = 10n ** 27n;
const PPM = 1_000_000;

/** What one epoch added to a node's leaf. */
export interface EpochOfNode {
  readonly nodeId: number;
  readonly up: number;
  readonly down: number;
  /** Undefined where nothing was measured. */
  readonly availabilityPpm: number | undefined;
  /** The worst service's latency over its objective; null without a measurement. */
  readonly latencyRatioPpm: number | null;
  readonly scorePpm: number;
  readonly stake: bigint;
  /** Of the node's whole stake, in wei. */
  readonly earned: bigint;
}

export const epochOfNodes = (result: EpochResult): EpochOfNode[] =>
  result.context.nodes.map((node, place) => epochOfNode(result, node, place));

function epochOfNode(
  { context, leaves, previousLeaves, observations }: EpochResult,
  { nodeId, stake }: NodeView,
  place: number,
): EpochOfNode {
  const leaf = leaves[place];
  const before = previousLeaves[place];
  const grown = (field: "upBuckets" | "downBuckets" | "rewardIndex"): bigint =>
    (leaf?.[field] ?? 0n) - (before?.[field] ?? 0n);
  const [up, down] = [Number(grown("upBuckets")), Number(grown("downBuckets"))];
  const own = observations.filter((observation) => observation.nodeId === nodeId);
  return {
    nodeId,
    up,
    down,
    availabilityPpm: up + down === 0 ? undefined : availabilityPpm(up, down),
    latencyRatioPpm: medianLatencyRatioPpm(own, context.rules.measurement.latencyBucketsMin),
    scorePpm: leaf?.lastScorePpm ?? 0,
    stake,
    earned: (grown("rewardIndex") * stake) / INDEX_SCALE,
  };
}

const percent = (ppm: number | undefined): string =>
  ppm === undefined ? "–" : `${((ppm * 100) / PPM).toFixed(2)} %`;

export function epochTable(result: EpochResult, nodes: readonly DevnetNode[]): string {
  const rows = epochOfNodes(result).map((epoch) => [
    String(epoch.nodeId),
    nodes.find(({ id }) => id === epoch.nodeId)?.label ?? "",
    percent(epoch.availabilityPpm),
    percent(epoch.latencyRatioPpm ?? undefined),
    percent(epoch.scorePpm),
    formatIcnt(epoch.stake, 0),
    formatIcnt(epoch.earned, 6),
  ]);
  return table([
    ["node", "kind", "availability", "latency of objective", "score", "stake", "earned"],
    ...rows,
  ]);
}

export interface ReportLine {
  readonly epoch: number;
  readonly generation: number;
  readonly view: number;
  readonly tx: string;
  readonly gasUsed: number;
  /** Ids of the attesters that signed. */
  readonly signers: readonly number[];
  readonly ledgerRoot: string;
}

export const reportLine = ({ posted, context }: EpochResult, gasUsed: bigint): ReportLine => ({
  epoch: posted.report.epoch,
  generation: posted.report.generation,
  view: posted.report.viewNumber,
  tx: posted.origin.transactionHash,
  gasUsed: Number(gasUsed),
  signers: context.members
    .filter((_, seat) => ((posted.signers >> BigInt(seat)) & 1n) === 1n)
    .map(({ attesterId }) => attesterId),
  ledgerRoot: posted.report.ledgerRoot,
});

export const reportWords = ({ epoch, view, tx, gasUsed, signers }: ReportLine): string =>
  `report of epoch ${epoch}: signed by ${signers.join(", ")} in view ${view}, gas ${gasUsed}, tx ${tx}`;

/** A leaf as the JSON summary shows it. */
export const leafSummary = (leaf: LedgerLeaf) => ({
  upBuckets: Number(leaf.upBuckets),
  downBuckets: Number(leaf.downBuckets),
  lastScorePpm: leaf.lastScorePpm,
  rewardIndex: leaf.rewardIndex.toString(),
});
