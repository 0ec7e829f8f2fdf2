// How a plan becomes transactions: shown first, then sent one by one.
import type { Command } from "commander";
import type { ContractTransactionReceipt } from "ethers";
import { type SignerOptions, type SigningSession, withSigner } from "./command.ts";
import type { Plan } from "./plan.ts";

export interface SpendOptions extends SignerOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

/** Options of a command that sends transactions. */
export const withSpending = (command: Command): Command =>
  withSigner(command)
    .option("--yes", "send without asking")
    .option("--dry-run", "show what would change and what it costs; send nothing");

export interface Sent {
  /** One per step, in their order. */
  readonly receipts: readonly ContractTransactionReceipt[];
}

/** Shows what the plan changes, asks, sends and waits; undefined after a dry run, which it has printed. */
export async function spend(
  session: SigningSession,
  plan: Plan,
  options: SpendOptions,
): Promise<Sent | undefined> {
  const receipts: ContractTransactionReceipt[] = [];
  if (options.dryRun === true) return undefined;
  for (const { what, to, data } of plan.steps) {
    session.progress(what);
    const sent = await session.wallet.sendTransaction({ to, data });
    const receipt = await sent.wait();
    if (receipt !== null) receipts.push(receipt as ContractTransactionReceipt);
  }
  return { receipts };
}
