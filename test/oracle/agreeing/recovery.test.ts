import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { Committee, EPOCH_LENGTH } from "../../helpers/agreeing/committee.ts";

function newCommittee(t: TestContext): Committee {
  const committee = new Committee();
  t.after(() => committee.dispose());
  committee.startAll();
  return committee;
}

const isFinal = (committee: Committee, epoch: number) => () =>
  committee.chain.reports.postedOf(epoch)?.finalized === true;

const slotsSigned = (committee: Committee, pattern: RegExp) =>
  [...committee.signed.keys()].filter((slot) => pattern.test(slot));

describe("Given two of four attesters are down", () => {
  it("the others wait and say so once, and the report comes when one is back", async (t) => {
    const committee = newCommittee(t);
    await committee.until(EPOCH_LENGTH / 2);
    committee.attester(1).crash();
    committee.attester(2).crash();
    await committee.until(3 * EPOCH_LENGTH);

    assert.equal(committee.chain.reports.postedOf(0), undefined);
    const waiting = "Too few attesters answer to agree: waiting for a quorum.";
    assert.equal(committee.messages(3, waiting).length, 1);
    const { ready, reasons } = committee.attester(3).agreeing.status.readiness();
    assert.equal(ready, false);
    assert.ok(reasons.includes("too few attesters answer to agree"));

    committee.attester(2).start();
    await committee.untilTrue(isFinal(committee, 2), 7 * EPOCH_LENGTH, "the final report of epoch 2");
    assert.equal(committee.messages(3, "A quorum of attesters answers.").length, 1);
    // Attester 2 was down when epoch 0 ended: its bundle came too late.
    const observers = committee.chain.reports.postedOf(0)?.roots.map(({ attesterId }) => attesterId);
    assert.deepEqual(observers, [3, 4]);
    assert.deepEqual(committee.doublySigned, []);
  });
});

describe("Given all four were down when an epoch ended", () => {
  it("the epoch is reported without observations, and the next ones with them", async (t) => {
    const committee = newCommittee(t);
    await committee.until(EPOCH_LENGTH / 2);
    for (const attester of committee.attesters) attester.crash();
    await committee.until(EPOCH_LENGTH + 3);
    committee.startAll();
    await committee.untilTrue(isFinal(committee, 1), 4 * EPOCH_LENGTH, "the final report of epoch 1");

    assert.deepEqual(committee.chain.reports.postedOf(0)?.roots, []);
    assert.equal(committee.chain.reports.postedOf(1)?.roots.length, 4);
    assert.deepEqual(committee.doublySigned, []);
  });
});

describe("Given an attester is cut off from the others while an epoch ends", () => {
  it("the report comes without its bundle, and it takes part again afterwards", async (t) => {
    const committee = newCommittee(t);
    const cutOff = committee.attester(3);
    cutOff.reachable = false;
    await committee.until(EPOCH_LENGTH + 3);
    cutOff.reachable = true;
    await committee.untilTrue(isFinal(committee, 1), 4 * EPOCH_LENGTH, "the final report of epoch 1");

    const observers = (epoch: number) =>
      committee.chain.reports.postedOf(epoch)?.roots.map(({ attesterId }) => attesterId);
    assert.deepEqual(observers(0), [1, 2, 4]);
    assert.deepEqual(observers(1), [1, 2, 3, 4]);
    assert.deepEqual(committee.doublySigned, []);
  });
});

describe("Given the guardian vetoes a report", () => {
  it("the epoch is reported again as generation 1, with the same roots", async (t) => {
    const committee = newCommittee(t);
    const { chain } = committee;
    await committee.untilTrue(() => chain.reports.postedOf(0) !== undefined, 2 * EPOCH_LENGTH, "the report");
    const vetoed = chain.reports.postedOf(0);
    chain.veto("a rehearsal");
    await committee.untilTrue(isFinal(committee, 0), 3 * EPOCH_LENGTH, "the final report of generation 1");

    const posted = chain.reports.postedOf(0);
    assert.equal(posted?.report.generation, 1);
    assert.deepEqual(posted.roots, vetoed?.roots);
    assert.equal(posted.report.ledgerRoot, vetoed?.report.ledgerRoot);
    assert.deepEqual(committee.doublySigned, []);
  });
});

