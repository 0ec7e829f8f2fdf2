/** The design's formulas once more, as plainly as they can be written: bucket by bucket, in exact fractions. */
import type { LedgerLeaf, NodeView, Observation, Rules } from "../../../oracle/domain/types.ts";

type Curve = Rules["availabilityCurve"];
export type Verdict = "up" | "down" | "none";

const PPM = 1_000_000n;

export function verdictOf(bucket: number, observations: readonly Observation[], assigned: number): Verdict {
  let ok = 0;
  let fail = 0;
  for (const { okBits, conclusiveBits } of observations) {
    if (!isSet(conclusiveBits, bucket)) continue;
    if (isSet(okBits, bucket)) ok++;
    else fail++;
  }
  const t = Math.floor((assigned - 1) / 3) + 1;
  if (ok > fail && ok >= t) return "up";
  if (fail > ok && fail >= t) return "down";
  return "none";
}

/** The curve's value at x, found by walking its segments in fractions of bigints. */
export function curveValue(curve: Curve, x: bigint): bigint {
  const points = curve.map(({ xPpm, yPpm }) => ({ x: BigInt(xPpm), y: BigInt(yPpm) }));
  const before = points.filter((point) => point.x <= x).at(-1);
  const after = points.find((point) => point.x > x);
  if (before === undefined) return after?.y ?? 0n;
  if (after === undefined) return before.y;
  // y = before.y + (after.y − before.y)·(x − before.x)/(after.x − before.x)
  const numerator = before.y * (after.x - before.x) + (after.y - before.y) * (x - before.x);
  return numerator / (after.x - before.x);
}

export function leafAfter(
  before: LedgerLeaf,
  node: NodeView,
  observations: readonly Observation[],
  rules: Rules,
  assigned: number,
  deltaA: bigint,
): LedgerLeaf {
  if (node.status !== "active") return before;
  const verdicts = Array.from({ length: 256 }, (_, bucket) => verdictOf(bucket, observations, assigned));
  const up = BigInt(verdicts.filter((verdict) => verdict === "up").length);
  const down = BigInt(verdicts.filter((verdict) => verdict === "down").length);
  if (up + down < BigInt(rules.measurement.measuredBucketsMin)) {
    const paid = before.staleEpochs + 1 <= rules.measurement.staleEpochsPaid;
    return {
      ...before,
      staleEpochs: before.staleEpochs + 1,
      rewardIndex: before.rewardIndex + (paid ? earned(node, deltaA, BigInt(before.lastScorePpm)) : 0n),
    };
  }
  const score = scoreOf(up, down, observations, rules, assigned);
  return {
    nodeId: before.nodeId,
    upBuckets: before.upBuckets + up,
    downBuckets: before.downBuckets + down,
    measuredEpochs: before.measuredEpochs + 1n,
    scoreSumPpm: before.scoreSumPpm + score,
    lastScorePpm: Number(score),
    staleEpochs: 0,
    rewardIndex: before.rewardIndex + earned(node, deltaA, score),
  };
}

export function scoreOf(
  up: bigint,
  down: bigint,
  observations: readonly Observation[],
  rules: Rules,
  assigned: number,
): bigint {
  const t = Math.floor((assigned - 1) / 3) + 1;
  if (observations.filter(({ integrityFailures }) => integrityFailures > 0).length >= t) return 0n;
  const availability = curveValue(rules.availabilityCurve, (up * PPM) / (up + down));
  const ratios = observations
    .filter(({ latencyRatioPpm }) => latencyRatioPpm > 0)
    .filter(({ okBits }) => ones(okBits) >= rules.measurement.latencyBucketsMin)
    .map(({ latencyRatioPpm }) => BigInt(latencyRatioPpm));
  const median = lowerMedian(ratios);
  const latency = median === undefined ? PPM : curveValue(rules.latencyCurve, median);
  return availability < latency ? availability : latency;
}

/** The largest value that at most half of the others are below. */
export function lowerMedian(values: readonly bigint[]): bigint | undefined {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.length % 2 === 1 ? sorted[(sorted.length - 1) / 2] : sorted[sorted.length / 2 - 1];
}

export function ones(mask: bigint): number {
  return mask.toString(2).replaceAll("0", "").length;
}

export function isSet(mask: bigint, bucket: number): boolean {
  return mask.toString(2).padStart(256, "0")[255 - bucket] === "1";
}

function earned(node: NodeView, deltaA: bigint, score: bigint): bigint {
  if (node.stake === 0n) return 0n;
  const paidStake = node.stake < node.limit ? node.stake : node.limit;
  return (deltaA * paidStake * score) / (node.stake * PPM);
}
