import { expect } from "chai";
import { rulesStruct } from "../../../scripts/deploy/genesis.ts";
import { callTo } from "../../helpers/actions.ts";
import { settleUntil } from "../../helpers/leavers.ts";
import { type Account, ATTESTERS, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { type Action, Proposal, partnerOf, pass } from "../../helpers/votes.ts";

const EVERYBODY = Array.from({ length: ATTESTERS }, (_, i) => i + 1);
const L = BigInt(DAY);

describe("Parameters that depend on each other", () => {
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

  const period = (days: number, seconds = 0) =>
    callTo(partner.governor, "setVotingPeriod", [days * DAY + seconds]);
  const extension = (days: number, seconds = 0) =>
    callTo(partner.governor, "setLateQuorumVoteExtension", [days * DAY + seconds]);
  const vote = (description: string, ...actions: Action[]) => pass(system, actions, description);
  const readyVote = async (description: string, ...actions: Action[]) => {
    const proposal = await Proposal.make(system, partner, actions, description);
    await proposal.passAndQueue();
    await proposal.toReady();
    return proposal;
  };

  describe("voting period and a late quorum's extension", () => {
    it("the period does not fall below the extension that was set first", async () => {
      await vote("extension", await extension(7));
      const proposal = await readyVote("period", await period(7, -1));
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(partner.governor, "VotingPeriodOutOfBounds")
        .withArgs(7 * DAY - 1, 7 * DAY, 30 * DAY);
    });

    it("the extension does not rise above the period that was set first", async () => {
      await vote("period", await period(3));
      const proposal = await readyVote("extension", await extension(3, 1));
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(partner.governor, "GovernorPreventLateQuorumVoteExtensionTooLarge")
        .withArgs(3 * DAY + 1, 3 * DAY);
    });

    it("both fall in one vote if the extension comes first, and rise if the period does", async () => {
      const wrong = await readyVote("fall", await period(1), await extension(1));
      await expect(wrong.execute())
        .to.be.revertedWithCustomError(partner.governor, "VotingPeriodOutOfBounds")
        .withArgs(DAY, 2 * DAY, 30 * DAY);
      await vote("fall rightly", await extension(1), await period(1));
      await vote("rise", await period(30), await extension(30));
      expect(await partner.governor.votingPeriod()).to.equal(30n * L);
      expect(await partner.governor.lateQuorumVoteExtension()).to.equal(30n * L);
    });

    it("what was queued before the other changed is checked when it is carried out", async () => {
      const shorter = await readyVote("period of three days", await period(3));
      await vote("extension of five days", await extension(5));
      await expect(shorter.execute())
        .to.be.revertedWithCustomError(partner.governor, "VotingPeriodOutOfBounds")
        .withArgs(3 * DAY, 5 * DAY, 30 * DAY);
    });
  });

  describe("unbonding period and the timelock's delay", () => {
    const upgrade = async () => {
      const { to, data } = await callTo(partner.staking, "setSlashCap", [1]);
      return partner.timelock.delayOf([to], [data]);
    };
    /** Until no request of an earlier period can be open. */
    const forget = () => system.connection.networkHelpers.time.increase(62 * DAY);
    const setDelay = (epochs: number) => timelock.timelock.updateDelay(epochs * DAY);

    for (const [order, first, second] of [
      ["unbonding first", "unbonding", "delay"],
      ["delay first", "delay", "unbonding"],
    ] as const)
      for (const [unbonding, delay, wait] of [
        [1, 30, 30],
        [60, 30, 67],
        [23, 30, 30],
        [24, 30, 31],
        [1, 1, 8],
      ] as const)
        it(`${unbonding} and ${delay} epochs make what is slow wait ${wait}: ${order}`, async () => {
          for (const step of [first, second])
            await (step === "delay" ? setDelay(delay) : timelock.staking.setUnbondingPeriod(unbonding));
          await forget();
          expect(await upgrade()).to.equal(BigInt(wait) * L);
          expect(await partner.timelock.leavingPeriod(await now())).to.equal(BigInt(unbonding + 7) * L);
        });
    const now = () => system.connection.networkHelpers.time.latest();
  });

  describe("an attester's bond and who is seated", () => {
    it("a higher bond unseats nobody, but seats only those who have it", async () => {
      await timelock.committee.setBondRequired(icnt(100_001));
      expect((await partner.committee.committeeAt(9)).members.length).to.equal(ATTESTERS);
      await expect(timelock.committee.setCommittee(EVERYBODY))
        .to.be.revertedWithCustomError(partner.committee, "BondTooLow")
        .withArgs(1, icnt(100_000), icnt(100_001));
    });

    it("a lower one seats again who had too little", async () => {
      await timelock.committee.setBondRequired(icnt(100_001));
      await timelock.committee.setBondRequired(icnt(100_000));
      await timelock.committee.setCommittee(EVERYBODY);
    });
  });

  describe("fields of the rules", () => {
    const timed = (commitPpm: number, revealPpm: number) => {
      const rules = rulesStruct(system.parameters);
      return { ...rules, timing: { ...rules.timing, commitPpm, revealPpm } };
    };

    for (const [commitPpm, revealPpm] of [
      [200_000, 200_000],
      [200_001, 200_000],
      [125_000, 125_000],
    ] as const)
      it(`refuse a commit at ${commitPpm} and a reveal at ${revealPpm} ppm`, async () => {
        await expect(timelock.oracle.scheduleRules(timed(commitPpm, revealPpm), 1))
          .to.be.revertedWithCustomError(partner.oracle, "RulesOutOfBounds")
          .withArgs("commitPpm", commitPpm, 1, revealPpm - 1);
      });

    it("take a reveal just after the commit", async () => {
      await timelock.oracle.scheduleRules(timed(199_999, 200_000), 1);
    });
  });

  describe("rules and epochs", () => {
    const withShare = (attesterSharePpm: number) => {
      const rules = rulesStruct(system.parameters);
      return { ...rules, economics: { ...rules.economics, attesterSharePpm } };
    };
    const schedule = (share: number, from: number) => timelock.oracle.scheduleRules(withShare(share), from);
    const sharesAt = async (...epochs: number[]) => {
      const economics = await Promise.all(epochs.map((epoch) => partner.oracle.economicsAt(epoch)));
      return economics.map(({ attesterSharePpm }) => Number(attesterSharePpm));
    };

    it("act from their epoch's start, never inside a running one or before", async () => {
      await system.toEpoch(2, 1);
      for (const from of [0, 1, 2])
        await expect(schedule(1, from))
          .to.be.revertedWithCustomError(partner.oracle, "RulesNotInFuture")
          .withArgs(from, 3);
      await schedule(1, 3);
      expect(await sharesAt(2, 3)).to.deep.equal([50_000, 1]);
      await system.toEpoch(3);
      await expect(schedule(2, 3)).to.be.revertedWithCustomError(partner.oracle, "RulesNotInFuture");
    });

    it("for an earlier epoch replace those that were scheduled for later", async () => {
      await system.toEpoch(0);
      await schedule(5, 5);
      await schedule(3, 3);
      expect(await sharesAt(2, 3, 4, 5, 9)).to.deep.equal([50_000, 3, 3, 3, 3]);
      await schedule(7, 7);
      expect(await sharesAt(2, 3, 6, 7)).to.deep.equal([50_000, 3, 3, 7]);
    });

    it("of an epoch count in its report, however late that comes", async () => {
      const before = await partner.oracle.rulesHashAt(0);
      await system.toEpoch(1);
      await schedule(9, 2);
      await system.toEpoch(3);
      expect((await partner.oracle.duty()).rulesHash).to.equal(before);
      await settleUntil(system, 2);
      const { epoch, rulesHash } = await partner.oracle.duty();
      expect(epoch).to.equal(2n);
      expect(rulesHash)
        .to.equal(await partner.oracle.rulesHashAt(2))
        .and.not.equal(before);
    });

    it("are refused where a vote is carried out later than they were to act", async () => {
      const scheduled = await callTo(partner.oracle, "scheduleRules", [withShare(1), 40]);
      const proposal = await readyVote("rules", scheduled);
      await system.toEpoch(Math.max(41, Math.floor((Number(await now()) - system.epochZero) / DAY)));
      await expect(proposal.execute()).to.be.revertedWithCustomError(partner.oracle, "RulesNotInFuture");
    });
    const now = () => system.connection.networkHelpers.time.latest();
  });
});
