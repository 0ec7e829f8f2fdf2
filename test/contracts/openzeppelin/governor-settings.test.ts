// What the governor does to itself, which only a vote can make it do, and what it will not hold.
import { expect } from "chai";
import { getAddress, ZeroHash } from "ethers";
import { type Governed, governed, PPM } from "../../helpers/openzeppelin/governance.ts";
import { Proposal } from "../../helpers/openzeppelin/proposal.ts";
import { icnt } from "../../helpers/system.ts";
import { STATE } from "../../helpers/votes.ts";

/** Pop of an empty queue: the call was not announced by a proposal under execution. */
const NOT_ANNOUNCED = 0x31;
const MISTAKE = icnt(3);

describe("The governor's own affairs", () => {
  let system: Governed;

  type Setter =
    | ("setVotingDelay" | "setVotingPeriod" | "setProposalThreshold")
    | ("setLateQuorumVoteExtension" | "updateQuorumNumerator");
  const setting = (name: Setter, value: bigint) =>
    system.governor.interface.encodeFunctionData(name as "setVotingDelay", [value]);
  /** A proposal that has only to be executed. */
  const ready = async (data: string, value = 0n) => {
    const target = await system.governor.getAddress();
    return (await Proposal.of(system, [{ target, data, value }])).ready();
  };

  beforeEach(async () => {
    system = await governed();
  });

  describe("given somebody who is no vote", () => {
    const expectRefused = async (data: string) => {
      const { governor, carrier, stranger } = system;
      for (const by of [carrier, stranger])
        await expect(by.sendTransaction({ to: governor, data }))
          .to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor")
          .withArgs(by.address);
    };

    it("cannot change the voting delay", () => expectRefused(setting("setVotingDelay", 0n)));
    it("cannot change the voting period", () => expectRefused(setting("setVotingPeriod", 32n)));
    it("cannot change the proposal threshold", () => expectRefused(setting("setProposalThreshold", 1n)));
    it("cannot change a late quorum's extension", () =>
      expectRefused(setting("setLateQuorumVoteExtension", 0n)));
    it("cannot change the quorum", () => expectRefused(setting("updateQuorumNumerator", PPM / 10n)));

    it("cannot put another timelock in place", async () => {
      const { governor, stranger } = system;
      await expectRefused(governor.interface.encodeFunctionData("updateTimelock", [stranger.address]));
    });

    it("cannot make it call others", async () => {
      const { governor, token, stranger } = system;
      const transfer = token.interface.encodeFunctionData("transfer", [stranger.address, 1n]);
      await expectRefused(
        governor.interface.encodeFunctionData("relay", [await token.getAddress(), 0n, transfer]),
      );
    });
  });

  describe("given a vote on its settings", () => {
    it("changes the voting delay", async () => {
      const { governor, settings } = system;
      const other = settings.epochLength;
      const proposal = await ready(setting("setVotingDelay", other));
      await expect(proposal.execute())
        .to.emit(governor, "VotingDelaySet")
        .withArgs(settings.votingDelay, other);
      expect(await governor.votingDelay()).to.equal(other);
    });

    it("changes the voting period", async () => {
      const { governor, settings } = system;
      const other = 2n * settings.votingPeriod;
      const proposal = await ready(setting("setVotingPeriod", other));
      await expect(proposal.execute())
        .to.emit(governor, "VotingPeriodSet")
        .withArgs(settings.votingPeriod, other);
      expect(await governor.votingPeriod()).to.equal(other);
    });

    it("changes the proposal threshold", async () => {
      const { governor, settings } = system;
      const proposal = await ready(setting("setProposalThreshold", icnt(1_000)));
      await expect(proposal.execute())
        .to.emit(governor, "ProposalThresholdSet")
        .withArgs(settings.proposalThreshold, icnt(1_000));
      expect(await governor.proposalThreshold()).to.equal(icnt(1_000));
    });

    it("changes a late quorum's extension", async () => {
      const { governor, settings } = system;
      const proposal = await ready(setting("setLateQuorumVoteExtension", 0n));
      await expect(proposal.execute())
        .to.emit(governor, "LateQuorumVoteExtensionSet")
        .withArgs(settings.lateQuorumVoteExtension, 0n);
      expect(await governor.lateQuorumVoteExtension()).to.equal(0n);
    });

    it("changes the quorum of later times only", async () => {
      const { governor, settings, quorum, chain } = system;
      const proposal = await ready(setting("updateQuorumNumerator", 2n * settings.quorumPpm));
      const before = await chain.networkHelpers.time.latest();
      await expect(proposal.execute())
        .to.emit(governor, "QuorumNumeratorUpdated")
        .withArgs(settings.quorumPpm, 2n * settings.quorumPpm);
      const changedAt = await chain.networkHelpers.time.latest();
      await chain.networkHelpers.mine();
      expect(await governor["quorumNumerator()"]()).to.equal(2n * settings.quorumPpm);
      expect(await governor.quorumDenominator()).to.equal(PPM);
      expect(await governor.quorum(before)).to.equal(quorum);
      expect(await governor.quorum(changedAt)).to.equal(2n * quorum);
    });

    it("fails where it would leave the bounds", async () => {
      const { governor, settings } = system;
      const day = settings.epochLength;
      const [least, most] = [icnt(1_000), icnt(7_000_000)];
      const extension = settings.lateQuorumVoteExtension;
      const beyond: [Setter, bigint, string, bigint[]][] = [
        ["setVotingDelay", 0n, "VotingDelayOutOfBounds", [day / 8n, 14n * day]],
        ["setVotingDelay", 14n * day + 1n, "VotingDelayOutOfBounds", [day / 8n, 14n * day]],
        ["setVotingPeriod", 0n, "VotingPeriodOutOfBounds", [extension, 30n * day]],
        ["setVotingPeriod", 30n * day + 1n, "VotingPeriodOutOfBounds", [extension, 30n * day]],
        ["setProposalThreshold", 0n, "ProposalThresholdOutOfBounds", [least, most]],
        ["setProposalThreshold", most + 1n, "ProposalThresholdOutOfBounds", [least, most]],
        ["updateQuorumNumerator", PPM + 1n, "QuorumOutOfBounds", [PPM / 100n, PPM / 5n]],
        ["updateQuorumNumerator", 0n, "QuorumOutOfBounds", [PPM / 100n, PPM / 5n]],
      ];
      for (const [name, value, error, bounds] of beyond) {
        const target = await governor.getAddress();
        const data = setting(name, value);
        const proposal = await (await Proposal.of(system, [{ target, data }], `${name} ${value}`)).ready();
        await expect(proposal.execute())
          .to.be.revertedWithCustomError(governor, error)
          .withArgs(value, ...bounds);
        expect(await proposal.state()).to.equal(STATE.queued);
      }
    });

    it("cannot make a late quorum's extension longer than the voting period", async () => {
      const { governor, settings } = system;
      const longer = settings.votingPeriod + 1n;
      const proposal = await ready(setting("setLateQuorumVoteExtension", longer));
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(governor, "GovernorPreventLateQuorumVoteExtensionTooLarge")
        .withArgs(longer, settings.votingPeriod);
    });

    it("puts another timelock in place", async () => {
      const { governor, timelock, manager, staking, oracle, settings, chain } = system;
      const minimum = await timelock.getMinDelay();
      const other = await chain.ethers.deployContract("IcnTimelock", [
        ...[manager, staking, oracle, governor, settings.clock, minimum],
      ]);
      const [from, to] = [getAddress(await timelock.getAddress()), await other.getAddress()];
      const proposal = await ready(governor.interface.encodeFunctionData("updateTimelock", [to]));
      await expect(proposal.execute()).to.emit(governor, "TimelockChange").withArgs(from, to);
      expect(await governor.timelock()).to.equal(to);
    });
  });

  describe("given something sent to it by mistake", () => {
    it("gives ICNT back by a vote", async () => {
      const { governor, token, partner, stranger } = system;
      await partner.icnt.transfer(governor, MISTAKE);
      const transfer = token.interface.encodeFunctionData("transfer", [stranger.address, MISTAKE]);
      const relayed = [await token.getAddress(), 0n, transfer] as const;
      const proposal = await ready(governor.interface.encodeFunctionData("relay", [...relayed]));
      expect(await token.balanceOf(governor)).to.equal(MISTAKE);
      await proposal.execute();
      expect(await token.balanceOf(governor)).to.equal(0n);
      expect(await token.balanceOf(stranger)).to.equal(MISTAKE);
    });

    it("passes on ether that a vote sends through it, and keeps the rest", async () => {
      const { governor, timelock, stranger, proposer, chain } = system;
      const [sent, passed] = [128n, 100n];
      await proposer.sendTransaction({ to: timelock, value: sent });
      const data = governor.interface.encodeFunctionData("relay", [stranger.address, passed, "0x"]);
      const proposal = await ready(data, sent);
      await expect(proposal.execute()).to.changeEtherBalances(
        chain.ethers,
        [timelock, governor, stranger],
        [-sent, sent - passed, passed],
      );
    });

    it("takes no ether", async () => {
      const { governor, stranger } = system;
      await expect(stranger.sendTransaction({ to: governor, value: 1n })).to.be.revertedWithCustomError(
        governor,
        "GovernorDisabledDeposit",
      );
    });

    it("takes no ERC-721 and no ERC-1155, alone or in a batch", async () => {
      const { governor, stranger } = system;
      const [by, from] = [stranger.address, stranger.address];
      for (const transfer of [
        () => governor.onERC721Received(by, from, 1n, "0x"),
        () => governor.onERC1155Received(by, from, 1n, 1_000n, "0x"),
        () => governor.onERC1155BatchReceived(by, from, [1n, 2n], [1_000n, 2_000n], "0x"),
      ])
        await expect(transfer()).to.be.revertedWithCustomError(governor, "GovernorDisabledDeposit");
    });
  });

  describe("given the timelock without a proposal under execution", () => {
    it("cannot make it do anything", async () => {
      const { system: deployed, governor, settings } = system;
      const { governor: asTimelock } = await deployed.timelock();
      await expect(asTimelock.relay(governor, 0n, "0x")).to.be.revertedWithPanic(NOT_ANNOUNCED);
      await expect(asTimelock.setVotingDelay(settings.epochLength)).to.be.revertedWithPanic(NOT_ANNOUNCED);
    });

    it("takes operations from the governor alone", async () => {
      const { governor, timelock, proposer, carrier } = system;
      const data = governor.interface.encodeFunctionData("relay", [proposer.address, 0n, "0x"]);
      const operation = [await governor.getAddress(), 0n, data, ZeroHash, ZeroHash] as const;
      const role = await timelock.PROPOSER_ROLE();
      for (const by of [proposer, carrier])
        await expect(timelock.connect(by).schedule(...operation, 365n * system.settings.epochLength))
          .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
          .withArgs(by.address, role);
    });

    it("forgets the calls that a proposal announced and did not need", async () => {
      const { system: deployed, governor, settings } = system;
      const needless = await ready(governor.interface.encodeFunctionData("version"));
      await needless.execute();
      const { governor: asTimelock } = await deployed.timelock();
      await expect(asTimelock.setVotingDelay(settings.epochLength)).to.be.revertedWithPanic(NOT_ANNOUNCED);
      const target = await governor.getAddress();
      const data = setting("setVotingDelay", settings.epochLength);
      await (await Proposal.of(system, [{ target, data }], "still possible")).executed();
      expect(await governor.votingDelay()).to.equal(settings.epochLength);
    });
  });
});
