// What strangers wrote must not rewrite a terminal, nor fill the memory of who reads it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { styleText } from "node:util";
import { gzipSync } from "node:zlib";
import { beginningOf } from "../../scripts/lib/beginning.ts";
import { legible, paint } from "../../scripts/lib/output.ts";

describe("text of strangers", () => {
  it("cannot move the cursor, hide lines or turn them round", () => {
    const up = "\u001b[1A\u001b[2Khttps://node.example";
    assert.equal(legible(up), "\ufffd[1A\ufffd[2Khttps://node.example");
    for (const control of [
      "\r",
      "\b",
      "\u0007",
      "\u009b2J",
      "\u001b]0;title\u0007",
      "\u202e",
      "\u001b[8m",
      "\u001b[30m",
      "\u001b[1;8m",
      "\u001b[32m",
      "\u001b[2m",
      "\u0000",
    ])
      assert.notEqual(legible(`a${control}b`), `a${control}b`);
  });

  it("leaves lines and other alphabets as they are", () => {
    const text = "Fehler\n100 → 200 ✓ Ångström 東京";
    assert.equal(legible(text), text);
  });

  it("is painted by us, and not by them", () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => 4 });
    const text = paint(["red", "bold"], "a\u001b[32mb", terminal as unknown as NodeJS.WriteStream);
    const red = (inner: string) => styleText(["red", "bold"], inner, { validateStream: false });
    assert.equal(legible(`${text}\u001b[2m`), `${red("a\ufffd[32mb")}\ufffd[2m`);
  });
});

describe("an answer of a stranger's server", () => {
  const answering = async (body: Buffer, headers: Record<string, string>, maxBytes: number) => {
    const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = server.address() as AddressInfo;
      return await beginningOf(await fetch(`http://127.0.0.1:${port}`), maxBytes);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  it("is read whole if it is small", async () => {
    assert.equal(Buffer.from(await answering(Buffer.from("hello"), {}, 5)).toString(), "hello");
  });

  it("that unpacks to 200 MB is read no further than its beginning", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    const before = process.memoryUsage().rss;
    const got = await answering(bomb, { "content-encoding": "gzip" }, 16_384);
    assert.equal(got.length, 16_384);
    assert.ok(process.memoryUsage().rss - before < 50_000_000);
  });
});
