import { bucketBit, hasBucket, wholeGroups } from "./bits.ts";
import { bucketIntervalOf, offers, targetMsOf } from "./rules.ts";
import { type NodeTerms, type Observation, type Rules, SERVICES, type Service } from "./types.ts";

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

export interface ObserveOptions {
  /** Buckets without evidence, for the attester's own reasons. */
  readonly voidBuckets: bigint;
  readonly rules: Pick<Rules, "measurement" | "latencyTargets">;
  /** The nodes to observe, with their terms at the epoch's start: results of others, and of services they do not offer, are left out. */
  readonly nodes: ReadonlyMap<number, Pick<NodeTerms, "nodeClass" | "services">>;
}

/** What was found of one kind of probe. */
interface Tally {
  okBits: bigint;
  failBits: bigint;
  integrityFailures: number;
  readonly latenciesUs: number[];
}
type Tallies = Record<ProbeResult["probe"], Tally>;

/**
 * One attester's observations of an epoch, ascending by node, only nodes with evidence. A bucket is fail if any probe in
 * it failed, or if a service was found broken in its group; else ok if one was ok; else without verdict. Inconclusive
 * probes and void buckets are no evidence.
 */
export function observe(results: Iterable<ProbeResult>, options: ObserveOptions): readonly Observation[] {
  const { voidBuckets, rules, nodes } = options;
  const talliesOf = new Map<number, Tallies>();
  for (const result of results) {
    const { nodeId, probe, outcome, bucket } = result;
    if (outcome === "inconclusive" || hasBucket(voidBuckets, bucket)) continue;
    const terms = nodes.get(nodeId);
    if (terms === undefined || (probe !== "challenge" && !offers(terms, probe))) continue;
    let tallies = talliesOf.get(nodeId);
    if (tallies === undefined) {
      tallies = { challenge: newTally(), storage: newTally(), compute: newTally(), network: newTally() };
      talliesOf.set(nodeId, tallies);
    }
    add(tallies[probe], result);
  }
  return [...talliesOf]
    .sort(([a], [b]) => a - b)
    .map(([nodeId, tallies]) => observationOf(nodeId, tallies, rules, nodes.get(nodeId)?.nodeClass ?? 0));
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

function newTally(): Tally {
  return { okBits: 0n, failBits: 0n, integrityFailures: 0, latenciesUs: [] };
}

function add(tally: Tally, { bucket, outcome, latencyUs, integrityFailures }: ProbeResult): void {
  tally.integrityFailures += integrityFailures;
  if (outcome === "ok") {
    tally.okBits |= bucketBit(bucket);
    if (latencyUs !== null) tally.latenciesUs.push(latencyUs);
  } else {
    tally.failBits |= bucketBit(bucket);
  }
}

function observationOf(
  nodeId: number,
  tallies: Tallies,
  rules: ObserveOptions["rules"],
  nodeClass: number,
): Observation {
  let [okBits, failBits, integrityFailures] = [0n, 0n, 0];
  for (const tally of Object.values(tallies)) {
    okBits |= tally.okBits;
    failBits |= tally.failBits;
    integrityFailures += tally.integrityFailures;
  }
  const ratios = SERVICES.map((service) =>
    latencyRatioPpm(tallies[service].latenciesUs, targetMsOf(rules, service, nodeClass)),
  );
  return {
    nodeId,
    okBits: okBits & ~failBits & ~brokenBits(tallies, rules),
    conclusiveBits: okBits | failBits,
    latencyRatioPpm: Math.max(...ratios),
    integrityFailures: Math.min(integrityFailures, INTEGRITY_FAILURES_MAX),
  };
}

/**
 * Where a service counts as broken: a probe that failed while the node itself answered stands for its whole group.
 * Attesters probe a service in different buckets of a group, so a bucket for itself could never be outvoted.
 */
function brokenBits(tallies: Tallies, rules: ObserveOptions["rules"]): bigint {
  const answered = tallies.challenge.okBits & ~tallies.challenge.failBits;
  return SERVICES.reduce(
    (broken, service) =>
      broken | wholeGroups(tallies[service].failBits & answered, bucketIntervalOf(rules, service)),
    0n,
  );
}
