// Claiming pay: which positions, through which epoch, with which proofs, in as few transactions as blocks allow.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { StakePosition } from "../../oracle/domain/events.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Ledgers } from "../lib/ledgers.ts";
import type { Progress } from "../lib/output.ts";
import { type ClaimPlan, claimSteps } from "./claim-calls.ts";
import { unpaidEpochs } from "./claimable.ts";

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
  const batches = new Map<string, { nodeId: number; epoch: number; positions: StakePosition[] }>();
  const starts = new Map<string, { nodeId: number; epoch: number }>();
  const byOwner = positions.toSorted((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : 0));
  const unpaid = await Promise.all(byOwner.map((one) => unpaidEpochs(contracts, one, finalizedCount)));
  for (const [place, position] of byOwner.entries()) {
    const { from: next = 0, through: epoch = -1 } = unpaid[place] ?? {};
    if (next > epoch) continue;
    const { nodeId, from } = position;
    const key = `${nodeId}/${epoch}`;
    const batch = batches.get(key) ?? { nodeId, epoch, positions: [] };
    batch.positions.push(position);
    batches.set(key, batch);
    if (next === from) starts.set(`${nodeId}/${from - 1}`, { nodeId, epoch: from - 1 });
  }
  const unknown = await Promise.all([...starts.values()].map((start) => isUnknown(contracts, start)));
  return {
    batches: [...batches.values()].toSorted((a, b) => a.nodeId - b.nodeId),
    startEpochs: [...starts.values()].filter((_, place) => unknown[place]),
  };
}

/** Whether the index of a node after an epoch must be proven; none is needed before the first, or before the node. */
async function isUnknown(
  { rewards, oracle }: Contracts,
  { nodeId, epoch }: { readonly nodeId: number; readonly epoch: number },
): Promise<boolean> {
  if (epoch < 0 || nodeId > Number(await oracle.nodeCountOf(epoch))) return false;
  return !(await rewards.provenIndex(nodeId, epoch)).proven;
}

/** Last epoch whose ledger a plan needs; −1 for an empty one. */
export const lastEpochOf = ({ batches }: ClaimPlan): number =>
  Math.max(-1, ...batches.map(({ epoch }) => epoch));

/** Sends a plan; anyone may. The contracts are those of the sender's wallet. */
export async function executeClaims(
  contracts: Contracts,
  plan: ClaimPlan,
  ledgers: Ledgers,
  progress: Progress,
): Promise<Paid[]> {
  const runner = contracts.rewards.runner;
  if (runner?.provider == null || runner.sendTransaction === undefined)
    throw new Error("claims need contracts with a wallet");
  const steps = await claimSteps(contracts, runner.provider, plan, ledgers);
  const paid: Paid[] = [];
  for (const { what, to, data } of steps) {
    progress(what);
    const receipt = await (await runner.sendTransaction({ to, data })).wait();
    if (receipt !== null) paid.push(...paidIn(contracts, receipt));
  }
  return paid;
}

/** What a transaction paid. */
export function paidIn(
  { rewards }: Contracts,
  receipt: { readonly hash: string; readonly logs: readonly { topics: readonly string[]; data: string }[] },
): Paid[] {
  return receipt.logs.flatMap((log) => {
    const event = rewards.interface.parseLog(log);
    return event?.name === "Claimed" ? [paidOf(event.args, receipt.hash)] : [];
  });
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
