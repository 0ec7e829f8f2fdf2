// The governor as it is deployed, what it answers, and which proposals it takes.
import { expect } from "chai";
import { getAddress, id, ZeroAddress } from "ethers";
import { type Governed, governed, PPM } from "../../helpers/openzeppelin/governance.ts";
import { type Call, Proposal, SUPPORT } from "../../helpers/openzeppelin/proposal.ts";
import { timeOf } from "../../helpers/openzeppelin/source.ts";
import { STATE } from "../../helpers/votes.ts";

const GAS_LIMIT = 30_000n;

const GOVERNOR = [
  ...["name()", "version()", "COUNTING_MODE()", "state(uint256)", "quorum(uint256)", "votingDelay()"],
  ...["votingPeriod()", "proposalThreshold()", "proposalSnapshot(uint256)", "proposalDeadline(uint256)"],
  ...["proposalProposer(uint256)", "proposalEta(uint256)", "proposalNeedsQueuing(uint256)"],
  ...["getVotes(address,uint256)", "getVotesWithParams(address,uint256,bytes)", "hasVoted(uint256,address)"],
  ...["hashProposal", "queue", "execute", "cancel"].map(
    (name) => `${name}(address[],uint256[],bytes[],bytes32)`,
  ),
  ...["propose(address[],uint256[],bytes[],string)", "castVote(uint256,uint8)"],
  ...["castVoteWithReason(uint256,uint8,string)", "castVoteWithReasonAndParams(uint256,uint8,string,bytes)"],
  ...["castVoteBySig(uint256,uint8,address,bytes)"],
  ...["castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"],
];
const INTERFACES = {
  ERC165: ["supportsInterface(bytes4)"],
  ERC1155Receiver: ["", "Batch"].map((batch) => {
    const uints = batch === "" ? "uint256,uint256" : "uint256[],uint256[]";
    return `onERC1155${batch}Received(address,address,${uints},bytes)`;
  }),
  Governor: GOVERNOR,
  "Governor since 5.3": [...GOVERNOR, "getProposalId(address[],uint256[],bytes[],bytes32)"],
};

function interfaceId(signatures: readonly string[]): string {
  const combined = signatures.reduce((sum, signature) => sum ^ BigInt(id(signature).slice(0, 10)), 0n);
  return `0x${combined.toString(16).padStart(8, "0")}`;
}

