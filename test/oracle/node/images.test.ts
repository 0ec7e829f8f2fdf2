import assert from "node:assert/strict";
import { describe, it } from "node:test";
import OpenAI from "openai";
import { PngReader } from "../../../oracle/adapters/png/png-reader.ts";
import { createImageServer } from "../../../scripts/node/reference/images/server.ts";

const MODEL = "icn-procedural-1";
const PROMPT = "a woodcut print of the curious green owl beside a lighthouse at dawn";
const NOW_MS = 1_700_000_000_500;

async function start({ requestsPerSecond = 100 } = {}) {
  const settings = { model: MODEL, apiKeys: ["first", "second"], requestsPerSecond };
  const server = createImageServer({ ...settings, logLevel: "silent" }, { now: () => NOW_MS });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const client = (apiKey = "second") => new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
  const generate = (options: Partial<OpenAI.ImageGenerateParamsNonStreaming> = {}) =>
    client().images.generate({ model: MODEL, prompt: PROMPT, size: "256x256", ...options });
  return { url, client, generate, [Symbol.asyncDispose]: () => server.close() };
}

const imagesOf = ({ data }: OpenAI.ImagesResponse) =>
  (data ?? []).map(({ b64_json }) => Buffer.from(b64_json ?? "", "base64"));

describe("reference image server, as OpenAI's own client sees it", () => {
  const reader = new PngReader();
  const small = { width: 256, height: 256 };

  it("makes a PNG of the asked size", async () => {
    await using server = await start();
    const answer = await server.generate({ n: 1, response_format: "b64_json" });
    assert.equal(answer.created, 1_700_000_000);
    const [png] = imagesOf(answer);
    assert.ok(png);
    await reader.pixelDigest(png, small);
    const [large] = imagesOf(await server.generate({ size: "512x512" }));
    assert.ok(large);
    await reader.pixelDigest(large, { width: 512, height: 512 });
  });

  it("makes the same image of the same words, and another of others", async () => {
    await using server = await start();
    const digests = [];
    for (const prompt of [PROMPT, PROMPT, `${PROMPT}!`]) {
      const [png = Buffer.alloc(0)] = imagesOf(await server.generate({ prompt }));
      digests.push(await reader.pixelDigest(png, small));
    }
    assert.equal(digests[0], digests[1]);
    assert.notEqual(digests[0], digests[2]);
  });

  it("makes several that differ", async () => {
    await using server = await start();
    const pngs = imagesOf(await server.generate({ n: 3 }));
    assert.equal(new Set(pngs.map((png) => png.toString("base64"))).size, 3);
  });

  it("lists its model", async () => {
    await using server = await start();
    const models = [];
    for await (const { id, object } of await server.client("first").models.list())
      models.push({ id, object });
    assert.deepEqual(models, [{ id: MODEL, object: "model" }]);
  });

  it("refuses a wrong key", async () => {
    await using server = await start();
    await assert.rejects(Promise.resolve(server.client("third").models.list()), OpenAI.AuthenticationError);
    const asked = server.client("third").images.generate({ model: MODEL, prompt: PROMPT });
    await assert.rejects(Promise.resolve(asked), OpenAI.AuthenticationError);
  });

  for (const [title, options, param] of [
    ["a size it cannot make", { size: "1024x1024" }, "size"],
    ["no prompt", { prompt: "" }, "prompt"],
    ["too many images", { n: 5 }, "n"],
    ["an address instead of an image", { response_format: "url" }, "response_format"],
  ] as const)
    it(`refuses ${title} and names the field`, async () => {
      await using server = await start();
      await assert.rejects(Promise.resolve(server.generate(options)), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.equal(error.param, param);
        assert.equal(error.type, "invalid_request_error");
        return true;
      });
    });

  it("knows no other model", async () => {
    await using server = await start();
    await assert.rejects(Promise.resolve(server.generate({ model: "dall-e-2" })), OpenAI.NotFoundError);
  });

  it("limits what one key may ask for", async () => {
    await using server = await start({ requestsPerSecond: 1 });
    await server.generate();
    await server.generate();
    await assert.rejects(Promise.resolve(server.generate()), OpenAI.RateLimitError);
  });

  it("counts images, not requests", async () => {
    await using server = await start({ requestsPerSecond: 1 });
    await assert.rejects(Promise.resolve(server.generate({ n: 3 })), OpenAI.RateLimitError);
  });

  it("answers what is no request with an error of the same shape", async () => {
    await using server = await start();
    for (const [body, status] of [
      ["{", 400],
      [JSON.stringify({ prompt: "x".repeat(20_000) }), 413],
    ] as const) {
      const answer = await fetch(`${server.url}/v1/images/generations`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer first" },
        body,
      });
      assert.equal(answer.status, status);
      const { error } = (await answer.json()) as { error: { type: string; message: string } };
      assert.equal(error.type, "invalid_request_error");
    }
  });
});
