// The next version of every upgradeable contract, and the call that a vote makes to go to it.

import type { NextVersion } from "../../types/ethers-contracts/contracts/mocks/next/NextVersion.js";
import { NextVersion__factory } from "../../types/ethers-contracts/factories/contracts/mocks/next/NextVersion__factory.ts";
import { NodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/nodes/NodeRegistry__factory.ts";
import { DAY, type System } from "./system.ts";
import type { Action } from "./votes.ts";

export const PROXIES = ["registry", "staking", "committee", "oracle", "rewards"] as const;
export type ProxyName = (typeof PROXIES)[number];

export interface Next {
  readonly implementation: string;
  /** The proxy, with what the next version adds. */
  readonly proxy: NextVersion;
  readonly upgrade: Action;
}

const COMMITTEE_SIZE_MAX = 7;
/** What the upgrade sets the new field to. */
export const ADDED = 4_711n;

/** What a deployed version does not say. */
export const versionOf = (proxy: NextVersion): Promise<bigint> => proxy.version().catch(() => 1n);

export const upgradeTo = (proxy: string, implementation: string, call = "0x"): Action => ({
  to: proxy,
  data: NodeRegistry__factory.createInterface().encodeFunctionData("upgradeToAndCall", [
    implementation,
    call,
  ]),
});

/** Deploys the implementations with what the deployed ones were created with. */
export async function nextVersions(system: System): Promise<Readonly<Record<ProxyName, Next>>> {
  const { ethers } = system.connection;
  const { icnt, reserve, registry, staking, committee, oracle, rewards, signer } = system.deployer;
  const epochs = [system.epochZero, DAY] as const;
  const clock = (BigInt(system.epochZero) << 64n) | BigInt(DAY);
  const code = {
    registry: await ethers.deployContract("NodeRegistryNext", [clock, icnt, staking]),
    staking: await ethers.deployContract("NodeStakingNext", [clock, icnt, registry, oracle]),
    committee: await ethers.deployContract("AttesterCommitteeNext", [icnt, ...epochs, COMMITTEE_SIZE_MAX]),
    oracle: await ethers.deployContract("SlaOracleNext", [committee, registry, ...epochs]),
    rewards: await ethers.deployContract("NodeRewardsNext", [
      ...([reserve, staking, registry, oracle, committee] as const),
      ...epochs,
    ]),
  };
  const proxies = { registry, staking, committee, oracle, rewards };
  const initialize = NextVersion__factory.createInterface().encodeFunctionData("initializeNext", [ADDED]);
  const nextOf = async (name: ProxyName): Promise<Next> => {
    const [at, implementation] = [await proxies[name].getAddress(), await code[name].getAddress()];
    return {
      ...{ implementation, proxy: NextVersion__factory.connect(at, signer) },
      upgrade: upgradeTo(at, implementation, initialize),
    };
  };
  return {
    ...{ registry: await nextOf("registry"), staking: await nextOf("staking") },
    ...{ committee: await nextOf("committee"), oracle: await nextOf("oracle") },
    rewards: await nextOf("rewards"),
  };
}
