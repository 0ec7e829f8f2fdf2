import assert from "node:assert/strict";
import { createDecipheriv, createHash } from "node:crypto";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import type { ProbeReason } from "../../../oracle/ports/prober.ts";
import { NetworkProber } from "../../../oracle/services/probers/network.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { EPOCHS, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { serveBytes, serveHttp, until } from "../../helpers/probing/servers.ts";
import { directoryWith, EPOCH, probeNode } from "../../helpers/probing/services.ts";
import { MemoryLog, MemoryMetrics, SECRET } from "../../helpers/probing/world.ts";

const BYTES = 65_536;

/** The download as docs/wire.md words it, by other calls than the product's. */
function expectedBody(url: string): Buffer {
  const { searchParams } = new URL(url, "http://x");
  const nonce = Buffer.from((searchParams.get("nonce") ?? "").slice(2), "hex");
  const key = createHash("sha256")
    .update(Buffer.concat([Buffer.from("icn-download-1"), nonce]))
    .digest();
  return createDecipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(
    Buffer.alloc(Number(searchParams.get("bytes"))),
  );
}

function world() {
  const made = guardedHttp({ clock: new ManualClock(EPOCHS.startAt(EPOCH) * 1_000) });
  const { clock, http } = made;
  const [log, metrics] = [new MemoryLog(), new MemoryMetrics()];
  const directory = directoryWith(http, clock);
  const prober = new NetworkProber({ secret: SECRET }, { directory, http, log, metrics });
  const probe = (url: string, bucket = 0) => probeNode(prober, clock, url, { bucket });
  return { ...made, metrics, probe };
}

describe("network prober", () => {
  it("is ok for the reference node's own downloads, and times them", async () => {
    const { clock, probe, metrics } = world();
    await using node = await startReferenceNode({ clock, storage: false, network: true });
    const { latencyUs, ...result } = await probe(node.url);
    assert.deepEqual(result, { outcome: "ok", reason: "", integrityFailures: 0 });
    assert.equal(latencyUs, 0, "nothing moves the clock");
    assert.equal(metrics.counts.get("icn_oracle_download_bytes_total"), BYTES);
  });

  it("asks with its token for other bytes in every bucket", async () => {
    const { clock, probe } = world();
    const asked = new Set<string>();
    await using server = await serveHttp((request, response) => {
      asked.add(request.url ?? "");
      assert.match(request.headers.authorization ?? "", /^Bearer 2\.[0-9a-f]{64}$/);
      response.end(expectedBody(request.url ?? ""));
    });
    await using node = await startReferenceNode({
      clock,
      network: { advertisedEndpoint: `${server.url}/d` },
    });
    for (const bucket of [0, 1, 2]) assert.equal((await probe(node.url, bucket)).outcome, "ok");
    assert.equal(asked.size, 3);
    for (const url of asked) assert.match(url, /^\/d\?nonce=0x[0-9a-f]{64}&bytes=65536$/);
  });

  it("times to the last byte, so that a slow line counts although it answers at once", async () => {
    const { clock, probe } = world();
    await using server = await serveHttp((request, response) => {
      const body = expectedBody(request.url ?? "");
      response.write(body.subarray(0, 1_000));
      setImmediate(() => clock.advance(700).then(() => response.end(body.subarray(1_000))));
    });
    await using node = await startReferenceNode({ clock, network: { advertisedEndpoint: server.url } });
    assert.equal((await probe(node.url)).latencyUs, 700_000);
  });

  const cases: readonly (readonly [string, ProbeReason, RequestListener])[] = [
    [
      "a flipped bit at the end",
      "wrong-content",
      (request, response) => {
        const body = expectedBody(request.url ?? "");
        body[BYTES - 1] = (body[BYTES - 1] ?? 0) ^ 1;
        response.end(body);
      },
    ],
    [
      "the bytes of another nonce",
      "wrong-content",
      (_request, response) => response.end(expectedBody(`/?nonce=0x${"11".repeat(32)}&bytes=${BYTES}`)),
    ],
    [
      "one byte too few",
      "wrong-content",
      (request, response) => response.end(expectedBody(request.url ?? "").subarray(1)),
    ],
    [
      "one byte too many",
      "body-too-large",
      (request, response) => response.end(Buffer.concat([expectedBody(request.url ?? ""), Buffer.alloc(1)])),
    ],
    ["nothing", "wrong-content", (_request, response) => response.end()],
    [
      "the right bytes with a wrong status",
      "wrong-status",
      (request, response) => response.writeHead(206).end(expectedBody(request.url ?? "")),
    ],
    ["a redirect", "redirect", (_request, response) => response.writeHead(307, { location: "/" }).end()],
    [
      "compression",
      "encoded",
      (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
    ],
    [
      "a body without end",
      "body-too-large",
      (_request, response) => {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        };
        response.on("drain", more);
        more();
      },
    ],
  ];
  for (const [title, reason, listener] of cases)
    it(`fails with "${reason}" on ${title}`, async () => {
      const { clock, probe } = world();
      await using server = await serveHttp(listener);
      await using node = await startReferenceNode({ clock, network: { advertisedEndpoint: server.url } });
      await assert.rejects(probe(node.url), { reason });
    });

  it("does not wait for ever on a body that drips", async () => {
    const { clock, timers, probe } = world();
    let drip = () => {};
    await using server = await serveBytes((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BYTES}\r\n\r\n`);
      drip = () => socket.write("x");
    });
    await using node = await startReferenceNode({ clock, network: { advertisedEndpoint: server.url } });
    const probed = assert.rejects(probe(node.url), { reason: "timeout" });
    await until(() => server.connections() === 1);
    for (let passed = 0; passed < LIMITS.totalMs; passed += LIMITS.idleMs / 2) {
      await timers.rearmed(() => drip());
      await clock.advance(LIMITS.idleMs / 2);
    }
    await probed;
  });

  for (const advertisedEndpoint of ["http://10.0.0.1/d", "http://169.254.169.254/d", "http://[::1]/d"])
    it(`reaches nothing at ${advertisedEndpoint}`, async () => {
      const { clock, probe } = world();
      await using node = await startReferenceNode({ clock, network: { advertisedEndpoint } });
      await assert.rejects(probe(node.url), { reason: "address-refused" });
    });
});
