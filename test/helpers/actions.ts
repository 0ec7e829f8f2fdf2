// What a vote may do, by how long it waits, each with what shows that it was done.

import type { BaseContract } from "ethers";
import { rulesStruct } from "../../scripts/deploy/genesis.ts";
import { ROLES } from "../../scripts/deploy/permissions.ts";
import { NodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/nodes/NodeRegistry__factory.ts";
import { type Next, nextVersions, PROXIES, type ProxyName, versionOf } from "./next.ts";
import { DAY, icnt, type System } from "./system.ts";
import type { Action } from "./votes.ts";

export interface Deed {
  readonly action: Action;
  /** As text, what is read and what is there once it was done. */
  readonly read: () => Promise<string>;
  readonly expected: string;
}
export interface World {
  readonly system: System;
  readonly next: Readonly<Record<ProxyName, Next>>;
}
/** By what is done. */
export type Deeds = Readonly<Record<string, (world: World) => Promise<Deed>>>;

/** Whom a vote gives something to; without code. */
export const FRIEND = "0x000000000000000000000000000000000000f00d";
/** Later than anything that a test queues is carried out. */
const RULES_FROM = 90;
export const UPGRADE = NodeRegistry__factory.createInterface().getFunction("upgradeToAndCall").selector;

export const worldOf = async (system: System): Promise<World> => ({
  system,
  next: await nextVersions(system),
});

export async function callTo(
  contract: BaseContract,
  name: string,
  args: readonly unknown[],
): Promise<Action> {
  return { to: await contract.getAddress(), data: contract.interface.encodeFunctionData(name, args) };
}

async function deed(
  contract: BaseContract,
  name: string,
  args: readonly unknown[],
  read: () => Promise<unknown>,
  expected: unknown,
): Promise<Deed> {
  const lowerCase = async () => String(await read()).toLowerCase();
  return {
    action: await callTo(contract, name, args),
    ...{ read: lowerCase, expected: String(expected).toLowerCase() },
  };
}

const upgradeOf = (name: ProxyName) => async (world: World) => {
  const { upgrade, proxy } = world.next[name];
  return { action: upgrade, read: async () => String(await versionOf(proxy)), expected: "2" };
};

const upgrades: Deeds = {
  ...Object.fromEntries(PROXIES.map((name) => [`an upgrade of ${name}`, upgradeOf(name)])),
  "an upgrade inside NodeRewards.multicall": ({ system, next: { rewards } }) =>
    deed(system.deployer.rewards, "multicall", [[rewards.upgrade.data]], () => versionOf(rewards.proxy), 2),
};

const terms: Deeds = {
  "a longer unbonding period": ({ system: { deployer } }) =>
    deed(deployer.staking, "setUnbondingPeriod", [60], () => deployer.staking.unbondingEpochs(), 60),
  "a slash cap": ({ system: { deployer } }) =>
    deed(deployer.staking, "setSlashCap", [99_999], () => deployer.staking.slashCapPpm(), 99_999),
  "a larger bond": ({ system: { deployer } }) =>
    deed(
      deployer.staking,
      "setBondMinimum",
      [icnt(2_000), icnt(200)],
      () => deployer.staking.minimumBond(1),
      icnt(2_200),
    ),
  "lower caps of a class": ({ system: { deployer } }) =>
    deed(deployer.registry, "setClassCaps", [3, 1, 2, 3], () => deployer.registry.classCaps(3), "1,2,3"),
  rules: ({ system: { deployer, parameters } }) => {
    const genesis = rulesStruct(parameters);
    const rules = { ...genesis, economics: { ...genesis.economics, bondFactor: 3 } };
    const read = async () => (await deployer.oracle.economicsAt(RULES_FROM)).bondFactor;
    return deed(deployer.oracle, "scheduleRules", [rules, RULES_FROM], read, 3);
  },
};

const powers: Deeds = {
  "a role of the AccessManager": ({ system: { deployer } }) => {
    const read = async () => (await deployer.manager.hasRole(ROLES.ADMIN, FRIEND)).isMember;
    return deed(deployer.manager, "grantRole", [ROLES.ADMIN, FRIEND, 0], read, true);
  },
  "making upgrades routine": async ({ system: { deployer } }) => {
    const { manager, staking } = deployer;
    const read = () => manager.getTargetFunctionRole(staking, UPGRADE);
    const args = [await staking.getAddress(), [UPGRADE], ROLES.ROUTINE];
    return deed(manager, "setTargetFunctionRole", args, read, ROLES.ROUTINE);
  },
  "another authority of a contract": async ({ system: { deployer } }) => {
    const [staking, timelock] = [await deployer.staking.getAddress(), await deployer.timelock.getAddress()];
    const read = () => NodeRegistry__factory.connect(staking, deployer.signer).authority();
    return deed(deployer.manager, "updateAuthority", [staking, timelock], read, timelock);
  },
  "the timelock's delay": ({ system: { deployer } }) =>
    deed(deployer.timelock, "updateDelay", [DAY], () => deployer.timelock.getMinDelay(), DAY),
  "a role of the timelock": async ({ system: { deployer } }) => {
    const role = await deployer.timelock.PROPOSER_ROLE();
    const read = () => deployer.timelock.hasRole(role, FRIEND);
    return deed(deployer.timelock, "grantRole", [role, FRIEND], read, true);
  },
  "another timelock of the Governor": ({ system: { deployer } }) =>
    deed(deployer.governor, "updateTimelock", [FRIEND], () => deployer.governor.timelock(), FRIEND),
};

/** What changes code, powers or a staker's terms. */
export const SLOW: Deeds = { ...upgrades, ...terms, ...powers };

/** What the network must be able to do without waiting for stakers. */
export const ROUTINE: Deeds = {
  "a fee": ({ system: { deployer } }) =>
    deed(deployer.registry, "setFee", [icnt(20)], () => deployer.registry.fee(), icnt(20)),
  "another credit pool": ({ system: { deployer } }) =>
    deed(deployer.registry, "setCreditPool", [FRIEND], () => deployer.registry.creditPool(), FRIEND),
  "a smaller committee": ({ system: { deployer } }) => {
    const read = async () => (await deployer.committee.committeeAt(2n ** 63n)).members.length;
    return deed(deployer.committee, "setCommittee", [[1, 2, 3, 4]], read, 4);
  },
  "the attesters' bond": ({ system: { deployer } }) =>
    deed(deployer.committee, "setBondRequired", [5], () => deployer.committee.bondRequired(), 5),
  "a veto window": ({ system: { deployer } }) =>
    deed(deployer.oracle, "setVetoWindow", [DAY], () => deployer.oracle.vetoWindow(), DAY),
  "the guardian's next pause": ({ system: { deployer } }) =>
    deed(deployer.oracle, "renewPause", [], () => deployer.oracle.pauseLeft(), true),
  "the quorum": ({ system: { deployer } }) => {
    const read = () => deployer.governor["quorumNumerator()"]();
    return deed(deployer.governor, "updateQuorumNumerator", [50_000], read, 50_000);
  },
  "votes of the timelock's ICNT": ({ system: { deployer } }) => {
    const read = async () => deployer.icnt.delegates(await deployer.timelock.getAddress());
    return deed(deployer.icnt, "delegate", [FRIEND], read, FRIEND);
  },
};
