import { expect } from "chai";
import { id } from "ethers";
import type { EpochReport, Hex } from "../../../oracle/domain/types.ts";
import { SlaOracle__factory } from "../../../types/ethers-contracts/factories/contracts/oracle/SlaOracle__factory.ts";
import { earnedIn, payOf } from "../../helpers/arithmetic.ts";
import { firstSeats } from "../../helpers/committee.ts";
import {
  type Account,
  type Agreed,
  ATTESTERS,
  DAY,
  deploySystem,
  icnt,
  type System,
} from "../../helpers/system.ts";

const BOND = icnt(10_000);
const QUORUM = 5;
const [NONE, REPORTED, FINALIZED] = [0, 1, 2];
const other = (text: string): Hex => id(text) as Hex;

describe("From observations to a final report", () => {
  let system: System;
  let guardian: Account;
  let stranger: Account;
  let node: number;
  let agreed: Agreed;

  before(async () => {
    system = await deploySystem();
    stranger = await system.account("stranger");
    guardian = await system.as(system.parameters.guardian);
    const operator = await system.account("operator", icnt(20_000));
    node = await system.registerNode(operator, { bond: BOND });
  });

  describe("given a report agreed by a quorum", () => {
    const changed = async (fields: Partial<EpochReport>) =>
      system.submit(system.sign({ ...agreed.report, ...fields }, agreed.roots), stranger);

    before(async () => {
      await system.toEpoch(0, DAY / 2);
      agreed = await system.agree(0, { [node]: { up: 256, down: 0 } });
    });

    afterEach(async () => {
      expect(await stranger.oracle.statusOf(0)).to.equal(NONE);
      expect(await stranger.oracle.finalizedCount()).to.equal(0);
    });

    it("is refused before the epoch is over", async () => {
      await expect(system.submit(agreed)).to.be.revertedWithCustomError(stranger.oracle, "EpochNotOver");
      await system.toEpoch(1);
    });

    it("is refused if one field is not the chain's own", async () => {
      const refusals: [Partial<EpochReport>, string][] = [
        [{ epoch: 1 }, "WrongEpoch"],
        [{ generation: 1 }, "WrongGeneration"],
        [{ committeeId: 2 }, "WrongCommittee"],
        [{ rulesHash: other("rules") }, "WrongRules"],
        [{ previousLedgerRoot: other("ledger") }, "WrongPreviousRoot"],
        [{ nodeCount: 2 }, "WrongNodeCount"],
        [{ observationsHash: other("observations") }, "WrongObservationsHash"],
        [{ paidMask: 2 ** ATTESTERS }, "PaidWithoutObservation"],
      ];
      for (const [fields, error] of refusals)
        await expect(changed(fields), error).to.be.revertedWithCustomError(stranger.oracle, error);
    });

    it("is refused without a quorum, or if signed for another root", async () => {
      const few = system.sign(agreed.report, agreed.roots, firstSeats(QUORUM - 1));
      await expect(system.submit(few))
        .to.be.revertedWithCustomError(stranger.oracle, "QuorumNotReached")
        .withArgs(QUORUM - 1, QUORUM);
      const altered = { ...agreed.report, ledgerRoot: other("ledger") };
      await expect(system.submit({ ...agreed, report: altered }))
        .to.be.revertedWithCustomError(stranger.oracle, "InvalidSignature")
        .withArgs(0);
    });
  });

  describe("when anyone submits it", () => {
    before(() => system.submit(agreed, stranger));

    it("waits for the veto window", async () => {
      expect(await stranger.oracle.statusOf(0)).to.equal(REPORTED);
      await expect(stranger.oracle.finalize(0)).to.be.revertedWithCustomError(
        stranger.oracle,
        "VetoWindowOpen",
      );
      await expect(stranger.oracle.finalizedRoot(0)).to.be.revertedWithCustomError(
        stranger.oracle,
        "NotFinalized",
      );
    });

    it("cannot be submitted again or replaced", async () => {
      await expect(system.submit(agreed)).to.be.revertedWithCustomError(stranger.oracle, "ReportPending");
    });

    it("cannot be vetoed by anyone but the guardian", async () => {
      const { interface: errors } = SlaOracle__factory.connect(await stranger.oracle.getAddress());
      await expect(stranger.oracle.veto(0, "because"))
        .to.be.revertedWithCustomError({ interface: errors }, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      expect(await stranger.oracle.statusOf(0)).to.equal(REPORTED);
    });
  });

  describe("when the guardian vetoes it", () => {
    before(() => guardian.oracle.veto(0, "a bundle is not public"));

    it("asks for the next generation and takes the old one no more", async () => {
      const { status, generation } = await stranger.oracle.duty();
      expect([status, generation]).to.deep.equal([BigInt(NONE), 1n]);
      expect(await stranger.oracle.vetoesLeft()).to.equal(2);
      await expect(system.submit(agreed))
        .to.be.revertedWithCustomError(stranger.oracle, "WrongGeneration")
        .withArgs(0, 1);
    });

    it("pays by the report of the next generation", async () => {
      await system.settle(0, { [node]: { up: 253, down: 3 } });
      expect(await stranger.oracle.statusOf(0)).to.equal(FINALIZED);
      await expect(system.claim(node, 0, [1])).to.changeTokenBalance(
        system.connection.ethers,
        stranger.icnt,
        (await stranger.staking.positionOf(1)).owner,
        payOf(BOND, earnedIn(0, 478_512)),
      );
    });

    it("leaves the final report alone", async () => {
      await expect(guardian.oracle.veto(0, "too late")).to.be.revertedWithCustomError(
        stranger.oracle,
        "NotReported",
      );
    });
  });

  describe("when the guardian has used all its vetoes", () => {
    const reported = async () => system.submit(await system.agree(1, { [node]: { up: 256, down: 0 } }));

    before(async () => {
      await system.toEpoch(2);
      for (const reason of ["second", "third"]) {
        await reported();
        await guardian.oracle.veto(1, reason);
      }
      await reported();
    });

    it("has no fourth until the authority renews them", async () => {
      await expect(guardian.oracle.veto(1, "fourth")).to.be.revertedWithCustomError(
        stranger.oracle,
        "NoVetoLeft",
      );
      const admin = await system.timelock();
      await admin.oracle.renewVetoes();
      await guardian.oracle.veto(1, "fourth");
      expect((await stranger.oracle.duty()).generation).to.equal(3);
    });
  });
});
