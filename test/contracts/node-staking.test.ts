import { expect } from "chai";
import {
  connect,
  deployWithNode,
  ECONOMICS,
  icnt,
  NEVER,
  nodeKey,
  type StakingSystem,
  terms,
} from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture } = connection.networkHelpers;
const withNode = () => deployWithNode(connection);

/** Node 1 with 15,000 ICNT of Alice's (position 2), who is in her second epoch. */
async function withDelegation() {
  const system = await deployWithNode(connection);
  await system.staking.connect(system.alice).stake(1, icnt(15_000), 100_000);
  await system.enter(12);
  return system;
}

const state = async ({ staking }: StakingSystem, id: number): Promise<unknown[]> => {
  const { owner, nodeId, commissionPpm, amount, from, to } = await staking.positionOf(id);
  return [owner, nodeId, commissionPpm, amount, from, to];
};

describe("NodeStaking: bonds", () => {
  describe("given a registered node", () => {
    it("has a bond position of its operator without commission", async () => {
      const system = await loadFixture(withNode);
      expect(await state(system, 1)).to.deep.equal([
        system.operator.address,
        1n,
        0n,
        icnt(10_000),
        9n,
        NEVER,
      ]);
      expect(await system.staking.bondPositionOf(1)).to.equal(1);
      expect(await system.staking.isBond(1)).to.equal(true);
      expect(await system.staking.bondAt(1, 8)).to.equal(0);
      expect(await system.staking.bondAt(1, 9)).to.equal(icnt(10_000));
    });

    it("lets only the registry open or release a bond, and opens no empty one", async () => {
      const { staking, registry, operator } = await loadFixture(withNode);
      for (const attempt of [
        () => staking.connect(operator).openBond(1, operator, 1),
        () => staking.connect(operator).releaseBond(1),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(staking, "NotRegistry").withArgs(operator);
      }
      await staking.setBondMinimum(0, 0);
      await expect(
        registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", 0),
      ).to.be.revertedWithCustomError(staking, "ZeroAmount");
    });

    describe("when the operator adds to the bond", () => {
      it("closes the position and opens its successor at the next epoch", async () => {
        const system = await loadFixture(withNode);
        const { staking, token, operator } = system;
        const adding = staking.connect(operator).addBond(1, icnt(500));
        await expect(adding)
          .to.emit(staking, "PositionChanged")
          .withArgs(1, 1, operator, true, icnt(10_000), 9, 11, 0)
          .and.to.emit(staking, "PositionChanged")
          .withArgs(2, 1, operator, true, icnt(10_500), 11, NEVER, 0)
          .and.to.emit(staking, "StakeCheckpointed")
          .withArgs(1, 11, icnt(10_500), icnt(10_500), icnt(10_500));
        await expect(adding).to.changeTokenBalances(
          connection.ethers,
          token,
          [operator, staking],
          [-icnt(500), icnt(500)],
        );
        expect(await staking.bondPositionOf(1)).to.equal(2);
        expect(await staking.bondAt(1, 10)).to.equal(icnt(10_000));
        expect(await staking.bondAt(1, 11)).to.equal(icnt(10_500));
      });
    });

    describe("when the operator adds twice in an epoch", () => {
      it("edits the successor in place", async () => {
        const system = await loadFixture(withNode);
        const { staking, operator } = system;
        await staking.connect(operator).addBond(1, icnt(500));
        await staking.connect(operator).addBond(1, icnt(200));
        expect(await staking.positionCount()).to.equal(2);
        expect(await state(system, 2)).to.deep.equal([operator.address, 1n, 0n, icnt(10_700), 11n, NEVER]);
      });
    });

    describe("when the bond is all gone but the node goes on", () => {
      it("opens a new bond position", async () => {
        const system = await loadFixture(withNode);
        const { staking, operator } = system;
        await staking.setBondMinimum(0, 0);
        await staking.connect(operator).requestUnbonding(1, icnt(10_000));
        expect(await staking.bondAt(1, 11)).to.equal(0);
        await staking.connect(operator).addBond(1, icnt(4_000));
        expect(await state(system, 2)).to.deep.equal([operator.address, 1n, 0n, icnt(4_000), 11n, NEVER]);
        expect(await staking.bondPositionOf(1)).to.equal(2);
        expect(await staking.bondAt(1, 11)).to.equal(icnt(4_000));
      });
    });

    describe("when the addition is nothing, or not the operator's", () => {
      it("reverts", async () => {
        const { staking, operator, alice } = await loadFixture(withNode);
        await expect(staking.connect(operator).addBond(1, 0)).to.be.revertedWithCustomError(
          staking,
          "ZeroAmount",
        );
        await expect(staking.connect(alice).addBond(1, 1))
          .to.be.revertedWithCustomError(staking, "NotOwner")
          .withArgs(1, alice);
      });
    });
  });

  describe("given a node that does not take stake", () => {
    it("refuses bond and delegations", async () => {
      const { registry, staking, operator, alice } = await loadFixture(withNode);
      await registry.connect(operator).startExit(1);
      for (const attempt of [
        () => staking.connect(operator).addBond(1, 1),
        () => staking.connect(alice).stake(1, 1, 100_000),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(staking, "NodeNotStakable").withArgs(1);
      }
      await expect(staking.connect(alice).stake(7, 1, 100_000))
        .to.be.revertedWithCustomError(staking, "NodeNotStakable")
        .withArgs(7);
    });
  });
});

describe("NodeStaking: delegations", () => {
  describe("given an active node", () => {
    describe("when somebody delegates", () => {
      it("stakes from the next epoch on at the node's commission", async () => {
        const system = await loadFixture(withNode);
        const { staking, token, alice } = system;
        const delegating = staking.connect(alice).stake(1, icnt(15_000), 100_000);
        await expect(delegating)
          .to.emit(staking, "PositionChanged")
          .withArgs(2, 1, alice, false, icnt(15_000), 11, NEVER, 100_000)
          .and.to.emit(staking, "StakeCheckpointed")
          .withArgs(1, 11, icnt(25_000), icnt(10_000), icnt(25_000));
        await expect(delegating).to.changeTokenBalances(
          connection.ethers,
          token,
          [alice, staking],
          [-icnt(15_000), icnt(15_000)],
        );
        expect(await state(system, 2)).to.deep.equal([alice.address, 1n, 100_000n, icnt(15_000), 11n, NEVER]);
        expect(await staking.isBond(2)).to.equal(false);
        expect(await staking.stakeAt(1, 10)).to.equal(icnt(10_000));
        expect(await staking.stakeAt(1, 11)).to.equal(icnt(25_000));
        expect(await staking.totalStakeAt(10)).to.equal(icnt(10_000));
        expect(await staking.totalStakeAt(11)).to.equal(icnt(25_000));
        expect([...(await staking.latestStake(1))]).to.deep.equal([icnt(25_000), icnt(10_000)]);
      });
    });

    describe("when the node raises its commission first", () => {
      it("refuses a delegation above what its owner allows", async () => {
        const { registry, staking, operator, alice } = await loadFixture(withNode);
        await registry.connect(operator).setTerms(1, { ...terms, commissionPpm: 200_000 });
        await expect(staking.connect(alice).stake(1, icnt(1), 100_000))
          .to.be.revertedWithCustomError(staking, "CommissionAboveMax")
          .withArgs(200_000, 100_000);
      });
    });

    describe("when the node raises its commission afterwards", () => {
      it("leaves the delegation and its successors at the old one", async () => {
        const system = await loadFixture(withDelegation);
        const { registry, staking, operator, alice } = system;
        await registry.connect(operator).setTerms(1, { ...terms, commissionPpm: 500_000 });
        await staking.connect(alice).requestUnbonding(2, icnt(1_000));
        expect(await state(system, 3)).to.deep.equal([alice.address, 1n, 100_000n, icnt(14_000), 13n, NEVER]);
      });
    });

    describe("when the stake would exceed the limit by a wei", () => {
      it("reverts", async () => {
        const { staking, alice, bob } = await loadFixture(withNode);
        await staking.connect(alice).stake(1, icnt(19_000), 100_000);
        await expect(staking.connect(bob).stake(1, icnt(1_000) + 1n, 100_000))
          .to.be.revertedWithCustomError(staking, "StakeAboveLimit")
          .withArgs(1, icnt(30_000) + 1n, icnt(30_000));
        await staking.connect(bob).stake(1, icnt(1_000), 100_000);
      });
    });

    describe("when it is nothing", () => {
      it("reverts", async () => {
        const { staking, alice } = await loadFixture(withNode);
        await expect(staking.connect(alice).stake(1, 0, 100_000)).to.be.revertedWithCustomError(
          staking,
          "ZeroAmount",
        );
      });
    });
  });
});

describe("NodeStaking: limits", () => {
  it("follow the bond where it is small and the units where it is large", async () => {
    const { staking } = await loadFixture(withNode);
    expect(await staking.limitFor(icnt(1_000), 20)).to.equal(icnt(10_000));
    expect(await staking.limitFor(icnt(10_000), 20)).to.equal(icnt(30_000));
    expect(await staking.limitFor(icnt(10_000), 0)).to.equal(icnt(10_000));
  });

  it("follow bond, units and rules of the epoch asked for", async () => {
    const { registry, staking, oracle, operator } = await loadFixture(withNode);
    await staking.connect(operator).addBond(1, icnt(5_000));
    await registry.connect(operator).setTerms(1, { ...terms, storageUnits: 40 });
    await oracle.scheduleEconomics({ ...ECONOMICS, stakePerUnit: icnt(500) }, 12);
    expect(await staking.limitAt(1, 8)).to.equal(0);
    expect(await staking.limitAt(1, 10)).to.equal(icnt(30_000));
    expect(await staking.limitAt(1, 11)).to.equal(icnt(55_000));
    expect(await staking.limitAt(1, 12)).to.equal(icnt(35_000));
  });

  it("of new stake are those under the rules of the next epoch", async () => {
    const { staking, oracle, alice } = await loadFixture(withNode);
    await oracle.scheduleEconomics({ ...ECONOMICS, stakePerUnit: icnt(500) }, 11);
    await expect(staking.connect(alice).stake(1, icnt(10_001), 100_000))
      .to.be.revertedWithCustomError(staking, "StakeAboveLimit")
      .withArgs(1, icnt(20_001), icnt(20_000));
  });
});

describe("NodeStaking: unbonding delegations", () => {
  describe("given a delegation that has begun", () => {
    describe("when its owner takes all of it", () => {
      it("earns until the epoch's end and is withdrawable one epoch later", async () => {
        const system = await loadFixture(withDelegation);
        const { staking, alice, startOf } = system;
        const maturesAt = startOf(14);
        await expect(staking.connect(alice).requestUnbonding(2, icnt(15_000)))
          .to.emit(staking, "PositionChanged")
          .withArgs(2, 1, alice, false, icnt(15_000), 11, 13, 100_000)
          .and.to.emit(staking, "UnbondingRequested")
          .withArgs(1, 1, alice, false, icnt(15_000), 13, maturesAt)
          .and.to.emit(staking, "StakeCheckpointed")
          .withArgs(1, 13, icnt(10_000), icnt(10_000), icnt(10_000));
        expect(await staking.positionCount()).to.equal(2);
        expect(await staking.stakeAt(1, 12)).to.equal(icnt(25_000));
        const { owner, nodeId, bond, amount, leftAt, maturesAt: at } = await staking.requestOf(1);
        expect([owner, nodeId, bond, amount, leftAt, at]).to.deep.equal([
          alice.address,
          1n,
          false,
          icnt(15_000),
          13n,
          BigInt(maturesAt),
        ]);
      });
    });

    describe("when its owner takes a part", () => {
      it("goes on in a successor", async () => {
        const system = await loadFixture(withDelegation);
        const { staking, alice } = system;
        const answer = await staking.connect(alice).requestUnbonding.staticCall(2, icnt(5_000));
        expect([...answer]).to.deep.equal([1n, 3n]);
        await staking.connect(alice).requestUnbonding(2, icnt(5_000));
        expect(await state(system, 3)).to.deep.equal([alice.address, 1n, 100_000n, icnt(10_000), 13n, NEVER]);
        expect(await staking.stakeAt(1, 13)).to.equal(icnt(20_000));
      });

      it("edits that successor in place the second time, and down to an empty one", async () => {
        const system = await loadFixture(withDelegation);
        const { staking, alice } = system;
        await staking.connect(alice).requestUnbonding(2, icnt(5_000));
        await staking.connect(alice).requestUnbonding(3, icnt(4_000));
        expect(await state(system, 3)).to.deep.equal([alice.address, 1n, 100_000n, icnt(6_000), 13n, NEVER]);
        await expect(staking.connect(alice).requestUnbonding(3, icnt(6_000)))
          .to.emit(staking, "PositionChanged")
          .withArgs(3, 1, alice, false, 0, 13, 13, 100_000);
        expect(await staking.positionCount()).to.equal(3);
        expect(await staking.stakeAt(1, 13)).to.equal(icnt(10_000));
      });
    });

    describe("when the request is wrong", () => {
      it("reverts and names why", async () => {
        const { staking, alice, bob } = await loadFixture(withDelegation);
        const mine = staking.connect(alice);
        await expect(mine.requestUnbonding(9, 1))
          .to.be.revertedWithCustomError(staking, "UnknownPosition")
          .withArgs(9);
        await expect(staking.connect(bob).requestUnbonding(2, 1))
          .to.be.revertedWithCustomError(staking, "NotOwner")
          .withArgs(2, bob);
        await expect(mine.requestUnbonding(2, 0)).to.be.revertedWithCustomError(staking, "ZeroAmount");
        await expect(mine.requestUnbonding(2, icnt(15_000) + 1n))
          .to.be.revertedWithCustomError(staking, "AmountAbovePosition")
          .withArgs(icnt(15_000) + 1n, icnt(15_000));
        await mine.requestUnbonding(2, 1);
        await expect(mine.requestUnbonding(2, 1))
          .to.be.revertedWithCustomError(staking, "PositionClosed")
          .withArgs(2, 13);
      });
    });

    describe("when the node exits or its stake is above the limit", () => {
      it("leaves all the same", async () => {
        const { registry, staking, oracle, operator, alice } = await loadFixture(withDelegation);
        await oracle.scheduleEconomics({ ...ECONOMICS, stakePerUnit: 0 }, 0);
        await registry.connect(operator).startExit(1);
        await staking.connect(alice).requestUnbonding(2, icnt(15_000));
      });
    });
  });

  describe("given a request", () => {
    async function requested() {
      const system = await withDelegation();
      await system.staking.connect(system.alice).requestUnbonding(2, icnt(15_000));
      return system;
    }

    describe("when it is completed before its time", () => {
      it("reverts", async () => {
        const { staking, startOf } = await loadFixture(requested);
        const early = startOf(14) - 1;
        await connection.networkHelpers.time.setNextBlockTimestamp(early);
        await expect(staking.completeUnbonding(1))
          .to.be.revertedWithCustomError(staking, "NotMatured")
          .withArgs(1, early, early + 1);
      });
    });

    describe("when its time has come", () => {
      it("pays the owner once, whoever calls, whatever is settled", async () => {
        const { staking, token, stranger, alice, startOf } = await loadFixture(requested);
        await connection.networkHelpers.time.setNextBlockTimestamp(startOf(14));
        const completing = staking.connect(stranger).completeUnbonding(1);
        await expect(completing).to.emit(staking, "UnbondingCompleted").withArgs(1, alice, icnt(15_000));
        await expect(completing).to.changeTokenBalances(
          connection.ethers,
          token,
          [alice, staking],
          [icnt(15_000), -icnt(15_000)],
        );
        for (const id of [1, 2]) {
          await expect(staking.completeUnbonding(id))
            .to.be.revertedWithCustomError(staking, "UnknownRequest")
            .withArgs(id);
        }
      });
    });
  });
});
