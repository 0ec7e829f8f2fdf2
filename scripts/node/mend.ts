// What an operator can do for a better score, in words, from the evidence.
import { hasBucket } from "../../oracle/domain/bits.ts";
import type { EpochClock } from "../../oracle/domain/epochs.ts";
import { verdictThreshold } from "../../oracle/domain/majority.ts";
import type { NodeStatus, Rules } from "../../oracle/domain/types.ts";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import { formatTime } from "./calendar.ts";
import { type NodeEpoch, staleEpochs } from "./epochs.ts";
import type { EndpointCheck } from "./probe.ts";

export interface Advice {
  readonly kind: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface Condition {
  readonly nodeId: number;
  readonly status: NodeStatus;
  readonly bond: bigint;
  readonly minimumBond: bigint;
  readonly stake: bigint;
  readonly limit: bigint;
  readonly clock: EpochClock;
  /** Oldest first. */
  readonly epochs: readonly NodeEpoch[];
  readonly endpoint: EndpointCheck;
}

const PPM = 1_000_000;
const BUCKETS = 256;
const RANGES_MAX = 8;

export function adviceFor(condition: Condition): Advice[] {
  const { epochs } = condition;
  return [
    ...statusAdvice(condition),
    ...endpointAdvice(condition),
    ...integrityAdvice(epochs),
    ...availabilityAdvice(condition),
    ...latencyAdvice(epochs),
    ...unmeasuredAdvice(epochs),
    ...stakeAdvice(condition),
  ];
}

function statusAdvice({ nodeId, status }: Condition): Advice[] {
  if (status === "registered")
    return [
      {
        kind: "not-active",
        problem: "it is registered, but not active",
        remedy: `run \`icn node activate ${nodeId}\``,
      },
    ];
  if (status === "maintenance")
    return [
      {
        kind: "in-maintenance",
        problem: "it is in maintenance: neither measured nor paid",
        remedy: `run \`icn node maintenance end ${nodeId}\` when it serves again`,
      },
    ];
  return [];
}

const ENDPOINT_REMEDIES = {
  unreachable:
    "check DNS, firewall, certificate and the node's process; if it has moved, `icn node endpoint`",
  "not-a-node": "check the reverse proxy: it must pass /.well-known/icn/ to the node, without a redirect",
  "other-key":
    "put the registered key into the node's configuration, or rotate to this one with `icn node rotate-key`",
  "other-node": 'correct "nodeId" in the node\'s configuration, or the endpoint with `icn node endpoint`',
} as const;

function endpointAdvice({ endpoint: { problem, detail }, status }: Condition): Advice[] {
  if (problem === null || status === "exiting" || status === "exited") return [];
  return [
    { kind: `endpoint-${problem}`, problem: `seen from here, ${detail}`, remedy: ENDPOINT_REMEDIES[problem] },
  ];
}

function integrityAdvice(epochs: readonly NodeEpoch[]): Advice[] {
  const broken = epochs.filter(({ observations }) =>
    observations.some(({ integrityFailures }) => integrityFailures > 0),
  );
  const newest = broken.at(-1);
  if (newest === undefined) return [];
  const blaming = newest.observations.filter(({ integrityFailures }) => integrityFailures > 0).length;
  const threshold = verdictThreshold(newest.assigned);
  const effect = blaming >= threshold ? "the score is 0" : `the score is 0 once ${threshold} do`;
  return [
    {
      kind: "integrity",
      problem: `${blaming} of ${newest.assigned} attesters report objects lost or altered in epoch ${newest.epoch} (${broken.length} of ${epochs.length} epochs): ${effect}`,
      remedy:
        "keep what attesters write (buckets icn-…) until they delete it; check disks, replication and lifecycle rules",
    },
  ];
}

/** The availability from which all is paid. */
const kneeOf = ({ availabilityCurve }: Rules): number =>
  availabilityCurve.find(({ yPpm }) => yPpm >= PPM)?.xPpm ?? PPM;

function availabilityAdvice({ clock, epochs }: Condition): Advice[] {
  const low = epochs.filter(
    ({ availabilityPpm, rules }) => availabilityPpm !== null && availabilityPpm < kneeOf(rules),
  );
  const newest = low.at(-1);
  if (newest?.availabilityPpm == null) return [];
  const knee = formatPpm(kneeOf(newest.rules));
  return [
    {
      kind: "availability",
      problem:
        `availability was ${formatPpm(newest.availabilityPpm)} in epoch ${newest.epoch}, and under ${knee}, from which all is paid, in ${low.length} of ${epochs.length} epochs. ` +
        `Down in epoch ${newest.epoch}: ${downRanges(newest, clock)}`,
      remedy: "look at the logs of server, proxy and uplink for these times",
    },
  ];
}

/** "13:05:20 to 13:10:57 UTC (3 of 4 attesters)", for each run of down buckets. */
function downRanges(epoch: NodeEpoch, clock: EpochClock): string {
  const runs: { first: number; last: number }[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    if (!hasBucket(epoch.downBits, bucket)) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.last === bucket - 1) run.last = bucket;
    else runs.push({ first: bucket, last: bucket });
  }
  const words = runs.slice(0, RANGES_MAX).map(({ first, last }) => {
    const timeOf = (ms: number) => formatTime(Math.floor(ms / 1_000)).slice(11, 19);
    const [start, end] = [clock.bucketStartMs(epoch.epoch, first), clock.bucketEndMs(epoch.epoch, last)];
    return `${timeOf(start)} to ${timeOf(end)} UTC (${failVotes(epoch, first, last)} of ${epoch.assigned} attesters)`;
  });
  const more = runs.length - words.length;
  return words.join(", ") + (more > 0 ? `, and ${more} more times` : "");
}

