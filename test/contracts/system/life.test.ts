import { expect } from "chai";
import { commissionOf, earnedIn, growthOf, payOf } from "../../helpers/arithmetic.ts";
import { type Account, deploySystem, icnt, type System } from "../../helpers/system.ts";

const PERFECT = 1_000_000;
/** 253 of 256 buckets are 988,281 ppm: ⌊500,000 · 38,281 / 40,000⌋. */
const FLAKY = 478_512;
/** Twice the latency target: 1,000,000 · 2/3, rounded down. */
const SLOW = 666_666;
const COMMISSION_PPM = 100_000;

const GOOD = { up: 256, down: 0 };
const UNMEASURED = { up: 40, down: 23 };
const BOND = { steady: icnt(10_000), shaky: icnt(5_000), late: icnt(3_000) };
const EARLY = icnt(6_000);
const LATER = icnt(2_000);

describe("From a stake to its pay", () => {
  let system: System;
  let steady: Account;
  let shaky: Account;
  let early: Account;
  let later: Account;
  let late: Account;
  let stranger: Account;
  /** By the order in which they were opened. */
  const position = { steady: 1, shaky: 2, early: 3, later: 4, late: 5 } as const;
  const node = { steady: 1, shaky: 2, late: 3 } as const;

  const balanceOf = ({ address }: Account) => system.deployer.icnt.balanceOf(address);

  before(async () => {
    system = await deploySystem();
    steady = await system.account("steady", icnt(20_000));
    shaky = await system.account("shaky", icnt(20_000));
    early = await system.account("early", EARLY);
    later = await system.account("later", LATER);
    stranger = await system.account("stranger");
    await system.registerNode(steady, { bond: BOND.steady, commissionPpm: COMMISSION_PPM });
    await system.registerNode(shaky, { bond: BOND.shaky });
    await early.staking.stake(node.steady, EARLY, COMMISSION_PPM);
  });

  describe("given two nodes with bonds and a delegation before epoch 0", () => {
    it("counts them from epoch 0 on", async () => {
      const { staking, registry } = stranger;
      expect(await registry.nodeCountAt(0)).to.equal(2);
      expect(await staking.stakeAt(node.steady, 0)).to.equal(BOND.steady + EARLY);
      expect(await staking.totalStakeAt(0)).to.equal(BOND.steady + BOND.shaky + EARLY);
    });

    describe("when epoch 0 is final: one node was perfect, the other lost three buckets", () => {
      before(async () => {
        await system.toEpoch(0);
        await later.staking.stake(node.steady, LATER, COMMISSION_PPM);
        await system.settle(0, { [node.steady]: GOOD, [node.shaky]: { up: 253, down: 3 } });
      });

      it("pays a delegation less the node's commission, to its owner, whoever claims", async () => {
        const pay = payOf(EARLY, earnedIn(0, PERFECT));
        const commission = commissionOf(pay, COMMISSION_PPM);
        const claim = await system.claim(node.steady, 0, [position.early], stranger);
        await expect(claim)
          .to.emit(stranger.rewards, "Claimed")
          .withArgs(position.early, node.steady, early.address, early.address, 0, 0, pay, commission);
        await expect(claim).to.changeTokenBalances(
          system.connection.ethers,
          stranger.icnt,
          [early.address, steady.address, stranger.address],
          [pay - commission, commission, 0n],
        );
      });

      it("pays a bond whole, to the recipient that the operator named", async () => {
        const pay = payOf(BOND.shaky, earnedIn(0, FLAKY));
        const safe = await system.account("safe");
        await shaky.rewards.setRecipient(safe.address);
        await expect(system.claim(node.shaky, 0, [position.shaky], stranger)).to.changeTokenBalances(
          system.connection.ethers,
          stranger.icnt,
          [safe.address, shaky.address],
          [pay, 0n],
        );
      });

      it("pays nothing to a delegation that begins in epoch 1", async () => {
        await expect(system.claim(node.steady, 0, [position.later]))
          .to.be.revertedWithCustomError(stranger.rewards, "EpochOutOfRange")
          .withArgs(position.later, 0, 1, 2n ** 64n - 1n);
      });
    });

    describe("when one node is unmeasured and the other slow in epoch 1, and a third came in it", () => {
      before(async () => {
        await system.toEpoch(1, 50_000);
        late = await system.account("late", icnt(20_000));
        await system.registerNode(late, { bond: BOND.late });
        await system.settle(1, {
          [node.steady]: UNMEASURED,
          [node.shaky]: { ...GOOD, latencyRatioPpm: 2_000_000 },
        });
      });

      it("goes on paying the unmeasured one at its last score", async () => {
        const pay = payOf(EARLY, earnedIn(1, PERFECT));
        await expect(system.claim(node.steady, 1, [position.early])).to.changeTokenBalances(
          system.connection.ethers,
          stranger.icnt,
          [early.address, steady.address],
          [pay - commissionOf(pay, COMMISSION_PPM), commissionOf(pay, COMMISSION_PPM)],
        );
      });

      it("asks for the start index of a position that began in epoch 1", async () => {
        await expect(system.claim(node.steady, 1, [position.later]))
          .to.be.revertedWithCustomError(stranger.rewards, "StartIndexUnknown")
          .withArgs(node.steady, 0);
      });

      it("pays that position from its own start once anyone has proven it", async () => {
        const pay = payOf(LATER, earnedIn(1, PERFECT));
        await expect(system.proveIndex(node.steady, 0, stranger))
          .to.emit(stranger.rewards, "IndexProven")
          .withArgs(node.steady, 0, earnedIn(0, PERFECT));
        await system.claim(node.steady, 1, [position.later], stranger);
        expect(await balanceOf(later)).to.equal(pay - commissionOf(pay, COMMISSION_PPM));
      });

      it("has a ledger without the node that came within the epoch", async () => {
        expect(await stranger.oracle.nodeCountOf(1)).to.equal(2);
        expect(await stranger.registry.nodeCountAt(2)).to.equal(3);
      });
    });

    describe("when a node stays unmeasured for the epochs 2 to 4", () => {
      before(async () => {
        for (const epoch of [2, 3, 4]) await system.settle(epoch, { [node.shaky]: GOOD, [node.late]: GOOD });
      });

      it("pays it for three unmeasured epochs in a row and not for the fourth", async () => {
        const growth = earnedIn(0, PERFECT) + growthOf(1) + growthOf(2) + growthOf(3);
        await expect(system.claim(node.steady, 4, [position.steady])).to.changeTokenBalance(
          system.connection.ethers,
          stranger.icnt,
          steady.address,
          payOf(BOND.steady, growth),
        );
      });

      it("pays several epochs in one step with one rounding", async () => {
        const safe = await shaky.rewards.recipientOf(shaky.address);
        const growth = earnedIn(1, SLOW) + growthOf(2) + growthOf(3) + growthOf(4);
        await expect(system.claim(node.shaky, 4, [position.shaky])).to.changeTokenBalance(
          system.connection.ethers,
          stranger.icnt,
          safe,
          payOf(BOND.shaky, growth),
        );
      });

      it("needs no start index of a node that was in no ledger before", async () => {
        const growth = growthOf(2) + growthOf(3) + growthOf(4);
        await expect(system.claim(node.late, 4, [position.late])).to.changeTokenBalance(
          system.connection.ethers,
          stranger.icnt,
          late.address,
          payOf(BOND.late, growth),
        );
      });
    });

    describe("when nobody claims for the twelve epochs 5 to 16", () => {
      before(async () => {
        for (let epoch = 5; epoch <= 16; epoch++) await system.settle(epoch, { [node.late]: GOOD });
      });

      it("wants A(e) computed first, since that is more than a claim does itself", async () => {
        await expect(system.claim(node.late, 16, [position.late]))
          .to.be.revertedWithCustomError(stranger.rewards, "NotAccrued")
          .withArgs(16, 5);
      });

      it("pays them all once anyone has done so", async () => {
        await stranger.rewards.accrue(12);
        const growth = Array.from({ length: 12 }, (_, i) => growthOf(5 + i)).reduce((a, b) => a + b);
        await expect(system.claim(node.late, 16, [position.late])).to.changeTokenBalance(
          system.connection.ethers,
          stranger.icnt,
          late.address,
          payOf(BOND.late, growth),
        );
      });

      it("has paid through the reserve exactly what was claimed", async () => {
        const claimed = await stranger.rewards.queryFilter(stranger.rewards.filters.Claimed());
        const sum = claimed.reduce((total, { args }) => total + args.pay, 0n);
        expect(await stranger.reserve.paid()).to.equal(sum);
        expect(await balanceOf(stranger)).to.equal(0n);
      });
    });
  });
});
