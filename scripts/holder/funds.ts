// ICNT that a command takes from the account: there must be enough, and the contract must be let take it.
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import { CliError } from "../lib/errors.ts";
import { type Step, stepOf } from "../lib/plan.ts";

/** @throws CliError `icnt-short` */
export async function requireIcnt({ icnt }: Contracts, owner: string, amount: bigint): Promise<void> {
  const balance = await icnt.balanceOf(owner);
  if (balance >= amount) return;
  throw new CliError(
    `${owner} has ${formatIcnt(balance)} ICNT, ${formatIcnt(amount)} are needed`,
    "send it more ICNT or name a smaller amount",
    { code: "icnt-short" },
  );
}

/** Lets `spender` take exactly `amount`, unless it may take as much already. */
export async function approvalSteps(
  { icnt }: Contracts,
  owner: string,
  spender: { readonly name: string; readonly address: string },
  amount: bigint,
): Promise<Step[]> {
  if ((await icnt.allowance(owner, spender.address)) >= amount) return [];
  const call = icnt.approve.populateTransaction(spender.address, amount);
  return [await stepOf(`let ${spender.name} take ${formatIcnt(amount)} ICNT`, call)];
}
