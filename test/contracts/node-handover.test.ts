import { expect } from "chai";
import {
  connect,
  deployStaking,
  deployWithNode,
  icnt,
  NEVER,
  nodeKey,
  type StakingSystem,
  Status,
  terms,
  UNBONDING_EPOCHS,
} from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture } = connection.networkHelpers;
const ZERO = connection.ethers.ZeroAddress;
const fresh = () => deployStaking(connection);
const withNode = () => deployWithNode(connection);

/** Node 1 offered to Bob; the time is epoch 10. */
async function offered() {
  const system = await deployWithNode(connection);
  await system.registry.connect(system.operator).offerOperator(1, system.bob);
  return system;
}

async function handedOver() {
  const system = await offered();
  await system.registry.connect(system.bob).acceptOperator(1);
  return system;
}

const state = async ({ staking }: StakingSystem, id: number): Promise<unknown[]> => {
  const { owner, amount, from, to } = await staking.positionOf(id);
  return [owner, amount, from, to];
};

describe("NodeRegistry: offers", () => {
  describe("given an active node", () => {
    describe("when its operator offers it", () => {
      it("changes nothing but whom it waits for", async () => {
        const { registry, operator, bob } = await loadFixture(withNode);
        await expect(registry.connect(operator).offerOperator(1, bob))
          .to.emit(registry, "OperatorOffered")
          .withArgs(1, operator, bob);
        expect(await registry.pendingOperatorOf(1)).to.equal(bob.address);
        expect(await registry.operatorOf(1)).to.equal(operator.address);
      });
    });

    describe("when anyone else offers it", () => {
      it("reverts", async () => {
        const { registry, alice } = await loadFixture(withNode);
        await expect(registry.connect(alice).offerOperator(1, alice))
          .to.be.revertedWithCustomError(registry, "NotOperator")
          .withArgs(1, alice);
        await expect(registry.connect(alice).offerOperator(2, alice))
          .to.be.revertedWithCustomError(registry, "UnknownNode")
          .withArgs(2);
      });
    });
  });

  describe("given an offered node", () => {
    describe("when it is offered to another", () => {
      it("forgets the first", async () => {
        const { registry, operator, alice, bob } = await loadFixture(offered);
        await registry.connect(operator).offerOperator(1, alice);
        await expect(registry.connect(bob).acceptOperator(1))
          .to.be.revertedWithCustomError(registry, "NotOffered")
          .withArgs(1, bob);
        await registry.connect(alice).acceptOperator(1);
      });
    });

    describe("when the offer is withdrawn", () => {
      it("cannot be accepted any more", async () => {
        const { registry, operator, bob } = await loadFixture(offered);
        await expect(registry.connect(operator).offerOperator(1, ZERO))
          .to.emit(registry, "OperatorOffered")
          .withArgs(1, operator, ZERO);
        await expect(registry.connect(bob).acceptOperator(1))
          .to.be.revertedWithCustomError(registry, "NotOffered")
          .withArgs(1, bob);
      });
    });

    describe("when another accepts", () => {
      it("reverts, as for a node that nobody has", async () => {
        const { registry, alice } = await loadFixture(offered);
        for (const node of [1, 2]) {
          await expect(registry.connect(alice).acceptOperator(node))
            .to.be.revertedWithCustomError(registry, "NotOffered")
            .withArgs(node, alice);
        }
      });
    });

    describe("when the node has exited meanwhile", () => {
      it("reverts", async () => {
        const { registry, staking, operator, bob } = await loadFixture(offered);
        await registry.connect(operator).startExit(1);
        await staking.connect(operator).requestUnbonding(1, icnt(10_000));
        await registry.completeExit(1);
        await expect(registry.connect(bob).acceptOperator(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Exited, Status.Active);
      });
    });
  });
});

describe("NodeRegistry: acceptance", () => {
  describe("given an offered node", () => {
    describe("when it is accepted", () => {
      it("gives the operator's rights at once, once", async () => {
        const { registry, operator, bob } = await loadFixture(offered);
        await expect(registry.connect(bob).acceptOperator(1))
          .to.emit(registry, "OperatorChanged")
          .withArgs(1, operator, bob, 11);
        expect(await registry.operatorOf(1)).to.equal(bob.address);
        expect(await registry.pendingOperatorOf(1)).to.equal(ZERO);
        await registry.connect(bob).setTerms(1, { ...terms, commissionPpm: 1 });
        await expect(registry.connect(operator).setTerms(1, terms))
          .to.be.revertedWithCustomError(registry, "NotOperator")
          .withArgs(1, operator);
        await expect(registry.connect(bob).acceptOperator(1))
          .to.be.revertedWithCustomError(registry, "NotOffered")
          .withArgs(1, bob);
      });

      it("passes a bond that has begun from the next epoch on, and neither stake nor ICNT moves", async () => {
        const system = await loadFixture(offered);
        const { registry, staking, token, operator, bob } = system;
        const accepting = registry.connect(bob).acceptOperator(1);
        await expect(accepting)
          .to.emit(staking, "PositionChanged")
          .withArgs(1, 1, operator, true, icnt(10_000), 9, 11, 0)
          .and.to.emit(staking, "PositionChanged")
          .withArgs(2, 1, bob, true, icnt(10_000), 11, NEVER, 0)
          .and.not.to.emit(staking, "StakeCheckpointed");
        await expect(accepting).to.changeTokenBalances(
          connection.ethers,
          token,
          [operator, bob, staking],
          [0, 0, 0],
        );
        expect(await staking.bondPositionOf(1)).to.equal(2);
        expect([await staking.bondAt(1, 10), await staking.bondAt(1, 11)]).to.deep.equal([
          icnt(10_000),
          icnt(10_000),
        ]);
        expect(await staking.totalStakeAt(11)).to.equal(icnt(10_000));
      });

      it("closes a bond that has not begun as an empty one", async () => {
        const system = await loadFixture(offered);
        const { registry, staking, operator, bob } = system;
        await staking.connect(operator).addBond(1, icnt(500));
        await registry.connect(bob).acceptOperator(1);
        expect(await state(system, 1)).to.deep.equal([operator.address, icnt(10_000), 9n, 11n]);
        expect(await state(system, 2)).to.deep.equal([operator.address, 0n, 11n, 11n]);
        expect(await state(system, 3)).to.deep.equal([bob.address, icnt(10_500), 11n, NEVER]);
        expect(await staking.bondAt(1, 11)).to.equal(icnt(10_500));
        expect([...(await staking.positionsOf(operator, 0, 9))]).to.deep.equal([2n, 1n]);
        expect([...(await staking.positionsOf(bob, 0, 9))]).to.deep.equal([3n]);
      });

      it("leaves the old operator its delegations", async () => {
        const system = await loadFixture(offered);
        await system.staking.connect(system.operator).stake(1, icnt(100), 100_000);
        await system.registry.connect(system.bob).acceptOperator(1);
        expect(await state(system, 2)).to.deep.equal([system.operator.address, icnt(100), 11n, NEVER]);
      });
    });

    describe("when it goes back within the epoch", () => {
      it("leaves an empty position between", async () => {
        const system = await loadFixture(handedOver);
        const { registry, staking, operator, bob } = system;
        await registry.connect(bob).offerOperator(1, operator);
        await registry.connect(operator).acceptOperator(1);
        expect(await state(system, 2)).to.deep.equal([bob.address, 0n, 11n, 11n]);
        expect(await state(system, 3)).to.deep.equal([operator.address, icnt(10_000), 11n, NEVER]);
        expect([...(await staking.positionsOf(operator, 0, 9))]).to.deep.equal([3n, 1n]);
        expect((await staking.latestStake(1)).bond).to.equal(icnt(10_000));
      });
    });
  });

  describe("given a node registered before epoch 0", () => {
    it("passes with its bond from epoch 0 on", async () => {
      const system = await loadFixture(fresh);
      const { registry, operator, bob } = system;
      await registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(4_000));
      await registry.connect(operator).offerOperator(1, bob);
      await registry.connect(bob).acceptOperator(1);
      expect(await state(system, 1)).to.deep.equal([operator.address, 0n, 0n, 0n]);
      expect(await state(system, 2)).to.deep.equal([bob.address, icnt(4_000), 0n, NEVER]);
    });
  });

  describe("given an exiting node", () => {
    it("passes what is left of its bond, which may go", async () => {
      const { registry, staking, operator, bob } = await loadFixture(offered);
      await registry.connect(operator).startExit(1);
      await staking.connect(operator).requestUnbonding(1, icnt(9_500));
      await registry.connect(bob).acceptOperator(1);
      await staking.connect(bob).requestUnbonding(3, icnt(500));
      await registry.completeExit(1);
    });

    it("passes without a bond once all of it is leaving", async () => {
      const { registry, staking, operator, bob } = await loadFixture(offered);
      await registry.connect(operator).startExit(1);
      await staking.connect(operator).requestUnbonding(1, icnt(10_000));
      await registry.connect(bob).acceptOperator(1);
      expect(await registry.operatorOf(1)).to.equal(bob.address);
      expect(await staking.positionCount()).to.equal(1);
      expect((await staking.requestOf(1)).owner).to.equal(operator.address);
    });
  });

  describe("given a node without a bond that goes on", () => {
    it("takes a new bond from its new operator alone", async () => {
      const system = await loadFixture(offered);
      const { registry, staking, operator, bob } = system;
      await staking.setBondMinimum(0, 0);
      await staking.connect(operator).requestUnbonding(1, icnt(10_000));
      await registry.connect(bob).acceptOperator(1);
      await expect(staking.connect(operator).addBond(1, 1))
        .to.be.revertedWithCustomError(staking, "NotOwner")
        .withArgs(1, operator);
      await staking.connect(bob).addBond(1, icnt(700));
      expect(await state(system, 2)).to.deep.equal([bob.address, icnt(700), 11n, NEVER]);
    });
  });

  describe("given anyone but the registry", () => {
    it("passes no bond", async () => {
      const { staking, operator, bob } = await loadFixture(withNode);
      await expect(staking.connect(operator).passBond(1, bob))
        .to.be.revertedWithCustomError(staking, "NotRegistry")
        .withArgs(operator);
    });
  });
});

