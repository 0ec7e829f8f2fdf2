import { expect } from "chai";
import {
  CREDIT_POOL,
  connect,
  deployStaking,
  deployWithNode,
  icnt,
  NEVER,
  nodeKey,
  terms,
  UNBONDING_EPOCHS,
} from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture, time } = connection.networkHelpers;
const fresh = () => deployStaking(connection);
const withNode = () => deployWithNode(connection);

describe("NodeStaking: unbonding bonds", () => {
  describe("given an active node", () => {
    describe("when the operator takes what is not needed", () => {
      it("leaves after the unbonding period", async () => {
        const { staking, operator, startOf } = await loadFixture(withNode);
        await expect(staking.connect(operator).requestUnbonding(1, icnt(2_000)))
          .to.emit(staking, "PositionChanged")
          .withArgs(2, 1, operator, true, icnt(8_000), 11, NEVER, 0)
          .and.to.emit(staking, "UnbondingRequested")
          .withArgs(1, 1, operator, true, icnt(2_000), 11, startOf(11 + UNBONDING_EPOCHS));
        expect(await staking.bondAt(1, 10)).to.equal(icnt(10_000));
        expect(await staking.bondAt(1, 11)).to.equal(icnt(8_000));
        expect(await staking.bondPositionOf(1)).to.equal(2);
      });
    });

    describe("when less than the minimum would stay", () => {
      it("reverts", async () => {
        const { staking, operator } = await loadFixture(withNode);
        await expect(staking.connect(operator).requestUnbonding(1, icnt(7_000) + 1n))
          .to.be.revertedWithCustomError(staking, "BondTooLow")
          .withArgs(1, icnt(3_000) - 1n, icnt(3_000));
        await staking.connect(operator).requestUnbonding(1, icnt(7_000));
      });
    });

    describe("when delegations need the bond", () => {
      it("reverts", async () => {
        const { staking, oracle, operator, alice } = await loadFixture(withNode);
        await staking.connect(alice).stake(1, icnt(18_000), 100_000);
        await oracle.scheduleEconomics(
          { attesterSharePpm: 0, stakeFloor: 1, bondFactor: 2, stakePerUnit: icnt(1_000) },
          0,
        );
        await expect(staking.connect(operator).requestUnbonding(1, icnt(1_001)))
          .to.be.revertedWithCustomError(staking, "StakeAboveLimit")
          .withArgs(1, icnt(26_999), icnt(26_997));
        await staking.connect(operator).requestUnbonding(1, icnt(1_000));
      });
    });

    describe("when it has as many requests open as it may have", () => {
      it("refuses one more until a matured one is completed", async () => {
        const { staking, oracle, operator, enter } = await loadFixture(withNode);
        await staking.connect(operator).requestUnbonding(1, 1);
        for (let i = 0; i < 14; i += 1) await staking.connect(operator).requestUnbonding(2, 1);
        await expect(staking.connect(operator).requestUnbonding(2, 1))
          .to.be.revertedWithCustomError(staking, "TooManyRequests")
          .withArgs(1, 15);
        await enter(11 + UNBONDING_EPOCHS);
        await oracle.setFinalizedCount(11);
        await staking.completeUnbonding(3);
        await staking.connect(operator).requestUnbonding(2, 1);
      });
    });
  });

  describe("given an exiting node", () => {
    it("lets the whole bond go", async () => {
      const { registry, staking, operator, alice } = await loadFixture(withNode);
      await staking.connect(alice).stake(1, icnt(18_000), 100_000);
      await registry.connect(operator).startExit(1);
      const answer = await staking.connect(operator).requestUnbonding.staticCall(1, icnt(10_000));
      expect(answer.successor).to.equal(0);
      await staking.connect(operator).requestUnbonding(1, icnt(10_000));
      expect([...(await staking.latestStake(1))]).to.deep.equal([icnt(18_000), 0n]);
    });

    it("lets what a first request left go after the exit was completed, too", async () => {
      const { registry, staking, operator } = await loadFixture(withNode);
      await registry.connect(operator).startExit(1);
      await staking.connect(operator).requestUnbonding(1, icnt(9_000));
      await staking.connect(operator).requestUnbonding(2, icnt(1_000));
      await registry.completeExit(1);
      expect(await staking.requestOf(2).then((request) => request.amount)).to.equal(icnt(1_000));
    });
  });

  describe("given a request of a bond", () => {
    async function requested() {
      const system = await deployWithNode(connection);
      await system.staking.connect(system.operator).requestUnbonding(1, icnt(2_000));
      return system;
    }

    describe("when the period is over but an epoch that it backed is not final", () => {
      it("reverts until it is (INV-10)", async () => {
        const { staking, oracle, operator, enter } = await loadFixture(requested);
        await enter(11 + UNBONDING_EPOCHS);
        await oracle.setFinalizedCount(10);
        await expect(staking.completeUnbonding(1))
          .to.be.revertedWithCustomError(staking, "NotSettled")
          .withArgs(1, 10, 10);
        await oracle.setFinalizedCount(11);
        await expect(staking.completeUnbonding(1))
          .to.emit(staking, "UnbondingCompleted")
          .withArgs(1, operator, icnt(2_000));
      });
    });

    describe("when all is final but the period is not over", () => {
      it("reverts", async () => {
        const { staking, oracle, startOf } = await loadFixture(requested);
        const early = startOf(11 + UNBONDING_EPOCHS) - 1;
        await oracle.setFinalizedCount(11);
        await time.setNextBlockTimestamp(early);
        await expect(staking.completeUnbonding(1))
          .to.be.revertedWithCustomError(staking, "NotMatured")
          .withArgs(1, early, early + 1);
      });
    });

    describe("when the authority changes the period afterwards", () => {
      it("keeps the terms it was made under", async () => {
        const { staking, startOf } = await loadFixture(requested);
        await staking.setUnbondingPeriod(60);
        expect((await staking.requestOf(1)).maturesAt).to.equal(startOf(11 + UNBONDING_EPOCHS));
      });
    });
  });

  describe("given a bond that left before epoch 0", () => {
    it("waits for its time, not for a report", async () => {
      const { registry, staking, operator, startOf } = await loadFixture(fresh);
      await registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(4_000));
      await staking.connect(operator).requestUnbonding(1, icnt(1_000));
      await time.setNextBlockTimestamp(startOf(UNBONDING_EPOCHS));
      await staking.completeUnbonding(1);
    });
  });
});