describe("Given an attester was down for several epochs", () => {
  it("it rebuilds the ledgers from public bundles and takes part again", async (t) => {
    const committee = newCommittee(t);
    await committee.until(EPOCH_LENGTH / 2);
    const late = committee.attester(4);
    late.crash();
    await committee.untilTrue(isFinal(committee, 2), 4 * EPOCH_LENGTH, "the final report of epoch 2");
    late.start();
    await committee.untilTrue(isFinal(committee, 4), 6 * EPOCH_LENGTH, "the final report of epoch 4");

    const checked = committee.messages(4, "A posted report is what its bundles say.");
    assert.deepEqual(
      checked.map(({ fields }) => fields["epoch"]),
      [0, 1, 2, 3, 4],
    );
    const digests = [...committee.signed.keys()].filter((slot) => slot.startsWith("4/attestation/"));
    assert.ok(digests.length > 0, "attester 4 attests again");
  });
});

describe("INV-12 given a signing ledger that forgot", () => {
  for (const what of ["signing", "agreement", "everything"] as const)
    it(`nothing is signed twice after the loss of ${what}`, async (t) => {
      const committee = newCommittee(t);
      const victim = committee.attester(2);
      // It has committed, and there is still time to commit.
      await committee.until(EPOCH_LENGTH + 0.52);
      assert.ok(committee.signed.has("2/commitment/0/0/0"));
      victim.crash();
      victim.lose(what);
      victim.start();
      await committee.untilTrue(isFinal(committee, 1), 4 * EPOCH_LENGTH, "the final report of epoch 1");
      assert.deepEqual(committee.doublySigned, []);
    });

  it("a restored backup adopts from the others what it lacks", async (t) => {
    const committee = newCommittee(t);
    const victim = committee.attester(2);
    await committee.until(EPOCH_LENGTH - 1);
    const restore = victim.backUp();
    await committee.until(EPOCH_LENGTH + 1.7);
    victim.crash();
    restore();
    victim.start();
    await committee.untilTrue(isFinal(committee, 1), 4 * EPOCH_LENGTH, "the final report of epoch 1");

    assert.ok(committee.messages(2, "Adopted a signature of ours that the ledger lacked.").length > 0);
    assert.deepEqual(committee.doublySigned, []);
  });

  it("nothing is signed for begun epochs while too few can tell what it signed", async (t) => {
    const committee = newCommittee(t);
    const victim = committee.attester(2);
    await committee.until(EPOCH_LENGTH / 2);
    victim.crash();
    victim.lose("everything");
    for (const other of [3, 4]) committee.attester(other).crash();
    victim.start();
    await committee.until(2 * EPOCH_LENGTH - 1);

    assert.deepEqual(slotsSigned(committee, /^2\/\w+\/0\//), []);
    const { reasons } = victim.agreeing.status.readiness();
    assert.ok(reasons.includes("a quorum has yet to show what it holds of our signatures"));
  });
  it("nor by a process that started before its wall clock was set", async (t) => {
    const committee = newCommittee(t);
    const victim = committee.attester(2);
    await committee.until(EPOCH_LENGTH / 2);
    victim.crash();
    victim.lose("everything");
    for (const other of [3, 4]) committee.attester(other).crash();
    committee.clock.jump(-EPOCH_LENGTH * 1_000);
    victim.start();
    committee.clock.jump(EPOCH_LENGTH * 1_000);
    await committee.until(2 * EPOCH_LENGTH - 1);

    assert.deepEqual(slotsSigned(committee, /^2\/\w+\/0\//), []);
  });

  it("a view that it signed while its clock was ahead is adopted, too, and no lower one is signed", async (t) => {
    const committee = newCommittee(t);
    const victim = committee.attester(2);
    await committee.until(EPOCH_LENGTH / 2);
    victim.crash();
    victim.lose("everything");
    // Without attester 4 no report comes before the victim signs.
    committee.attester(4).crash();
    const slot = { epoch: 0, generation: 0, viewNumber: 3, attesterId: 2 };
    const forgotten = victim.forge({ kind: "attestation", ...slot, digest: ZERO_HASH });
    for (const other of [1, 3])
      committee.attester(other).lie = (shown) =>
        shown.epoch === 0 && shown.attesterId === 2 ? { ...shown, statements: [forgotten] } : shown;
    victim.start();
    await committee.untilTrue(isFinal(committee, 0), 3 * EPOCH_LENGTH, "the final report of epoch 0");

    assert.deepEqual(slotsSigned(committee, /^2\/attestation\/0\/0\/[0-3]$/), []);
  });
});
