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

const termsOf = (raw: readonly unknown[]): unknown[] => [...raw];
const packed = (overrides: Partial<typeof terms> = {}): unknown[] =>
  Object.values({ ...terms, ...overrides }).map((value) =>
    typeof value === "number" ? BigInt(value) : value,
  );

describe("NodeRegistry: registration", () => {
  describe("given an operator with ICNT", () => {
    describe("when it registers a node", () => {
      it("takes the fee to the credit pool and the bond to staking", async () => {
        const { registry, staking, token, operator } = await loadFixture(fresh);
        const registered = registry
          .connect(operator)
          .register(nodeKey("k"), terms, "https://node.test:8443/icn", icnt(5_000));
        await expect(registered).to.changeTokenBalances(
          connection.ethers,
          token,
          [operator, CREDIT_POOL, staking],
          [-icnt(5_000) - FEE, FEE, icnt(5_000)],
        );
      });

      it("counts it, its terms and its key from the next epoch on", async () => {
        const { registry, operator, enter } = await loadFixture(fresh);
        await enter(3);
        await expect(registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(5_000)))
          .to.emit(registry, "NodeRegistered")
          .withArgs(1, operator, 4)
          .and.to.emit(registry, "NodeTermsChanged")
          .withArgs(1, 4, Status.Registered, packed())
          .and.to.emit(registry, "NodeKeyChanged")
          .withArgs(1, 4, connection.ethers.getAddress(nodeKey("k")))
          .and.to.emit(registry, "NodeEndpointChanged")
          .withArgs(1, 4, "http://a.b");

        expect(await registry.nodeCount()).to.equal(1);
        expect(await registry.nodeCountAt(3)).to.equal(0);
        expect(await registry.nodeCountAt(4)).to.equal(1);
        expect(await registry.operatorOf(1)).to.equal(operator.address);
        expect(await registry.endpointOf(1)).to.equal("http://a.b");
        expect((await registry.nodeKeyAt(1, 3)).toLowerCase()).to.equal(connection.ethers.ZeroAddress);
        expect((await registry.nodeKeyAt(1, 4)).toLowerCase()).to.equal(nodeKey("k"));
        expect((await registry.termsAt(1, 3)).status).to.equal(Status.None);
        expect((await registry.termsAt(1, 4)).status).to.equal(Status.Registered);
        expect(termsOf((await registry.termsAt(1, 4)).terms)).to.deep.equal(packed());
      });
    });

    describe("when it registers before epoch 0", () => {
      it("counts the node from epoch 0 on", async () => {
        const { registry, operator } = await loadFixture(fresh);
        await registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(5_000));
        expect(await registry.nodeCountAt(0)).to.equal(1);
      });
    });

    describe("when the bond is a wei short of the minimum of its units", () => {
      it("reverts", async () => {
        const { registry, operator } = await loadFixture(fresh);
        await expect(registry.connect(operator).register(nodeKey("k"), terms, "http://a.b", icnt(3_000) - 1n))
          .to.be.revertedWithCustomError(registry, "BondTooLow")
          .withArgs(1, icnt(3_000) - 1n, icnt(3_000));
      });
    });
  });

  describe("given terms outside the rules", () => {
    const cases: [string, Partial<typeof terms>, string, unknown[]][] = [
      ["a commission above 50 %", { commissionPpm: 500_001 }, "CommissionTooHigh", [500_001, 500_000]],
      ["no service", { services: 0, storageUnits: 0 }, "NoService", [0]],
      ["a service nobody knows", { services: 9 }, "UnknownServices", [9]],
      ["no unit of a service it offers", { storageUnits: 0 }, "InvalidUnits", [1, 0, 1_000]],
      ["units above the cap of its class", { storageUnits: 1_001 }, "InvalidUnits", [1, 1_001, 1_000]],
      ["units of a service it does not offer", { computeUnits: 1 }, "InvalidUnits", [2, 1, 0]],
      ["too many network units", { services: 5, networkUnits: 501 }, "InvalidUnits", [4, 501, 500]],
      ["a class without caps", { nodeClass: 9 }, "InvalidUnits", [1, 20, 0]],
      ["a country in lower case", { country: "0x6445" }, "InvalidCountry", ["0x6445"]],
      ["a country of one letter", { country: "0x4400" }, "InvalidCountry", ["0x4400"]],
    ];
    for (const [what, overrides, error, args] of cases) {
      describe(`when they have ${what}`, () => {
        it(`reverts with ${error}`, async () => {
          const { registry, operator } = await loadFixture(withNode);
          const wrong = { ...terms, ...overrides };
          await expect(registry.connect(operator).register(nodeKey("k"), wrong, "http://a.b", icnt(50_000)))
            .to.be.revertedWithCustomError(registry, error)
            .withArgs(...args);
          await expect(registry.connect(operator).setTerms(1, wrong))
            .to.be.revertedWithCustomError(registry, error)
            .withArgs(...args);
        });
      });
    }
  });

  describe("given an endpoint that no client could read", () => {
    const long = `https://${"a".repeat(249)}`;
    for (const endpoint of [
      "",
      "http://",
      "ftp://node.test",
      "httpx://node.test",
      "HTTP://node.test",
      long,
    ]) {
      it(`reverts for '${endpoint.slice(0, 20)}' of ${endpoint.length} bytes`, async () => {
        const { registry, operator } = await loadFixture(withNode);
        await expect(registry.connect(operator).register(nodeKey("k"), terms, endpoint, icnt(5_000)))
          .to.be.revertedWithCustomError(registry, "InvalidEndpoint")
          .withArgs(endpoint.length, 256);
        await expect(registry.connect(operator).setEndpoint(1, endpoint))
          .to.be.revertedWithCustomError(registry, "InvalidEndpoint")
          .withArgs(endpoint.length, 256);
      });
    }
  });

  describe("given a node key", () => {
    it("is not zero", async () => {
      const { registry, operator } = await loadFixture(withNode);
      const zero = connection.ethers.ZeroAddress;
      await expect(
        registry.connect(operator).register(zero, terms, "http://a.b", icnt(5_000)),
      ).to.be.revertedWithCustomError(registry, "ZeroNodeKey");
      await expect(registry.connect(operator).rotateNodeKey(1, zero)).to.be.revertedWithCustomError(
        registry,
        "ZeroNodeKey",
      );
    });

    it("is never used again, by the same node or another, also after it was rotated out", async () => {
      const { registry, operator, alice } = await loadFixture(withNode);
      await registry.connect(operator).rotateNodeKey(1, nodeKey("second"));
      const first = connection.ethers.getAddress(nodeKey("first"));
      await expect(registry.connect(operator).rotateNodeKey(1, first))
        .to.be.revertedWithCustomError(registry, "NodeKeyUsed")
        .withArgs(first);
      await expect(registry.connect(alice).register(first, terms, "http://a.b", icnt(5_000)))
        .to.be.revertedWithCustomError(registry, "NodeKeyUsed")
        .withArgs(first);
    });
  });
});

