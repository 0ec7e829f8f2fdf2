import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { keccak256Text, ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import type { Signed, Statement } from "../../../oracle/domain/slots.ts";
import type { PeerStatements } from "../../../oracle/ports/peers.ts";
import { Committee, EPOCH_LENGTH, type SimulatedAttester } from "../../helpers/agreeing/committee.ts";

const LIAR = 4;
const REJECTED = "Rejected a message of another attester.";
const FIRST_VIEW = { generation: 0, viewNumber: 0 };
const EQUIVOCATION = "An attester signed two statements where one is allowed.";

/** A committee whose attester 4 is up to something; it leads view 0 of epoch 3. */
function newCommittee(t: TestContext, corrupt: (liar: SimulatedAttester) => void): Committee {
  const committee = new Committee();
  t.after(() => committee.dispose());
  corrupt(committee.attester(LIAR));
  committee.startAll();
  return committee;
}

/** The honest three report epochs 0 to `last`; returns who is in the set of each. */
async function observersThrough(committee: Committee, last: number): Promise<readonly (readonly number[])[]> {
  const { reports } = committee.chain;
  const isFinal = () => reports.postedOf(last)?.finalized === true;
  await committee.untilTrue(isFinal, (last + 3) * EPOCH_LENGTH, `the final report of epoch ${last}`);
  assert.deepEqual(committee.doublySigned, []);
  return Array.from({ length: last + 1 }, (_, epoch) =>
    (reports.postedOf(epoch)?.roots ?? []).map(({ attesterId }) => attesterId),
  );
}

const rejections = (committee: Committee) =>
  new Set([1, 2, 3].flatMap((id) => committee.messages(id, REJECTED)).map(({ fields }) => fields["reason"]));

const mapStatements =
  (change: (signed: Signed) => Signed) =>
  (shown: PeerStatements): PeerStatements => ({ ...shown, statements: shown.statements.map(change) });

const changed = (signed: Signed, change: Partial<Statement>): Signed =>
  ({ ...signed, statement: { ...signed.statement, ...change } }) as Signed;

describe("INV-14 one of four attesters is hostile: its messages are rejected and the epochs go on", () => {
  it("signs with another key", async (t) => {
    const signature = `0x${"5a".repeat(64)}` as const;
    const committee = newCommittee(t, (liar) => {
      liar.lie = mapStatements((signed) => ({ ...signed, signature }));
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
    assert.ok(rejections(committee).has("wrong-signature"));
  });

  it("replays its statements of an earlier epoch", async (t) => {
    const seen: Signed[] = [];
    const committee = newCommittee(t, (liar) => {
      liar.lie = (shown) => {
        if (shown.epoch === 0) {
          if (seen.length === 0) seen.push(...shown.statements);
          return shown;
        }
        return mapStatements((signed) => changed(signed, { epoch: 1 }))({ ...shown, statements: seen });
      };
    });
    const observers = await observersThrough(committee, 1);
    assert.deepEqual(observers[1], [1, 2, 3]);
    assert.ok(rejections(committee).has("wrong-signature"));
  });

  it("answers for another epoch, or as somebody else", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = (shown, asker) => (asker === 1 ? { ...shown, epoch: 99 } : { ...shown, attesterId: 1 });
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
    assert.deepEqual([...rejections(committee)].sort(), ["wrong-author", "wrong-epoch"]);
  });

  it("throws, and hangs for one of them", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = (_shown, asker) =>
        asker === 1 ? new Promise(() => undefined) : Promise.reject(new Error("malformed"));
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
  });

  it("shows each a different commitment: no root of it has f + 1 holders", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = (shown, asker) => {
        const { epoch, attesterId } = shown;
        const observationRoot = keccak256Text(`for ${asker}`);
        const forged = liar.forge({ kind: "commitment", epoch, attesterId, observationRoot });
        const rest = shown.statements.filter(({ statement }) => statement.kind !== "commitment");
        return { ...shown, statements: [...rest, forged] };
      };
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
  });

  it("signs a second root: both are noticed", async (t) => {
    const committee = newCommittee(t, (liar) => {
      let times = 0;
      liar.lie = (shown) => {
        const { epoch, attesterId } = shown;
        times += 1;
        const observationRoot = keccak256Text(`root ${times}`);
        return {
          ...shown,
          statements: [liar.forge({ kind: "commitment", epoch, attesterId, observationRoot })],
        };
      };
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
    const noticed = committee.messages(1, EQUIVOCATION);
    assert.ok(noticed.length > 0);
  });

  it("withholds or falsifies its bundle", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lieAboutBundle = (bytes) => bytes?.map((byte, index) => (index === 20 ? byte ^ 1 : byte));
    });
    assert.deepEqual(await observersThrough(committee, 0), [[1, 2, 3]]);
    assert.equal(committee.messages(1, "A bundle has another root.").length, 1);
  });

  it("proposes a false report as leader: the next view's leader is right", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = mapStatements((signed) =>
        signed.statement.kind === "proposal"
          ? liar.forge({ ...signed.statement, digest: keccak256Text("false") })
          : signed,
      );
    });
    await observersThrough(committee, 3);
    assert.equal(committee.chain.reports.postedOf(3)?.report.viewNumber, 1);
    assert.equal(committee.messages(1, "A proposal differs from the recomputation.").length, 1);
  });

  it("proposes with Holdings that nobody signed", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = mapStatements((signed) => {
        if (signed.statement.kind !== "proposal") return signed;
        const holdings = signed.statement.holdings.map((named) => ({ ...named, roots: [] }));
        return liar.forge({ ...signed.statement, holdings });
      });
    });
    await observersThrough(committee, 3);
    assert.equal(committee.chain.reports.postedOf(3)?.report.viewNumber, 1);
    assert.ok(rejections(committee).has("proposal"));
  });

  it("shows the signatures of others under statements of its own: theirs still count", async (t) => {
    const committee = newCommittee(t, () => undefined);
    const [liar, ...honest] = committee.attesters;
    assert.ok(liar !== undefined);
    // Attester 1 is asked first.
    liar.lie = ({ epoch, attesterId }) => ({
      epoch,
      attesterId,
      statements: honest
        .flatMap(({ agreeing }) => agreeing.evidence.statements(epoch, undefined).statements)
        .map(({ signature }) => ({
          statement: { kind: "attestation", epoch, attesterId, ...FIRST_VIEW, digest: ZERO_HASH },
          signature,
        })),
    });
    const [observers] = await observersThrough(committee, 0);
    assert.deepEqual(observers, [2, 3, 4]);
  });

  it("shows ever more contradictory statements: no more than one of an answer is looked at", async (t) => {
    let forged = 0;
    let answers = 0;
    const committee = newCommittee(t, (liar) => {
      liar.lie = ({ epoch, attesterId }) => {
        answers += 1;
        const statements = Array.from({ length: 20 }, () => {
          const digest = keccak256Text(`report ${++forged}`);
          return liar.forge({ kind: "attestation", epoch, attesterId, ...FIRST_VIEW, digest });
        });
        return { epoch, attesterId, statements };
      };
    });
    await observersThrough(committee, 0);
    const noticed = committee.logs.filter(({ message }) => message === EQUIVOCATION).length;
    assert.ok(noticed > 0 && noticed <= answers, `${noticed} noticed in ${answers} answers`);
  });

  it("attests a view far ahead: nobody follows", async (t) => {
    const committee = newCommittee(t, (liar) => {
      liar.lie = mapStatements((signed) =>
        signed.statement.kind === "attestation"
          ? liar.forge({ ...signed.statement, viewNumber: 2 ** 31 })
          : signed,
      );
    });
    await observersThrough(committee, 0);
    assert.ok(rejections(committee).has("view"));
  });
});
