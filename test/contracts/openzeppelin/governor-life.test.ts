// A proposal's states, its cancelling and its execution through the timelock.
import { expect } from "chai";
import { getAddress, id, ZeroHash } from "ethers";
import { type Governed, governed } from "../../helpers/openzeppelin/governance.ts";
import { only, Proposal, SUPPORT } from "../../helpers/openzeppelin/proposal.ts";
import { STATE } from "../../helpers/votes.ts";

describe("A proposal to the governor", () => {
  let system: Governed;
  let proposal: Proposal;
  const calling = async (name: "take" | "refuse" | "refuseSilently") => {
    const data = system.receiver.interface.encodeFunctionData(name as "take");
    return Proposal.of(system, [{ target: await system.receiver.getAddress(), data }]);
  };
  const expectUnexpected = (attempt: Promise<unknown>, state: bigint, ...expected: bigint[]) =>
    expect(attempt)
      .to.be.revertedWithCustomError(system.governor, "GovernorUnexpectedProposalState")
      .withArgs(proposal.id, state, only(...expected));
  const expectNonexistent = (attempt: Promise<unknown>) =>
    expect(attempt)
      .to.be.revertedWithCustomError(system.governor, "GovernorNonexistentProposal")
      .withArgs(proposal.id);

  beforeEach(async () => {
    system = await governed();
    proposal = await calling("take");
  });

  describe("given that it was not made", () => {
    it("has no state", () => expectNonexistent(proposal.state()));
    it("cannot be executed", () => expectNonexistent(proposal.execute()));
    it("cannot be cancelled", () => expectNonexistent(proposal.cancel()));
  });

  describe("given that it was made", () => {
    it("is pending until its snapshot has passed, then active", async () => {
      await proposal.propose();
      expect(await proposal.state()).to.equal(STATE.pending);
      await proposal.toSnapshot();
      expect(await proposal.state()).to.equal(STATE.pending);
      await proposal.toSnapshot(1n);
      expect(await proposal.state()).to.equal(STATE.active);
    });

    it("is defeated without votes, once its deadline has passed", async () => {
      await proposal.opened();
      await proposal.toDeadline();
      expect(await proposal.state()).to.equal(STATE.active);
      await proposal.toDeadline(1n);
      expect(await proposal.state()).to.equal(STATE.defeated);
    });

    it("has succeeded with a quorum for it, once its deadline has passed", async () => {
      await proposal.opened();
      await proposal.vote(system.carrier, SUPPORT.for);
      await expectUnexpected(proposal.execute(), STATE.active, STATE.queued);
      await proposal.toDeadline();
      expect(await proposal.state()).to.equal(STATE.active);
      await proposal.toDeadline(1n);
      expect(await proposal.state()).to.equal(STATE.succeeded);
    });
  });

  describe("given that it was carried", () => {
    it("is queued by anybody, once", async () => {
      await proposal.carried();
      await proposal.queue(system.stranger);
      expect(await proposal.state()).to.equal(STATE.queued);
      await expectUnexpected(proposal.queue(), STATE.queued, STATE.succeeded);
    });

    it("cannot be executed without having been queued", async () => {
      await proposal.carried();
      await expectUnexpected(proposal.execute(), STATE.succeeded, STATE.queued);
    });

    it("cannot be executed before the timelock's delay has passed", async () => {
      const { timelock } = system;
      const READY = 2n;
      await proposal.queued();
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(proposal.operationId, only(READY));
      await proposal.toEta();
      await proposal.execute();
    });

    it("is executed once", async () => {
      await proposal.executed();
      expect(await proposal.state()).to.equal(STATE.executed);
      await expectUnexpected(proposal.execute(), STATE.executed, STATE.queued);
    });

    it("is executed by nobody at the timelock but the governor", async () => {
      const { timelock, proposer, stranger } = system;
      await proposal.ready();
      const [targets, values, calldatas] = proposal.content;
      const role = id("EXECUTOR_ROLE");
      for (const other of [proposer, stranger])
        await expect(
          timelock.connect(other).executeBatch(targets, values, calldatas, ZeroHash, proposal.salt),
        )
          .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
          .withArgs(other.address, role);
      expect(await proposal.state()).to.equal(STATE.queued);
      await proposal.execute(stranger);
    });

    it("fails with the reason that its target gives", async () => {
      const { receiver, timelock } = system;
      proposal = await calling("refuse");
      await proposal.ready();
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(receiver, "Refused")
        .withArgs(getAddress(await timelock.getAddress()));
      expect(await proposal.state()).to.equal(STATE.queued);
    });

    it("fails if its target gives no reason", async () => {
      proposal = await calling("refuseSilently");
      await proposal.ready();
      await expect(proposal.execute()).to.be.revertedWithCustomError(system.timelock, "FailedCall");
      expect(await proposal.state()).to.equal(STATE.queued);
    });
  });

  describe("given that its proposer cancels it", () => {
    it("is cancelled while it is pending, and can no longer be voted on", async () => {
      const { governor, carrier } = system;
      await proposal.propose();
      await expect(proposal.cancel()).to.emit(governor, "ProposalCanceled").withArgs(proposal.id);
      expect(await proposal.state()).to.equal(STATE.canceled);
      await proposal.toSnapshot(1n);
      await expectUnexpected(proposal.vote(carrier, SUPPORT.for), STATE.canceled, STATE.active);
    });

    const expectUnable = (by = system.proposer) =>
      expect(proposal.cancel(by))
        .to.be.revertedWithCustomError(system.governor, "GovernorUnableToCancel")
        .withArgs(proposal.id, by.address);

    it("must be its proposer", async () => {
      await proposal.propose();
      for (const other of [system.stranger, system.carrier]) await expectUnable(other);
    });

    it("cannot once voting has begun", async () => {
      await proposal.opened();
      await expectUnable();
    });

    it("cannot once votes were cast", async () => {
      await proposal.opened();
      await proposal.vote(system.carrier, SUPPORT.for);
      await expectUnable();
    });

    it("cannot once voting is over", async () => {
      await proposal.carried();
      await expectUnable();
    });

    it("cannot once it was queued or executed", async () => {
      await proposal.ready();
      await expectUnable();
      await proposal.execute();
      await expectUnable();
    });
  });

  describe("given that its operation is cancelled at the timelock", () => {
    it("is cancelled by another vote and cannot be executed", async () => {
      const { timelock } = system;
      await proposal.queued();
      const data = timelock.interface.encodeFunctionData("cancel", [proposal.operationId]);
      const other = await Proposal.of(system, [{ target: await timelock.getAddress(), data }], "not that");
      await other.ready();
      expect(await proposal.state()).to.equal(STATE.queued);
      await expect(other.execute()).to.emit(timelock, "Cancelled").withArgs(proposal.operationId);
      expect(await proposal.state()).to.equal(STATE.canceled);
      await expectUnexpected(proposal.execute(), STATE.canceled, STATE.queued);
    });

    it("is cancelled by nobody else", async () => {
      const { timelock, proposer, stranger } = system;
      await proposal.queued();
      for (const other of [proposer, stranger])
        await expect(timelock.connect(other).cancel(proposal.operationId))
          .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
          .withArgs(other.address, id("CANCELLER_ROLE"));
      expect(await proposal.state()).to.equal(STATE.queued);
    });
  });
});
