import { expect } from "chai";
import type { BaseContract } from "ethers";
import { rulesStruct } from "../../../scripts/deploy/genesis.ts";
import { NodeRegistry__factory } from "../../../types/ethers-contracts/factories/contracts/nodes/NodeRegistry__factory.ts";
import { callTo } from "../../helpers/actions.ts";
import { FIELDS } from "../../helpers/rules-fields.ts";
import { type Account, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { Proposal, partnerOf, pass } from "../../helpers/votes.ts";

type Args = readonly (number | bigint)[];
interface Parameter {
  readonly what: string;
  readonly of: (account: Account) => BaseContract;
  readonly setter: string;
  /** The arguments of the setter at its bounds. */
  readonly fits: readonly Args[];
  /** One step beyond. */
  readonly beyond: readonly Args[];
  readonly error: string;
  /** What the error says first; default: the arguments. */
  readonly values?: Args;
  /** What the error says after the value. */
  readonly limits: Args;
}

/** Cannot even be written in the field that is bounded by it. */
const UINT32_END = 2n ** 32n;
const BOND_MAX = icnt(100_000);

const SET_BY_VOTE: readonly Parameter[] = [
  {
    ...{ what: "the fee", of: ({ registry }) => registry, setter: "setFee", error: "FeeTooHigh" },
    ...{ fits: [[0n], [icnt(1_000)]], beyond: [[icnt(1_000) + 1n]], limits: [icnt(1_000)] },
  },
  {
    ...{ what: "the bond's minimum", of: ({ staking }) => staking, setter: "setBondMinimum" },
    fits: [
      [0n, 0n],
      [BOND_MAX, BOND_MAX],
    ],
    beyond: [
      [BOND_MAX + 1n, 0n],
      [0n, BOND_MAX + 1n],
    ],
    ...{ error: "BondMinimumTooHigh", limits: [BOND_MAX] },
  },
  ...[1, 2, 3].map(
    (service): Parameter => ({
      ...{ what: `cap ${service} of a class`, of: ({ registry }) => registry, setter: "setClassCaps" },
      fits: [0, 1_000_000].map((units) => [9, 0, 0, 0].with(service, units)),
      ...{ beyond: [[9, 0, 0, 0].with(service, 1_000_001)], error: "ClassCapTooHigh" },
      ...{ values: [1_000_001], limits: [1_000_000] },
    }),
  ),
  {
    ...{ what: "the slash cap", of: ({ staking }) => staking, setter: "setSlashCap" },
    ...{ fits: [[0], [100_000]], beyond: [[100_001]], error: "SlashCapTooHigh", limits: [100_000] },
  },
  {
    ...{ what: "the unbonding period", of: ({ staking }) => staking, setter: "setUnbondingPeriod" },
    ...{ fits: [[1], [60]], beyond: [[0], [61]], error: "UnbondingOutOfBounds", limits: [1, 60] },
  },
  {
    ...{ what: "an attester's bond", of: ({ committee }) => committee, setter: "setBondRequired" },
    ...{ fits: [[0n], [icnt(1_000_000)]], beyond: [[icnt(1_000_000) + 1n]] },
    ...{ error: "BondRequiredTooHigh", limits: [icnt(1_000_000)] },
  },
  {
    ...{ what: "the veto window", of: ({ oracle }) => oracle, setter: "setVetoWindow" },
    ...{ fits: [[DAY / 2], [DAY]], beyond: [[DAY / 2 - 1], [DAY + 1]] },
    ...{ error: "VetoWindowOutOfBounds", limits: [DAY / 2, DAY] },
  },
];

/** The genesis settings of this test: a period of 7 days, an extension of 2. */
const OF_VOTES: readonly Parameter[] = [
  {
    ...{ what: "the voting delay", of: ({ governor }) => governor, setter: "setVotingDelay" },
    ...{ fits: [[DAY / 8], [14 * DAY]], beyond: [[DAY / 8 - 1], [14 * DAY + 1]] },
    ...{ error: "VotingDelayOutOfBounds", limits: [DAY / 8, 14 * DAY] },
  },
  {
    ...{ what: "the voting period", of: ({ governor }) => governor, setter: "setVotingPeriod" },
    ...{ fits: [[2 * DAY], [30 * DAY]], beyond: [[2 * DAY - 1], [30 * DAY + 1]] },
    ...{ error: "VotingPeriodOutOfBounds", limits: [2 * DAY, 30 * DAY] },
  },
  {
    ...{ what: "the proposal threshold", of: ({ governor }) => governor, setter: "setProposalThreshold" },
    ...{ fits: [[icnt(1_000)], [icnt(7_000_000)]], beyond: [[icnt(1_000) - 1n], [icnt(7_000_000) + 1n]] },
    ...{ error: "ProposalThresholdOutOfBounds", limits: [icnt(1_000), icnt(7_000_000)] },
  },
  {
    ...{ what: "the quorum", of: ({ governor }) => governor, setter: "updateQuorumNumerator" },
    ...{ fits: [[10_000], [200_000]], beyond: [[9_999], [200_001]] },
    ...{ error: "QuorumOutOfBounds", limits: [10_000, 200_000] },
  },
  {
    ...{ what: "a late quorum's extension", of: ({ governor }) => governor },
    ...{ setter: "setLateQuorumVoteExtension", fits: [[0], [7 * DAY]], beyond: [[7 * DAY + 1]] },
    ...{ error: "GovernorPreventLateQuorumVoteExtensionTooLarge", limits: [7 * DAY] },
  },
  {
    ...{ what: "the timelock's delay", of: ({ timelock }) => timelock, setter: "updateDelay" },
    ...{ fits: [[DAY], [30 * DAY]], beyond: [[DAY - 1], [30 * DAY + 1]] },
    ...{ error: "TimelockDelayOutOfBounds", limits: [DAY, 30 * DAY] },
  },
];

describe("A parameter", () => {
  let system: System;
  let timelock: Account;
  let partner: Account;
  let rewind: () => Promise<void>;

  before(async () => {
    system = await deploySystem();
    timelock = await system.timelock();
    partner = await partnerOf(system);
    rewind = (await system.connection.networkHelpers.takeSnapshot()).restore;
  });
  afterEach(() => rewind());

  for (const { what, of, setter, fits, beyond, error, values, limits } of SET_BY_VOTE) {
    it(`${what} may be at its bounds`, async () => {
      for (const args of fits) await of(timelock).getFunction(setter)(...args);
    });
    it(`${what} may not be beyond them`, async () => {
      for (const args of beyond)
        await expect(of(timelock).getFunction(setter)(...args))
          .to.be.revertedWithCustomError(of(timelock), error)
          .withArgs(...(values ?? args), ...limits);
    });
    it(`${what} is a vote's alone`, async () => {
      const stranger = await system.account("stranger");
      const managed = NodeRegistry__factory.connect(await of(stranger).getAddress(), stranger.signer);
      for (const args of fits)
        await expect(of(stranger).getFunction(setter)(...args))
          .to.be.revertedWithCustomError(managed, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
    });
  }

  for (const { what, of, setter, fits, beyond, error, limits } of OF_VOTES) {
    it(`${what} may be at its bounds, by vote`, async () => {
      for (const args of fits) {
        await pass(system, [await callTo(of(partner), setter, args)], `${what}: ${args}`);
        await rewind();
      }
    });
    it(`${what} may not be beyond them: what passed cannot be carried out`, async () => {
      for (const args of beyond) {
        const action = await callTo(of(partner), setter, args);
        const proposal = await Proposal.make(system, partner, [action], `${what}: ${args}`);
        await proposal.passAndQueue();
        await proposal.toReady();
        await expect(proposal.execute())
          .to.be.revertedWithCustomError(of(partner), error)
          .withArgs(...args, ...limits);
        await rewind();
      }
    });
  }

  for (const { name, min, max, set } of FIELDS) {
    const rulesWith = (value: bigint) => set(rulesStruct(system.parameters), value);

    it(`${name} of the rules may be at its bounds`, async () => {
      for (const value of [min, max]) {
        await expect(timelock.oracle.scheduleRules(rulesWith(value), 1)).to.emit(
          timelock.oracle,
          "RulesScheduled",
        );
      }
    });
    it(`${name} of the rules may not be beyond them`, async () => {
      for (const value of [min - 1n, max + 1n].filter((one) => one >= 0n && one !== UINT32_END))
        await expect(timelock.oracle.scheduleRules(rulesWith(value), 1))
          .to.be.revertedWithCustomError(timelock.oracle, "RulesOutOfBounds")
          .withArgs(name, value, min, max);
    });
  }
});
