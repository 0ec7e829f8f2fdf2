import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { logged } from "../../helpers/probing/logged.ts";

const MAIN = fileURLToPath(import.meta.resolve("../../../scripts/node/reference/images/main.ts"));
const CONFIG = {
  schema: "icn-images-1",
  listen: { host: "127.0.0.1", port: 0 },
  model: "m",
  apiKeys: ["secret-key"],
};

describe("reference image server process", () => {
  const directory = mkdtempSync(join(tmpdir(), "icn-images-"));
  after(() => rmSync(directory, { recursive: true }));

  function write(name: string, content: unknown): string {
    const path = join(directory, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  it("serves, and ends cleanly on SIGTERM", async () => {
    const child = spawn(process.execPath, [MAIN, "--config", write("images.json", CONFIG)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    try {
      const { address } = await logged(child, "image server serves");
      assert.equal((await fetch(`${address}/healthz`)).status, 200);
      assert.equal((await fetch(`${address}/v1/models`)).status, 401);
    } finally {
      child.kill("SIGTERM");
    }
    assert.deepEqual(await ended, [0, null]);
  });

  it("lists every problem of its configuration, and no key", () => {
    const path = write("wrong.json", { ...CONFIG, listen: { host: "" }, apiKeys: ["secret key"], more: 1 });
    const { status, stderr } = spawnSync(process.execPath, [MAIN, "--config", path], { encoding: "utf8" });
    assert.equal(status, 1);
    for (const field of ["listen.host", "listen.port", "apiKeys[0]", "more", "docs/reference-node.md"])
      assert.ok(stderr.includes(field), `${field} is missing in:\n${stderr}`);
    assert.ok(!stderr.includes("secret"));
  });
});
