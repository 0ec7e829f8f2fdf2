// What positions could claim now, computed from ledgers as NodeRewards computes it.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { StakePosition } from "../../oracle/domain/events.ts";
import { commission, pay } from "../../oracle/domain/pay.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Ledgers } from "../lib/ledgers.ts";

export interface Claimable {
  /** The owner's part, in wei. */
  readonly pay: bigint;
  readonly commission: bigint;
}

/** First unpaid and last final epoch of a position; nothing is to be had if through < from. */
export interface Unpaid {
  readonly from: number;
  readonly through: number;
}

export async function unpaidEpochs(
  { rewards }: Contracts,
  { positionId, to }: StakePosition,
  finalizedCount: number,
): Promise<Unpaid> {
  const from = Number(await rewards.nextEpochOf(positionId));
  return { from, through: Math.min(finalizedCount, to ?? finalizedCount) - 1 };
}

/** @param ledgers Through the last of the epochs. */
export function claimableOf(
  position: StakePosition,
  { from, through }: Unpaid,
  history: ChainState,
  ledgers: Ledgers,
): Claimable {
  const { nodeId, amount, commissionPpm } = position;
  if (through < from) return { pay: 0n, commission: 0n };
  const indexAfter = (epoch: number) => ledgers[epoch]?.[nodeId - 1]?.rewardIndex ?? 0n;
  const accruedAfter = (epoch: number) => history.contextOf(epoch)?.index ?? 0n;
  const paid = pay(
    amount,
    indexAfter(through) - indexAfter(from - 1),
    accruedAfter(through) - accruedAfter(from - 1),
  );
  const fee = commission(paid, commissionPpm);
  return { pay: paid - fee, commission: fee };
}
