import { expect } from "chai";
import { type Deed, type Deeds, ROUTINE, SLOW, type World, worldOf } from "../../helpers/actions.ts";
import { Leaver, settleUntil } from "../../helpers/leavers.ts";
import { type Account, DAY, deploySystem, type System } from "../../helpers/system.ts";
import { Proposal, partnerOf, STATE } from "../../helpers/votes.ts";

const SLOW_WAIT = BigInt((28 + 7) * DAY);
const ROUTINE_WAIT = BigInt(2 * DAY);

interface Queued extends Deed {
  readonly proposal: Proposal;
  readonly queuedAt: bigint;
}

describe("What a vote decided", () => {
  let system: System;
  let partner: Account;
  let queued: ReadonlyMap<string, Queued>;
  /** The epoch in which everything is queued. */
  let announced: number;
  let delegators: readonly [atOnce: Leaver, late: Leaver];
  let operators: readonly [atOnce: Leaver, late: Leaver];
  const helpers = () => system.connection.networkHelpers;
  const now = async () => BigInt(await helpers().time.latest());
  const of = (what: string): Queued => queued.get(what) ?? expect.fail(`${what} is not queued`);

  async function queueAll(world: World, deeds: Deeds): Promise<ReadonlyMap<string, Queued>> {
    const made: (readonly [string, Deed & { proposal: Proposal }])[] = [];
    for (const [what, deedOf] of Object.entries(deeds)) {
      const deed = await deedOf(world);
      made.push([what, { ...deed, proposal: await Proposal.make(system, partner, [deed.action], what) }]);
    }
    for (const [, { proposal }] of made) {
      await proposal.toVoting();
      await proposal.vote(partner);
    }
    // So that reports are not behind when everything is queued.
    await settleUntil(system, 7);
    const found = new Map<string, Queued>();
    for (const [what, deed] of made) {
      await deed.proposal.toEndOfVoting();
      if (found.size === 0) await system.toEpoch(Math.ceil(await epochsSinceZero()), DAY / 4);
      await deed.proposal.queue();
      found.set(what, { ...deed, queuedAt: await now() });
    }
    return found;
  }
  const epochsSinceZero = async () => (Number(await now()) - system.epochZero) / DAY;

  async function itIsDoneAt({ proposal, read, expected }: Queued, eta: bigint): Promise<void> {
    await expect(proposal.executeAt(eta - 1n)).to.be.revertedWithCustomError(
      partner.timelock,
      "TimelockUnexpectedOperationState",
    );
    expect(await proposal.state()).to.equal(STATE.queued);
    expect(await read()).not.to.equal(expected);
    await proposal.executeAt(eta);
    expect(await proposal.state()).to.equal(STATE.executed);
    expect(await read()).to.equal(expected);
  }

  before(async () => {
    system = await deploySystem();
    partner = await partnerOf(system);
    operators = [await Leaver.operator(system, "prompt"), await Leaver.operator(system, "hesitant")];
    delegators = [await Leaver.delegator(system, "quick", 1), await Leaver.delegator(system, "slow", 1)];
    // Used up, so that a vote has something to renew.
    await (await system.as(system.parameters.guardian)).oracle.pause("a test");
    await (await system.as(system.parameters.guardian)).oracle.unpause();
    queued = await queueAll(await worldOf(system), { ...SLOW, ...ROUTINE });
    announced = Math.floor(await epochsSinceZero());
  });

  for (const [kind, deeds, wait] of [
    ["slow", SLOW, SLOW_WAIT],
    ["routine", ROUTINE, ROUTINE_WAIT],
  ] as const)
    it(`is announced with its time: ${kind}`, async () => {
      for (const what of Object.keys(deeds)) {
        const { proposal, queuedAt } = of(what);
        expect(await partner.governor.proposalEta(proposal.id), what).to.equal(queuedAt + wait);
        expect(await proposal.readyAt(), what).to.equal(queuedAt + wait);
      }
    });

  describe("given what is routine", () => {
    for (const what of Object.keys(ROUTINE))
      it(`waits the timelock's delay only: ${what}`, async () => {
        const { restore } = await helpers().takeSnapshot();
        await itIsDoneAt(of(what), of(what).queuedAt + ROUTINE_WAIT);
        await restore();
      });
  });

  describe("given what changes code, powers or terms", () => {
    let allOutAt: bigint;

    before(async () => {
      const { time } = helpers();
      for (const leaver of [delegators[0], operators[0]]) await leaver.ask();
      await settleUntil(system, announced + 6);
      await time.increaseTo(system.startOf(announced + 7) - 3);
      await operators[1].ask();
      const firstQueuedAt = of(Object.keys(SLOW)[0] ?? "").queuedAt;
      await time.increaseTo(firstQueuedAt + BigInt(7 * DAY) - 2n);
      await delegators[1].ask();
      await settleUntil(system, announced + 7);
      for (const leaver of [...delegators, ...operators]) {
        await time.increaseTo(Math.max(Number(await leaver.maturesAt()), Number(await now()) + 1));
        await leaver.complete();
      }
      allOutAt = await now();
    });

    it("lets out whoever asked: a delegator within 7 epochs, an operator until the end of the sixth epoch after", async () => {
      for (const leaver of [...delegators, ...operators])
        expect(await leaver.balance()).to.equal(leaver.amount);
      expect(allOutAt).to.be.lessThan(BigInt(system.startOf(announced + 35)) + 60n);
    });

    for (const what of Object.keys(SLOW))
      it(`waits until they are out, and not longer: ${what}`, async () => {
        const { restore } = await helpers().takeSnapshot();
        const eta = of(what).queuedAt + SLOW_WAIT;
        expect(allOutAt).to.be.lessThan(eta - 1n);
        await itIsDoneAt(of(what), eta);
        await restore();
      });
  });
});
