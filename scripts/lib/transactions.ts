import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";
import type { IICNT } from "../../types/ethers-contracts/contracts/interfaces/IICNT.ts";
import { CliError } from "./errors.ts";

/** Waits until a contract call is mined; ethers throws if it reverted. */
export async function mined(sent: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt> {
  const receipt = await (await sent).wait();
  if (receipt === null)
    throw new CliError("a transaction vanished before it was mined", "send it again", {
      code: "transaction-replaced",
    });
  return receipt;
}

/** Lets `spender` take `amount` of the owner's ICNT, unless it may already. */
export async function approveAtLeast(
  icnt: IICNT,
  owner: string,
  spender: string,
  amount: bigint,
): Promise<void> {
  if ((await icnt.allowance(owner, spender)) < amount) await mined(icnt.approve(spender, amount));
}
