import { expect } from "chai";
import { connect, deployStaking, deployWithNode, icnt, nodeKey, Status, terms } from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture } = connection.networkHelpers;
const fresh = () => deployStaking(connection);
const withNode = () => deployWithNode(connection);

/** Node 1 in maintenance from epoch 11 on; the time is epoch 12. */
async function inMaintenance() {
  const system = await deployWithNode(connection);
  await system.registry.connect(system.operator).startMaintenance(1);
  await system.enter(12);
  return system;
}

describe("NodeRegistry: maintenance", () => {
  describe("given an active node", () => {
    describe("when its operator starts maintenance", () => {
      it("serves to the epoch's end and is in Maintenance then", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await expect(registry.connect(operator).startMaintenance(1))
          .to.emit(registry, "NodeTermsChanged")
          .withArgs(
            1,
            11,
            Status.Maintenance,
            Object.values(terms).map((value) => (typeof value === "number" ? BigInt(value) : value)),
          );
        expect((await registry.termsAt(1, 10)).status).to.equal(Status.Active);
        expect((await registry.termsAt(1, 11)).status).to.equal(Status.Maintenance);
      });
    });

    describe("when it is announced and called off within an epoch", () => {
      it("stays Active", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await registry.connect(operator).startMaintenance(1);
        await registry.connect(operator).endMaintenance(1);
        expect((await registry.termsAt(1, 11)).status).to.equal(Status.Active);
      });
    });

    describe("when it ends without having started", () => {
      it("reverts", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await expect(registry.connect(operator).endMaintenance(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Active, Status.Maintenance);
      });
    });
  });

  describe("given a node that was not activated", () => {
    it("has nothing to interrupt", async () => {
      const { registry, operator, enter } = await loadFixture(fresh);
      await enter(10);
      await registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(3_000));
      await expect(registry.connect(operator).startMaintenance(1))
        .to.be.revertedWithCustomError(registry, "WrongStatus")
        .withArgs(1, Status.Registered, Status.Active);
    });
  });

  describe("given a node in maintenance", () => {
    describe("when its operator ends it", () => {
      it("is Active from the next epoch on", async () => {
        const { registry, operator } = await loadFixture(inMaintenance);
        await registry.connect(operator).endMaintenance(1);
        expect((await registry.termsAt(1, 12)).status).to.equal(Status.Maintenance);
        expect((await registry.termsAt(1, 13)).status).to.equal(Status.Active);
      });
    });

    describe("when anyone else starts or ends it, or activates the node", () => {
      it("reverts", async () => {
        const { registry, alice } = await loadFixture(inMaintenance);
        const other = registry.connect(alice);
        for (const attempt of [() => other.startMaintenance(1), () => other.endMaintenance(1)]) {
          await expect(attempt()).to.be.revertedWithCustomError(registry, "NotOperator").withArgs(1, alice);
        }
        await expect(other.activate(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Maintenance, Status.Registered);
        await expect(other.startMaintenance(7))
          .to.be.revertedWithCustomError(registry, "UnknownNode")
          .withArgs(7);
      });
    });

    describe("when it starts again", () => {
      it("reverts", async () => {
        const { registry, operator } = await loadFixture(inMaintenance);
        await expect(registry.connect(operator).startMaintenance(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Maintenance, Status.Active);
      });
    });

    describe("when a slash left too little bond", () => {
      it("ends only once the bond is complete again", async () => {
        const { registry, staking, operator } = await loadFixture(inMaintenance);
        await staking.connect(operator).requestUnbonding(1, icnt(7_000));
        await staking.slash(1, icnt(500), 12);
        await expect(registry.connect(operator).endMaintenance(1))
          .to.be.revertedWithCustomError(registry, "BondTooLow")
          .withArgs(1, icnt(2_500), icnt(3_000));
        await staking.connect(operator).addBond(1, icnt(500));
        await registry.connect(operator).endMaintenance(1);
        expect((await registry.latestTerms(1)).status).to.equal(Status.Active);
      });
    });

    describe("when its terms change", () => {
      it("stays in maintenance and answers for its units", async () => {
        const { registry, operator } = await loadFixture(inMaintenance);
        await registry.connect(operator).setTerms(1, { ...terms, commissionPpm: 5 });
        expect((await registry.latestTerms(1)).status).to.equal(Status.Maintenance);
        await expect(registry.connect(operator).setTerms(1, { ...terms, storageUnits: 100 }))
          .to.be.revertedWithCustomError(registry, "BondTooLow")
          .withArgs(1, icnt(10_000), icnt(11_000));
      });
    });

    describe("when somebody delegates and adds to it", () => {
      it("takes the stake", async () => {
        const { staking, alice, enter } = await loadFixture(inMaintenance);
        await staking.connect(alice).stake(1, icnt(1_000), 100_000);
        await enter(13);
        await staking.connect(alice).topUp(2, icnt(500));
        expect(await staking.stakeAt(1, 14)).to.equal(icnt(11_500));
      });
    });

    describe("when its operator takes out bond", () => {
      it("keeps the minimum", async () => {
        const { staking, operator } = await loadFixture(inMaintenance);
        await expect(staking.connect(operator).requestUnbonding(1, icnt(7_000) + 1n))
          .to.be.revertedWithCustomError(staking, "BondTooLow")
          .withArgs(1, icnt(3_000) - 1n, icnt(3_000));
      });
    });

    describe("when its operator starts the exit", () => {
      it("is Exiting from the next epoch on and lets the bond go", async () => {
        const { registry, staking, operator } = await loadFixture(inMaintenance);
        await registry.connect(operator).startExit(1);
        await staking.connect(operator).requestUnbonding(1, icnt(10_000));
        expect((await registry.termsAt(1, 12)).status).to.equal(Status.Maintenance);
        expect((await registry.termsAt(1, 13)).status).to.equal(Status.Exiting);
        await registry.completeExit(1);
        await expect(registry.connect(operator).endMaintenance(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Exited, Status.Active);
      });
    });
  });
});
