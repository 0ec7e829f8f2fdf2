// The deployed system in its thirty-first month, so that there is enough vested ICNT to spread over a proposer, voters of
// whom one has exactly the quorum, and a partner who still has more votes than the quorum.
import { MONTH, MONTHS } from "../genesis.ts";
import { type Account, DAY, deploySystem, icnt, type System } from "../system.ts";
import { partnerOf } from "../votes.ts";
import { restored } from "./restored.ts";
import type { Account as Signer } from "./source.ts";

const SUPPLY = icnt(700_000_000);
export const PPM = 1_000_000n;
/** Part of the carrier's votes, which a vesting schedule gives it. */
const VESTING = icnt(1_000_000);
/** After those that have a part in the deployment. */
const FIRST_SIGNER = 8;

async function make() {
  const system = await deploySystem();
  const { ethers, networkHelpers } = system.connection;
  const [proposer, stranger, ...others] = (await ethers.getSigners()).slice(FIRST_SIGNER);
  const voters = others.slice(0, 4);
  const settings = settingsOf(system);
  const quorum = (SUPPLY * settings.quorumPpm) / PPM;
  const weights = [quorum, quorum / 8n, quorum / 16n, quorum / 32n];

  const partner = await partnerOf(system);
  await networkHelpers.time.increase(31n * MONTH);
  await releaseAll(partner);
  const { icnt: token, vault } = partner;
  const give = async (to: Signer, amount: bigint) => {
    await token.transfer(to, amount);
    await token.connect(to).delegate(to);
  };
  for (const [index, voter] of voters.entries()) await give(voter, weights[index]!);
  await give(proposer!, settings.proposalThreshold);
  await lock(partner, voters[0]!);
  await networkHelpers.mine();

  const receiver = await ethers.deployContract("CallReceiver");
  const { governor, timelock, votingPower, manager, staking, oracle } = system.deployer;
  return {
    ...{ system, settings, quorum, weights, receiver, partner, voters },
    ...{ governor, timelock, votingPower, manager, staking, oracle, token, vault },
    ...{ chain: { ethers, networkHelpers }, proposer: proposer!, stranger: stranger!, carrier: voters[0]! },
  };
}
export type Governed = Awaited<ReturnType<typeof make>>;

function settingsOf({ parameters, epochZero }: System) {
  const { governance, staking } = parameters;
  return {
    votingDelay: BigInt(governance.votingDelaySeconds),
    votingPeriod: BigInt(governance.votingPeriodSeconds),
    proposalThreshold: governance.proposalThresholdIcnt,
    quorumPpm: BigInt(governance.quorumPpm),
    lateQuorumVoteExtension: BigInt(governance.lateQuorumExtensionSeconds),
    /** What calls wait for that are not routine. */
    leavingPeriod: BigInt((staking.unbondingEpochs + 7) * DAY),
    epochLength: BigInt(DAY),
    /** contracts/types/EpochClock.sol. */
    clock: (BigInt(epochZero) << 64n) | BigInt(DAY),
  };
}

async function releaseAll({ vault, address }: Account): Promise<void> {
  const count = await vault.scheduleCount();
  for (let id = 1n; id <= count; id++)
    if ((await vault.scheduleOf(id)).beneficiary === address) await vault.release(id);
}

/** Puts a part of what a voter has into a schedule of its own. */
async function lock({ icnt: token, vault }: Account, voter: Signer): Promise<void> {
  const start = await token.clock();
  const terms = { start, cliff: 0n, duration: MONTHS * MONTH, tableId: 0n, revoker: `0x${"0".repeat(40)}` };
  await token.connect(voter).approve(vault, VESTING);
  await vault.connect(voter).create({ beneficiary: voter.address, total: VESTING, initial: 0n, terms });
  await vault.connect(voter).delegate(voter);
}

export const governed = restored(make);
