import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { hexKeyOf } from "../../helpers/probing/world.ts";

const NONCE = `0x${"00".repeat(32)}`;
/** openssl: SHA-256 of "icn-download-1" and 32 zero bytes as key of AES-256-CTR, the first 16 bytes. */
const FIRST_BYTES = "37ea128e55881160122df11e8fa66b06";

async function start(clock = new ManualClock(1_000_000)) {
  const node = await startReferenceNode({ clock, network: true });
  const get = (query: string, token = node.downloads.tokenOf(2)) =>
    fetch(`${node.url}/.well-known/icn/download?${query}`, { headers: { authorization: `Bearer ${token}` } });
  return { ...node, clock, get };
}

describe("reference node: downloads", () => {
  it("are the bytes that the nonce stands for, announced in full", async () => {
    await using node = await start();
    const answer = await node.get(`nonce=${NONCE}&bytes=1000`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-length"), "1000");
    const body = Buffer.from(await answer.arrayBuffer());
    assert.equal(body.length, 1_000);
    assert.equal(body.subarray(0, 16).toString("hex"), FIRST_BYTES);
  });

  it("go to whoever has a token of this node", async () => {
    await using node = await start();
    await using other = await startReferenceNode({
      clock: node.clock,
      nodeKey: hexKeyOf(2),
      network: true,
    });
    const own = node.downloads.tokenOf(2);
    for (const [token, status] of [
      [own, 200],
      [node.downloads.tokenOf(3), 200],
      [other.downloads.tokenOf(2), 401],
      [own.replace("2.", "3."), 401],
      [own.slice(0, -1), 401],
      [`${own}00`, 401],
      [own.split(".")[0] ?? "", 401],
      [".", 401],
      ["", 401],
    ] as const)
      assert.equal((await node.get(`nonce=${NONCE}&bytes=1`, token)).status, status, token);
  });

  for (const [title, query] of [
    ["no size", `nonce=${NONCE}`],
    ["nothing", `nonce=${NONCE}&bytes=0`],
    ["too much", `nonce=${NONCE}&bytes=4194305`],
    ["a size that is no number", `nonce=${NONCE}&bytes=1e3`],
    ["a short nonce", "nonce=0x00&bytes=1"],
    ["a size twice", `nonce=${NONCE}&bytes=1&bytes=2`],
    ["more than there is", `nonce=${NONCE}&bytes=1&more=1`],
  ] as const)
    it(`are refused to who asks for ${title}`, async () => {
      await using node = await start();
      assert.equal((await node.get(query)).status, 400);
    });

  it("are limited for each attester", async () => {
    await using node = await start();
    const ask = async (id: number) =>
      (await node.get(`nonce=${NONCE}&bytes=1`, node.downloads.tokenOf(id))).status;
    for (let i = 0; i < 20; i++) assert.equal(await ask(2), 200);
    assert.equal(await ask(2), 429);
    assert.equal(await ask(3), 200);
    await node.clock.advance(100);
    assert.equal(await ask(2), 200);
  });

  it("do not exist where the node offers no network", async () => {
    await using node = await startReferenceNode({ clock: new ManualClock(1_000_000) });
    assert.equal((await fetch(`${node.url}/.well-known/icn/download?nonce=${NONCE}&bytes=1`)).status, 404);
  });
});
