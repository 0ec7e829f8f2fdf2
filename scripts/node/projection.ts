// What a node would earn if its score, the stake and the rules stayed as they are: a projection, no promise.
import { indexDelta } from "../../oracle/domain/accrual.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { cumulativeEmission, type EmissionSchedule } from "../../oracle/domain/emission.ts";
import { indexGain } from "../../oracle/domain/leaf.ts";
import { commission, pay } from "../../oracle/domain/pay.ts";
import type { NodeView } from "../../oracle/domain/types.ts";

const PROJECTED_SECONDS = 30 * 86_400;

/** Wei. */
export interface ProjectedPay {
  readonly bond: bigint;
  /** What delegators keep. */
  readonly delegations: bigint;
  readonly commission: bigint;
}

export interface Projection {
  readonly scorePpm: number;
  readonly perEpoch: ProjectedPay;
  readonly per30Days: ProjectedPay;
}

/** From the stake and rules of `epoch` (the next one), and the emission from its start on. */
export function project(
  history: ChainState,
  emission: EmissionSchedule,
  node: NodeView,
  epoch: number,
  scorePpm: number,
): Projection | undefined {
  const rules = history.contextOf(epoch)?.rules;
  if (rules === undefined) return undefined;
  const { clock } = history;
  const [startAt, endAt] = [clock.startAt(epoch), clock.endAt(epoch)];
  const earned = (until: number): ProjectedPay => {
    const emitted =
      cumulativeEmission(emission, clock.epochZero, until) -
      cumulativeEmission(emission, clock.epochZero, startAt);
    const delta = indexDelta(emitted, history.totalStakeAt(epoch), rules.economics);
    return split(history, node, epoch, [indexGain(node, delta, scorePpm), delta]);
  };
  return { scorePpm, perEpoch: earned(endAt), per30Days: earned(startAt + PROJECTED_SECONDS) };
}

/** Who gets it, position by position, each rounded as the contract does. */
function split(
  history: ChainState,
  { nodeId }: NodeView,
  epoch: number,
  [gain, cap]: readonly [bigint, bigint],
): ProjectedPay {
  let [bond, delegations, commissions] = [0n, 0n, 0n];
  for (const position of history.positions()) {
    const spans = position.from <= epoch && (position.to === null || epoch < position.to);
    if (position.nodeId !== nodeId || !spans) continue;
    const whole = pay(position.amount, gain, cap);
    const cut = commission(whole, position.commissionPpm);
    if (position.bond) bond += whole - cut;
    else delegations += whole - cut;
    commissions += cut;
  }
  return { bond, delegations, commission: commissions };
}
