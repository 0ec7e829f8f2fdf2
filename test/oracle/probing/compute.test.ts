import assert from "node:assert/strict";
import type { IncomingMessage, RequestListener } from "node:http";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { PngReader } from "../../../oracle/adapters/png/png-reader.ts";
import type { ProbeReason } from "../../../oracle/ports/prober.ts";
import { ComputeProber } from "../../../oracle/services/probers/compute.ts";
import { createImageServer } from "../../../scripts/node/reference/images/server.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";
import { pngChunk, pngOf } from "../../helpers/probing/png.ts";
import { EPOCHS, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { serveHttp, until } from "../../helpers/probing/servers.ts";
import { directoryWith, EPOCH, probeNode } from "../../helpers/probing/services.ts";
import { SECRET } from "../../helpers/probing/world.ts";

const MODEL = "procedural";
const API_KEY = "key-of-2";
const TARGET_MS = 2_000;
const OK = { outcome: "ok", reason: "", integrityFailures: 0 };
const images = new PngReader();

function world() {
  const { clock, http } = guardedHttp({ clock: new ManualClock(EPOCHS.startAt(EPOCH) * 1_000) });
  const prober = new ComputeProber(
    { secret: SECRET },
    { directory: directoryWith(http, clock), http, images },
  );
  const probe = (url: string, slot: { epoch?: number; bucket?: number } = {}) =>
    probeNode(prober, clock, url, slot);
  return { clock, probe };
}

const nodeWith = (clock: ManualClock, url: string) =>
  startReferenceNode({
    clock,
    storage: false,
    compute: {
      advertisedEndpoint: `${url}/v1`,
      model: MODEL,
      size: "256x256",
      access: { kind: "shared", apiKey: API_KEY },
    },
  });

async function startImages(clock: ManualClock) {
  const settings = { model: MODEL, apiKeys: ["other", API_KEY], requestsPerSecond: 100 };
  const server = createImageServer({ ...settings, logLevel: "silent" }, { now: () => clock.nowMs() });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  return { url, [Symbol.asyncDispose]: () => server.close() };
}

const answerOf = (...pngs: readonly Uint8Array[]) =>
  JSON.stringify({
    created: 1,
    data: pngs.map((png) => ({ b64_json: Buffer.from(png).toString("base64") })),
  });
const answering =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status).end(body);
const bodyOf = async (request: IncomingMessage) => JSON.parse(await new Response(request).text());

