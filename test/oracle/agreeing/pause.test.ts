import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Committee, EPOCH_LENGTH } from "../../helpers/agreeing/committee.ts";

const VETO_WINDOW = 8;
/** Between the blocks that a condition was read from. */
const BLOCK = 1;

function newCommittee(t: TestContext): Committee {
  const committee = new Committee({ vetoWindow: VETO_WINDOW });
  t.after(() => committee.dispose());
  committee.startAll();
  return committee;
}

const reports = (committee: Committee) => committee.chain.reports;
const isReported = (committee: Committee, epoch: number) => () =>
  reports(committee).postedOf(epoch) !== undefined;
const isFinal = (committee: Committee, epoch: number) => () =>
  reports(committee).postedOf(epoch)?.finalized === true;
const observers = (committee: Committee, epoch: number) =>
  reports(committee)
    .postedOf(epoch)
    ?.roots.map(({ attesterId }) => attesterId);
/** Seconds since the start of epoch 0 at which a condition holds. */
async function secondOf(committee: Committee, condition: () => boolean, latest: number): Promise<number> {
  const startMs = committee.clock.nowMs();
  await committee.untilTrue(condition, latest, "what was awaited");
  return Math.round((committee.clock.nowMs() - startMs) / 1_000);
}

function assertNothingInVain(committee: Committee): void {
  assert.equal(committee.chain.reverted, 0);
  assert.deepEqual(committee.doublySigned, []);
}

describe("Given a pause while three epochs end", () => {
  async function paused(t: TestContext): Promise<Committee> {
    const committee = newCommittee(t);
    await committee.until(EPOCH_LENGTH / 2);
    committee.chain.pause(3 * EPOCH_LENGTH);
    return committee;
  }

  it("nothing is sent, or even tried, until it is over", async (t) => {
    const committee = await paused(t);
    await committee.until(3.5 * EPOCH_LENGTH - BLOCK);
    assert.equal(committee.chain.tried, 0);
    assertNothingInVain(committee);
  });

  it("every epoch is reported and made final afterwards, from what was committed in its time", async (t) => {
    const committee = await paused(t);
    await committee.untilTrue(isFinal(committee, 4), 9 * EPOCH_LENGTH, "the final report of epoch 4");
    for (let epoch = 0; epoch <= 4; epoch++)
      assert.deepEqual(observers(committee, epoch), [1, 2, 3, 4], `epoch ${epoch}`);
    assertNothingInVain(committee);
  });

  it("the first comes at once if the pause is ended early", async (t) => {
    const committee = await paused(t);
    await committee.until(2 * EPOCH_LENGTH);
    assert.equal(committee.chain.tried, 0);
    committee.chain.unpause();
    await committee.untilTrue(isReported(committee, 0), 2 * EPOCH_LENGTH + 3, "the report of epoch 0");
    await committee.untilTrue(isFinal(committee, 0), 3 * EPOCH_LENGTH, "its finality");
    assertNothingInVain(committee);
  });
});

describe("Given a pause while a report is pending", () => {
  async function pending(t: TestContext): Promise<Committee> {
    const committee = newCommittee(t);
    await committee.untilTrue(isReported(committee, 0), 2 * EPOCH_LENGTH, "the report of epoch 0");
    return committee;
  }
  const LATEST = 6 * EPOCH_LENGTH;

  it("nobody asks for its finality, which comes later by the pause", async (t) => {
    const usual = await pending(t);
    const usualSeconds = await secondOf(usual, isFinal(usual, 0), LATEST);

    const committee = await pending(t);
    committee.chain.pause(20);
    const { tried } = committee.chain;
    const seconds = await secondOf(committee, () => committee.chain.tried > tried, LATEST);
    assert.ok(seconds >= 20 + VETO_WINDOW - BLOCK, `tried after ${seconds} s`);
    assert.equal(seconds + (await secondOf(committee, isFinal(committee, 0), LATEST)), usualSeconds + 20);
    assertNothingInVain(committee);
  });
});
