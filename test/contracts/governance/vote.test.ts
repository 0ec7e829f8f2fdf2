import { expect } from "chai";
import { DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { Proposal, partnerOf, pass, STATE } from "../../helpers/votes.ts";

describe("A vote", () => {
  let system: System;

  before(async () => {
    system = await deploySystem();
  });

  const setVetoWindow = async (seconds: number) => {
    const { oracle } = system.deployer;
    return {
      to: await oracle.getAddress(),
      data: oracle.interface.encodeFunctionData("setVetoWindow", [seconds]),
    };
  };

  it("that is routine is carried out after the timelock's delay", async () => {
    const partner = await partnerOf(system);
    const proposal = await Proposal.make(system, partner, [await setVetoWindow(DAY)], "Veto window of a day");
    expect(await proposal.state()).to.equal(STATE.pending);
    await proposal.passAndQueue();
    expect(await proposal.state()).to.equal(STATE.queued);
    await expect(proposal.execute()).to.be.revertedWithCustomError(
      partner.timelock,
      "TimelockUnexpectedOperationState",
    );
    await proposal.toReady();
    await proposal.execute();
    expect(await partner.oracle.vetoWindow()).to.equal(BigInt(DAY));
    expect(await proposal.state()).to.equal(STATE.executed);
  });

  it("that changes a staker's terms waits until everyone could leave", async () => {
    const { staking, governor } = system.deployer;
    const data = staking.interface.encodeFunctionData("setBondMinimum", [icnt(2_000), icnt(100)]);
    const partner = await partnerOf(system);
    const action = { to: await staking.getAddress(), data };
    const proposal = await Proposal.make(system, partner, [action], "Larger bonds");
    await proposal.passAndQueue();
    const queuedAt = BigInt(await system.connection.networkHelpers.time.latest());
    expect(await governor.proposalEta(proposal.id)).to.equal(queuedAt + 35n * BigInt(DAY));
    await proposal.toReady();
    await proposal.execute();
    expect(await staking.minimumBond(0)).to.equal(icnt(2_000));
  });

  it("can be helped through as a whole", async () => {
    await pass(system, [await setVetoWindow(DAY / 2)], "Veto window of half a day");
    expect(await system.deployer.oracle.vetoWindow()).to.equal(BigInt(DAY / 2));
  });
});