/** Most attesters that saw one of the buckets fail. */
function failVotes({ observations }: NodeEpoch, first: number, last: number): number {
  let most = 0;
  for (let bucket = first; bucket <= last; bucket++) {
    const fails = observations.filter(
      ({ okBits, conclusiveBits }) => hasBucket(conclusiveBits, bucket) && !hasBucket(okBits, bucket),
    ).length;
    most = Math.max(most, fails);
  }
  return most;
}

function latencyAdvice(epochs: readonly NodeEpoch[]): Advice[] {
  const newest = epochs.findLast(({ latencyRatioPpm }) => latencyRatioPpm !== null);
  if (newest?.latencyRatioPpm == null || newest.latencyRatioPpm <= PPM) return [];
  const times = (newest.latencyRatioPpm / PPM).toFixed(2);
  return [
    {
      kind: "latency",
      problem: `the slowest of your services takes ${times} times its target (p95, epoch ${newest.epoch})`,
      remedy:
        "serve from faster disks or nearer to your users, and give probes the same priority as users; docs/measuring.md names the targets",
    },
  ];
}

function unmeasuredAdvice(epochs: readonly NodeEpoch[]): Advice[] {
  const stale = staleEpochs(epochs);
  const rules = epochs.at(-1)?.rules;
  if (stale === 0 || rules === undefined) return [];
  const { staleEpochsPaid, measuredBucketsMin } = rules.measurement;
  const effect =
    stale <= staleEpochsPaid
      ? `still paid at the last score, for ${staleEpochsPaid} such epochs`
      : "no longer paid";
  return [
    {
      kind: "unmeasured",
      problem: `the last ${stale === 1 ? "epoch is" : `${stale} epochs are`} unmeasured (under ${measuredBucketsMin} buckets with a verdict): ${effect}`,
      remedy:
        "mostly the attesters' trouble, not yours: see whether other nodes are unmeasured, too (`icn node status`)",
    },
  ];
}

function stakeAdvice({ nodeId, bond, minimumBond, stake, limit, status }: Condition): Advice[] {
  if (status === "exiting" || status === "exited") return [];
  const advice: Advice[] = [];
  if (bond < minimumBond)
    advice.push({
      kind: "bond-too-low",
      problem: `its bond of ${formatIcnt(bond, 2)} ICNT is below the minimum of ${formatIcnt(minimumBond, 2)}`,
      remedy: `add ${formatIcnt(minimumBond - bond)} ICNT with \`icn node bond ${nodeId}\`, or offer fewer units`,
    });
  if (stake > limit)
    advice.push({
      kind: "stake-above-limit",
      problem: `its stake of ${formatIcnt(stake, 2)} ICNT is above its limit of ${formatIcnt(limit, 2)}: it is paid as for its limit`,
      remedy: `add bond with \`icn node bond ${nodeId}\`, or units with \`icn node terms ${nodeId}\``,
    });
  return advice;
}
