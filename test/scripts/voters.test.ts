// Who voted, without a chain.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getAddress, toBeHex, toUtf8Bytes } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { lastBlockBy, votersIn, votersWords } from "../../scripts/governance/votes/voters.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { legible } from "../../scripts/lib/output.ts";

const ICNT = 10n ** 18n;
const { abi } = artifactOf("IcnGovernor");
const addressAt = (place: number): string => getAddress(toBeHex(place + 1, 20));
const cast = (place: number, proposalId: bigint, support: number, votes: bigint, reason = "") =>
  abi.encodeEventLog("VoteCast", [addressAt(place), proposalId, support, votes * ICNT, reason]);

describe("who voted", () => {
  it("is told of one proposal, most votes first", () => {
    const logs = [cast(0, 7n, 1, 5n), cast(1, 8n, 1, 90n), cast(2, 7n, 0, 9n, "No"), cast(3, 7n, 2, 5n)];
    assert.deepEqual(votersIn(logs, 7n), [
      { voter: addressAt(2), support: "against", votesWei: 9n * ICNT, reason: "No" },
      { voter: addressAt(0), support: "for", votesWei: 5n * ICNT, reason: "" },
      { voter: addressAt(3), support: "abstain", votesWei: 5n * ICNT, reason: "" },
    ]);
  });

  it("is told of votes with parameters, too", () => {
    const values = [addressAt(0), 7n, 1, ICNT, "Why", "0x1234"];
    assert.equal(votersIn([abi.encodeEventLog("VoteCastWithParams", values)], 7n)[0]?.reason, "Why");
  });

  it("is told whatever a voter wrote", () => {
    const text = 'Fine"\n0x00  for  9 ICNT\u001b[2K\u202e';
    const { topics, data } = cast(0, 7n, 1, 5n, text);
    const broken = data.replace(Buffer.from(toUtf8Bytes("Fine")).toString("hex"), "ff696e65");
    const voters = votersIn([{ topics, data: broken }], 7n);
    assert.ok(voters[0]?.reason.startsWith("\ufffdine"));
    const lines = legible(votersWords(voters)).split("\n");
    assert.equal(lines.length, 2);
    for (const control of ["\u001b", "\u202e"]) assert.ok(!lines[1]?.includes(control));
    const long = votersWords(votersIn([cast(0, 7n, 1, 5n, "a".repeat(10_000))], 7n));
    assert.ok(long.length < 300 && long.includes("a…"));
  });

  it("is the largest in words, and how many more", () => {
    const logs = Array.from({ length: 23 }, (_, place) => cast(place, 7n, 1, BigInt(place + 1)));
    const lines = votersWords(votersIn(logs, 7n)).split("\n");
    assert.equal(lines.length, 22);
    assert.match(lines[1] ?? "", new RegExp(`^${addressAt(22)} +for +23 ICNT`));
    assert.match(lines.at(-1) ?? "", /^and 3 more with fewer votes/);
    assert.equal(votersWords([]), "Nobody has voted.");
  });

  it("is nobody in an answer that no Governor gives", () => {
    assert.throws(
      () => votersIn([cast(0, 7n, 3, 5n)], 7n),
      (error) => error instanceof CliError && error.code === "bad-rpc-answer",
    );
  });
});

describe("the last block by a time", () => {
  /** Blocks at 0, 10, 20 … seconds. */
  const chainOf = (head: number) => ({
    getBlockNumber: () => Promise.resolve(head),
    getBlock: (number: unknown) => Promise.resolve({ timestamp: Number(number) * 10 } as never),
  });

  it("is found between the first and the head", async () => {
    for (const [timestamp, head, expected] of [
      [0, 0, 0],
      [99, 5, 5],
      [30, 9, 3],
      [39, 1_000, 3],
      [5_000, 1_000, 500],
      [21, 3, 2],
    ] as const)
      assert.equal(await lastBlockBy(chainOf(head), timestamp, 0), expected, `${timestamp} of ${head}`);
  });

  it("is never before the first", async () => {
    assert.equal(await lastBlockBy(chainOf(9), 1, 4), 4);
  });
});
