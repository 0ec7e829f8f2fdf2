import { expect } from "chai";
import {
  CREDIT_POOL,
  connect,
  deployStaking,
  deployWithNode,
  FEE,
  icnt,
  nodeKey,
  Status,
  terms,
} from "../helpers/staking.ts";

const connection = await connect();
const { loadFixture } = connection.networkHelpers;
const fresh = () => deployStaking(connection);
const withNode = () => deployWithNode(connection);

describe("NodeRegistry: life of a node", () => {
  describe("given a registered node", () => {
    async function registered() {
      const system = await deployStaking(connection);
      await system.enter(10);
      await system.registry.connect(system.operator).register(nodeKey("k"), terms, "http://a.b", icnt(3_000));
      return system;
    }

    describe("when anyone activates it in the epoch of its registration", () => {
      it("is Active from the next epoch on", async () => {
        const { registry, stranger } = await loadFixture(registered);
        await registry.connect(stranger).activate(1);
        expect((await registry.termsAt(1, 10)).status).to.equal(Status.None);
        expect((await registry.termsAt(1, 11)).status).to.equal(Status.Active);
      });
    });

    describe("when it is activated twice", () => {
      it("reverts", async () => {
        const { registry } = await loadFixture(registered);
        await registry.activate(1);
        await expect(registry.activate(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Active, Status.Registered);
      });
    });

    describe("when a slash left too little bond", () => {
      it("is not activated before the bond is complete again", async () => {
        const { registry, staking, operator, enter } = await loadFixture(registered);
        await enter(12);
        await staking.slash(1, icnt(300), 12);
        await expect(registry.activate(1))
          .to.be.revertedWithCustomError(registry, "BondTooLow")
          .withArgs(1, icnt(2_700), icnt(3_000));
        await staking.connect(operator).addBond(1, icnt(300));
        await registry.activate(1);
      });
    });
  });

  describe("given an active node", () => {
    describe("when its operator starts the exit", () => {
      it("serves to the epoch's end and is Exiting then", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await registry.connect(operator).startExit(1);
        expect((await registry.termsAt(1, 10)).status).to.equal(Status.Active);
        expect((await registry.termsAt(1, 11)).status).to.equal(Status.Exiting);
      });
    });

    describe("when the exit is completed without having started", () => {
      it("reverts", async () => {
        const { registry } = await loadFixture(withNode);
        await expect(registry.completeExit(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Active, Status.Exiting);
      });
    });
  });

  describe("given an exiting node", () => {
    async function exiting() {
      const system = await deployWithNode(connection);
      await system.registry.connect(system.operator).startExit(1);
      return system;
    }

    describe("when its exit starts again or it is activated", () => {
      it("reverts", async () => {
        const { registry, operator } = await loadFixture(exiting);
        await expect(registry.connect(operator).startExit(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Exiting, Status.Active);
        await expect(registry.activate(1))
          .to.be.revertedWithCustomError(registry, "WrongStatus")
          .withArgs(1, Status.Exiting, Status.Registered);
      });
    });

    describe("when it takes fewer units than its stake needs", () => {
      it("accepts them", async () => {
        const { registry, operator } = await loadFixture(exiting);
        await registry.connect(operator).setTerms(1, { ...terms, storageUnits: 1 });
        expect((await registry.latestTerms(1)).status).to.equal(Status.Exiting);
      });
    });

    describe("when bond is left", () => {
      it("does not complete the exit", async () => {
        const { registry } = await loadFixture(exiting);
        await expect(registry.completeExit(1))
          .to.be.revertedWithCustomError(registry, "StillBonded")
          .withArgs(1, icnt(10_000));
      });
    });

    describe("when the whole bond is leaving", () => {
      it("completes the exit, which is final", async () => {
        const { registry, staking, operator, stranger } = await loadFixture(exiting);
        await staking.connect(operator).requestUnbonding(1, icnt(10_000));
        await registry.connect(stranger).completeExit(1);
        expect((await registry.latestTerms(1)).status).to.equal(Status.Exited);
        for (const attempt of [
          () => registry.connect(operator).startExit(1),
          () => registry.connect(operator).setTerms(1, terms),
          () => registry.connect(operator).rotateNodeKey(1, nodeKey("x")),
          () => registry.connect(operator).setEndpoint(1, "http://x.y"),
        ]) {
          await expect(attempt())
            .to.be.revertedWithCustomError(registry, "WrongStatus")
            .withArgs(1, Status.Exited, Status.Active);
        }
      });
    });
  });
});

describe("NodeRegistry: authority", () => {
  describe("given the authority", () => {
    it("sets the fee that the next registration pays", async () => {
      const { registry, operator, token } = await loadFixture(fresh);
      await expect(registry.setFee(icnt(25)))
        .to.emit(registry, "FeeChanged")
        .withArgs(icnt(25));
      expect(await registry.fee()).to.equal(icnt(25));
      await expect(
        registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(3_000)),
      ).to.changeTokenBalance(connection.ethers, token, CREDIT_POOL, icnt(25));
    });

    it("may waive the fee but not lift it above 1,000 ICNT", async () => {
      const { registry, operator } = await loadFixture(fresh);
      await registry.setFee(0);
      await registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(3_000));
      await registry.setFee(icnt(1_000));
      await expect(registry.setFee(icnt(1_000) + 1n))
        .to.be.revertedWithCustomError(registry, "FeeTooHigh")
        .withArgs(icnt(1_000) + 1n, icnt(1_000));
    });

    it("sets the caps of a class", async () => {
      const { registry } = await loadFixture(fresh);
      await expect(registry.setClassCaps(4, 1, 2, 3))
        .to.emit(registry, "ClassCapsChanged")
        .withArgs(4, 1, 2, 3);
      expect([...(await registry.classCaps(4))]).to.deep.equal([1n, 2n, 3n]);
      expect([...(await registry.classCaps(1))]).to.deep.equal([1_000n, 200n, 500n]);
    });

    it("moves the credit pool, but not to nowhere", async () => {
      const { registry, alice } = await loadFixture(fresh);
      await expect(registry.setCreditPool(alice)).to.emit(registry, "CreditPoolChanged").withArgs(alice);
      expect(await registry.creditPool()).to.equal(alice.address);
      await expect(registry.setCreditPool(connection.ethers.ZeroAddress)).to.be.revertedWithCustomError(
        registry,
        "ZeroCreditPool",
      );
    });

    it("upgrades the code and keeps the state", async () => {
      const { registry, registryCode } = await loadFixture(withNode);
      await registry.upgradeToAndCall(registryCode, "0x");
      expect(await registry.nodeCount()).to.equal(1);
      expect(await registry.fee()).to.equal(FEE);
    });
  });

  describe("given anyone else", () => {
    it("refuses every parameter and every upgrade", async () => {
      const { registry, registryCode, alice } = await loadFixture(fresh);
      const other = registry.connect(alice);
      for (const attempt of [
        () => other.setFee(0),
        () => other.setClassCaps(1, 1, 1, 1),
        () => other.setCreditPool(alice),
        () => other.upgradeToAndCall(registryCode, "0x"),
      ]) {
        await expect(attempt())
          .to.be.revertedWithCustomError(registry, "AccessManagedUnauthorized")
          .withArgs(alice);
      }
    });

    it("initializes neither the proxy again nor the implementation", async () => {
      const { registry, registryCode, alice } = await loadFixture(fresh);
      for (const contract of [registry, registryCode]) {
        await expect(contract.initialize(alice, alice, 0, [])).to.be.revertedWithCustomError(
          registry,
          "InvalidInitialization",
        );
      }
    });
  });
});
