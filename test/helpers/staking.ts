// Registry and staking behind proxies, with the real token and a double of the oracle.

import type { AddressLike } from "ethers";
import { getCreateAddress, id } from "ethers";
import { network } from "hardhat";

export const EPOCH_LENGTH = 86_400;
export const NEVER = 2n ** 64n - 1n;
export const UNBONDING_EPOCHS = 28;
export const FEE = icnt(10);
export const MIN_BASE = icnt(1_000);
export const MIN_PER_UNIT = icnt(100);
export const CREDIT_POOL = "0x0000000000000000000000000000000000c4ed17";
export const ECONOMICS = {
  attesterSharePpm: 50_000,
  stakeFloor: icnt(35_000_000),
  bondFactor: 9,
  stakePerUnit: icnt(1_000),
};

export const Status = {
  None: 0n,
  Registered: 1n,
  Active: 2n,
  Maintenance: 3n,
  Exiting: 4n,
  Exited: 5n,
} as const;

export type Connection = Awaited<ReturnType<typeof connect>>;
export type StakingSystem = Awaited<ReturnType<typeof deployStaking>>;
export const connect = () => network.create({ network: "hardhatMainnet", chainType: "l1" });

export function icnt(amount: number): bigint {
  return BigInt(amount) * 10n ** 18n;
}

export const terms = {
  nodeClass: 1,
  services: 1,
  country: "0x4445",
  storageUnits: 20,
  computeUnits: 0,
  networkUnits: 0,
  commissionPpm: 100_000,
};

/** Node keys of tests: nobody signs with them. */
export const nodeKey = (name: string): string => `0x${id(name).slice(-40)}`;

async function deployContracts({ ethers, networkHelpers }: Connection) {
  const [admin] = await ethers.getSigners();
  const nonce = await admin!.getNonce();
  const at = (offset: number): string => getCreateAddress({ from: admin!.address, nonce: nonce + offset });
  const epochZero = (await networkHelpers.time.latest()) + 1_000;
  const clock = (BigInt(epochZero) << 64n) | BigInt(EPOCH_LENGTH);

  const manager = await ethers.deployContract("AccessManager", [admin!.address]);
  const oracle = await ethers.deployContract("OracleDouble", [ECONOMICS]);
  const token = await ethers.deployContract("ICNT", [[{ to: admin!.address, amount: icnt(700_000_000) }]]);
  const registryCode = await ethers.deployContract("NodeRegistry", [clock, token, at(6)]);
  const stakingCode = await ethers.deployContract("NodeStaking", [clock, token, at(5), oracle]);
  const caps = [{ nodeClass: 1, storageUnits: 1_000, computeUnits: 200, networkUnits: 500 }];
  const registryInit = registryCode.interface.encodeFunctionData("initialize", [
    await manager.getAddress(),
    CREDIT_POOL,
    FEE,
    caps,
  ]);
  const stakingInit = stakingCode.interface.encodeFunctionData("initialize", [
    await manager.getAddress(),
    UNBONDING_EPOCHS,
    100_000,
    MIN_BASE,
    MIN_PER_UNIT,
  ]);
  await ethers.deployContract("ERC1967Proxy", [registryCode, registryInit]);
  await ethers.deployContract("ERC1967Proxy", [stakingCode, stakingInit]);
  const registry = await ethers.getContractAt("NodeRegistry", at(5));
  const staking = await ethers.getContractAt("NodeStaking", at(6));
  return { registry, staking, registryCode, stakingCode, token, oracle, manager, epochZero };
}

export async function deployStaking(connection: Connection) {
  const { ethers, networkHelpers } = connection;
  const contracts = await deployContracts(connection);
  const { registry, staking, token, epochZero } = contracts;
  const [admin, operator, alice, bob, stranger] = await ethers.getSigners();
  for (const account of [operator!, alice!, bob!]) {
    await token.transfer(account, icnt(10_000_000));
    await token.connect(account).approve(registry, icnt(10_000_000));
    await token.connect(account).approve(staking, icnt(10_000_000));
  }

  const startOf = (epoch: number): number => epochZero + epoch * EPOCH_LENGTH;
  return {
    ...contracts,
    admin: admin!,
    operator: operator!,
    alice: alice!,
    bob: bob!,
    stranger: stranger!,
    startOf,
    /** Lets time pass until an epoch's first minute. */
    enter: (epoch: number) => networkHelpers.time.increaseTo(startOf(epoch) + 60),
    balanceOf: (account: AddressLike) => token.balanceOf(account),
  };
}

/** Node 1 with 20 units of storage, a commission of 10 % and a bond of 10,000 ICNT, Active; the time is epoch 10. */
export async function deployWithNode(connection: Connection) {
  const system = await deployStaking(connection);
  const { registry, operator, enter } = system;
  await enter(8);
  await registry.connect(operator).register(nodeKey("first"), terms, "http://node.test", icnt(10_000));
  await registry.activate(1);
  await enter(10);
  return system;
}
