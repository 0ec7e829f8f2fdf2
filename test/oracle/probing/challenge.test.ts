import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import { signDigest } from "../../../oracle/domain/signatures.ts";
import { challengeDigest } from "../../../oracle/domain/typed-data.ts";
import type { ProbeReason } from "../../../oracle/ports/prober.ts";
import { ChallengeProber } from "../../../oracle/services/probers/challenge.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";
import { EPOCHS, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { serveHttp } from "../../helpers/probing/servers.ts";
import {
  ATTESTER_ID,
  contextOf,
  DOMAIN,
  hexKeyOf,
  keyOf,
  nodeView,
  SECRET,
} from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
const EPOCH = 3;
const BUCKET = 17;

function probe(endpoint: string, bucket = BUCKET) {
  const { http } = guardedHttp();
  const prober = new ChallengeProber({ attesterId: ATTESTER_ID, domain: DOMAIN, secret: SECRET }, { http });
  const node = nodeView({ nodeId: 1, endpoint });
  return prober.run({ context: contextOf(EPOCH, [node]), node, bucket }, never);
}

/** Answers a challenge as `answer` says. */
function answering(answer: (challenge: Parameters<typeof challengeDigest>[1]) => unknown): RequestListener {
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end(JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString()))));
  };
}

describe("challenge prober", () => {
  const clock = new ManualClock(EPOCHS.bucketStartMs(EPOCH, BUCKET));

  it("is ok for the reference node", async () => {
    await using node = await startReferenceNode({ clock });
    assert.deepEqual(await probe(node.url), {
      outcome: "ok",
      reason: "",
      latencyUs: null,
      integrityFailures: 0,
    });
  });

  it("is ok in a bucket beside the node's", async () => {
    await using node = await startReferenceNode({ clock });
    for (const bucket of [BUCKET - 1, BUCKET + 1])
      assert.equal((await probe(node.url, bucket)).outcome, "ok");
  });

  it("asks another nonce in every slot", async () => {
    const nonces = new Set<string>();
    await using server = await serveHttp(
      answering((challenge) => {
        nonces.add(challenge.nonce);
        return { signature: signDigest(challengeDigest(DOMAIN, challenge), keyOf(1)) };
      }),
    );
    for (let bucket = 0; bucket < 8; bucket++) await probe(server.url, bucket);
    assert.equal(nonces.size, 8);
  });

  const cases: readonly (readonly [string, ProbeReason, RequestListener])[] = [
    [
      "another key's signature",
      "wrong-signature",
      answering((challenge) => ({ signature: signDigest(challengeDigest(DOMAIN, challenge), keyOf(9)) })),
    ],
    [
      "a signature of another bucket's challenge",
      "wrong-signature",
      answering((challenge) => ({
        signature: signDigest(challengeDigest(DOMAIN, { ...challenge, bucket: 0 }), keyOf(1)),
      })),
    ],
    [
      "a signature for another chain",
      "wrong-signature",
      answering((challenge) => ({
        signature: signDigest(challengeDigest({ ...DOMAIN, chainId: 1 }, challenge), keyOf(1)),
      })),
    ],
    [
      "random bytes as signature",
      "wrong-signature",
      answering(() => ({ signature: `0x${"ab".repeat(64)}` })),
    ],
    ["a short signature", "wrong-content", answering(() => ({ signature: "0x00" }))],
    ["an unknown field", "wrong-content", answering(() => ({ signature: `0x${"ab".repeat(64)}`, more: 1 }))],
    ["JSON of another kind", "wrong-content", answering(() => [])],
    ["no JSON", "wrong-content", (_request, response) => response.end("<html>")],
    ["no UTF-8", "wrong-content", (_request, response) => response.end(Buffer.from([0x22, 0xff, 0x22]))],
    ["an empty body", "wrong-content", (_request, response) => response.end()],
    ["an error status", "wrong-status", (_request, response) => response.writeHead(500).end("{}")],
    ["too much", "body-too-large", (_request, response) => response.end(" ".repeat(1_025))],
  ];
  for (const [title, reason, listener] of cases) {
    it(`fails with "${reason}" on ${title}`, async () => {
      await using server = await serveHttp(listener);
      await assert.rejects(probe(server.url), { code: "probe-fault", reason });
    });
  }

  it("fails if another node answers", async () => {
    await using node = await startReferenceNode({ clock, nodeId: 2 });
    await assert.rejects(probe(node.url), { reason: "wrong-status" });
  });

  it("fails if the node signs with another key than the registered one", async () => {
    await using node = await startReferenceNode({ clock, nodeKey: hexKeyOf(2) });
    await assert.rejects(probe(node.url), { reason: "wrong-signature" });
  });

  it("fails if the registered endpoint is no URL", async () => {
    await assert.rejects(probe("not a url"), { reason: "bad-endpoint" });
  });
});
