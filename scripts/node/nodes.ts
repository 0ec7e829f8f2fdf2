// Registering a node, as the command line and the devnet do it.
import { hexlify, toUtf8Bytes } from "ethers";
import type { Contracts } from "../lib/chain.ts";
import { approveAtLeast, mined } from "../lib/transactions.ts";

/** Bits of NodeTerms.services. */
const SERVICES = [
  { name: "storage", bit: 1 },
  { name: "compute", bit: 2 },
  { name: "network", bit: 4 },
] as const;

export interface NodeSpec {
  readonly nodeKey: string;
  readonly endpoint: string;
  readonly nodeClass: number;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly storageUnits: number;
  readonly computeUnits: number;
  readonly networkUnits: number;
  readonly commissionPpm: number;
  /** Wei. */
  readonly bond: bigint;
}

/** Names of the services in a bit set. */
export const serviceNames = (services: number): string =>
  SERVICES.filter(({ bit }) => (services & bit) !== 0)
    .map(({ name }) => name)
    .join("+");

function servicesOf({ storageUnits, computeUnits, networkUnits }: NodeSpec): number {
  const units = { storage: storageUnits, compute: computeUnits, network: networkUnits };
  return SERVICES.reduce((bits, { name, bit }) => (units[name] > 0 ? bits | bit : bits), 0);
}

/** Approves fee and bond, registers and activates; the contracts are those of the operator's wallet. */
export async function registerNode(contracts: Contracts, operator: string, spec: NodeSpec): Promise<number> {
  const { registry, icnt } = contracts;
  const { nodeKey, endpoint, bond, ...rest } = spec;
  const terms = {
    ...rest,
    services: servicesOf(spec),
    country: hexlify(toUtf8Bytes(spec.country)),
  };
  const fee = await registry.fee();
  await approveAtLeast(icnt, operator, await registry.getAddress(), fee + bond);
  const receipt = await mined(registry.register(nodeKey, terms, endpoint, bond));
  const event = receipt.logs
    .map((log) => registry.interface.parseLog(log))
    .find((parsed) => parsed?.name === "NodeRegistered");
  const nodeId = Number(event?.args["nodeId"]);
  await mined(registry.activate(nodeId));
  return nodeId;
}
