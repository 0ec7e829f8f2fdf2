// Registering a node, as the command line and the devnet do it.
import { hexlify, toUtf8Bytes } from "ethers";
import type { NodeTerms } from "../../oracle/domain/types.ts";
import type { Contracts } from "../lib/chain.ts";
import { approveAtLeast, mined } from "../lib/transactions.ts";

/** Bits of NodeTerms.services. */
export const SERVICES = [
  { name: "storage", bit: 1, units: "storageUnits" },
  { name: "compute", bit: 2, units: "computeUnits" },
  { name: "network", bit: 4, units: "networkUnits" },
] as const;

export type Units = Pick<NodeTerms, "storageUnits" | "computeUnits" | "networkUnits">;

export interface NodeSpec extends Omit<NodeTerms, "services"> {
  readonly nodeKey: string;
  readonly endpoint: string;
  /** Wei. */
  readonly bond: bigint;
}

/** Names of the services in a bit set. */
export const serviceNames = (services: number): string =>
  SERVICES.filter(({ bit }) => (services & bit) !== 0)
    .map(({ name }) => name)
    .join("+");

/** The services of which a node offers capacity. */
export const servicesOf = (offered: Units): number =>
  SERVICES.reduce((bits, { units, bit }) => (offered[units] > 0 ? bits | bit : bits), 0);

/** Terms as the registry takes them. */
export const termsArgument = (terms: Omit<NodeTerms, "services">) => ({
  nodeClass: terms.nodeClass,
  services: servicesOf(terms),
  country: hexlify(toUtf8Bytes(terms.country)),
  storageUnits: terms.storageUnits,
  computeUnits: terms.computeUnits,
  networkUnits: terms.networkUnits,
  commissionPpm: terms.commissionPpm,
});

/** Approves fee and bond, registers and activates; the contracts are those of the operator's wallet. */
export async function registerNode(contracts: Contracts, operator: string, spec: NodeSpec): Promise<number> {
  const { registry, icnt } = contracts;
  const { nodeKey, endpoint, bond } = spec;
  const fee = await registry.fee();
  await approveAtLeast(icnt, operator, await registry.getAddress(), fee + bond);
  const receipt = await mined(registry.register(nodeKey, termsArgument(spec), endpoint, bond));
  const nodeId = registeredIn(contracts, receipt.logs);
  await mined(registry.activate(nodeId));
  return nodeId;
}

interface LogLike {
  readonly topics: readonly string[];
  readonly data: string;
}

/** The id that registering gave, by its event. */
export function registeredIn({ registry }: Contracts, logs: readonly LogLike[]): number {
  const event = logs
    .map((log) => registry.interface.parseLog(log))
    .find((parsed) => parsed?.name === "NodeRegistered");
  return Number(event?.args["nodeId"]);
}
