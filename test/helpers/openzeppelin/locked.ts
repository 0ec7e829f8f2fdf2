// What is staked and what vests, as sources of votes on the deployed system.
import { MONTH, MONTHS } from "../genesis.ts";
import { deploySystem, icnt, type System } from "../system.ts";
import { restored } from "./restored.ts";
import type { Account, VotesSource } from "./source.ts";

const SUPPLY = icnt(700_000_000);
const UNITS = icnt(1_000);
/** After those that have a part in the deployment. */
const FIRST_SIGNER = 8;
const NEVER = 2n ** 64n - 1n;

async function deployed() {
  const system = await deploySystem();
  const { ethers, networkHelpers } = system.connection;
  const accounts = (await ethers.getSigners()).slice(FIRST_SIGNER);
  return { system, accounts, chain: { ethers, networkHelpers }, units: UNITS, totalAt: () => SUPPLY };
}

async function makeStaking(): Promise<VotesSource> {
  const { system, ...source } = await deployed();
  const operator = await system.account("operator", icnt(20_000));
  const node = await system.registerNode(operator, { bond: icnt(10_000), storageUnits: 40 });
  const staking = await source.chain.ethers.getContractAt(
    "NodeStaking",
    await system.deployer.staking.getAddress(),
  );
  for (const account of source.accounts.slice(0, 2)) {
    await system.deployer.icnt.transfer(account, 10n * UNITS);
    await system.deployer.icnt.connect(account).approve(staking, 10n * UNITS);
  }
  const openPosition = async (account: Account) => {
    const [newest] = await staking.positionsOf(account, 0n, 1n);
    if (newest === undefined) return undefined;
    const { amount, to } = await staking.positionOf(newest);
    return amount > 0n && to === NEVER ? newest : undefined;
  };
  return {
    ...source,
    votes: staking,
    give: async (account, units) => {
      const position = await openPosition(account);
      const asOwner = staking.connect(account);
      return position === undefined ? asOwner.stake(node, units, 0n) : asOwner.topUp(position, units);
    },
    take: async (account, units) =>
      staking.connect(account).requestUnbonding((await openPosition(account))!, units),
  };
}

async function makeVesting(): Promise<VotesSource> {
  const { system, ...source } = await deployed();
  const { vault: ofSystem } = system.deployer;
  const vault = await source.chain.ethers.getContractAt("VestingVault", await ofSystem.getAddress());
  await system.deployer.icnt.approve(vault, 10n * UNITS);
  return {
    ...source,
    votes: vault,
    give: async (account, units) => ofSystem.create(await grant(system, account, units)),
    take: async (account, units) => {
      for (let id = await vault.scheduleCount(); id > 0n; id--) {
        const { beneficiary, total, revokedAt } = await vault.scheduleOf(id);
        if (beneficiary === account.address && total === units && revokedAt === 0n)
          return ofSystem.revoke(id);
      }
      throw new Error(`${account.address} has no schedule of ${units}`);
    },
  };
}

/** Begins to vest in a month, and can be taken back whole by the deployer until then. */
async function grant(system: System, { address: beneficiary }: Account, total: bigint) {
  const start = BigInt(await system.connection.networkHelpers.time.latest()) + MONTH;
  const terms = { start, cliff: 0n, duration: MONTHS * MONTH, tableId: 0n, revoker: system.deployer.address };
  return { beneficiary, total, initial: 0n, terms };
}

export const stakingSource = restored(makeStaking);
export const vestingSource = restored(makeVesting);
