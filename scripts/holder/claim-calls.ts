// The calls of a claim, packed into as few transactions as the block gas limit allows.
import type { Provider } from "ethers";
import type { StakePosition } from "../../oracle/domain/events.ts";
import { ledgerTree } from "../../oracle/domain/ledger.ts";
import type { MerkleTree } from "../../oracle/domain/merkle.ts";
import type { LedgerLeaf } from "../../oracle/domain/types.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Ledgers } from "../lib/ledgers.ts";
import type { Step } from "../lib/plan.ts";

/** Positions of one node that one call can pay: they are claimed through the same epoch. */
interface Batch {
  readonly nodeId: number;
  readonly epoch: number;
  /** By owner: what one owner is owed for positions in a row is one payment. */
  readonly positions: readonly StakePosition[];
}

export interface ClaimPlan {
  readonly batches: readonly Batch[];
  /** Epochs after which the node's index must be proven first. */
  readonly startEpochs: readonly { readonly nodeId: number; readonly epoch: number }[];
}

/** One call of NodeRewards, with gas that it surely does not exceed. */
interface Call {
  readonly kind: "accrue" | "prove" | "claim";
  readonly nodeId: number;
  /** Positions that it pays, or epochs that it accrues. */
  readonly count: number;
  readonly data: string;
  readonly gas: number;
}

/** EIP-7825: no transaction may take more. */
const TRANSACTION_GAS_MAX = 2 ** 24;
const USABLE_PART = 0.8;
/** Above what was measured (bench/results/gas.json), so that what is packed fits. */
const BASE_GAS = 60_000;
const ACCRUE_GAS = { base: 40_000, epoch: 60_000 };
const PROVE_GAS = 200_000;
const CLAIM_GAS = { base: 220_000, position: 50_000, payment: 50_000 };

/** Transactions of a plan, in order; each is a call of its own or several in one. */
export async function claimSteps(
  contracts: Contracts,
  provider: Provider,
  plan: ClaimPlan,
  ledgers: Ledgers,
): Promise<Step[]> {
  const block = await provider.getBlock("latest");
  const usable = Math.min(Number(block?.gasLimit ?? 0), TRANSACTION_GAS_MAX) * USABLE_PART - BASE_GAS;
  const calls = [
    ...(await accruals(contracts, plan, usable)),
    ...plan.startEpochs.map(({ nodeId, epoch }) => proving(contracts, ledgers, nodeId, epoch)),
    ...plan.batches.flatMap((batch) => claiming(contracts, ledgers, batch, usable)),
  ];
  const to = await contracts.rewards.getAddress();
  return packed(calls, usable).map((pack) => ({ what: wordsOf(pack), to, data: dataOf(contracts, pack) }));
}

/** A(e) of the epochs that are missing; a claim would add only a few itself. */
async function accruals({ rewards }: Contracts, plan: ClaimPlan, usable: number): Promise<Call[]> {
  const last = Math.max(-1, ...plan.batches.map(({ epoch }) => epoch));
  const missing = last + 1 - Number(await rewards.accruedCount());
  const most = Math.max(1, Math.floor((usable - ACCRUE_GAS.base) / ACCRUE_GAS.epoch));
  const calls: Call[] = [];
  for (let left = missing; left > 0; left -= most) {
    const count = Math.min(left, most);
    calls.push({
      ...{ kind: "accrue", nodeId: 0, count },
      data: rewards.interface.encodeFunctionData("accrue", [count]),
      gas: ACCRUE_GAS.base + count * ACCRUE_GAS.epoch,
    });
  }
  return calls;
}

function proving({ rewards }: Contracts, ledgers: Ledgers, nodeId: number, epoch: number): Call {
  const { leaf, proof } = proofOf(ledgers, epoch, nodeId);
  const data = rewards.interface.encodeFunctionData("proveIndex", [epoch, leaf, proof]);
  return { kind: "prove", nodeId, count: 0, data, gas: PROVE_GAS };
}

function claiming(
  { rewards }: Contracts,
  ledgers: Ledgers,
  { nodeId, epoch, positions }: ClaimPlan["batches"][number],
  usable: number,
): Call[] {
  const { leaf, proof } = proofOf(ledgers, epoch, nodeId);
  const parts = positions.map((position, place) => {
    const isPayment = position.owner !== positions[place - 1]?.owner;
    return { position, gas: CLAIM_GAS.position + (isPayment ? CLAIM_GAS.payment : 0) };
  });
  return packed(parts, usable - CLAIM_GAS.base).map((pack) => {
    const ids = pack.map(({ position }) => position.positionId);
    return {
      ...{ kind: "claim", nodeId, count: ids.length },
      data: rewards.interface.encodeFunctionData("claim", [nodeId, epoch, leaf, proof, ids]),
      gas: pack.reduce((sum, { gas }) => sum + gas, CLAIM_GAS.base),
    };
  });
}

/** Of ledgers that were read; a claim may need a thousand proofs of one. */
const trees = new WeakMap<readonly LedgerLeaf[], MerkleTree>();

function treeOf(leaves: readonly LedgerLeaf[]): MerkleTree {
  const tree = trees.get(leaves) ?? ledgerTree(leaves);
  trees.set(leaves, tree);
  return tree;
}

function proofOf(ledgers: Ledgers, epoch: number, nodeId: number) {
  const leaves = ledgers[epoch];
  const leaf = leaves?.[nodeId - 1];
  if (leaves === undefined || leaf === undefined)
    throw new Error(`node ${nodeId} has no leaf in the ledger of epoch ${epoch}`);
  return { leaf, proof: treeOf(leaves).proof(nodeId - 1) };
}

/** In order, a new pack wherever the next call might not fit. */
export function packed<T extends { readonly gas: number }>(calls: readonly T[], usable: number): T[][] {
  const packs: T[][] = [];
  let left = 0;
  for (const call of calls) {
    if (call.gas > left) {
      packs.push([]);
      left = usable;
    }
    packs.at(-1)?.push(call);
    left -= call.gas;
  }
  return packs;
}

const dataOf = ({ rewards }: Contracts, pack: readonly Call[]): string =>
  pack.length === 1 && pack[0] !== undefined
    ? pack[0].data
    : rewards.interface.encodeFunctionData("multicall", [pack.map(({ data }) => data)]);

function wordsOf(pack: readonly Call[]): string {
  const of = (kind: Call["kind"]) => pack.filter((call) => call.kind === kind);
  const sum = (calls: readonly Call[]) => calls.reduce((total, { count }) => total + count, 0);
  const [accrued, proven, claims] = [of("accrue"), of("prove"), of("claim")];
  const nodes = [...new Set(claims.map(({ nodeId }) => nodeId))];
  return [
    ...(accrued.length === 0 ? [] : [`compute what ${plural(sum(accrued), "epoch")} can have earned`]),
    ...(proven.length === 0 ? [] : [`prove ${plural(proven.length, "start")}`]),
    ...(claims.length === 0
      ? []
      : [
          `claim for ${plural(sum(claims), "position")} on node${nodes.length === 1 ? "" : "s"} ${nodes.join(", ")}`,
        ]),
  ].join(", ");
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
