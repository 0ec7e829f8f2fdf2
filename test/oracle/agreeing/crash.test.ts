import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Committee, EPOCH_LENGTH, type Step } from "../../helpers/agreeing/committee.ts";

/** Leader of view 0 of epoch 0. */
const LEADER = 1;
const OTHER = 3;

function newCommittee(t: TestContext): Committee {
  const committee = new Committee();
  t.after(() => committee.dispose());
  committee.startAll();
  return committee;
}

/** Crashes the victim right after somebody's step for epoch 0, and starts it again some seconds later. */
function crashAfter(
  committee: Committee,
  victim: number,
  actor: number,
  step: Step,
): { readonly crashed: boolean } {
  const done = { crashed: false };
  committee.onStep = (attesterId, name, epoch) => {
    if (done.crashed || attesterId !== actor || name !== step || epoch !== 0) return;
    done.crashed = true;
    committee.attester(victim).crash();
  };
  return done;
}

async function assertReportsComeAnyway(committee: Committee, victim: number): Promise<void> {
  const { reports } = committee.chain;
  const isFinal = (epoch: number) => reports.postedOf(epoch)?.finalized === true;
  await committee.untilTrue(() => isFinal(0), EPOCH_LENGTH + 20, "the final report of epoch 0");
  committee.attester(victim).start();
  await committee.untilTrue(() => isFinal(2), 3 * EPOCH_LENGTH + 20, "the final report of epoch 2");

  assert.deepEqual(committee.doublySigned, []);
  // The victim is back: its bundle is in the set again.
  assert.equal(reports.postedOf(2)?.roots.length, 4);
}

describe("Agreeing with four attesters", () => {
  it("reports every epoch in view 0, and nobody signs twice", async (t) => {
    const committee = newCommittee(t);
    await committee.until(3 * EPOCH_LENGTH);

    for (const epoch of [0, 1]) {
      const posted = committee.chain.reports.postedOf(epoch);
      assert.equal(posted?.report.viewNumber, 0);
      assert.equal(posted.roots.length, 4);
    }
    assert.equal(committee.chain.reports.postedOf(0)?.finalized, true);
    assert.deepEqual(committee.doublySigned, []);
    assert.equal(committee.chain.reverted, 0);
  });
});

describe("Given a disk that is full for a moment", () => {
  for (const step of ["record commitment", "record holdings"] as const)
    it(`after "${step}", the signature follows as soon as there is room`, async (t) => {
      const committee = newCommittee(t);
      let failures = 0;
      committee.onStep = (attesterId, name, epoch) => {
        if (failures > 0 || attesterId !== OTHER || name !== step || epoch !== 0) return;
        failures += 1;
        throw new Error("database or disk is full");
      };
      // Without one of the others every signature is needed.
      committee.attester(2).reachable = false;
      const isFinal = () => committee.chain.reports.postedOf(0)?.finalized === true;
      await committee.untilTrue(isFinal, EPOCH_LENGTH + 20, "the final report of epoch 0");

      assert.deepEqual(
        committee.chain.reports.postedOf(0)?.roots.map(({ attesterId }) => attesterId),
        [1, 3, 4],
      );
      assert.equal(failures, 1);
      assert.deepEqual(committee.doublySigned, []);
    });
});

describe("INV-12 INV-14 kill -9 of one of four attesters: the report comes anyway, nothing is signed twice", () => {
  for (const [role, victim] of [
    ["leader", LEADER],
    ["no leader", OTHER],
  ] as const) {
    it(`while probing, as ${role}`, async (t) => {
      const committee = newCommittee(t);
      await committee.until(EPOCH_LENGTH / 2);
      committee.attester(victim).crash();
      await assertReportsComeAnyway(committee, victim);
    });

    const steps: readonly (readonly [string, number, Step])[] = [
      ["committed", victim, "attach commitment"],
      ["revealed", victim, "record holdings"],
      ["proposed", LEADER, "attach proposal"],
      ["signed", victim, "attach attestation"],
      ["submitted", LEADER, "broadcast"],
    ];
    for (const [state, actor, step] of steps)
      it(`${state}, as ${role}`, async (t) => {
        const committee = newCommittee(t);
        const done = crashAfter(committee, victim, actor, step);
        await assertReportsComeAnyway(committee, victim);
        assert.equal(done.crashed, true);
      });
  }
});

describe("INV-12 kill -9 of the leader at every boundary, back at once", () => {
  const boundaries: readonly Step[] = [
    "record commitment",
    "attach holdings",
    "record proposal",
    "record attestation",
    "intend",
    "signed",
    "mined",
  ];
  for (const step of boundaries)
    it(`after "${step}"`, async (t) => {
      const committee = newCommittee(t);
      const done = crashAfter(committee, LEADER, LEADER, step);
      await committee.untilTrue(() => done.crashed, 2 * EPOCH_LENGTH + 10, step);
      await committee.clock.advance(300);
      committee.attester(LEADER).start();
      const isFinal = () => committee.chain.reports.postedOf(1)?.finalized === true;
      await committee.untilTrue(isFinal, 2 * EPOCH_LENGTH + 20, "the final report of epoch 1");
      assert.deepEqual(committee.doublySigned, []);
    });
});
