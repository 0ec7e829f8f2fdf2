// Claiming pay: which positions, through which epoch, with which proofs.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { StakePosition } from "../../oracle/domain/events.ts";
import { ledgerTree } from "../../oracle/domain/ledger.ts";
import type { Contracts } from "../lib/chain.ts";
import { CliError } from "../lib/errors.ts";
import type { Ledgers } from "../lib/ledgers.ts";
import type { Progress } from "../lib/output.ts";
import { mined } from "../lib/transactions.ts";

/** Positions of one node that one call can pay: they are claimed through the same epoch. */
interface Batch {
  readonly nodeId: number;
  readonly epoch: number;
  readonly positionIds: readonly number[];
}

export interface ClaimPlan {
  readonly batches: readonly Batch[];
  /** Epochs after which the node's index must be proven first. */
  readonly startEpochs: readonly { readonly nodeId: number; readonly epoch: number }[];
}

export interface Paid {
  readonly positionId: number;
  readonly nodeId: number;
  readonly owner: string;
  readonly recipient: string;
  readonly from: number;
  readonly through: number;
  /** Owner's part and commission, in wei. */
  readonly pay: bigint;
  readonly commission: bigint;
  readonly tx: string;
}

/** Positions are paid through the last final epoch, or through their own last one if that is earlier. */
export async function planClaims(
  contracts: Contracts,
  positions: readonly StakePosition[],
  finalizedCount: number,
): Promise<ClaimPlan> {
  const batches = new Map<string, { nodeId: number; epoch: number; positionIds: number[] }>();
  const starts = new Map<string, { nodeId: number; epoch: number }>();
  for (const { positionId, nodeId, from, to } of positions) {
    const epoch = Math.min(finalizedCount, to ?? finalizedCount) - 1;
    const next = Number(await contracts.rewards.nextEpochOf(positionId));
    if (next > epoch) continue;
    const key = `${nodeId}/${epoch}`;
    const batch = batches.get(key) ?? { nodeId, epoch, positionIds: [] };
    batch.positionIds.push(positionId);
    batches.set(key, batch);
    if (next === from && (await startIsUnknown(contracts, nodeId, from)))
      starts.set(`${nodeId}/${from - 1}`, { nodeId, epoch: from - 1 });
  }
  return { batches: [...batches.values()], startEpochs: [...starts.values()] };
}

async function startIsUnknown(
  { rewards, oracle }: Contracts,
  nodeId: number,
  from: number,
): Promise<boolean> {
  if (from === 0 || nodeId > Number(await oracle.nodeCountOf(from - 1))) return false;
  return !(await rewards.provenIndex(nodeId, from - 1)).proven;
}

/** Proves the missing starts, then claims batch by batch; anyone may send this. */
export async function executeClaims(
  contracts: Contracts,
  plan: ClaimPlan,
  ledgers: Ledgers,
  progress: Progress,
): Promise<Paid[]> {
  const { rewards } = contracts;
  for (const { nodeId, epoch } of plan.startEpochs) {
    progress(`proving the index of node ${nodeId} after epoch ${epoch}`);
    const { leaf, proof } = proofOf(ledgers, epoch, nodeId);
    await mined(rewards.proveIndex(epoch, leaf, proof));
  }
  const paid: Paid[] = [];
  for (const { nodeId, epoch, positionIds } of plan.batches) {
    progress(`claiming for ${positionIds.length} positions of node ${nodeId} through epoch ${epoch}`);
    await accrueThrough(contracts, epoch);
    const { leaf, proof } = proofOf(ledgers, epoch, nodeId);
    const receipt = await mined(rewards.claim(nodeId, epoch, leaf, proof, [...positionIds]));
    for (const log of receipt.logs) {
      const event = rewards.interface.parseLog(log);
      if (event?.name === "Claimed") paid.push(paidOf(event.args, receipt.hash));
    }
  }
  return paid;
}

const ACCRUALS_PER_CALL = 100;

async function accrueThrough({ rewards }: Contracts, epoch: number): Promise<void> {
  while (Number(await rewards.accruedCount()) <= epoch) await mined(rewards.accrue(ACCRUALS_PER_CALL));
}

function proofOf(ledgers: Ledgers, epoch: number, nodeId: number) {
  const leaves = ledgers[epoch];
  const leaf = leaves?.[nodeId - 1];
  if (leaves === undefined || leaf === undefined)
    throw new CliError(
      `node ${nodeId} has no leaf in the ledger of epoch ${epoch}`,
      "claim after an epoch that began after the node was registered",
    );
  return { leaf, proof: ledgerTree(leaves).proof(nodeId - 1) };
}

const paidOf = (args: Readonly<Record<string, unknown>>, tx: string): Paid => ({
  positionId: Number(args["positionId"]),
  nodeId: Number(args["nodeId"]),
  owner: String(args["owner"]),
  recipient: String(args["recipient"]),
  from: Number(args["from"]),
  through: Number(args["through"]),
  pay: BigInt(String(args["pay"])),
  commission: BigInt(String(args["commission"])),
  tx,
});

/** Endpoints of all attesters, from which bundles can be fetched. */
export function attesterEndpoints(history: ChainState, attesterCount: number): Map<number, string> {
  const endpoints = new Map<number, string>();
  for (let id = 1; id <= attesterCount; id++) {
    const endpoint = history.attesterOf(id)?.endpoint;
    if (endpoint !== null && endpoint !== undefined) endpoints.set(id, endpoint);
  }
  return endpoints;
}
