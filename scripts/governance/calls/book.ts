// The contracts of a deployment by their addresses, with all functions that they have.
import type { FunctionFragment, Interface } from "ethers";
import { artifactOf } from "../../deploy/artifacts.ts";
import { CONTRACT_NAMES, type CompleteManifest, type ContractName } from "../../lib/manifest.ts";

export interface Book {
  /** "NodeRegistry"; undefined for what is no contract of the deployment. */
  nameOf(address: string): ContractName | undefined;
  addressOf(name: ContractName): string;
  abiOf(name: ContractName): Interface;
}

export function bookOf({ contracts }: CompleteManifest): Book {
  const names = new Map(CONTRACT_NAMES.map((name) => [contracts[name].address, name] as const));
  return {
    nameOf: (address) => names.get(address.toLowerCase()),
    addressOf: (name) => contracts[name].address,
    abiOf: (name) => artifactOf(name).abi,
  };
}

/** Proxies, whose code a vote can replace. */
export const UPGRADEABLE = [
  "NodeRegistry",
  "NodeStaking",
  "AttesterCommittee",
  "SlaOracle",
  "NodeRewards",
] as const;
export type UpgradeableName = (typeof UPGRADEABLE)[number];

/** Functions that change something. */
export function changingFunctions(abi: Interface): FunctionFragment[] {
  const found: FunctionFragment[] = [];
  abi.forEachFunction((fragment) => {
    if (fragment.stateMutability !== "view" && fragment.stateMutability !== "pure") found.push(fragment);
  });
  return found;
}