describe("NodeStaking: a bond that was passed on", () => {
  describe("given the new operator", () => {
    it("adds to it and takes from it, the old one does not", async () => {
      const { staking, operator, bob } = await loadFixture(handedOver);
      await staking.connect(bob).addBond(1, icnt(500));
      await staking.connect(bob).requestUnbonding(2, icnt(1_000));
      expect((await staking.requestOf(1)).owner).to.equal(bob.address);
      await expect(staking.connect(operator).addBond(1, 1))
        .to.be.revertedWithCustomError(staking, "NotOwner")
        .withArgs(2, operator);
      await expect(staking.connect(operator).requestUnbonding(2, 1))
        .to.be.revertedWithCustomError(staking, "NotOwner")
        .withArgs(2, operator);
      await expect(staking.connect(operator).requestUnbonding(1, 1))
        .to.be.revertedWithCustomError(staking, "PositionClosed")
        .withArgs(1, 11);
    });
  });

  describe("given an offence before the handover (INV-9)", () => {
    it("answers for it: passing is not adding", async () => {
      const { staking, bob } = await loadFixture(handedOver);
      await staking.connect(bob).addBond(1, icnt(5_000));
      expect(await staking.slash.staticCall(1, icnt(1_000), 10)).to.equal(icnt(1_000));
      await staking.slash(1, icnt(1_000), 10);
      expect((await staking.positionOf(2)).amount).to.equal(icnt(14_000));
    });

    it("is spared where what backed the offence left with the old operator", async () => {
      const { registry, staking, operator, bob, enter } = await loadFixture(offered);
      await staking.connect(operator).addBond(1, icnt(5_000));
      await enter(12);
      await staking.connect(operator).requestUnbonding(2, icnt(10_000));
      await registry.connect(bob).acceptOperator(1);
      await expect(staking.slash(1, icnt(1_000), 10))
        .to.emit(staking, "UnbondingSlashed")
        .withArgs(1, icnt(1_000), icnt(9_000));
      expect((await staking.latestStake(1)).bond).to.equal(icnt(5_000));
    });
  });

  describe("given a request that the old operator had made", () => {
    it("pays the old operator what was not slashed, once all it backed is final (INV-10)", async () => {
      const { registry, staking, oracle, token, operator, bob, enter } = await loadFixture(offered);
      await staking.connect(operator).requestUnbonding(1, icnt(7_000));
      await registry.connect(bob).acceptOperator(1);
      await enter(11 + UNBONDING_EPOCHS);
      await expect(staking.completeUnbonding(1))
        .to.be.revertedWithCustomError(staking, "NotSettled")
        .withArgs(1, 10, 0);
      await staking.slash(1, icnt(1_000), 10);
      await oracle.setFinalizedCount(11);
      await expect(staking.completeUnbonding(1)).to.changeTokenBalances(
        connection.ethers,
        token,
        [operator, bob],
        [icnt(7_000), 0],
      );
      expect((await staking.latestStake(1)).bond).to.equal(icnt(2_000));
    });
  });
});
