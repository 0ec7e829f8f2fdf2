// The end of a devnet run: everybody claims, and what was seen goes into an evidence directory.
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Wallet } from "ethers";
import { executeClaims, type Paid, planClaims } from "../holder/claim.ts";
import { type Contracts, connectContracts } from "../lib/chain.ts";
import { addressesOf, manifestPath } from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import { mined } from "../lib/transactions.ts";
import type { Devnet } from "./devnet.ts";
import type { Follower } from "./follower.ts";
import { roleWallet } from "./keys.ts";

export interface AttesterPaid {
  readonly attesterId: number;
  readonly pay: bigint;
}

export interface Settlement {
  readonly paid: readonly Paid[];
  readonly attesters: readonly AttesterPaid[];
}

/** Claims for all positions and attesters through the last final epoch. */
export async function claimEverything(
  devnet: Devnet,
  follower: Follower,
  progress: Progress,
): Promise<Settlement> {
  // Anybody may claim for an owner. A key of its own: others spend meanwhile, and nonces are counted per key.
  const wallet = new Wallet(roleWallet("keeper").privateKey, devnet.provider);
  const contracts = connectContracts(addressesOf(devnet.manifest), wallet);
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const plan = await planClaims(contracts, [...follower.history.positions()], finalizedCount);
  const paid = await executeClaims(contracts, plan, follower.ledgers, progress);
  const attesters: AttesterPaid[] = [];
  for (const { id } of devnet.attesters) {
    progress(`claiming the pay of attester ${id}`);
    attesters.push({ attesterId: id, pay: await claimAttesterPay(contracts, id, finalizedCount) });
  }
  return { paid, attesters };
}

async function claimAttesterPay({ rewards }: Contracts, attesterId: number, until: number): Promise<bigint> {
  const receipt = await mined(rewards.claimAttesterPay(attesterId, until));
  const event = receipt.logs
    .map((log) => rewards.interface.parseLog(log))
    .find((parsed) => parsed?.name === "AttesterPaid");
  return BigInt(event?.args["pay"] ?? 0);
}

export const evidenceIn = (directory: string): string => join(directory, "evidence");

/** Completes the evidence directory (docs/wire.md); the bundles are in it since their reports came. */
export async function writeEvidence(devnet: Devnet, follower: Follower): Promise<string> {
  await follower.advance();
  const directory = evidenceIn(devnet.directory);
  copyFileSync(manifestPath(devnet.directory), manifestPath(directory));
  const lines = follower.logs.map((log) => JSON.stringify(log));
  writeFileSync(join(directory, "events.jsonl"), `${lines.join("\n")}\n`);
  return directory;
}
