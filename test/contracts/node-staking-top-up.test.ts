import { expect } from "chai";
import {
  connect,
  deployWithNode,
  icnt,
  NEVER,
  type StakingSystem,
  terms,
  UNBONDING_EPOCHS,
} from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture } = connection.networkHelpers;
const withNode = () => deployWithNode(connection);

/** Node 1 with 5,000 ICNT of Alice's (position 2) at 10 %, who is in her second epoch. */
async function withDelegation() {
  const system = await deployWithNode(connection);
  await system.staking.connect(system.alice).stake(1, icnt(5_000), 100_000);
  await system.enter(12);
  return system;
}

const setCommission = ({ registry, operator }: StakingSystem, commissionPpm: number) =>
  registry.connect(operator).setTerms(1, { ...terms, commissionPpm });

const state = async ({ staking }: StakingSystem, id: number): Promise<unknown[]> => {
  const { owner, commissionPpm, amount, from, to } = await staking.positionOf(id);
  return [owner, commissionPpm, amount, from, to];
};

describe("NodeStaking: topping up", () => {
  describe("given a delegation that has begun", () => {
    describe("when its owner adds to it", () => {
      it("goes on with the sum from the next epoch on", async () => {
        const system = await loadFixture(withDelegation);
        const { staking, token, alice } = system;
        expect(await staking.connect(alice).topUp.staticCall(2, icnt(700))).to.equal(3);
        const adding = staking.connect(alice).topUp(2, icnt(700));
        await expect(adding)
          .to.emit(staking, "PositionChanged")
          .withArgs(2, 1, alice, false, icnt(5_000), 11, 13, 100_000)
          .and.to.emit(staking, "PositionChanged")
          .withArgs(3, 1, alice, false, icnt(5_700), 13, NEVER, 100_000)
          .and.to.emit(staking, "StakeCheckpointed")
          .withArgs(1, 13, icnt(15_700), icnt(10_000), icnt(15_700));
        await expect(adding).to.changeTokenBalances(
          connection.ethers,
          token,
          [alice, staking],
          [-icnt(700), icnt(700)],
        );
        expect(await staking.stakeAt(1, 12)).to.equal(icnt(15_000));
      });
    });

    describe("when the node takes less by now", () => {
      it("has the lower rate for all of it", async () => {
        const system = await loadFixture(withDelegation);
        await setCommission(system, 30_000);
        await system.staking.connect(system.alice).topUp(2, 1);
        expect(await state(system, 2)).to.deep.equal([system.alice.address, 100_000n, icnt(5_000), 11n, 13n]);
        expect(await state(system, 3)).to.deep.equal([
          system.alice.address,
          30_000n,
          icnt(5_000) + 1n,
          13n,
          NEVER,
        ]);
      });
    });

    describe("when the node takes more by now", () => {
      it("reverts: the rate of a delegation never rises", async () => {
        const system = await loadFixture(withDelegation);
        await setCommission(system, 100_001);
        await expect(system.staking.connect(system.alice).topUp(2, 1))
          .to.be.revertedWithCustomError(system.staking, "CommissionAboveMax")
          .withArgs(100_001, 100_000);
      });
    });

    describe("when the stake would exceed the limit by a wei", () => {
      it("reverts", async () => {
        const { staking, alice } = await loadFixture(withDelegation);
        await expect(staking.connect(alice).topUp(2, icnt(15_000) + 1n))
          .to.be.revertedWithCustomError(staking, "StakeAboveLimit")
          .withArgs(1, icnt(30_000) + 1n, icnt(30_000));
        await staking.connect(alice).topUp(2, icnt(15_000));
      });
    });

    describe("when the node exits", () => {
      it("reverts", async () => {
        const { registry, staking, operator, alice } = await loadFixture(withDelegation);
        await registry.connect(operator).startExit(1);
        await expect(staking.connect(alice).topUp(2, 1))
          .to.be.revertedWithCustomError(staking, "NodeNotStakable")
          .withArgs(1);
      });
    });

    describe("when the request is wrong", () => {
      it("reverts and names why", async () => {
        const { staking, operator, alice, bob } = await loadFixture(withDelegation);
        const mine = staking.connect(alice);
        await expect(mine.topUp(9, 1)).to.be.revertedWithCustomError(staking, "UnknownPosition").withArgs(9);
        await expect(staking.connect(bob).topUp(2, 1))
          .to.be.revertedWithCustomError(staking, "NotOwner")
          .withArgs(2, bob);
        await expect(mine.topUp(2, 0)).to.be.revertedWithCustomError(staking, "ZeroAmount");
        await expect(staking.connect(operator).topUp(1, 1))
          .to.be.revertedWithCustomError(staking, "NotDelegation")
          .withArgs(1);
        await mine.requestUnbonding(2, icnt(5_000));
        await expect(mine.topUp(2, 1))
          .to.be.revertedWithCustomError(staking, "PositionClosed")
          .withArgs(2, 13);
      });
    });
  });

  describe("given a delegation that has not begun", () => {
    it("is edited in place, its rate included", async () => {
      const system = await loadFixture(withNode);
      const { staking, alice } = system;
      await staking.connect(alice).stake(1, icnt(5_000), 100_000);
      await setCommission(system, 20_000);
      await staking.connect(alice).topUp(2, icnt(300));
      expect(await staking.positionCount()).to.equal(2);
      expect(await state(system, 2)).to.deep.equal([alice.address, 20_000n, icnt(5_300), 11n, NEVER]);
      expect(await staking.stakeAt(1, 11)).to.equal(icnt(15_300));
    });
  });
});

