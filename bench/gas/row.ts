import type { ContractTransactionResponse } from "ethers";
import { mined } from "../../scripts/lib/transactions.ts";

/** One measured operation. */
export interface Row {
  readonly operation: string;
  /** Of the receipt; where the operation is a part of a batch, its share, rounded up. */
  readonly gas: number;
  /** Most gas that it may take; without one it is shown for comparison. */
  readonly goal?: number;
}

/** Gas that a transaction used, as its receipt says. */
export async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<number> {
  const { gasUsed } = await mined(sent);
  return Number(gasUsed);
}
