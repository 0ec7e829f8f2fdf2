import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import { Rpc } from "../../../oracle/adapters/chain/rpc.ts";
import { createLogger } from "../../../oracle/adapters/log/pino.ts";
import { serveHttp } from "../../helpers/probing/servers.ts";

const never = new AbortController().signal;
const failed = { code: "rpc-failed", retryable: true };

describe("An RPC endpoint", () => {
  it("whose URL holds a key does not bring it into the log when it fails", async () => {
    await using server = await serveHttp((_request, answer) => answer.writeHead(500).end("broken"));
    const rpc = new Rpc({ urls: [`${server.url}/v3/API-KEY`], timeoutMs: 5_000 });
    const lines: string[] = [];
    const log = createLogger(
      { level: "info" },
      new Writable({
        write: (line, _encoding, done) => {
          lines.push(String(line));
          done();
        },
      }),
    );
    await assert.rejects(rpc.chainId(never), (error) => {
      log.warn("A duty failed and will be tried again.", { error });
      return true;
    });
    assert.equal(lines.length, 1);
    assert.ok(lines[0]?.includes(server.url) && !lines[0].includes("API-KEY"), lines[0]);
  });

  it("that stops in the middle of an answer is given up after the time limit", {
    timeout: 10_000,
  }, async () => {
    await using server = await serveHttp((_request, answer) =>
      answer.writeHead(200, { "content-type": "application/json" }).write('{"jsonrpc":'),
    );
    const rpc = new Rpc({ urls: [server.url], timeoutMs: 50 });
    await assert.rejects(rpc.chainId(never), failed);
  });
});
