// A node as the chain has it from the next epoch on, and who may change it.
import { toUtf8String, ZeroAddress } from "ethers";
import { unitsOf } from "../../oracle/domain/stake.ts";
import { NODE_STATUSES, type NodeStatus, type NodeTerms } from "../../oracle/domain/types.ts";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import type { SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";

export interface NodeOnChain {
  readonly nodeId: number;
  readonly operator: string;
  /** To whom the node is offered. */
  readonly pendingOperator: string | null;
  readonly status: NodeStatus;
  readonly terms: NodeTerms;
  readonly endpoint: string;
  readonly stake: bigint;
  readonly bond: bigint;
}

/** @throws CliError `unknown-node`. */
export async function readNode({ registry, staking }: Contracts, nodeId: number): Promise<NodeOnChain> {
  const [operator, pending, [status, terms], endpoint, { stake, bond }, count] = await Promise.all([
    registry.operatorOf(nodeId),
    registry.pendingOperatorOf(nodeId),
    registry.latestTerms(nodeId),
    registry.endpointOf(nodeId),
    staking.latestStake(nodeId),
    registry.nodeCount(),
  ]);
  if (operator === ZeroAddress)
    throw new CliError(
      `there is no node ${nodeId}: ${count === 0n ? "none is registered yet" : `the newest is ${count}`}`,
      "`icn node status` lists the nodes",
      { code: "unknown-node" },
    );
  return {
    ...{ nodeId, operator, endpoint, stake, bond },
    pendingOperator: pending === ZeroAddress ? null : pending,
    status: statusOf(status),
    terms: {
      nodeClass: Number(terms.nodeClass),
      services: Number(terms.services),
      country: toUtf8String(terms.country),
      storageUnits: Number(terms.storageUnits),
      computeUnits: Number(terms.computeUnits),
      networkUnits: Number(terms.networkUnits),
      commissionPpm: Number(terms.commissionPpm),
    },
  };
}

export const statusOf = (status: bigint): NodeStatus => NODE_STATUSES[Number(status)] ?? "none";

/** @throws CliError `unknown-node`, `not-operator`, `node-exited`. */
export async function readOwnNode(
  { contracts, wallet }: SigningSession,
  nodeId: number,
): Promise<NodeOnChain> {
  const node = await readNode(contracts, nodeId);
  if (node.operator !== wallet.address)
    throw new CliError(
      `node ${nodeId} is operated by ${node.operator}, you sign as ${wallet.address}`,
      "sign with the operator's key",
      { code: "not-operator" },
    );
  if (node.status === "exited")
    throw new CliError(`node ${nodeId} has left for good`, "register another with `icn node register`", {
      code: "node-exited",
    });
  return node;
}

/** @throws CliError `wrong-status` unless the node is in one of the statuses. */
export function requireStatus(
  { nodeId, status }: NodeOnChain,
  expected: readonly NodeStatus[],
  remedy: string,
): void {
  if (!expected.includes(status))
    throw new CliError(`node ${nodeId} is ${status}, not ${expected.join(" or ")}`, remedy, {
      code: "wrong-status",
    });
}

/** @throws CliError `bond-too-low` if the bond is not enough for as many capacity units. */
export async function requireBond(
  { staking }: Contracts,
  { nodeId, bond }: Pick<NodeOnChain, "nodeId" | "bond">,
  units: number,
): Promise<void> {
  const minimum = await staking.minimumBond(units);
  if (bond < minimum)
    throw new CliError(
      `node ${nodeId} has a bond of ${formatIcnt(bond)} ICNT, ${units} capacity units need ${formatIcnt(minimum)}`,
      `bond the missing ${formatIcnt(minimum - bond)} ICNT with \`icn node bond ${nodeId}\`, or offer fewer units`,
      { code: "bond-too-low" },
    );
}

/** Most of the bond that may leave while the node stays: what is left must be the minimum and carry the delegations. */
export async function freeBond(
  { staking, oracle }: Contracts,
  { stake, bond, terms }: NodeOnChain,
  upcoming: number,
): Promise<bigint> {
  const minimum = await staking.minimumBond(unitsOf(terms));
  const { bondFactor } = await oracle.economicsAt(upcoming);
  const carrying = bondFactor === 0n ? bond : (stake - bond + bondFactor - 1n) / bondFactor;
  const stays = minimum > carrying ? minimum : carrying;
  return bond > stays ? bond - stays : 0n;
}
