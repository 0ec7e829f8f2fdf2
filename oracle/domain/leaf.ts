import { countBits } from "./bits.ts";
import { majority } from "./majority.ts";
import { scorePpm } from "./score.ts";
import type { LedgerLeaf, NodeView, Observation, Rules } from "./types.ts";

const PPM = 1_000_000n;

/** What the transition of every leaf of an epoch reads. */
export interface LeafRules {
  readonly rules: Rules;
  /** A(e) − A(e−1), scaled by 10^27. */
  readonly indexDelta: bigint;
  /** Attesters assigned to each node. */
  readonly assigned: number;
}

/** A node's leaf before its first epoch. */
export function emptyLeaf(nodeId: number): LedgerLeaf {
  return {
    nodeId,
    upBuckets: 0n,
    downBuckets: 0n,
    measuredEpochs: 0n,
    scoreSumPpm: 0n,
    lastScorePpm: 0,
    staleEpochs: 0,
    rewardIndex: 0n,
  };
}

/** A node's leaf after an epoch, from the leaf before it and what the attesters of the set observed. */
export function nextLeaf(
  previous: LedgerLeaf,
  node: NodeView,
  observations: readonly Observation[],
  { rules, indexDelta, assigned }: LeafRules,
): LedgerLeaf {
  if (node.status !== "active") return previous;

  const { upBits, downBits } = majority(observations, assigned);
  const up = countBits(upBits);
  const down = countBits(downBits);
  if (up + down < rules.measurement.measuredBucketsMin)
    return unmeasured(previous, node, indexDelta, rules.measurement.staleEpochsPaid);

  const score = scorePpm(up, down, observations, assigned, rules);
  return {
    nodeId: previous.nodeId,
    upBuckets: previous.upBuckets + BigInt(up),
    downBuckets: previous.downBuckets + BigInt(down),
    measuredEpochs: previous.measuredEpochs + 1n,
    scoreSumPpm: previous.scoreSumPpm + BigInt(score),
    lastScorePpm: score,
    staleEpochs: 0,
    rewardIndex: previous.rewardIndex + indexGain(node, indexDelta, score),
  };
}

/** Missing evidence is paid at the last score for a few epochs, then not at all. */
function unmeasured(
  previous: LedgerLeaf,
  node: NodeView,
  indexDelta: bigint,
  staleEpochsPaid: number,
): LedgerLeaf {
  const staleEpochs = previous.staleEpochs + 1;
  const gain = staleEpochs <= staleEpochsPaid ? indexGain(node, indexDelta, previous.lastScorePpm) : 0n;
  return { ...previous, staleEpochs, rewardIndex: previous.rewardIndex + gain };
}

/** ⌊ΔA·min(stake, limit)·score / (stake·10^6)⌋: what one wei of this node's stake earned; 0 without stake. */
export function indexGain(
  node: Pick<NodeView, "stake" | "limit">,
  indexDelta: bigint,
  score: number,
): bigint {
  const { stake, limit } = node;
  if (stake === 0n) return 0n;
  const paidStake = stake < limit ? stake : limit;
  return (indexDelta * paidStake * BigInt(score)) / (stake * PPM);
}