describe("NodeStaking: positions by owner", () => {
  /** Alice has positions 2, 4 and 5, of which 5 goes on from 4; Bob has 3. */
  async function withSeveral() {
    const system = await withDelegation();
    const { staking, alice, bob, enter } = system;
    await staking.connect(bob).stake(1, icnt(100), 100_000);
    await staking.connect(alice).stake(1, icnt(100), 100_000);
    await enter(14);
    await staking.connect(alice).topUp(4, icnt(1));
    return system;
  }

  it("are listed from the newest on", async () => {
    const { staking, operator, alice, bob } = await loadFixture(withSeveral);
    expect([...(await staking.positionsOf(alice, 0, 10))]).to.deep.equal([5n, 4n, 2n]);
    expect([...(await staking.positionsOf(bob, 0, 10))]).to.deep.equal([3n]);
    expect([...(await staking.positionsOf(operator, 0, 10))]).to.deep.equal([1n]);
  });

  it("come in pages, each before the last of the page before", async () => {
    const { staking, alice } = await loadFixture(withSeveral);
    expect([...(await staking.positionsOf(alice, 0, 2))]).to.deep.equal([5n, 4n]);
    expect([...(await staking.positionsOf(alice, 4, 2))]).to.deep.equal([2n]);
    expect([...(await staking.positionsOf(alice, 2, 2))]).to.deep.equal([]);
    expect([...(await staking.positionsOf(alice, 0, 0))]).to.deep.equal([]);
    expect([...(await staking.positionsOf(alice, 5, 2n ** 256n - 1n))]).to.deep.equal([4n, 2n]);
  });

  it("are none of an account without stake", async () => {
    const { staking, stranger } = await loadFixture(withSeveral);
    expect([...(await staking.positionsOf(stranger, 0, 10))]).to.deep.equal([]);
  });

  it("refuse to go on from a position of somebody else", async () => {
    const { staking, alice } = await loadFixture(withSeveral);
    for (const before of [3, 99]) {
      await expect(staking.positionsOf(alice, before, 10))
        .to.be.revertedWithCustomError(staking, "NotOwner")
        .withArgs(before, alice);
    }
  });
});

describe("NodeStaking: bond leaves in the order in which it came", () => {
  describe("given a request under a long period", () => {
    async function requested() {
      const system = await deployWithNode(connection);
      await system.staking.connect(system.operator).addBond(1, icnt(20_000));
      await system.enter(12);
      await system.staking.connect(system.operator).requestUnbonding(2, icnt(10_000));
      await system.staking.setUnbondingPeriod(1);
      return system;
    }

    describe("when a vote shortens the period and more bond leaves", () => {
      it("lets the younger wait for the older", async () => {
        const { staking, operator, startOf } = await loadFixture(requested);
        const maturesAt = startOf(13 + UNBONDING_EPOCHS);
        await expect(staking.connect(operator).requestUnbonding(3, icnt(9_500)))
          .to.emit(staking, "UnbondingRequested")
          .withArgs(2, 1, operator, true, icnt(9_500), 13, maturesAt);
        expect((await staking.requestOf(2)).maturesAt).to.equal(maturesAt);
      });

      it("reaches the older in full for an offence before the younger came (INV-9)", async () => {
        const { staking, oracle, operator, enter } = await loadFixture(requested);
        await staking.connect(operator).requestUnbonding(3, icnt(9_500));
        await enter(15);
        await oracle.setFinalizedCount(15);
        await expect(staking.completeUnbonding(2)).to.be.revertedWithCustomError(staking, "NotMatured");
        expect(await staking.slash.staticCall(1, icnt(1_000), 10)).to.equal(icnt(1_000));
      });
    });

    describe("when the older was paid out", () => {
      it("holds nothing back any more", async () => {
        const { staking, oracle, operator, enter, startOf } = await loadFixture(requested);
        await enter(13 + UNBONDING_EPOCHS);
        await oracle.setFinalizedCount(13);
        await staking.completeUnbonding(1);
        await staking.connect(operator).requestUnbonding(3, 1);
        expect((await staking.requestOf(2)).maturesAt).to.equal(startOf(15 + UNBONDING_EPOCHS));
      });
    });

    describe("when a delegation leaves", () => {
      it("waits for nobody", async () => {
        const { staking, alice, startOf, enter } = await loadFixture(requested);
        await staking.connect(alice).stake(1, icnt(100), 100_000);
        await enter(13);
        await staking.connect(alice).requestUnbonding(4, icnt(100));
        expect((await staking.requestOf(2)).maturesAt).to.equal(startOf(15));
      });
    });
  });
});