describe("NodeStaking: slashing", () => {
  describe("given a bond of 10,000 ICNT in epoch 10", () => {
    describe("when it is slashed", () => {
      it("pays the credit pool and shrinks from the next epoch on", async () => {
        const { staking, token, operator } = await loadFixture(withNode);
        const slashing = staking.slash(1, icnt(400), 10);
        await expect(slashing)
          .to.emit(staking, "Slashed")
          .withArgs(1, icnt(400), 10, CREDIT_POOL)
          .and.to.emit(staking, "PositionChanged")
          .withArgs(2, 1, operator, true, icnt(9_600), 11, NEVER, 0)
          .and.to.emit(staking, "StakeCheckpointed")
          .withArgs(1, 11, icnt(9_600), icnt(9_600), icnt(9_600));
        await expect(slashing).to.changeTokenBalances(
          connection.ethers,
          token,
          [staking, CREDIT_POOL],
          [-icnt(400), icnt(400)],
        );
        expect(await staking.bondAt(1, 10)).to.equal(icnt(10_000));
      });
    });

    describe("when slashes for one epoch sum above the cap (INV-9)", () => {
      it("reverts, also across later calls and for a lowered cap", async () => {
        const { staking, enter } = await loadFixture(withNode);
        await expect(staking.slash(1, icnt(1_000) + 1n, 10))
          .to.be.revertedWithCustomError(staking, "SlashAboveCap")
          .withArgs(icnt(1_000) + 1n, icnt(1_000));
        await staking.slash(1, icnt(600), 10);
        await enter(12);
        await expect(staking.slash(1, icnt(401), 10))
          .to.be.revertedWithCustomError(staking, "SlashAboveCap")
          .withArgs(icnt(401), icnt(400));
        await staking.setSlashCap(50_000);
        await expect(staking.slash(1, 1, 10))
          .to.be.revertedWithCustomError(staking, "SlashAboveCap")
          .withArgs(1, 0);
        await staking.slash(1, icnt(470), 11);
      });
    });

    describe("when the offence lies in an epoch that has not begun", () => {
      it("reverts", async () => {
        const { staking } = await loadFixture(withNode);
        await expect(staking.slash(1, 1, 11))
          .to.be.revertedWithCustomError(staking, "OffenceNotBegun")
          .withArgs(11, 11);
      });
    });

    describe("when there was no bond in the offence's epoch", () => {
      it("reverts", async () => {
        const { staking } = await loadFixture(withNode);
        await expect(staking.slash(1, 1, 8))
          .to.be.revertedWithCustomError(staking, "SlashAboveCap")
          .withArgs(1, 0);
      });
    });

    describe("when bond was added after the offence and the old one is leaving (INV-9)", () => {
      it("takes it from the leaving part, the oldest request first", async () => {
        const { staking, operator, enter } = await loadFixture(withNode);
        await staking.connect(operator).addBond(1, icnt(5_000));
        await enter(12);
        await staking.connect(operator).requestUnbonding(2, icnt(600));
        await staking.connect(operator).requestUnbonding(3, icnt(9_400));
        await expect(staking.slash(1, icnt(1_000), 10))
          .to.emit(staking, "UnbondingSlashed")
          .withArgs(1, icnt(600), 0)
          .and.to.emit(staking, "UnbondingSlashed")
          .withArgs(2, icnt(400), icnt(9_000));
        expect([...(await staking.latestStake(1))]).to.deep.equal([icnt(5_000), icnt(5_000)]);
        expect((await staking.requestOf(2)).amount).to.equal(icnt(9_000));
      });

      it("takes nothing once what is leaving is new as well", async () => {
        const { staking, oracle, operator, enter } = await loadFixture(withNode);
        await staking.setUnbondingPeriod(1);
        await staking.connect(operator).addBond(1, icnt(20_000));
        await enter(11);
        await staking.connect(operator).requestUnbonding(2, icnt(10_000));
        await enter(14);
        await oracle.setFinalizedCount(14);
        await staking.completeUnbonding(1);
        await staking.connect(operator).requestUnbonding(3, icnt(10_000));
        expect(await staking.slash.staticCall(1, icnt(1_000), 10)).to.equal(0);
      });
    });

    describe("when a part left before the offence", () => {
      it("spares that part", async () => {
        const { staking, operator, enter } = await loadFixture(withNode);
        await staking.connect(operator).requestUnbonding(1, icnt(5_000));
        await enter(11);
        await staking.slash(1, icnt(500), 11);
        expect((await staking.requestOf(1)).amount).to.equal(icnt(5_000));
        expect(await staking.bondAt(1, 12)).to.equal(icnt(4_500));
      });
    });

    describe("when a part left before the offence and the rest after it", () => {
      it("reaches the younger request only", async () => {
        const { registry, staking, operator, enter } = await loadFixture(withNode);
        await staking.connect(operator).requestUnbonding(1, icnt(5_000));
        await enter(12);
        await registry.connect(operator).startExit(1);
        await staking.connect(operator).requestUnbonding(2, icnt(5_000));
        await staking.slash(1, icnt(500), 11);
        expect((await staking.requestOf(1)).amount).to.equal(icnt(5_000));
        expect((await staking.requestOf(2)).amount).to.equal(icnt(4_500));
      });
    });

    describe("when an exiting operator took all of it after the offence", () => {
      it("reaches the unbonding part, and that is paid out reduced", async () => {
        const { registry, staking, oracle, operator, enter } = await loadFixture(withNode);
        await registry.connect(operator).startExit(1);
        await staking.connect(operator).requestUnbonding(1, icnt(10_000));
        await enter(11 + UNBONDING_EPOCHS);
        await staking.slash(1, icnt(1_000), 10);
        await oracle.setFinalizedCount(11);
        await expect(staking.completeUnbonding(1))
          .to.emit(staking, "UnbondingCompleted")
          .withArgs(1, operator, icnt(9_000));
      });
    });
  });

  describe("given delegations on the node (INV-8)", () => {
    it("does not touch them, however often it slashes", async () => {
      const { staking, alice, enter } = await loadFixture(withNode);
      await staking.connect(alice).stake(1, icnt(15_000), 100_000);
      for (let epoch = 11; epoch < 26; epoch += 1) {
        await enter(epoch);
        const bond = await staking.bondAt(1, epoch);
        await staking.slash(1, bond / 10n, epoch);
      }
      expect((await staking.positionOf(2)).amount).to.equal(icnt(15_000));
      const [stake, bond] = await staking.latestStake(1);
      expect(stake - bond).to.equal(icnt(15_000));
    });
  });

  describe("given anyone but the accountability role", () => {
    it("reverts", async () => {
      const { staking, alice } = await loadFixture(withNode);
      await expect(staking.connect(alice).slash(1, 1, 10))
        .to.be.revertedWithCustomError(staking, "AccessManagedUnauthorized")
        .withArgs(alice);
    });
  });
});

