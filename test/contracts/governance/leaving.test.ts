import { expect } from "chai";
import { callTo } from "../../helpers/actions.ts";
import { BOND, Leaver, settleUntil } from "../../helpers/leavers.ts";
import { type Account, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { Proposal, partnerOf, pass, STATE } from "../../helpers/votes.ts";

const epochs = (count: number) => BigInt(count * DAY);
const SLOW = epochs(28 + 7);
const LONGEST = epochs(60 + 7);

describe("An operator who asks to leave when an upgrade or worse terms are announced", () => {
  let system: System;
  let partner: Account;
  let timelock: Account;
  let guardian: Account;
  let operator: Leaver;
  const time = () => system.connection.networkHelpers.time;
  const now = async () => BigInt(await time().latest());
  const upcoming = async () => Math.floor((Number(await now()) - system.epochZero) / DAY) + 1;

  beforeEach(async () => {
    system = await deploySystem();
    partner = await partnerOf(system);
    timelock = await system.timelock();
    guardian = await system.as(system.parameters.guardian);
    operator = await Leaver.operator(system, "operator");
    await system.toEpoch(0);
    await settleUntil(system, 8);
  });

  /** A vote on worse terms, queued: the announcement. */
  async function announce(): Promise<{ proposal: Proposal; at: bigint }> {
    const action = await callTo(partner.staking, "setSlashCap", [50_000]);
    const proposal = await Proposal.make(system, partner, [action], "Another slash cap");
    await proposal.toVoting();
    await proposal.vote(partner);
    await settleUntil(system, (await upcoming()) + 5);
    await proposal.toEndOfVoting();
    await proposal.queue();
    return { proposal, at: await now() };
  }

  async function expectOut(): Promise<void> {
    await time().increaseTo(Math.max(Number(await operator.maturesAt()), Number(await now()) + 1));
    await operator.complete();
    expect(await operator.balance()).to.equal(operator.amount);
  }

  async function expectRefusedAt(proposal: Proposal, timestamp: bigint): Promise<void> {
    await expect(proposal.executeAt(timestamp)).to.be.revertedWithCustomError(
      partner.timelock,
      "TimelockUnexpectedOperationState",
    );
    expect(await proposal.state()).to.equal(STATE.queued);
  }

  it("is out before it, if unbonding was made longer in between", async () => {
    const { proposal, at } = await announce();
    const announcedIn = (await upcoming()) - 1;
    expect(await proposal.readyAt()).to.equal(at + SLOW);
    await timelock.staking.setUnbondingPeriod(60);
    expect(await proposal.readyAt()).to.equal(at + LONGEST);
    await operator.ask();
    await timelock.staking.setUnbondingPeriod(1);
    expect(await proposal.readyAt()).to.equal(at + LONGEST);

    await settleUntil(system, announcedIn + 7);
    await expectRefusedAt(proposal, at + SLOW);
    await expectOut();
    await expectRefusedAt(proposal, at + LONGEST - 1n);
    await proposal.executeAt(at + LONGEST);
    expect(await proposal.state()).to.equal(STATE.executed);
  });

  it("is out before it, if unbonding was made shorter just before", async () => {
    await timelock.staking.setUnbondingPeriod(60);
    const earlier = await Leaver.operator(system, "earlier");
    await system.toEpoch(await upcoming());
    await earlier.ask(icnt(1_000));
    const longWay = await earlier.maturesAt();
    await timelock.staking.setUnbondingPeriod(1);
    const { proposal, at } = await announce();
    const announcedIn = (await upcoming()) - 1;
    await earlier.ask(BOND - icnt(1_000) - icnt(2_000));
    expect(await earlier.maturesAt()).to.equal(longWay);

    expect(await proposal.readyAt()).to.equal(at + LONGEST);
    expect(longWay).to.be.lessThan(at + LONGEST);
    await settleUntil(system, announcedIn + 7);
    await expectRefusedAt(proposal, at + epochs(8));
  });

  it("is out before it, if the guardian's pauses kept its epochs from becoming final", async () => {
    const { proposal, at } = await announce();
    const announcedIn = (await upcoming()) - 1;
    await operator.ask();
    await guardian.oracle.pause("a test");
    await time().increaseTo(await guardian.oracle.pausedUntil());
    await timelock.oracle.renewPause();
    await guardian.oracle.pause("another test");
    const pausedUntil = await guardian.oracle.pausedUntil();

    await expectRefusedAt(proposal, at + SLOW);
    expect(await proposal.readyAt()).to.equal(at + LONGEST);
    await expect(operator.complete()).to.be.revertedWithCustomError(partner.staking, "NotSettled");
    await time().increaseTo(pausedUntil);
    await settleUntil(system, announcedIn + 7);
    await expectOut();
    await proposal.execute();
    expect(await proposal.state()).to.equal(STATE.executed);
    expect(await now()).to.be.lessThan(at + LONGEST);
  });

  it("need not wait for it, if another vote cancels it before it is ready", async () => {
    const { proposal, at } = await announce();
    const id = await proposal.operationId();
    await pass(system, [await callTo(partner.timelock, "cancel", [id])], "Not that cap");
    expect(await now()).to.be.lessThan(at + SLOW);
    expect(await proposal.state()).to.equal(STATE.canceled);
    await time().increaseTo(at + SLOW);
    await expect(proposal.execute()).to.be.revertedWithCustomError(
      partner.governor,
      "GovernorUnexpectedProposalState",
    );
    expect(await partner.staking.slashCapPpm()).not.to.equal(50_000n);
  });
});