describe("NodeRegistry: changes", () => {
  describe("given an active node", () => {
    describe("when its operator rotates the key twice in an epoch", () => {
      it("takes the second from the next epoch on", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await registry.connect(operator).rotateNodeKey(1, nodeKey("second"));
        await expect(registry.connect(operator).rotateNodeKey(1, nodeKey("third")))
          .to.emit(registry, "NodeKeyChanged")
          .withArgs(1, 11, connection.ethers.getAddress(nodeKey("third")));
        expect((await registry.nodeKeyAt(1, 10)).toLowerCase()).to.equal(nodeKey("first"));
        expect((await registry.nodeKeyAt(1, 11)).toLowerCase()).to.equal(nodeKey("third"));
      });
    });

    describe("when its operator changes the endpoint", () => {
      it("stores and announces it", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await expect(registry.connect(operator).setEndpoint(1, "https://b.c"))
          .to.emit(registry, "NodeEndpointChanged")
          .withArgs(1, 11, "https://b.c");
        expect(await registry.endpointOf(1)).to.equal("https://b.c");
      });
    });

    describe("when its operator changes all terms", () => {
      it("keeps the old ones in force until the epoch's end", async () => {
        const { registry, operator } = await loadFixture(withNode);
        const changed = {
          nodeClass: 1,
          services: 7,
          country: "0x4652",
          storageUnits: 30,
          computeUnits: 20,
          networkUnits: 10,
          commissionPpm: 500_000,
        };
        await expect(registry.connect(operator).setTerms(1, changed))
          .to.emit(registry, "NodeTermsChanged")
          .withArgs(1, 11, Status.Active, packed(changed));
        expect(termsOf((await registry.termsAt(1, 10)).terms)).to.deep.equal(packed());
        expect(termsOf((await registry.termsAt(1, 11)).terms)).to.deep.equal(packed(changed));
        expect(termsOf((await registry.latestTerms(1)).terms)).to.deep.equal(packed(changed));
      });
    });

    describe("when more units would need a larger bond", () => {
      it("reverts", async () => {
        const { registry, operator } = await loadFixture(withNode);
        await expect(registry.connect(operator).setTerms(1, { ...terms, storageUnits: 91 }))
          .to.be.revertedWithCustomError(registry, "BondTooLow")
          .withArgs(1, icnt(10_000), icnt(10_100));
        await registry.connect(operator).setTerms(1, { ...terms, storageUnits: 90 });
      });
    });

    describe("when fewer units would not carry the present stake", () => {
      it("reverts", async () => {
        const { registry, staking, operator, alice } = await loadFixture(withNode);
        await staking.connect(alice).stake(1, icnt(15_000), 100_000);
        await expect(registry.connect(operator).setTerms(1, { ...terms, storageUnits: 14 }))
          .to.be.revertedWithCustomError(registry, "StakeAboveLimit")
          .withArgs(1, icnt(25_000), icnt(24_000));
        await registry.connect(operator).setTerms(1, { ...terms, storageUnits: 15 });
      });
    });

    describe("when the bond fell below the minimum and the units stay", () => {
      it("accepts the other terms", async () => {
        const { registry, staking, operator } = await loadFixture(withNode);
        await staking.setBondMinimum(icnt(50_000), 0);
        await registry.connect(operator).setTerms(1, { ...terms, commissionPpm: 0 });
        expect((await registry.latestTerms(1)).terms.commissionPpm).to.equal(0);
      });
    });

    describe("when somebody else changes anything", () => {
      it("reverts", async () => {
        const { registry, alice } = await loadFixture(withNode);
        const other = registry.connect(alice);
        for (const attempt of [
          () => other.setTerms(1, terms),
          () => other.rotateNodeKey(1, nodeKey("x")),
          () => other.setEndpoint(1, "http://x.y"),
          () => other.startExit(1),
        ]) {
          await expect(attempt()).to.be.revertedWithCustomError(registry, "NotOperator").withArgs(1, alice);
        }
      });
    });
  });

  describe("given no such node", () => {
    it("reverts every change and reads zero", async () => {
      const { registry, operator } = await loadFixture(withNode);
      for (const attempt of [
        () => registry.connect(operator).setTerms(2, terms),
        () => registry.activate(2),
        () => registry.completeExit(2),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(registry, "UnknownNode").withArgs(2);
      }
      expect(await registry.operatorOf(2)).to.equal(connection.ethers.ZeroAddress);
      expect((await registry.latestTerms(2)).status).to.equal(Status.None);
    });
  });
});
