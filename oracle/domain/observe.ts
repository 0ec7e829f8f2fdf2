import { bucketBit, hasBucket } from "./bits.ts";
import type { Observation, Service } from "./types.ts";

/** The largest ratio that an observation can carry. */
export const LATENCY_RATIO_MAX = 2 ** 32 - 1;
const INTEGRITY_FAILURES_MAX = 2 ** 32 - 1;
const LATENCY_PERCENTILE = 95;

/** What observing reads of one probe's result. */
export interface ProbeResult {
  readonly nodeId: number;
  readonly bucket: number;
  readonly probe: "challenge" | Service;
  readonly outcome: "ok" | "fail" | "inconclusive";
  /** Whole microseconds; null where the probe has no latency. */
  readonly latencyUs: number | null;
  readonly integrityFailures: number;
}

interface Tally {
  okBits: bigint;
  failBits: bigint;
  integrityFailures: number;
  readonly latenciesUs: number[];
}

/**
 * One attester's observations of an epoch, ascending by node, only nodes with evidence. A bucket is fail if any probe in
 * it failed, else ok if one was ok, else without verdict; inconclusive probes and void buckets are no evidence.
 */
export function observe(
  results: Iterable<ProbeResult>,
  voidBuckets: bigint,
  storageTargetMs: number,
): readonly Observation[] {
  const tallies = new Map<number, Tally>();
  for (const result of results) {
    if (result.outcome === "inconclusive" || hasBucket(voidBuckets, result.bucket)) continue;
    let tally = tallies.get(result.nodeId);
    if (tally === undefined) {
      tally = { okBits: 0n, failBits: 0n, integrityFailures: 0, latenciesUs: [] };
      tallies.set(result.nodeId, tally);
    }
    add(tally, result);
  }
  return [...tallies]
    .sort(([a], [b]) => a - b)
    .map(([nodeId, tally]) => observationOf(nodeId, tally, storageTargetMs));
}

/** Nearest rank: the smallest value that at least `percent` % of all do not exceed. */
export function nearestRank(values: readonly number[], percent: number): number | null {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
}

/** p95 of the latencies over the objective, rounded up; 0 without latencies. */
export function latencyRatioPpm(latenciesUs: readonly number[], targetMs: number): number {
  const p95Us = nearestRank(latenciesUs, LATENCY_PERCENTILE);
  if (p95Us === null) return 0;
  const ratio = Math.ceil((p95Us * 1000) / targetMs);
  // 0 means that nothing was measured, so an immeasurably short time counts as the shortest ratio.
  return Math.min(Math.max(ratio, 1), LATENCY_RATIO_MAX);
}

function add(tally: Tally, result: ProbeResult): void {
  if (result.outcome === "ok") {
    tally.okBits |= bucketBit(result.bucket);
    if (result.probe === "storage" && result.latencyUs !== null) tally.latenciesUs.push(result.latencyUs);
  } else {
    tally.failBits |= bucketBit(result.bucket);
  }
  tally.integrityFailures = Math.min(
    tally.integrityFailures + result.integrityFailures,
    INTEGRITY_FAILURES_MAX,
  );
}

function observationOf(nodeId: number, tally: Tally, storageTargetMs: number): Observation {
  const conclusiveBits = tally.okBits | tally.failBits;
  return {
    nodeId,
    okBits: conclusiveBits ^ tally.failBits,
    conclusiveBits,
    latencyRatioPpm: latencyRatioPpm(tally.latenciesUs, storageTargetMs),
    integrityFailures: tally.integrityFailures,
  };
}
