// How votes for a proposal are cast, by call and by signature, and what carries it.
import { expect } from "chai";
import { getBytes, hexlify } from "ethers";
import { type Governed, governed } from "../../helpers/openzeppelin/governance.ts";
import { only, Proposal, SUPPORT } from "../../helpers/openzeppelin/proposal.ts";
import { type Account, domainOf, timeOf } from "../../helpers/openzeppelin/source.ts";
import { STATE } from "../../helpers/votes.ts";

const BALLOT = {
  Ballot: [
    { name: "proposalId", type: "uint256" },
    { name: "support", type: "uint8" },
    { name: "voter", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
};

describe("The governor's votes", () => {
  let system: Governed;
  const proposalOf = async (description?: string) => {
    const data = system.receiver.interface.encodeFunctionData("take");
    return Proposal.of(system, [{ target: await system.receiver.getAddress(), data }], description);
  };

  beforeEach(async () => {
    system = await governed();
  });

  describe("given a vote to cast", () => {
    it("is refused for what was not proposed", async () => {
      const { governor, carrier } = system;
      const proposal = await proposalOf();
      await expect(proposal.vote(carrier, SUPPORT.for))
        .to.be.revertedWithCustomError(governor, "GovernorNonexistentProposal")
        .withArgs(proposal.id);
    });

    it("is refused before voting begins", async () => {
      const { governor, carrier } = system;
      const proposal = await proposalOf();
      await proposal.propose();
      await expect(proposal.vote(carrier, SUPPORT.for))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.pending, only(STATE.active));
    });

    it("is refused if it is neither for nor against nor an abstention", async () => {
      const { governor, carrier } = system;
      const proposal = await (await proposalOf()).opened();
      for (const support of [3n, 255n])
        await expect(proposal.vote(carrier, support)).to.be.revertedWithCustomError(
          governor,
          "GovernorInvalidVoteType",
        );
    });

    it("is refused to who has voted", async () => {
      const { governor, carrier } = system;
      const proposal = await (await proposalOf()).opened();
      await proposal.vote(carrier, SUPPORT.for);
      for (const support of Object.values(SUPPORT))
        await expect(proposal.vote(carrier, support))
          .to.be.revertedWithCustomError(governor, "GovernorAlreadyCastVote")
          .withArgs(carrier.address);
    });

    it("is refused once voting is over", async () => {
      const { governor, carrier } = system;
      const proposal = await (await proposalOf()).opened();
      await proposal.toDeadline();
      await expect(proposal.vote(carrier, SUPPORT.for))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.defeated, only(STATE.active));
    });
  });

  describe("given a signed vote", () => {
    /** Has no votes of its own. */
    const voter = () => system.stranger;
    const signed = async (proposal: Proposal, of: string, nonce: bigint, by: Account = voter()) =>
      by.signTypedData(await domainOf(system.governor), BALLOT, {
        ...{ proposalId: proposal.id, support: SUPPORT.for, voter: of, nonce },
      });
    const delegateAll = async (from: Account, to: string) => {
      const { token, vault } = system;
      for (const source of [token, vault]) await source.connect(from).delegate(to);
    };
    const expectOneVote = async (proposal: Proposal, of: string) => {
      const { governor, voters, proposer } = system;
      expect(await governor.hasVoted(proposal.id, of)).to.equal(true);
      for (const other of [...voters, proposer])
        expect(await governor.hasVoted(proposal.id, other)).to.equal(false);
    };

    it("counts for who signed it, once for each proposal", async () => {
      const { governor, carrier, weights } = system;
      const { address } = voter();
      await delegateAll(carrier, address);
      for (const nonce of [0n, 1n]) {
        const proposal = await (await proposalOf(`proposal ${nonce}`)).opened();
        const signature = await signed(proposal, address, nonce);
        expect(await governor.nonces(address)).to.equal(nonce);
        await expect(governor.castVoteBySig(proposal.id, SUPPORT.for, address, signature))
          .to.emit(governor, "VoteCast")
          .withArgs(address, proposal.id, SUPPORT.for, weights[0], "");
        await expectOneVote(proposal, address);
      }
      expect(await governor.nonces(address)).to.equal(2n);
    });

    it("counts for a contract that holds it valid", async () => {
      const { governor, carrier, weights, chain } = system;
      const wallet = await chain.ethers.deployContract("ContractWallet", [voter().address]);
      const address = await wallet.getAddress();
      await delegateAll(carrier, address);
      const proposal = await (await proposalOf()).opened();
      const signature = await signed(proposal, address, 0n);
      await expect(governor.castVoteBySig(proposal.id, SUPPORT.for, address, signature))
        .to.emit(governor, "VoteCast")
        .withArgs(address, proposal.id, SUPPORT.for, weights[0], "");
      await expectOneVote(proposal, address);
      expect(await governor.nonces(address)).to.equal(1n);
      expect(await governor.nonces(voter())).to.equal(0n);
      await proposal.toDeadline(1n);
      await proposal.queue();
      await proposal.toEta();
      await proposal.execute();
    });

    it("is refused if the signature is not the voter's", async () => {
      const { governor, carrier } = system;
      const { address } = voter();
      await delegateAll(carrier, address);
      const proposal = await (await proposalOf()).opened();
      const changed = getBytes(await signed(proposal, address, 0n));
      changed[42]! ^= 0xff;
      for (const signature of [hexlify(changed), await signed(proposal, address, 0n, carrier)])
        await expect(governor.castVoteBySig(proposal.id, SUPPORT.for, address, signature))
          .to.be.revertedWithCustomError(governor, "GovernorInvalidSignature")
          .withArgs(address);
    });

    it("is refused with another nonce than the next", async () => {
      const { governor, carrier } = system;
      const { address } = voter();
      await delegateAll(carrier, address);
      const proposal = await (await proposalOf()).opened();
      await expect(
        governor.castVoteBySig(proposal.id, SUPPORT.for, address, await signed(proposal, address, 1n)),
      )
        .to.be.revertedWithCustomError(governor, "GovernorInvalidSignature")
        .withArgs(address);
    });
  });

  describe("given the quorum", () => {
    it("is reached by as many votes", async () => {
      const { weights, quorum } = system;
      expect(weights[0]).to.equal(quorum);
      expect(await (await (await proposalOf()).carried()).state()).to.equal(STATE.succeeded);
    });

    it("is not reached by one vote fewer, and the proposal is defeated", async () => {
      const { governor, token, carrier, stranger } = system;
      await token.connect(carrier).transfer(stranger, 1n);
      const proposal = await (await proposalOf()).opened();
      await proposal.vote(carrier, SUPPORT.for);
      await proposal.toDeadline(1n);
      expect(await proposal.state()).to.equal(STATE.defeated);
      await expect(proposal.queue())
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.defeated, only(STATE.succeeded));
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.defeated, only(STATE.queued));
    });

    it("does not help a proposal with as many votes against as for", async () => {
      const { governor, voters } = system;
      const proposal = await (await proposalOf()).opened();
      await proposal.vote(voters[0]!, SUPPORT.abstain);
      await proposal.toDeadline(1n);
      expect(await proposal.state()).to.equal(STATE.defeated);
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.defeated, only(STATE.queued));
    });

    it("does not help a proposal with more votes against than for", async () => {
      const { governor, voters } = system;
      const proposal = await (await proposalOf()).opened();
      await proposal.vote(voters[0]!, SUPPORT.against);
      await proposal.vote(voters[1]!, SUPPORT.for);
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.active, only(STATE.queued));
      await proposal.toDeadline(1n);
      expect(await proposal.state()).to.equal(STATE.defeated);
    });

    describe("when it is reached in time", () => {
      it("leaves the end of voting as it was", async () => {
        const { governor, carrier } = system;
        const proposal = await (await proposalOf()).opened();
        const end = await governor.proposalDeadline(proposal.id);
        await expect(proposal.vote(carrier, SUPPORT.for)).not.to.emit(governor, "ProposalExtended");
        expect(await governor.proposalDeadline(proposal.id)).to.equal(end);
      });
    });

    describe("when it is reached in the last second", () => {
      it("puts the end of voting off, so that others can still object", async () => {
        const { governor, carrier, partner, settings } = system;
        const proposal = await (await proposalOf()).opened();
        const start = await governor.proposalSnapshot(proposal.id);
        await proposal.toDeadline(-1n);
        const vote = await proposal.vote(carrier, SUPPORT.for);
        const extended = (await timeOf(vote)) + settings.lateQuorumVoteExtension;
        await expect(vote).to.emit(governor, "ProposalExtended").withArgs(proposal.id, extended);
        expect(await governor.proposalSnapshot(proposal.id)).to.equal(start);
        expect(await governor.proposalDeadline(proposal.id)).to.equal(extended);

        expect(await proposal.state()).to.equal(STATE.active);
        await expect(proposal.vote(partner.signer, SUPPORT.against)).not.to.emit(
          governor,
          "ProposalExtended",
        );
        await proposal.toDeadline();
        expect(await proposal.state()).to.equal(STATE.active);
        await proposal.toDeadline(1n);
        expect(await proposal.state()).to.equal(STATE.defeated);
      });
    });
  });
});
