// How a proposal stands, without a chain.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, keccak256, toBeHex } from "ethers";
import type { Milestone } from "../../scripts/governance/proposals/milestones.ts";
import {
  marked,
  type Proposal,
  proposalIn,
  type Standing,
  textOf,
  titleOf,
} from "../../scripts/governance/proposals/proposals.ts";
import {
  nextOf,
  ofSupply,
  putOffWords,
  quorumLeft,
  timesOf,
} from "../../scripts/governance/proposals/standing.ts";
import type { ProposalState } from "../../scripts/lib/decode/words.ts";

const ICNT = 10n ** 18n;
const addressAt = (place: number): string => toBeHex(place + 1, 20);

describe("a proposal", () => {
  const proposal: Proposal = {
    ...{
      number: 3,
      block: 12,
      transaction: toBeHex(1, 32),
      proposalId: 1n,
      proposer: addressAt(50),
      calls: [],
      snapshotAt: 1_000,
    },
    ...{ description: marked("# A title\n\nAnd why.", addressAt(50)), descriptionHash: toBeHex(0, 32) },
  };
  const standing = (state: ProposalState, more: Partial<Standing> = {}): Standing => ({
    ...{ state, deadlineAt: 2_000, etaAt: undefined },
    tally: { for: 20n * ICNT, against: 0n, abstain: 10n * ICNT, quorum: 28n * ICNT },
    ...more,
  });

  it("has a title, and no mark of its proposer", () => {
    assert.equal(titleOf(proposal), "A title");
    assert.equal(textOf(proposal), "# A title\n\nAnd why.");
    assert.equal(titleOf({ description: "" }), "(without a title)");
  });

  it("is read whatever its proposer wrote, and hashed as it was written", () => {
    const types = [
      "uint256",
      "address",
      "address[]",
      "uint256[]",
      "bytes[]",
      "bytes[]",
      "uint256",
      "uint256",
    ];
    const values = [7n, addressAt(1), [addressAt(2)], [5n], ["0xff"], ["0x12345678"], 1_000n, 2_000n];
    const data = AbiCoder.defaultAbiCoder().encode([...types, "bytes"], [...values, "0x41ff42"]);
    const read = proposalIn({ data, blockNumber: 12, transactionHash: toBeHex(1, 32) }, 4);
    assert.equal(read.description, "A\ufffdB");
    assert.deepEqual([read.number, read.block], [4, 12]);
    assert.equal(read.descriptionHash, keccak256("0x41ff42"));
    assert.deepEqual(read.calls, [{ target: addressAt(2), value: 5n, data: "0x12345678" }]);
  });

  it("counts for and abstain to the quorum", () => {
    const { tally } = standing("active");
    assert.equal(quorumLeft(tally), 0n);
    assert.equal(quorumLeft({ ...tally, abstain: 0n }), 8n * ICNT);
    assert.equal(ofSupply(28_000_000n * ICNT), "4.00 %");
  });

  it("tells what happened and what will in the order of time", () => {
    const milestone = (what: Milestone["what"], at: number): Milestone => ({
      ...{ what, at, block: at, transaction: toBeHex(at, 32) },
    });
    const past = [milestone("made", 900), milestone("queued", 2_100)];
    const rows = timesOf(proposal, standing("queued", { etaAt: 3_000 }), past, 2_400);
    assert.deepEqual(
      rows.map(([label, , left]) => [label, left]),
      [
        ["made", "block 900"],
        ["votes count as of", ""],
        ["voting ended", ""],
        ["queued", "block 2100"],
        ["can be carried out from", "in 10 min"],
      ],
    );
  });

  it("has nothing to come once it is cancelled", () => {
    const made: Milestone = { what: "made", at: 900, block: 9, transaction: toBeHex(9, 32) };
    const canceled: Milestone = { ...made, what: "canceled", at: 950 };
    const rows = timesOf(proposal, standing("canceled"), [made, canceled], 960);
    assert.deepEqual(
      rows.map(([label]) => label),
      ["made", "cancelled"],
    );
  });

  it("says why it is put off, until it can be carried out", () => {
    const late = standing("queued", { etaAt: 3_000, foretoldAt: 2_500 });
    assert.match(putOffWords(late, 2_600), /^; when it was queued that was 1970-01-01 00:41:40 UTC, but/);
    assert.equal(putOffWords(late, 3_000), "");
    assert.equal(putOffWords(standing("queued", { etaAt: 3_000, foretoldAt: 3_000 }), 2_600), "");
    assert.equal(putOffWords(standing("active"), 1_500), "");
  });

  it("says in each state what comes next", () => {
    const next = (state: ProposalState, now: number, more: Partial<Standing> = {}) =>
      nextOf(proposal, standing(state, more), now).what;
    assert.match(next("pending", 0), /voting begins/);
    assert.match(next("active", 1_500), /icn gov vote 3 for\|against\|abstain/);
    assert.match(next("succeeded", 2_500), /icn gov queue 3/);
    assert.match(next("queued", 2_500, { etaAt: 3_000 }), /from 1970-01-01 00:50:00 UTC on/);
    assert.match(next("queued", 3_000, { etaAt: 3_000 }), /icn gov execute 3/);
    assert.match(next("defeated", 2_500), /no more votes were for it/);
    const short = { for: 1n, against: 0n, abstain: 0n, quorum: 28n * ICNT };
    assert.match(next("defeated", 2_500, { tally: short }), /missed the quorum, .+, by 27\.99 ICNT/);
    assert.match(next("expired", 9_000), /not carried out within 60 epochs/);
    for (const state of ["canceled", "executed"] as const) assert.equal(next(state, 9_000), "nothing");
  });
});
