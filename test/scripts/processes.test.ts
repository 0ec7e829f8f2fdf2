import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { freePorts } from "../../scripts/devnet/ports.ts";
import { Processes, untilHealthy } from "../../scripts/devnet/processes.ts";
import { CliError } from "../../scripts/lib/errors.ts";

describe("the devnet's processes", () => {
  let directory: string;
  let processes: Processes;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "icn-processes-"));
    processes = new Processes(directory);
  });
  afterEach(async () => {
    await processes.stopAll();
    rmSync(directory, { recursive: true });
  });

  const start = (name: string, code: string, env: Record<string, string> = {}) =>
    processes.start({ name, file: process.execPath, args: ["-e", code], env });
  const failed = async (): Promise<unknown> => {
    if (!processes.failure.aborted) await once(processes.failure, "abort");
    return processes.failure.reason;
  };

  it("say which one ended by itself, how, and where its log is", async () => {
    start("short", "console.log('why'); process.exit(3)");
    const reason = await failed();
    assert.ok(reason instanceof CliError);
    assert.match(reason.message, /short ended by itself \(exit code 3\)/);
    assert.ok(reason.remedy.endsWith(processes.logOf("short")));
    assert.equal(readFileSync(processes.logOf("short"), "utf8"), "why\n");
  });

  it("say which one cannot be started", async () => {
    processes.start({ name: "nothing", file: join(directory, "nothing"), args: [] });
    assert.match(String(await failed()), /nothing cannot be started/);
  });

  it("can be killed and stopped without a failure, and started again under the same name", async () => {
    const forEver = "setInterval(() => {}, 1000)";
    start("one", forEver);
    await processes.kill("one");
    start("one", forEver);
    await processes.stop("one");
    assert.equal(processes.failure.aborted, false);
  });

  it("get nothing of this process's environment but PATH and HOME", async () => {
    start("nosy", "console.log(Object.keys(process.env).sort().join())", { ICN_X: "1" });
    await failed();
    assert.equal(readFileSync(processes.logOf("nosy"), "utf8"), "HOME,ICN_X,PATH\n");
  });

  it("are healthy once they answer, and not before a deadline", async () => {
    const [port = 0, closed = 0] = await freePorts(2);
    const server = createServer((_, reply) => reply.end()).listen(port, "127.0.0.1");
    await untilHealthy("server", `http://127.0.0.1:${port}`, 5_000, processes.failure);
    server.close();
    await assert.rejects(
      untilHealthy("nobody", `http://127.0.0.1:${closed}`, 0, processes.failure),
      CliError,
    );
  });
});