describe("The governor", () => {
  let system: Governed;
  const call = async (value = 0n): Promise<Call> => ({
    target: await system.receiver.getAddress(),
    data: system.receiver.interface.encodeFunctionData("take"),
    value,
  });

  beforeEach(async () => {
    system = await governed();
  });

  it("is deployed with its settings, and nobody had votes at the beginning of time", async () => {
    const { governor, timelock, votingPower, quorum, settings, chain } = system;
    expect(await governor.name()).to.equal("ICN Governor");
    expect(await governor.version()).to.equal("1");
    expect(await governor.token()).to.equal(getAddress(await votingPower.getAddress()));
    expect(await governor.timelock()).to.equal(getAddress(await timelock.getAddress()));
    expect(await governor.votingDelay()).to.equal(settings.votingDelay);
    expect(await governor.votingPeriod()).to.equal(settings.votingPeriod);
    expect(await governor.proposalThreshold()).to.equal(settings.proposalThreshold);
    expect(await governor.lateQuorumVoteExtension()).to.equal(settings.lateQuorumVoteExtension);
    expect(await governor["quorumNumerator()"]()).to.equal(settings.quorumPpm);
    expect(await governor.quorumDenominator()).to.equal(PPM);
    expect(await governor.quorum((await chain.networkHelpers.time.latest()) - 1)).to.equal(quorum);
    expect(await governor.quorum(0n)).to.equal(0n);
    expect(await governor.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
  });

  describe("given the interfaces it names", () => {
    it("supports them, at little gas", async () => {
      const { governor } = system;
      for (const [name, signatures] of Object.entries(INTERFACES)) {
        expect(await governor.supportsInterface(interfaceId(signatures)), name).to.equal(true);
        expect(await governor.supportsInterface.estimateGas(interfaceId(signatures)), name).to.be.lte(
          GAS_LIMIT,
        );
      }
    });

    it("has all their functions", async () => {
      const functions: string[] = [];
      system.governor.interface.forEachFunction((fragment) => functions.push(fragment.format()));
      expect(functions).to.include.members(Object.values(INTERFACES).flat());
    });

    it("supports no other, and says so at little gas", async () => {
      const { governor } = system;
      expect(await governor.supportsInterface("0xffffffff")).to.equal(false);
      expect(await governor.supportsInterface.estimateGas("0xffffffff")).to.be.lte(GAS_LIMIT);
    });
  });

  describe("given a proposal that most votes are for", () => {
    it("is announced, voted on, queued at the timelock and executed by it", async () => {
      const { governor, timelock, receiver, proposer, voters, weights, settings } = system;
      const proposal = await Proposal.of(system, [await call()]);
      const [against, abstaining] = [voters[2]!, voters[3]!];
      expect(await governor.proposalProposer(proposal.id)).to.equal(ZeroAddress);
      expect(await governor.proposalNeedsQueuing(proposal.id)).to.equal(true);
      expect(await governor.hasVoted(proposal.id, voters[0]!)).to.equal(false);

      const creation = await proposal.propose();
      const start = (await timeOf(creation)) + settings.votingDelay;
      const end = start + settings.votingPeriod;
      await expect(creation)
        .to.emit(governor, "ProposalCreated")
        .withArgs(
          ...[proposal.id, proposer.address, proposal.targets, proposal.values, [""], proposal.calldatas],
          ...[start, end, proposal.description],
        );
      expect(await governor.proposalSnapshot(proposal.id)).to.equal(start);
      expect(await governor.proposalDeadline(proposal.id)).to.equal(end);
      await proposal.toSnapshot(1n);
      const reasoned = governor.connect(voters[0]).castVoteWithReason(proposal.id, SUPPORT.for, "good");
      await expect(reasoned)
        .to.emit(governor, "VoteCast")
        .withArgs(voters[0]!.address, proposal.id, SUPPORT.for, weights[0], "good");
      const others = [SUPPORT.for, SUPPORT.against, SUPPORT.abstain];
      for (const [index, support] of others.entries())
        await expect(proposal.vote(voters[index + 1]!, support))
          .to.emit(governor, "VoteCast")
          .withArgs(voters[index + 1]!.address, proposal.id, support, weights[index + 1], "");
      expect(await governor.proposalVotes(proposal.id)).to.deep.equal([
        ...[weights[2], weights[0]! + weights[1]!, weights[3]],
      ]);
      for (const voter of [...voters.slice(0, 2), against, abstaining])
        expect(await governor.hasVoted(proposal.id, voter)).to.equal(true);
      expect(await governor.hasVoted(proposal.id, proposer)).to.equal(false);

      await proposal.toDeadline(1n);
      expect(await governor.proposalEta(proposal.id)).to.equal(0n);
      const queueing = await proposal.queue();
      const eta = (await timeOf(queueing)) + settings.leavingPeriod;
      await expect(queueing).to.emit(governor, "ProposalQueued").withArgs(proposal.id, eta);
      await expect(queueing).to.emit(timelock, "CallSalt").withArgs(proposal.operationId, proposal.salt);
      expect(await governor.proposalEta(proposal.id)).to.equal(eta);
      expect(await timelock.getTimestamp(proposal.operationId)).to.equal(eta);

      await proposal.toEta();
      const execution = proposal.execute();
      await expect(execution).to.emit(governor, "ProposalExecuted").withArgs(proposal.id);
      const [target, data] = [proposal.targets[0], proposal.calldatas[0]];
      await expect(execution)
        .to.emit(timelock, "CallExecuted")
        .withArgs(proposal.operationId, 0n, target, 0n, data);
      await expect(execution)
        .to.emit(receiver, "Called")
        .withArgs(getAddress(await timelock.getAddress()), 0n);
      expect(await governor.proposalProposer(proposal.id)).to.equal(proposer.address);
      expect(await proposal.state()).to.equal(STATE.executed);
    });

    it("may send ether that the timelock has", async () => {
      const { timelock, stranger, proposer, chain } = system;
      const value = 10n ** 18n;
      await proposer.sendTransaction({ to: timelock, value });
      const proposal = await Proposal.of(system, [{ target: stranger.address, data: "0x", value }]);
      await proposal.ready();
      await expect(proposal.execute()).to.changeEtherBalances(
        chain.ethers,
        [timelock, stranger],
        [-value, value],
      );
    });
  });

  describe("given a proposal to make", () => {
    it("is refused if it was made before", async () => {
      const { governor } = system;
      const proposal = await Proposal.of(system, [await call()]);
      await proposal.propose();
      await expect(proposal.propose())
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.pending, `0x${"0".repeat(64)}`);
    });

    it("is refused to who had too few votes a second before", async () => {
      const { governor, token, partner, stranger, settings, chain } = system;
      const proposal = await Proposal.of(system, [await call()]);
      const few = settings.proposalThreshold - 1n;
      await partner.icnt.transfer(stranger, few);
      await token.connect(stranger).delegate(stranger);
      await chain.networkHelpers.mine();
      await expect(proposal.propose(stranger))
        .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
        .withArgs(stranger.address, few, settings.proposalThreshold);
      await partner.icnt.transfer(stranger, 1n);
      await chain.networkHelpers.mine();
      await proposal.propose(stranger);
    });

    it("is refused without calls, or if a call lacks a part", async () => {
      const { governor, proposer } = system;
      const { target, data } = await call();
      const lists: [string[], bigint[], string[]][] = [
        [[], [], []],
        [[], [0n], [data]],
        [[target], [], [data]],
        [[target], [0n], []],
      ];
      for (const [targets, values, calldatas] of lists)
        await expect(governor.connect(proposer).propose(targets, values, calldatas, "a proposal"))
          .to.be.revertedWithCustomError(governor, "GovernorInvalidProposalLength")
          .withArgs(targets.length, calldatas.length, values.length);
    });
  });

  describe("given a description that ends with a name", () => {
    const expectProposed = async (description: string, by: "proposer" | "carrier") => {
      const { governor } = system;
      const proposal = await Proposal.of(system, [await call()], description);
      await expect(proposal.propose(system[by])).to.emit(governor, "ProposalCreated");
      expect(await governor.proposalProposer(proposal.id)).to.equal(system[by].address);
    };

    it("lets the proposer it names propose", async () => {
      await expectProposed(`a proposal#proposer=${system.proposer.address}`, "proposer");
      await expectProposed(`another#proposer=${system.carrier.address}`, "carrier");
    });

    it("lets nobody else propose", async () => {
      const { governor, proposer, carrier } = system;
      const proposal = await Proposal.of(system, [await call()], `a proposal#proposer=${proposer.address}`);
      await expect(proposal.propose(carrier))
        .to.be.revertedWithCustomError(governor, "GovernorRestrictedProposer")
        .withArgs(carrier.address);
    });

    it("lets all propose if it names no proposer", async () => {
      const { address } = system.proposer;
      for (const suffix of ["", `#other-suffix=${address}`, `#proposer=${address.slice(0, -3)}xyz`])
        for (const by of ["proposer", "carrier"] as const) await expectProposed(`by ${by}${suffix}`, by);
    });
  });
});
