// A timelock whose Governor is an account, with a real AccessManager; staking and oracle answer what a test wants.

import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { toBeHex, ZeroHash } from "ethers";
import { network } from "hardhat";
import type { Action } from "./votes.ts";

export const { ethers, networkHelpers } = await network.create({
  network: "hardhatMainnet",
  chainType: "l1",
});

export const L = 86_400n;
export const DELAY = 2n * L;
export const ROUTINE_ROLE = 3n;
/** Of AnswerDouble. */
export const MANNER = { answers: 0, reverts: 1, burns: 2 } as const;
/** Since epochZero, which a timelock may be older than. */
const EPOCHS_AGO = 100n;

export const word = (value: bigint): string => toBeHex(value, 32);

/** The arguments of `scheduleBatch` up to the delay. */
export type Batch = [
  targets: string[],
  values: bigint[],
  payloads: string[],
  predecessor: string,
  salt: string,
];

export const batchOf = (actions: readonly (Action & { value?: bigint })[], salt = ZeroHash): Batch => [
  actions.map(({ to }) => to),
  actions.map(({ value }) => value ?? 0n),
  actions.map(({ data }) => data),
  ...([ZeroHash, salt] as const),
];

export async function deployTimelock(epochZeroIn = -EPOCHS_AGO * L) {
  const [governor, stranger] = (await ethers.getSigners()) as [HardhatEthersSigner, HardhatEthersSigner];
  const epochZero = BigInt(await networkHelpers.time.latest()) + epochZeroIn;
  const clock = (epochZero << 64n) | L;
  const manager = await ethers.deployContract("AccessManager", [governor]);
  const staking = await ethers.deployContract("AnswerDouble");
  const oracle = await ethers.deployContract("AnswerDouble");
  const deploy = (delay: bigint, stakingAt: string) =>
    ethers.deployContract("IcnTimelock", [manager, stakingAt, oracle, governor, clock, delay]);
  const timelock = await deploy(DELAY, await staking.getAddress());
  await staking.setAnswer(MANNER.answers, word(28n));
  await oracle.setAnswer(MANNER.answers, word(2n ** 64n - 1n));

  return {
    ...{ governor, stranger, manager, staking, oracle, timelock, epochZero, deploy },
    async schedule(batch: Batch, delay = 0n): Promise<{ id: string; at: bigint }> {
      await timelock.scheduleBatch(...batch, delay);
      return {
        id: await timelock.hashOperationBatch(...batch),
        at: BigInt(await networkHelpers.time.latest()),
      };
    },
    /** In a block of that timestamp. */
    async executeAt(timestamp: bigint, batch: Batch) {
      await networkHelpers.time.setNextBlockTimestamp(timestamp);
      return timelock.executeBatch(...batch, { gasLimit: 10_000_000 });
    },
  };
}
export type TimelockSystem = Awaited<ReturnType<typeof deployTimelock>>;