describe("compute prober", () => {
  it("is ok for the reference image server, in bucket after bucket", async () => {
    const { clock, probe } = world();
    await using server = await startImages(clock);
    await using node = await nodeWith(clock, server.url);
    for (const bucket of [0, 40, 70])
      assert.deepEqual(await probe(node.url, { bucket }), { ...OK, latencyUs: 0 });
  });

  it("asks as OpenAI's clients do, for something new each time, in English", async () => {
    const { clock, probe } = world();
    const prompts: string[] = [];
    await using server = await serveHttp(async (request, response) => {
      assert.equal(request.url, "/v1/images/generations");
      assert.equal(request.headers.authorization, `Bearer ${API_KEY}`);
      const { prompt, ...rest } = await bodyOf(request);
      prompts.push(prompt);
      assert.deepEqual(rest, { model: MODEL, n: 1, size: "256x256", response_format: "b64_json" });
      response.end(answerOf(pngOf({ shade: prompts.length })));
    });
    await using node = await nodeWith(clock, server.url);
    for (let bucket = 0; bucket < 20; bucket++) await probe(node.url, { bucket });
    assert.equal(new Set(prompts).size, 20);
    for (const prompt of prompts) assert.match(prompt, /^an? [a-z ]+ of the [a-z ]+ and the [a-z ]+$/);
  });

  it("times the whole answer", async () => {
    const { clock, probe } = world();
    await using server = await serveHttp((_request, response) => {
      const body = answerOf(pngOf());
      response.write(body.slice(0, 50));
      setImmediate(() => clock.advance(1_500).then(() => response.end(body.slice(50))));
    });
    await using node = await nodeWith(clock, server.url);
    assert.equal((await probe(node.url)).latencyUs, 1_500_000);
  });

  it("waits four times the objective, longer than for other requests, and no longer", async () => {
    for (const [answersAfterMs, expected] of [
      [4 * TARGET_MS - 1, "ok"],
      [4 * TARGET_MS, "timeout"],
    ] as const) {
      const { clock, probe } = world();
      let asked = false;
      let answer = () => {};
      await using server = await serveHttp((_request, response) => {
        asked = true;
        answer = () => response.end(answerOf(pngOf()));
      });
      await using node = await nodeWith(clock, server.url);
      const probed = probe(node.url).then(
        ({ outcome }) => outcome,
        (error) => error.reason,
      );
      await until(() => asked);
      await clock.advance(answersAfterMs);
      answer();
      assert.equal(await probed, expected);
    }
  });

  describe("given an image that was made before", () => {
    it("fails in the same epoch, though it be packed anew", async () => {
      const { clock, probe } = world();
      let made = 0;
      await using server = await serveHttp((_request, response) =>
        response.end(answerOf(pngOf({ extra: pngChunk("tEXt", Buffer.from(`n\0${made++}`)) }))),
      );
      await using node = await nodeWith(clock, server.url);
      assert.equal((await probe(node.url)).outcome, "ok");
      assert.equal(
        (await probe(node.url)).outcome,
        "ok",
        "INV-14: the same prompt again, as after a clock set back",
      );
      for (const bucket of [1, 2]) await assert.rejects(probe(node.url, { bucket }), { reason: "repeated" });
      assert.equal(
        (await probe(node.url, { epoch: EPOCH + 1 })).outcome,
        "ok",
        "only one epoch is remembered",
      );
    });
  });

  const bomb = deflateSync(Buffer.alloc(64 * 1_048_576), { level: 9 });
  const start = pngOf().subarray(0, 33);
  const cases: readonly (readonly [string, ProbeReason, RequestListener])[] = [
    ["no JSON", "wrong-content", answering("<html>")],
    ["an empty body", "wrong-content", answering("")],
    ["no image", "wrong-content", answering('{"created":1,"data":[]}')],
    ["two images", "wrong-content", answering(answerOf(pngOf({ shade: 1 }), pngOf({ shade: 2 })))],
    ["an address instead of an image", "wrong-content", answering('{"data":[{"url":"http://x/y.png"}]}')],
    ["an image elsewhere", "wrong-content", answering('{"data":[{}],"b64_json":"aaaa"}')],
    ["an image that never ends", "wrong-content", answering('{"data":[{"b64_json":"aaaa')],
    ["a number as image", "wrong-content", answering('{"data":[{"b64_json":1}],"x":"y"}')],
    ["no PNG", "wrong-content", answering(answerOf(Buffer.from("GIF89a")))],
    ["another size", "wrong-content", answering(answerOf(pngOf({ width: 255 })))],
    ["a cut-off PNG", "wrong-content", answering(answerOf(pngOf().subarray(0, -20)))],
    [
      "a decompression bomb of another depth",
      "wrong-content",
      answering(
        answerOf(
          Buffer.concat([pngOf({ interlace: 1 }).subarray(0, 33), pngChunk("IDAT", bomb), pngChunk("IEND")]),
        ),
      ),
    ],
    [
      "a PNG without its end",
      "wrong-content",
      answering(answerOf(Buffer.concat([start, pngChunk("IDAT", bomb)]))),
    ],
    [
      "JSON that takes long to parse",
      "wrong-content",
      answering(`{"data":[{"b64_json":"aaaa"}],"x":${"[".repeat(700_000)}${"]".repeat(700_000)}}`),
    ],
    ["more than an image can need", "body-too-large", answering(" ".repeat(1_572_865))],
    ["an error", "wrong-status", answering('{"error":{"message":"busy"}}', 503)],
    ["another success", "wrong-status", answering(answerOf(pngOf()), 201)],
    ["a redirect", "redirect", (_request, response) => response.writeHead(302, { location: "/" }).end()],
    ["a closed connection", "closed", (request) => request.socket.destroy()],
  ];
  for (const [title, reason, listener] of cases)
    it(`fails with "${reason}" on ${title}`, async () => {
      const { clock, probe } = world();
      await using server = await serveHttp(listener);
      await using node = await nodeWith(clock, server.url);
      await assert.rejects(probe(node.url), { reason });
    });

  it("is not held up by JSON that would take long to parse", async () => {
    const { clock, probe } = world();
    const deep = `{"data":[{"b64_json":"aaaa"}],"x":${"[".repeat(700_000)}${"]".repeat(700_000)}}`;
    await using server = await serveHttp(answering(deep));
    await using node = await nodeWith(clock, server.url);
    await assert.rejects(probe(node.url), {
      context: { problem: "too much besides the image", restBytes: 1_400_030 },
    });
  });

  it("fails where the image server does not know the key", async () => {
    const { clock, probe } = world();
    const settings = {
      model: MODEL,
      apiKeys: ["another"],
      requestsPerSecond: 100,
      logLevel: "silent" as const,
    };
    const server = createImageServer(settings, { now: () => clock.nowMs() });
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    await using node = await nodeWith(clock, url);
    await assert.rejects(probe(node.url), { reason: "wrong-status" });
    await server.close();
  });
});