describe("NodeStaking: authority", () => {
  it("sets parameters within their bounds", async () => {
    const { staking } = await loadFixture(withNode);
    await expect(staking.setUnbondingPeriod(60)).to.emit(staking, "UnbondingPeriodChanged").withArgs(60);
    await expect(staking.setSlashCap(100_000)).to.emit(staking, "SlashCapChanged").withArgs(100_000);
    await expect(staking.setBondMinimum(icnt(100_000), icnt(7)))
      .to.emit(staking, "BondMinimumChanged")
      .withArgs(icnt(100_000), icnt(7));
    expect(await staking.unbondingEpochs()).to.equal(60);
    expect(await staking.slashCapPpm()).to.equal(100_000);
    expect(await staking.minimumBond(3)).to.equal(icnt(100_021));
  });

  it("sets none beyond its bound", async () => {
    const { staking } = await loadFixture(withNode);
    const above = icnt(100_000) + 1n;
    for (const epochs of [0, 61])
      await expect(staking.setUnbondingPeriod(epochs))
        .to.be.revertedWithCustomError(staking, "UnbondingOutOfBounds")
        .withArgs(epochs, 1, 60);
    await expect(staking.setSlashCap(100_001))
      .to.be.revertedWithCustomError(staking, "SlashCapTooHigh")
      .withArgs(100_001, 100_000);
    await expect(staking.setBondMinimum(above, 0))
      .to.be.revertedWithCustomError(staking, "BondMinimumTooHigh")
      .withArgs(above, 0, icnt(100_000));
    await expect(staking.setBondMinimum(0, above))
      .to.be.revertedWithCustomError(staking, "BondMinimumTooHigh")
      .withArgs(0, above, icnt(100_000));
  });

  it("alone sets them and upgrades the code", async () => {
    const { staking, stakingCode, alice } = await loadFixture(withNode);
    const other = staking.connect(alice);
    for (const attempt of [
      () => other.setUnbondingPeriod(1),
      () => other.setSlashCap(1),
      () => other.setBondMinimum(1, 1),
      () => other.upgradeToAndCall(stakingCode, "0x"),
    ]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(staking, "AccessManagedUnauthorized")
        .withArgs(alice);
    }
    await staking.upgradeToAndCall(stakingCode, "0x");
    expect(await staking.positionCount()).to.equal(1);
  });

  it("initializes neither the proxy again nor the implementation", async () => {
    const { staking, stakingCode, alice } = await loadFixture(withNode);
    for (const contract of [staking, stakingCode]) {
      await expect(contract.initialize(alice, 1, 1, 1, 1)).to.be.revertedWithCustomError(
        staking,
        "InvalidInitialization",
      );
    }
  });
});
