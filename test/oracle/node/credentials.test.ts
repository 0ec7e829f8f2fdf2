import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { HpkeOpener } from "../../../oracle/adapters/credentials/hpke-opener.ts";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { recoverAddress, signDigest } from "../../../oracle/domain/signatures.ts";
import type { CredentialsRequest } from "../../../oracle/domain/statements.ts";
import { credentialsRequestDigest, sealedCredentialsDigest } from "../../../oracle/domain/typed-data.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { BOX_KEY, SIGNING_KEY, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { ATTESTER_ID, DOMAIN, keyOf, nodeView } from "../../helpers/probing/world.ts";

const NOW = 1_000_000;
const REQUEST: CredentialsRequest = {
  nodeId: 1,
  attesterId: ATTESTER_ID,
  issuedAtMs: NOW,
  nonce: `0x${"11".repeat(32)}`,
};
const OWN = { bucket: "bucket-of-2", accessKeyId: "id-of-2", secretAccessKey: "secret-of-2" };

function start(clock = new ManualClock(NOW)) {
  const attesters = [
    { attesterId: 1, bucket: "bucket-of-1", accessKeyId: "id-of-1", secretAccessKey: "secret-of-1" },
    { attesterId: ATTESTER_ID, ...OWN },
  ];
  return startReferenceNode({ clock, storage: { access: { kind: "perAttester", attesters } } });
}

async function ask(url: string, request: CredentialsRequest, key = SIGNING_KEY) {
  const signature = signDigest(credentialsRequestDigest(DOMAIN, request), key);
  const response = await post(url, "credentials", { ...request, signature });
  return { status: response.status, body: (await response.json()) as { sealed: Hex; signature: Hex } };
}

