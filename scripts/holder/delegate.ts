import type { Contracts } from "../lib/chain.ts";
import { approveAtLeast, mined } from "../lib/transactions.ts";

/** Stakes wei of the owner's ICNT on a node; returns the position. The contracts are those of the owner's wallet. */
export async function delegate(
  { staking, icnt }: Contracts,
  owner: string,
  nodeId: number,
  amount: bigint,
  maxCommissionPpm: number,
): Promise<number> {
  await approveAtLeast(icnt, owner, await staking.getAddress(), amount);
  const receipt = await mined(staking.stake(nodeId, amount, maxCommissionPpm));
  const event = receipt.logs
    .map((log) => staking.interface.parseLog(log))
    .find((parsed) => parsed?.name === "PositionChanged");
  return Number(event?.args["positionId"]);
}
