import { expect } from "chai";
import { ZeroHash } from "ethers";
import {
  deployOracle,
  ethers,
  L,
  NODE_COUNT,
  networkHelpers,
  type OracleSystem,
  RULES,
  reportingOracle,
  seatedOracle,
  submission,
  VETO_WINDOW,
} from "../helpers/oracle.ts";

const { time, loadFixture } = networkHelpers;

describe("SlaOracle: life of a report", () => {
  let system: OracleSystem;

  async function submit(): Promise<bigint> {
    const sent = await system.oracle.submit(...(await submission(system)));
    return BigInt((await sent.getBlock())!.timestamp);
  }
  const veto = (epoch: number, reason = "not public") =>
    system.oracle.connect(system.guardian).veto(epoch, reason);

  describe("given nothing reported", () => {
    beforeEach(async () => {
      system = await loadFixture(reportingOracle);
    });

    it("says what is due, and under whom", async () => {
      expect(await system.oracle.duty()).to.deep.equal([
        ...[0n, 0n, 0n, 1n, await system.oracle.rulesHashAt(0), ZeroHash, NODE_COUNT, 0n, 0n, 0n],
      ]);
    });

    it("has no record, no root and nothing to finalize or veto", async () => {
      const { oracle } = system;
      expect(await oracle.statusOf(0)).to.equal(0n);
      expect(await oracle.finalizedCount()).to.equal(0n);
      for (const ask of [
        () => oracle.finalize(0),
        () => veto(0),
        () => oracle.recordOf(0),
        () => oracle.nodeCountOf(0),
      ])
        await expect(ask()).to.be.revertedWithCustomError(oracle, "NotReported").withArgs(0n);
      for (const ask of [oracle.finalizedRoot, oracle.paidMask])
        await expect(ask(0)).to.be.revertedWithCustomError(oracle, "NotFinalized").withArgs(0n);
    });
  });

  describe("given a committee not yet seated", () => {
    it("has no duty", async () => {
      const { oracle, committee } = await loadFixture(deployOracle);
      await expect(oracle.duty()).to.be.revertedWithCustomError(committee, "NoCommittee").withArgs(0n);
    });
  });

  describe("given a report of epoch 0", () => {
    let reportedAt: bigint;
    beforeEach(async () => {
      system = await loadFixture(reportingOracle);
      reportedAt = await submit();
    });

    it("shows it in the duty until it is final", async () => {
      const duty = await system.oracle.duty();
      expect([duty.epoch, duty.status, duty.finalizableAt]).to.deep.equal([0n, 1n, reportedAt + VETO_WINDOW]);
    });

    describe("when the veto window is open", () => {
      it("cannot be finalized, nor read as final", async () => {
        const { oracle } = system;
        await time.setNextBlockTimestamp(reportedAt + VETO_WINDOW - 1n);
        await expect(oracle.finalize(0, { gasLimit: 200_000 }))
          .to.be.revertedWithCustomError(oracle, "VetoWindowOpen")
          .withArgs(0n, reportedAt + VETO_WINDOW - 1n, reportedAt + VETO_WINDOW);
        await expect(oracle.finalizedRoot(0)).to.be.revertedWithCustomError(oracle, "NotFinalized");
        await expect(oracle.paidMask(0)).to.be.revertedWithCustomError(oracle, "NotFinalized");
      });

      it("keeps the window under which it was reported", async () => {
        await system.oracle.setVetoWindow(L / 2n);
        await time.increaseTo(reportedAt + VETO_WINDOW);
        await system.oracle.finalize(0);
        expect(await system.oracle.finalizedCount()).to.equal(1n);
      });

      it("can be vetoed by the guardian alone", async () => {
        const { oracle, stranger, admin } = system;
        for (const caller of [stranger, admin])
          await expect(oracle.connect(caller).veto(0, ""))
            .to.be.revertedWithCustomError(oracle, "AccessManagedUnauthorized")
            .withArgs(caller.address);
      });

      it("can be vetoed for this epoch alone", async () => {
        await expect(veto(1)).to.be.revertedWithCustomError(system.oracle, "NotReported").withArgs(1n);
      });
    });

    describe("when the veto window is over", () => {
      beforeEach(() => time.increaseTo(reportedAt + VETO_WINDOW));

      it("cannot be vetoed any more", async () => {
        const { oracle, guardian } = system;
        const at = reportedAt + VETO_WINDOW;
        await time.setNextBlockTimestamp(at + 5n);
        await expect(oracle.connect(guardian).veto(0, "late", { gasLimit: 200_000 }))
          .to.be.revertedWithCustomError(oracle, "VetoWindowOver")
          .withArgs(0n, at + 5n, at);
      });

      it("is finalized by anyone, once", async () => {
        const { oracle, stranger } = system;
        const { ledgerRoot, paidMask } = await oracle.recordOf(0);

        await expect(oracle.connect(stranger).finalize(0))
          .to.emit(oracle, "Finalized")
          .withArgs(0n, ledgerRoot);

        expect(await oracle.statusOf(0)).to.equal(2n);
        expect(await oracle.finalizedCount()).to.equal(1n);
        expect(await oracle.finalizedRoot(0)).to.equal(ledgerRoot);
        expect(await oracle.paidMask(0)).to.equal(paidMask);
        expect(await oracle.nodeCountOf(0)).to.equal(NODE_COUNT);
        await expect(oracle.finalize(0)).to.be.revertedWithCustomError(oracle, "NotReported").withArgs(0n);
      });

      it("is extended by the next epoch", async () => {
        const { oracle } = system;
        const { ledgerRoot } = await oracle.recordOf(0);
        await oracle.finalize(0);

        const duty = await oracle.duty();
        expect([
          duty.epoch,
          duty.status,
          duty.previousLedgerRoot,
          duty.nodeCount,
          duty.finalizableAt,
        ]).to.deep.equal([1n, 0n, ledgerRoot, NODE_COUNT + 1n, 0n]);
        await submit();
        expect(await oracle.statusOf(1)).to.equal(1n);
        expect(await oracle.statusOf(0)).to.equal(2n);
      });
    });
  });

  describe("given a vetoed report", () => {
    let vetoedAt: bigint;
    beforeEach(async () => {
      system = await loadFixture(reportingOracle);
      await submit();
      const sent = await veto(0, "bundle 3 cannot be had");
      vetoedAt = BigInt((await sent.getBlock())!.timestamp);
      await expect(sent)
        .to.emit(system.oracle, "Vetoed")
        .withArgs(0n, 0n, system.guardian.address, "bundle 3 cannot be had");
    });

    it("is due again in the next generation, from the veto on", async () => {
      const duty = await system.oracle.duty();
      expect([duty.epoch, duty.status, duty.generation, duty.vetoedAt]).to.deep.equal([0n, 0n, 1n, vetoedAt]);
      expect(await system.oracle.vetoesLeft()).to.equal(2n);
    });

    it("has neither record nor finality", async () => {
      const { oracle } = system;
      await time.increase(VETO_WINDOW);
      for (const ask of [oracle.finalize, oracle.recordOf, oracle.nodeCountOf])
        await expect(ask(0)).to.be.revertedWithCustomError(oracle, "NotReported");
    });

    it("takes no report of the vetoed generation", async () => {
      await expect(system.oracle.submit(...(await submission(system, { generation: 0n }))))
        .to.be.revertedWithCustomError(system.oracle, "WrongGeneration")
        .withArgs(0n, 1n);
    });

    it("starts the next epoch at generation 0 once it is final", async () => {
      await submit();
      await time.increase(VETO_WINDOW);
      await system.oracle.finalize(0);

      const duty = await system.oracle.duty();
      expect([duty.epoch, duty.generation, duty.vetoedAt]).to.deep.equal([1n, 0n, 0n]);
    });

    it("can be vetoed three times in all, until a vote renews them", async () => {
      const { oracle, admin } = system;
      for (let left = 2; left > 0; left--) {
        await submit();
        await veto(0);
      }
      await submit();
      await expect(veto(0)).to.be.revertedWithCustomError(oracle, "NoVetoLeft");

      await expect(oracle.connect(admin).renewVetoes()).to.emit(oracle, "VetoesRenewed").withArgs(3n);
      await veto(0);
      expect((await oracle.duty()).generation).to.equal(4n);
      expect(await oracle.vetoesLeft()).to.equal(2n);
    });
  });

  describe("given its parameters", () => {
    beforeEach(async () => {
      system = await loadFixture(seatedOracle);
    });

    it("knows its epochs, window and vetoes", async () => {
      const { oracle, epochZero } = system;
      expect(await oracle.epochZero()).to.equal(epochZero);
      expect(await oracle.epochLength()).to.equal(L);
      expect(await oracle.vetoWindow()).to.equal(VETO_WINDOW);
      expect(await oracle.vetoesLeft()).to.equal(3n);
    });

    it("keeps the window between half an epoch and a whole one", async () => {
      const { oracle } = system;
      for (const wrong of [L / 2n - 1n, L + 1n])
        await expect(oracle.setVetoWindow(wrong))
          .to.be.revertedWithCustomError(oracle, "VetoWindowOutOfBounds")
          .withArgs(wrong, L / 2n, L);
      for (const right of [L / 2n, L]) {
        await expect(oracle.setVetoWindow(right)).to.emit(oracle, "VetoWindowChanged").withArgs(right);
        expect(await oracle.vetoWindow()).to.equal(right);
      }
    });

    it("obeys the authority alone", async () => {
      const { oracle, oracleCode, stranger } = system;
      const as = oracle.connect(stranger);
      for (const call of [
        () => as.setVetoWindow(L),
        () => as.renewVetoes(),
        () => as.scheduleRules(RULES, 9),
        () => as.upgradeToAndCall(oracleCode, "0x"),
      ])
        await expect(call())
          .to.be.revertedWithCustomError(oracle, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
    });

    it("is upgraded by the authority and keeps its state", async () => {
      const { oracle, committee, registry, epochZero } = system;
      const next = await ethers.deployContract("SlaOracle", [committee, registry, epochZero, L]);

      await expect(oracle.upgradeToAndCall(next, "0x")).to.emit(oracle, "Upgraded").withArgs(next.target);

      expect(await oracle.vetoesLeft()).to.equal(3n);
    });

    it("is initialized once, and its implementation never", async () => {
      const { oracle, oracleCode, manager } = system;
      for (const contract of [oracle, oracleCode])
        await expect(contract.initialize(manager, L, RULES)).to.be.revertedWithCustomError(
          oracle,
          "InvalidInitialization",
        );
    });
  });
});
