// What an epoch was to a node, by the same functions that the attesters compute with.
import { countBits } from "../../oracle/domain/bits.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { majority } from "../../oracle/domain/majority.ts";
import { availabilityPpm, medianLatencyRatioPpm, scorePpm } from "../../oracle/domain/score.ts";
import type { NodeView, Observation, Rules } from "../../oracle/domain/types.ts";
import type { Evidence } from "./evidence.ts";
import type { Mark } from "./strip.ts";

export type EpochKind = "measured" | "unmeasured" | "maintenance" | "inactive" | "unknown";

export interface NodeEpoch {
  readonly epoch: number;
  /** Unknown: active, but its evidence is not at hand. */
  readonly kind: EpochKind;
  readonly up: number;
  readonly down: number;
  readonly downBits: bigint;
  /** Null where nothing was measured. */
  readonly availabilityPpm: number | null;
  /** p95 over its target; null without a measurement. */
  readonly latencyRatioPpm: number | null;
  readonly scorePpm: number | null;
  readonly observations: readonly Observation[];
  /** Attesters assigned to the node. */
  readonly assigned: number;
  readonly rules: Rules;
}

/** The epochs [from, until) of a node, oldest first; those before it was registered are left out. */
export function nodeEpochs(
  history: ChainState,
  evidence: Evidence,
  nodeId: number,
  [from, until]: readonly [number, number],
): NodeEpoch[] {
  const epochs: NodeEpoch[] = [];
  for (let epoch = from; epoch < until; epoch++) {
    const context = history.contextOf(epoch);
    const node = context?.nodes[nodeId - 1];
    if (context === undefined || node === undefined) continue;
    const observations = evidence.epochs.get(epoch)?.of(nodeId);
    const base = { epoch, assigned: context.members.length, rules: context.rules };
    epochs.push(epochOf(base, node, observations));
  }
  return epochs;
}

function epochOf(
  base: Pick<NodeEpoch, "epoch" | "assigned" | "rules">,
  { status }: NodeView,
  observations: readonly Observation[] | undefined,
): NodeEpoch {
  const blank = {
    ...base,
    ...{ up: 0, down: 0, downBits: 0n, observations: observations ?? [] },
    ...{ availabilityPpm: null, latencyRatioPpm: null, scorePpm: null },
  };
  if (status !== "active") return { ...blank, kind: status === "maintenance" ? "maintenance" : "inactive" };
  if (observations === undefined) return { ...blank, kind: "unknown" };
  const { rules, assigned } = base;
  const { upBits, downBits } = majority(observations, assigned);
  const [up, down] = [countBits(upBits), countBits(downBits)];
  const seen = { ...blank, up, down, downBits };
  if (up + down < rules.measurement.measuredBucketsMin) return { ...seen, kind: "unmeasured" };
  return {
    ...seen,
    kind: "measured",
    availabilityPpm: availabilityPpm(up, down),
    latencyRatioPpm: medianLatencyRatioPpm(observations, rules.measurement.latencyBucketsMin),
    scorePpm: scorePpm(up, down, observations, assigned, rules),
  };
}

/** Score of the newest measured epoch: by it an unmeasured one is paid; null if none is among these. */
export const lastScore = (epochs: readonly NodeEpoch[]): number | null =>
  epochs.findLast(({ kind }) => kind === "measured")?.scorePpm ?? null;

/** Unmeasured epochs since the newest measured one; maintenance leaves the count as it is. */
export function staleEpochs(epochs: readonly NodeEpoch[]): number {
  const since = epochs.slice(epochs.findLastIndex(({ kind }) => kind === "measured") + 1);
  return since.filter(({ kind }) => kind === "unmeasured").length;
}

const PPM = 1_000_000;
const EIGHTHS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const KINDS: Readonly<Record<Exclude<EpochKind, "measured">, Mark>> = {
  unmeasured: { symbol: " ", meaning: "unmeasured" },
  maintenance: { symbol: "m", meaning: "maintenance" },
  inactive: { symbol: "-", meaning: "not active" },
  unknown: { symbol: "?", meaning: "evidence not at hand" },
};

/** One character by the score: full, in eighths, or x for none. */
export function markOf({ kind, scorePpm: score }: NodeEpoch): Mark {
  if (kind !== "measured" || score === null) return KINDS[kind === "measured" ? "unknown" : kind];
  if (score === 0) return { symbol: "x", meaning: "score 0", colour: "red" };
  if (score === PPM) return { symbol: "█", meaning: "full score", colour: "green" };
  const symbol = EIGHTHS[Math.min(6, Math.floor((score * EIGHTHS.length) / PPM))] ?? "▁";
  return { symbol, meaning: "part of it, by height", colour: "yellow" };
}
