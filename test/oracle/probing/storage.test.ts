import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { HpkeOpener } from "../../../oracle/adapters/credentials/hpke-opener.ts";
import { S3Storage } from "../../../oracle/adapters/s3/s3-storage.ts";
import { SqliteCanaries } from "../../../oracle/adapters/sqlite/canaries.ts";
import { canaryContent, canaryName } from "../../../oracle/domain/plan.ts";
import type { Canary } from "../../../oracle/ports/canaries.ts";
import { ServiceDirectory } from "../../../oracle/services/probers/service-directory.ts";
import { StorageProber } from "../../../oracle/services/probers/storage.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";
import { BOX_KEY, EPOCHS, SIGNING_KEY, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { S3_KEYS, startS3 } from "../../helpers/probing/s3.ts";
import { serveHttp } from "../../helpers/probing/servers.ts";
import { ATTESTER_ID, contextOf, DOMAIN, nodeView, SECRET, signerOf } from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
/** s3rver compares the date of a signature with its own clock. */
const EPOCH = EPOCHS.epochAt(Date.now());
const OK = { outcome: "ok", reason: "", integrityFailures: 0 };

describe("storage prober", () => {
  let directory = "";
  let canaries: SqliteCanaries;
  const clock = new ManualClock(Date.now());
  const { http } = guardedHttp({ clock });
  const storage = new S3Storage({ http, clock });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "icn-canaries-"));
    canaries = new SqliteCanaries(join(directory, "canaries.sqlite"));
  });
  afterEach(() => {
    canaries.close();
    rmSync(directory, { recursive: true });
  });

  function prober({ boxKey = BOX_KEY, secret = SECRET, writeInterval = 1_000_000 } = {}) {
    const identity = { attesterId: ATTESTER_ID, domain: DOMAIN, secret };
    const boxOpener = new HpkeOpener(boxKey);
    const found = new ServiceDirectory(identity, { http, clock, signer: signerOf(SIGNING_KEY), boxOpener });
    return new StorageProber({ secret, writeInterval }, { directory: found, storage, canaries });
  }

  async function probe(subject: StorageProber, endpoint: string, { epoch = EPOCH, bucket = 0 } = {}) {
    // A request for credentials is good for one millisecond's nonce.
    await clock.advance(1);
    const node = nodeView({ nodeId: 1, endpoint });
    const { latencyUs, ...result } = await subject.run(
      { context: contextOf(epoch, [node]), node, bucket },
      never,
    );
    assert.equal(latencyUs === null, result.outcome !== "ok");
    return result;
  }

  const accessTo = (url: string) => ({
    endpoint: url,
    region: "us-east-1",
    bucket: `icn-1-${ATTESTER_ID}`,
    ...S3_KEYS,
  });
  const theCanary = (): Canary => {
    const [canary] = canaries.live(1, EPOCH);
    assert.ok(canary);
    return canary;
  };

  describe("given the reference node and a real S3 server", () => {
    it("writes a canary, reads it in later buckets and epochs, and writes one in each epoch", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      const subject = prober();
      for (const bucket of [0, 4, 9]) assert.deepEqual(await probe(subject, node.url, { bucket }), OK);
      assert.equal(canaries.live(1, EPOCH).length, 1);
      assert.deepEqual(await probe(subject, node.url, { epoch: EPOCH + 1 }), OK);
      assert.equal(canaries.live(1, EPOCH + 1).length, 2);
    });

    it("keeps writing, and reads its own again after a restart", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      // The epoch is today's, so the PRF's choices differ from day to day: of 32, fewer than 3 are writes once in 10^7.
      for (let bucket = 0; bucket < 32; bucket++) {
        assert.deepEqual(await probe(prober({ writeInterval: 2 }), node.url, { bucket }), OK);
      }
      assert.ok(canaries.live(1, EPOCH).length > 2);
    });

    it("deletes a canary after its life", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      const subject = prober();
      await probe(subject, node.url);
      const canary = theCanary();
      assert.ok(canary.lastEpoch > EPOCH && canary.lastEpoch <= EPOCH + 30);
      const key = canaryName(SECRET, canary);
      const read = () => storage.getRange(accessTo(s3.url), key, { first: 0, last: 9 }, never);
      await probe(subject, node.url, { epoch: canary.lastEpoch });
      assert.equal((await read()).status, 206);
      await probe(subject, node.url, { epoch: canary.lastEpoch + 1 });
      assert.equal((await read()).status, 404);
      assert.equal(canaries.disposable(1, canary.lastEpoch + 1, 255), undefined);
    });

    it("INV-14 does not miss the canaries of another secret, which a new signing key brings along", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      assert.deepEqual(await probe(prober(), node.url), OK);
      const subject = prober({ secret: SECRET.map((byte) => byte ^ 1) });
      for (const bucket of [1, 2]) assert.deepEqual(await probe(subject, node.url, { bucket }), OK);
      assert.equal(canaries.live(1, EPOCH).length, 1);
    });

    it("counts a lost canary as one integrity failure, once", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      const subject = prober();
      await probe(subject, node.url);
      await storage.delete(accessTo(s3.url), canaryName(SECRET, theCanary()), never);
      const lost = { outcome: "fail", reason: "canary-lost", integrityFailures: 1 };
      assert.deepEqual(await probe(subject, node.url, { bucket: 1 }), lost);
      assert.deepEqual(await probe(subject, node.url, { bucket: 2 }), OK);
    });

    for (const [title, altered] of [
      ["altered", (content: Uint8Array) => content.map((byte) => byte ^ 1)],
      ["truncated", (content: Uint8Array) => content.subarray(0, 10)],
      ["emptied", () => new Uint8Array()],
    ] as const)
      it(`counts an ${title} canary as an integrity failure`, async () => {
        await using s3 = await startS3();
        await using node = await startReferenceNode({ clock, s3Url: s3.url });
        const subject = prober();
        await probe(subject, node.url);
        const canary = theCanary();
        const content = canaryContent(SECRET, canary, canary.sizeBytes);
        await storage.put(accessTo(s3.url), canaryName(SECRET, canary), altered(content), never);
        const expected = { outcome: "fail", reason: "canary-altered", integrityFailures: 1 };
        assert.deepEqual(await probe(subject, node.url, { bucket: 1 }), expected);
      });

    it("does not count a canary whose write was never acknowledged, and removes it later", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      const unconfirmed = { nodeId: 1, epoch: EPOCH, bucket: 0, sizeBytes: 10, lastEpoch: EPOCH + 9 };
      canaries.intend(unconfirmed);
      assert.deepEqual(await probe(prober(), node.url, { bucket: 1 }), OK);
      assert.equal(canaries.disposable(1, EPOCH, 2), undefined);
    });

    it("says so when the S3 server is gone, and asks the node anew", async () => {
      await using s3 = await startS3();
      let asked = 0;
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      await using front = await serveHttp(async (request, response) => {
        if (request.url?.endsWith("services")) asked += 1;
        const body = request.method === "POST" ? await new Response(request).text() : null;
        const headers = { "content-type": "application/json" };
        const inner = await fetch(node.url + request.url, { method: request.method ?? "GET", headers, body });
        response.writeHead(inner.status).end(await inner.text());
      });
      const subject = prober();
      await probe(subject, front.url);
      await s3[Symbol.asyncDispose]();
      await assert.rejects(probe(subject, front.url, { bucket: 1 }), { reason: "connect" });
      assert.equal(asked, 1);
      await assert.rejects(probe(subject, front.url, { bucket: 2 }), { reason: "connect" });
      assert.equal(asked, 2);
    });
  });

  describe("given a server that is no proper S3", () => {
    for (const [title, reason, listener] of [
      ["ignores the range", "wrong-status", (content: Buffer) => ({ status: 200, body: content })],
      [
        "answers too short a range",
        "canary-altered",
        (content: Buffer) => ({ status: 206, body: content.subarray(1) }),
      ],
      ["refuses reads", "wrong-status", () => ({ status: 403, body: Buffer.from("<Error/>") })],
      ["answers too much", "body-too-large", () => ({ status: 206, body: Buffer.alloc(100_000) })],
    ] as const)
      it(`fails one that ${title} with "${reason}"`, async () => {
        await using s3 = await serveHttp(async (request, response) => {
          const [, , key = ""] = request.url?.split("/") ?? [];
          if (request.method === "PUT") {
            response.end();
            return;
          }
          const [first, last] = (request.headers.range ?? "").slice("bytes=".length).split("-").map(Number);
          const canary = canaries.live(1, EPOCH).find((one) => canaryName(SECRET, one) === key);
          const content = Buffer.from(canaryContent(SECRET, theCanary(), canary?.sizeBytes ?? 0));
          const { status, body } = listener(content.subarray(first, (last ?? 0) + 1));
          response.writeHead(status).end(body);
        });
        await using node = await startReferenceNode({
          clock,
          s3Url: s3.url,
          storage: {
            access: {
              kind: "perAttester",
              attesters: [{ attesterId: ATTESTER_ID, bucket: "mine", ...S3_KEYS }],
            },
          },
        });
        const result = await probe(prober(), node.url).catch((error) => ({ reason: error.reason }));
        assert.equal(result.reason, reason);
      });

    it("does not count a canary whose write was refused", async () => {
      await using s3 = await serveHttp((_request, response) => response.writeHead(507).end());
      await using node = await startReferenceNode({
        clock,
        s3Url: s3.url,
        storage: {
          access: {
            kind: "perAttester",
            attesters: [{ attesterId: ATTESTER_ID, bucket: "mine", ...S3_KEYS }],
          },
        },
      });
      await assert.rejects(probe(prober(), node.url), { reason: "wrong-status" });
      assert.equal(canaries.live(1, EPOCH).length, 0);
    });
  });

  describe("given a node that misleads", () => {
    for (const advertisedEndpoint of ["http://10.0.0.1:80", "http://169.254.169.254", "http://[::1]:80"])
      it(`reaches nothing at ${advertisedEndpoint}`, async () => {
        await using s3 = await startS3();
        await using node = await startReferenceNode({
          clock,
          s3Url: s3.url,
          storage: { advertisedEndpoint },
        });
        await assert.rejects(probe(prober(), node.url), { reason: "address-refused" });
      });

    it("refuses the services document of another node", async () => {
      await using other = await startReferenceNode({ clock, nodeId: 2 });
      await assert.rejects(probe(prober(), other.url), { reason: "wrong-signature" });
    });

    it("refuses credentials that are sealed to another key", async () => {
      await using s3 = await startS3();
      await using node = await startReferenceNode({ clock, s3Url: s3.url });
      await assert.rejects(probe(prober({ boxKey: SIGNING_KEY }), node.url), { reason: "credentials" });
    });

    it("refuses a services document of more than 16 KiB", async () => {
      await using server = await serveHttp((_request, response) => response.end("x".repeat(16_385)));
      await assert.rejects(probe(prober(), server.url), { reason: "body-too-large" });
    });

    it("fails a node that does not know this attester", async () => {
      await using node = await startReferenceNode({ clock, member: () => undefined });
      await assert.rejects(probe(prober(), node.url), { reason: "wrong-status" });
    });
  });
});
