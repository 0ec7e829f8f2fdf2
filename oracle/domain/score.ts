import { countBits } from "./bits.ts";
import { OracleError } from "./errors.ts";
import { verdictThreshold } from "./majority.ts";
import type { CurvePoint, Observation, Rules } from "./types.ts";

export const PPM = 1_000_000;

/** ⌊up·10^6 / (up + down)⌋; at least one bucket must have a verdict. */
export function availabilityPpm(up: number, down: number): number {
  return Math.floor((up * PPM) / (up + down));
}

/** Value of a piecewise linear curve, floored; constant before its first and after its last point. */
export function curveAt(curve: readonly CurvePoint[], xPpm: number): number {
  const first = curve[0];
  if (first === undefined) throw new OracleError("curve-empty", "a curve needs at least one point");
  let left = first;
  if (xPpm <= left.xPpm) return left.yPpm;
  for (const right of curve) {
    if (xPpm < right.xPpm) {
      const weighted = left.yPpm * (right.xPpm - xPpm) + right.yPpm * (xPpm - left.xPpm);
      return Math.floor(weighted / (right.xPpm - left.xPpm));
    }
    left = right;
  }
  return left.yPpm;
}

/**
 * Lower median of the latency ratios, over attesters with enough ok buckets and a latency; null without any.
 */
export function medianLatencyRatioPpm(
  observations: readonly Observation[],
  latencyBucketsMin: number,
): number | null {
  const ratios: number[] = [];
  for (const { okBits, latencyRatioPpm } of observations)
    if (latencyRatioPpm !== 0 && countBits(okBits) >= latencyBucketsMin) ratios.push(latencyRatioPpm);
  ratios.sort((a, b) => a - b);
  return ratios[(ratios.length - 1) >> 1] ?? null;
}

/** Score of a measured node: the worse of both curves, 0 once enough attesters report integrity failures. */
export function scorePpm(
  up: number,
  down: number,
  observations: readonly Observation[],
  assigned: number,
  rules: Rules,
): number {
  let corrupted = 0;
  for (const { integrityFailures } of observations) if (integrityFailures > 0) corrupted++;
  if (corrupted >= verdictThreshold(assigned)) return 0;

  const availabilityScore = curveAt(rules.availabilityCurve, availabilityPpm(up, down));
  const ratio = medianLatencyRatioPpm(observations, rules.measurement.latencyBucketsMin);
  const latencyScore = ratio === null ? PPM : curveAt(rules.latencyCurve, ratio);
  return Math.min(availabilityScore, latencyScore);
}
