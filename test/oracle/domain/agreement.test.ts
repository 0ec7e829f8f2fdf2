import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  agreedSet,
  checkHoldings,
  deadlinesOf,
  faults,
  leaderOf,
  quorum,
  seatOf,
  submissionDelayMs,
  viewAt,
  viewsStartMs,
} from "../../../oracle/domain/agreement.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { Holdings } from "../../../oracle/domain/statements.ts";
import type { Hex, Member } from "../../../oracle/domain/types.ts";
import { DEFAULT_RULES, holds } from "./support.ts";

const root = (id: number): Hex => `0x${id.toString(16).padStart(64, "0")}`;
const member = (attesterId: number): Member => ({
  attesterId,
  signingKey: `0x${attesterId.toString(16).padStart(40, "0")}`,
});
const committee = (size: number): Member[] => Array.from({ length: size }, (_, seat) => member(seat + 1));

function holdingsOf(attesterId: number, held: readonly number[]): Holdings {
  const roots = held.map((id) => ({ attesterId: id, root: root(id) }));
  return { epoch: 5, generation: 0, attesterId, roots };
}

describe("sizes", () => {
  it("f = ⌊(n − 1)/3⌋ and quorum = ⌊2n/3⌋ + 1: any two quorums share an honest member", () => {
    for (let n = 1; n <= 31; n++) {
      assert.equal(faults(n), Math.floor((n - 1) / 3));
      assert.equal(quorum(n), Math.floor((2 * n) / 3) + 1);
      assert.ok(2 * quorum(n) - n > faults(n));
      assert.ok(quorum(n) <= n - faults(n), "the honest alone reach it");
    }
  });
});

describe("agreedSet", () => {
  it("holds every bundle that all honest hold and none that only the faulty claim", (t) => {
    const cases = fc.integer({ min: 1, max: 31 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        named: fc.shuffledSubarray(
          committee(n).map(({ attesterId }) => attesterId),
          { minLength: quorum(n) },
        ),
        faulty: fc.subarray(
          committee(n).map(({ attesterId }) => attesterId),
          { maxLength: faults(n) },
        ),
        missing: fc.array(fc.integer({ min: 1, max: n }), { maxLength: 3 }),
      }),
    );
    const property = fc.property(cases, ({ n, named, faulty, missing }) => {
      const held = committee(n)
        .map(({ attesterId }) => attesterId)
        .filter((id) => !missing.includes(id));
      // The faulty list only what nobody else holds.
      const lists = named.map((id) => holdingsOf(id, faulty.includes(id) ? missing.toSorted() : held));
      const deduplicated = lists.map((one) => ({
        ...one,
        roots: one.roots.filter(
          ({ attesterId }, i) => one.roots.findIndex((r) => r.attesterId === attesterId) === i,
        ),
      }));
      assert.deepEqual(
        agreedSet(deduplicated, n),
        held.map((id) => ({ attesterId: id, root: root(id) })),
      );
    });
    holds(t, property);
  });

  it("is exactly what f + 1 list", () => {
    const named = [holdingsOf(1, [1, 2, 3]), holdingsOf(2, [1, 2]), holdingsOf(3, [1])];
    const ids = (n: number) => agreedSet(named, n).map(({ attesterId }) => attesterId);
    assert.deepEqual(ids(3), [1, 2, 3]);
    assert.deepEqual(ids(4), [1, 2]);
    assert.deepEqual(ids(7), [1]);
    assert.deepEqual(agreedSet([], 4), []);
  });

  it("leaves out who signed two roots that both are listed often enough", () => {
    const other = (one: Holdings): Holdings => ({ ...one, roots: [{ attesterId: 1, root: root(99) }] });
    const named = [
      holdingsOf(1, [1, 2]),
      holdingsOf(2, [1, 2]),
      other(holdingsOf(3, [])),
      holdingsOf(4, [2]),
    ];
    const set = agreedSet([...named, other(holdingsOf(5, []))], 5);
    assert.deepEqual(set, [{ attesterId: 2, root: root(2) }]);
    assert.deepEqual(agreedSet(named, 5).length, 2, "one listing of another root does no harm");
  });
});

describe("checkHoldings", () => {
  const members = committee(4);
  const good = [1, 2, 3].map((id) => holdingsOf(id, [1, 2, 4]));

  it("takes a quorum of distinct members", () => {
    checkHoldings(good, 5, 0, members);
    checkHoldings([...good, holdingsOf(4, [])], 5, 0, members);
  });

  const refused: [string, Holdings[]][] = [
    ["less than a quorum", good.slice(1)],
    ["one author twice", [...good.slice(1), holdingsOf(3, [])]],
    ["a stranger's Holdings", [...good.slice(1), holdingsOf(9, [])]],
    ["another epoch", [...good.slice(1), { ...holdingsOf(1, []), epoch: 6 }]],
    ["another generation", [...good.slice(1), { ...holdingsOf(1, []), generation: 1 }]],
    ["roots that do not ascend", [...good.slice(1), holdingsOf(1, [2, 1])]],
    ["an attester listed twice", [...good.slice(1), holdingsOf(1, [2, 2])]],
    ["a stranger's root", [...good.slice(1), holdingsOf(1, [9])]],
  ];
  for (const [what, named] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(() => checkHoldings(named, 5, 0, members), { code: "holdings-invalid" });
    });
});

describe("turns", () => {
  it("go round the committee: leader = members[(epoch + view) mod n]", () => {
    const members = committee(4);
    const leaders = [0, 1, 2, 3, 4].map((view) => leaderOf(6, view, members).attesterId);
    assert.deepEqual(leaders, [3, 4, 1, 2, 3]);
    assert.throws(() => leaderOf(6, 0, []), { code: "committee-empty" });
    assert.equal(seatOf(members, 3), 2);
    assert.equal(seatOf(members, 9), undefined);
  });

  it("let a member submit k seats after the leader k · viewTimeout / (2n) later", () => {
    const delays = [0, 1, 2, 3].map((seat) => submissionDelayMs(seat, 2, 4, 8000));
    assert.deepEqual(delays, [2000, 3000, 0, 1000]);
    assert.equal(submissionDelayMs(1, 0, 7, 1000), 71);
  });

  it("start at the reveal deadline, or at the last veto", () => {
    const clock = new EpochClock(1000, 64);
    const deadlines = deadlinesOf(clock, 2, DEFAULT_RULES.timing);
    assert.deepEqual(deadlines, {
      commitMs: 1_192_000 + 3_200,
      revealMs: 1_192_000 + 6_400,
      viewTimeoutMs: 6_400,
    });
    const odd = deadlinesOf(clock, 2, { commitPpm: 33_333, revealPpm: 66_666, viewTimeoutPpm: 1 });
    assert.deepEqual(odd, { commitMs: 1_192_000 + 2_133, revealMs: 1_192_000 + 4_266, viewTimeoutMs: 1 });
    assert.equal(viewsStartMs(deadlines, null), deadlines.revealMs);
    assert.equal(viewsStartMs(deadlines, 1300), 1_300_000);
    const views = [-1, 0, 6_399, 6_400, 64_000].map((ms) =>
      viewAt(deadlines.revealMs + ms, deadlines.revealMs, 6_400),
    );
    assert.deepEqual(views, [-1, 0, 0, 1, 10]);
  });
});
