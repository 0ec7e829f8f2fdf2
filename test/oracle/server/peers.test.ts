import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { describe, it, type TestContext } from "node:test";
import { HttpPeers } from "../../../oracle/adapters/peers/http-peers.ts";
import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { serveBytes, serveHttp, until } from "../../helpers/probing/servers.ts";

const ROOT = keccak256Text("a root");
const SIGNATURE = `0x${"5a".repeat(64)}`;
const never = new AbortController().signal;
const EMPTY = {
  schema: "icn-statements-1",
  epoch: 5,
  attesterId: 2,
  commitment: null,
  holdings: [],
  proposals: [],
  attestations: [],
};

async function serving(t: TestContext, listener: RequestListener): Promise<string> {
  const server = await serveHttp(listener);
  t.after(() => server[Symbol.asyncDispose]());
  return server.url;
}

const answering = (t: TestContext, body: string, status = 200) =>
  serving(t, (_request, answer) => answer.writeHead(status).end(body));

const statements = (url: string) => new HttpPeers(guardedHttp().http).statements(url, 5, undefined, never);
const bundle = (url: string, maxBytes = 160) =>
  new HttpPeers(guardedHttp().http).bundle(url, 5, ROOT, maxBytes, never);

describe("A peer's answer", () => {
  it("is taken if it is exactly what docs/wire.md says", async (t) => {
    const commitment = { observationRoot: ROOT, signature: SIGNATURE };
    const answer = await statements(await answering(t, JSON.stringify({ ...EMPTY, commitment })));
    assert.equal(answer.statements.length, 1);
  });

  const attestation = { generation: 0, viewNumber: 0, digest: ROOT, signature: SIGNATURE };
  const malformed: Readonly<Record<string, unknown>> = {
    "no JSON": "nonsense",
    "another schema": { ...EMPTY, schema: "icn-statements-2" },
    "an unknown field": { ...EMPTY, extra: 1 },
    "a missing field": { ...EMPTY, holdings: undefined },
    "a negative epoch": { ...EMPTY, epoch: -1 },
    "an epoch beyond 53 bits": JSON.stringify(EMPTY).replace('"epoch":5', '"epoch":1e300'),
    "a short signature": { ...EMPTY, attestations: [{ ...attestation, signature: "0x12" }] },
    "a signature in upper case": {
      ...EMPTY,
      attestations: [{ ...attestation, signature: SIGNATURE.toUpperCase() }],
    },
    "a view beyond 32 bits": { ...EMPTY, attestations: [{ ...attestation, viewNumber: 2 ** 32 }] },
    "an unknown field inside": { ...EMPTY, attestations: [{ ...attestation, weight: 9 }] },
    "more roots than seats": {
      ...EMPTY,
      holdings: [
        {
          generation: 0,
          roots: Array.from({ length: 32 }, (_, i) => ({ attesterId: i + 1, root: ROOT })),
          signature: SIGNATURE,
        },
      ],
    },
  };
  for (const [what, body] of Object.entries(malformed))
    it(`with ${what} is malformed`, async (t) => {
      const url = await answering(t, typeof body === "string" ? body : JSON.stringify(body));
      await assert.rejects(statements(url), { code: "peer-malformed", retryable: true });
    });

  it("that is no UTF-8 is malformed", async (t) => {
    const url = await serving(t, (_request, answer) => answer.end(Buffer.from([0x22, 0xff, 0xfe, 0x22])));
    await assert.rejects(statements(url), { code: "peer-malformed" });
  });

  it("with another status is of no use", async (t) => {
    for (const status of [204, 404, 500])
      await assert.rejects(statements(await answering(t, "", status)), { code: "peer-status" });
  });

  it("is not followed elsewhere", async (t) => {
    const target = await answering(t, JSON.stringify(EMPTY));
    const url = await serving(t, (_request, answer) => answer.writeHead(302, { location: target }).end());
    await assert.rejects(statements(url), { code: "peer-status" });
  });

  it("is cut off when it is too large, announced or not", async (t) => {
    const announced = await serving(t, (_request, answer) =>
      answer.writeHead(200, { "content-length": 1e9 }).write("x"),
    );
    await assert.rejects(statements(announced), { code: "peer-oversized" });
    const endless = await serving(t, (_request, answer) => {
      const more = () => {
        while (!answer.destroyed && answer.write("x".repeat(65_536)));
      };
      answer.on("drain", more);
      more();
    });
    await assert.rejects(statements(endless), { code: "peer-oversized" });
  });

  it("that is compressed is refused: it could unpack to anything", async (t) => {
    const url = await serving(t, (_request, answer) =>
      answer.writeHead(200, { "content-encoding": "gzip" }).end("x"),
    );
    await assert.rejects(statements(url), { code: "peer-malformed" });
  });

  it("that never comes is timed out", async (t) => {
    const server = await serveBytes(() => undefined);
    t.after(() => server[Symbol.asyncDispose]());
    const { clock, timers, http } = guardedHttp();
    const asked = new HttpPeers(http).statements(server.url, 5, undefined, never);
    const failed = assert.rejects(asked, { code: "peer-timeout" });
    await until(() => server.connections() === 1 && timers.armed >= 2);
    await clock.advance(LIMITS.totalMs);
    await failed;
  });

  it("nobody gives is an unreachable peer", async (t) => {
    const server = await serveHttp(() => undefined);
    await server[Symbol.asyncDispose]();
    await assert.rejects(statements(server.url), { code: "peer-unreachable" });
    await assert.rejects(statements("http://10.1.2.3:80"), { code: "peer-unreachable" });
    await assert.rejects(statements("file:///etc/passwd"), { code: "peer-unreachable" });
    t.diagnostic("private addresses and other schemes are never connected to");
  });

  it("with a bundle larger than the epoch's nodes allow is oversized", async (t) => {
    const url = await answering(t, "x".repeat(240));
    await assert.rejects(bundle(url), { code: "peer-oversized" });
    assert.equal((await bundle(url, 240))?.length, 240);
  });
});
