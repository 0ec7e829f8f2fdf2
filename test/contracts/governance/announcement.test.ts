import { expect } from "chai";
import { getAddress } from "ethers";
import { type Account, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { type Action, Proposal, partnerOf, STATE } from "../../helpers/votes.ts";

const NOBODY = "0x00000000000000000000000000000000000000aa";

describe("What a vote announces", () => {
  let system: System;
  let partner: Account;
  let restore: () => Promise<void>;

  before(async () => {
    system = await deploySystem();
    partner = await partnerOf(system);
    const snapshot = await system.connection.networkHelpers.takeSnapshot();
    restore = () => snapshot.restore();
  });
  afterEach(() => restore());

  const upgradeTo = async (implementation: string): Promise<Action> => {
    const proxy = await system.connection.ethers.getContractAt(
      "SlaOracle",
      await partner.oracle.getAddress(),
    );
    return {
      to: await proxy.getAddress(),
      data: proxy.interface.encodeFunctionData("upgradeToAndCall", [implementation, "0x"]),
    };
  };
  const vetoWindow = async (): Promise<Action> => ({
    to: await partner.oracle.getAddress(),
    data: partner.oracle.interface.encodeFunctionData("setVetoWindow", [DAY]),
  });

  describe("given an upgrade to what is not there yet", () => {
    for (const [what, actions] of [
      ["alone", () => Promise.all([upgradeTo(NOBODY)])],
      ["among other calls", () => Promise.all([vetoWindow(), upgradeTo(NOBODY)])],
    ] as const)
      it(`is not queued, ${what}: nobody could read it`, async () => {
        const proposal = await Proposal.make(system, partner, await actions(), "A surprise");
        await proposal.toVoting();
        await proposal.vote(partner);
        await proposal.toEndOfVoting();
        await expect(proposal.queue())
          .to.be.revertedWithCustomError(partner.timelock, "UpgradeWithoutCode")
          .withArgs(getAddress(await partner.oracle.getAddress()), getAddress(NOBODY));
      });
  });

  describe("given what was queued and not carried out", () => {
    it("can be carried out for 60 epochs after its eta, and then never", async () => {
      const proposal = await Proposal.make(system, partner, [await vetoWindow()], "In good time");
      await proposal.passAndQueue();
      const lastAt = (await partner.governor.proposalEta(proposal.id)) + 60n * BigInt(DAY);
      const { time, takeSnapshot } = system.connection.networkHelpers;
      const queued = await takeSnapshot();

      await time.setNextBlockTimestamp(lastAt);
      await proposal.execute();
      expect(await partner.oracle.vetoWindow()).to.equal(BigInt(DAY));

      await queued.restore();
      await time.increaseTo(lastAt + 1n);
      expect(await proposal.state()).to.equal(STATE.expired);
      await expect(proposal.execute())
        .to.be.revertedWithCustomError(partner.governor, "GovernorUnexpectedProposalState")
        .withArgs(proposal.id, STATE.expired, `0x${(0x20).toString(16).padStart(64, "0")}`);
    });
  });

  describe("given a committee that a vote made silent", () => {
    it("lets bonds go 60 epochs after they left", async () => {
      const operator = await system.account("operator", icnt(10_000));
      const node = await system.registerNode(operator, { bond: icnt(5_000) });
      await system.toEpoch(2);
      await operator.registry.startExit(node);
      await operator.staking.requestUnbonding(await operator.staking.bondPositionOf(node), icnt(5_000));

      const { time } = system.connection.networkHelpers;
      await time.increaseTo(system.startOf(3 + 60) - 2);
      await expect(operator.staking.completeUnbonding(1))
        .to.be.revertedWithCustomError(operator.staking, "NotSettled")
        .withArgs(1n, 2n, 2n);
      await time.increaseTo(system.startOf(3 + 60));
      await expect(operator.staking.completeUnbonding(1)).to.changeTokenBalance(
        system.connection.ethers,
        operator.icnt,
        operator.address,
        icnt(5_000),
      );
    });
  });
});