function post(url: string, name: string, body: unknown) {
  return fetch(`${url}/.well-known/icn/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe("reference node: credentials", () => {
  it("go to the attester who asks, sealed to it and signed by the node", async () => {
    await using node = await start();
    const { status, body } = await ask(node.url, REQUEST);
    assert.equal(status, 200);
    const { nodeId, attesterId, nonce } = REQUEST;
    const digest = sealedCredentialsDigest(DOMAIN, { nodeId, attesterId, nonce, sealed: body.sealed });
    assert.equal(recoverAddress(digest, body.signature), nodeView({ nodeId }).nodeKey);

    const aad = `${DOMAIN.chainId}:1:${ATTESTER_ID}`;
    const plain = await new HpkeOpener(BOX_KEY).open(fromHex(body.sealed), aad);
    assert.deepEqual(JSON.parse(Buffer.from(plain).toString()), { storage: OWN });
    await assert.rejects(new HpkeOpener(keyOf(55)).open(fromHex(body.sealed), aad));
    await assert.rejects(
      new HpkeOpener(BOX_KEY).open(fromHex(body.sealed), `${DOMAIN.chainId}:2:${ATTESTER_ID}`),
    );
  });

  const opened = async ({ sealed }: { sealed: Hex }) =>
    JSON.parse(
      Buffer.from(
        await new HpkeOpener(BOX_KEY).open(fromHex(sealed), `${DOMAIN.chainId}:1:${ATTESTER_ID}`),
      ).toString(),
    );
  const compute = { advertisedEndpoint: "https://images.example/v1", model: "m", size: "256x256" };

  it("are for every service that the node offers to this attester", async () => {
    const access = {
      kind: "perAttester" as const,
      attesters: [
        { attesterId: 1, apiKey: "key-of-1" },
        { attesterId: ATTESTER_ID, apiKey: "key-of-2" },
      ],
    };
    await using node = await startReferenceNode({
      clock: new ManualClock(NOW),
      storage: false,
      network: true,
      compute: { ...compute, access },
    });
    assert.deepEqual(await opened((await ask(node.url, REQUEST)).body), {
      network: { token: node.downloads.tokenOf(ATTESTER_ID) },
      compute: { apiKey: "key-of-2" },
    });
  });

  it("leave out what the node has not for this attester", async () => {
    const none = [{ attesterId: 1, bucket: "bucket-of-1", accessKeyId: "a", secretAccessKey: "b" }];
    await using node = await startReferenceNode({
      clock: new ManualClock(NOW),
      storage: { access: { kind: "perAttester", attesters: none } },
      compute: { ...compute, access: { kind: "perAttester", attesters: [{ attesterId: 1, apiKey: "k" }] } },
    });
    assert.deepEqual(await opened((await ask(node.url, REQUEST)).body), {});
  });

  it("leave out storage while the S3 server makes no bucket, and hand out the rest", async () => {
    await using node = await startReferenceNode({
      clock: new ManualClock(NOW),
      compute: { ...compute, access: { kind: "shared", apiKey: "k" } },
    });
    assert.deepEqual(await opened((await ask(node.url, REQUEST)).body), { compute: { apiKey: "k" } });
  });

  it("are refused to whoever does not sign with the attester's key", async () => {
    await using node = await start();
    assert.equal((await ask(node.url, REQUEST, keyOf(9))).status, 403);
  });

  it("are refused to who is not in the committee", async () => {
    await using node = await start();
    assert.equal((await ask(node.url, { ...REQUEST, attesterId: 1 })).status, 403);
  });

  it("are refused to a request for another node", async () => {
    await using node = await start();
    assert.equal((await ask(node.url, { ...REQUEST, nodeId: 2 })).status, 404);
  });

  it("are refused when the signed request was altered", async () => {
    await using node = await start();
    const signature = signDigest(credentialsRequestDigest(DOMAIN, REQUEST), SIGNING_KEY);
    const altered = { ...REQUEST, issuedAtMs: NOW + 1, signature };
    assert.equal((await post(node.url, "credentials", altered)).status, 403);
  });

  it("are refused to a replayed request", async () => {
    const clock = new ManualClock(NOW);
    await using node = await start(clock);
    assert.equal((await ask(node.url, REQUEST)).status, 200);
    assert.equal((await ask(node.url, REQUEST)).status, 409);
    await clock.advance(299_999);
    assert.equal((await ask(node.url, REQUEST)).status, 409);
    await clock.advance(2);
    assert.equal((await ask(node.url, REQUEST)).status, 409, "stale by now");
    const next = { ...REQUEST, issuedAtMs: clock.nowMs(), nonce: `0x${"22".repeat(32)}` as const };
    assert.equal((await ask(node.url, next)).status, 200);
  });

  it("are refused to a request from another time", async () => {
    await using node = await start();
    for (const issuedAtMs of [NOW - 300_001, NOW + 300_001])
      assert.equal((await ask(node.url, { ...REQUEST, issuedAtMs })).status, 409);
  });

  it("are not available when the chain does not answer", async () => {
    await using node = await startReferenceNode({
      clock: new ManualClock(NOW),
      member: () => {
        throw new Error("no chain");
      },
    });
    assert.equal((await ask(node.url, REQUEST)).status, 503);
  });
});

describe("reference node: requests", () => {
  const challenge = { nodeId: 1, attesterId: ATTESTER_ID, epoch: 15, bucket: 160, nonce: REQUEST.nonce };
  const clock = new ManualClock(15 * 64_000 + 160 * 250);

  it("for the present and the adjacent buckets are answered, others refused", async () => {
    await using node = await startReferenceNode({ clock });
    for (const [bucket, status] of [
      [158, 409],
      [159, 200],
      [160, 200],
      [161, 200],
      [162, 409],
    ] as const)
      assert.equal((await post(node.url, "challenge", { ...challenge, bucket })).status, status);
  });

  it("across an epoch's end are adjacent, too", async () => {
    await using node = await startReferenceNode({ clock: new ManualClock(16 * 64_000) });
    assert.equal((await post(node.url, "challenge", { ...challenge, bucket: 255 })).status, 200);
    assert.equal((await post(node.url, "challenge", { ...challenge, bucket: 254 })).status, 409);
  });

  for (const [title, body, status] of [
    ["an unknown field", { ...challenge, more: 1 }, 400],
    ["a missing field", { ...challenge, nonce: undefined }, 400],
    ["a bucket out of range", { ...challenge, bucket: 256 }, 400],
    ["a number as text", { ...challenge, nodeId: "1" }, 400],
    ["a short nonce", { ...challenge, nonce: "0x11" }, 400],
    ["another node's id", { ...challenge, nodeId: 2 }, 404],
    ["a body too large", { ...challenge, more: "x".repeat(2_000) }, 413],
  ] as const)
    it(`with ${title} are refused with ${status}`, async () => {
      await using node = await startReferenceNode({ clock });
      assert.equal((await post(node.url, "challenge", body)).status, status);
    });

  it("that are no JSON are refused", async () => {
    await using node = await startReferenceNode({ clock });
    for (const [headers, body] of [
      [{ "content-type": "application/json" }, "{"],
      [{ "content-type": "text/plain" }, "hello"],
    ] as const) {
      const response = await fetch(`${node.url}/.well-known/icn/challenge`, {
        method: "POST",
        headers,
        body,
      });
      assert.ok(response.status === 400 || response.status === 415);
    }
  });

  it("beyond the rate are refused until time has passed", async () => {
    const own = new ManualClock(clock.nowMs());
    await using node = await startReferenceNode({ clock: own, requestsPerSecond: 2 });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await post(node.url, "challenge", challenge)).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429]);
    await own.advance(500);
    assert.equal((await fetch(`${node.url}/healthz`)).status, 200);
  });
});
