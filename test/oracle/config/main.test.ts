import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { SqliteSigningLedger } from "../../../oracle/adapters/sqlite/signing-ledger.ts";
import { CONTRACTS } from "../../../oracle/config/deployment.ts";
import { StubEthereum } from "../../helpers/agreeing/stub-ethereum.ts";
import { serveBytes } from "../../helpers/probing/servers.ts";

const MAIN = fileURLToPath(new URL("../../../oracle/main.ts", import.meta.url));
const HASH = `0x${"00".repeat(32)}`;
const ORACLE = `0x${"0a".repeat(20)}`;
const EPOCH_ZERO = 1_700_000_000;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (chunk) => {
      text[name] += String(chunk);
    });
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, ...text }));
  return { child, ended, text };
}

const run = (args: readonly string[], env?: Readonly<Record<string, string>>) => start(args, env).ended;

/** Everything that `run` needs for a devnet attester; the chain is wherever `rpcUrl` says. */
function settingsIn(t: TestContext, rpcUrl: string): Readonly<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), "icn-main-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const args = ["0x", "0x", "0x", EPOCH_ZERO, "140", Array.from({ length: 60 }, () => 1)];
  const contract = { address: ORACLE, block: 0, tx: HASH, args };
  const deployment = {
    schema: "icn-deployment-1",
    chainId: 31_337,
    parameters: "test",
    parametersHash: HASH,
    commit: "0",
    epochZero: EPOCH_ZERO,
    epochLength: 64,
    complete: true,
    contracts: Object.fromEntries(CONTRACTS.map((name) => [name, contract])),
  };
  writeFileSync(join(directory, "deployment.json"), JSON.stringify(deployment));
  return {
    ICN_DEPLOYMENT: join(directory, "deployment.json"),
    ICN_RPC_URL: rpcUrl,
    ICN_ATTESTER_ID: "1",
    ICN_SIGNING_KEY: `0x${"11".repeat(32)}`,
    ICN_BOX_KEY: `0x${"22".repeat(32)}`,
    ICN_STATE_DIR: join(directory, "state"),
    ICN_LISTEN: "127.0.0.1:0",
  };
}

/** Address on which a started oracle serves, from its log. */
async function addressOf(child: ChildProcess, text: { readonly stdout: string }): Promise<string> {
  for (;;) {
    const found = /"address":"(http:[^"]+)"/.exec(text.stdout)?.[1];
    if (found !== undefined) return found;
    assert.equal(child.exitCode, null, "the oracle ended");
    assert.ok(child.stdout !== null);
    await once(child.stdout, "data");
  }
}

describe("The oracle's command line", () => {
  it("explains itself", async () => {
    const { code, stdout } = await run(["--help"]);
    assert.equal(code, 0);
    for (const word of ["run", "verify", "ICN_DEPLOYMENT", "Exit codes"])
      assert.ok(stdout.includes(word), word);
  });

  it("exits 1 on mistakes and says what to do", async () => {
    assert.equal((await run(["walk"])).code, 1);
    assert.equal((await run(["verify"])).code, 1);
    assert.equal((await run(["verify", "--epoch", "first"])).code, 1);
    const { code, stderr } = await run(["run"], { ICN_SIGNING_KEY: "hunter2" });
    assert.equal(code, 1);
    assert.match(stderr, /ICN_RPC_URL = \(not set\): set it to/);
    assert.ok(!stderr.includes("hunter2"));
  });

  it("exits 1 without the evidence to verify", async () => {
    const { code, stderr } = await run(["verify", "--epoch", "0", "--bundles", "nowhere"]);
    assert.equal(code, 1);
    assert.match(stderr, /nowhere.deployment\.json does not exist/);
  });

  it("exits 75 while another process uses the state directory", async (t) => {
    const settings = settingsIn(t, "http://127.0.0.1:1");
    const owner = `attester 1 of ${ORACLE} on chain 31337 since ${EPOCH_ZERO}`;
    const file = join(settings["ICN_STATE_DIR"] ?? "", "signing.sqlite");
    const ledger = new SqliteSigningLedger(file, owner);
    t.after(() => ledger.close());
    const { code, stderr } = await run(["run"], settings);
    assert.equal(code, 75);
    assert.match(stderr, /state-locked/);
  });

  it("exits 1 on another chain than the deployment's", async (t) => {
    const chain = new StubEthereum();
    chain.chainId = 1;
    chain.grow(1);
    const server = await chain.serve();
    t.after(() => server[Symbol.asyncDispose]());
    const { code, stderr } = await run(["run"], settingsIn(t, server.url));
    assert.equal(code, 1);
    assert.match(stderr, /leads to chain 1, but ICN_DEPLOYMENT is of chain 31337/);
  });

  it("stops when asked while it still waits for the first answer of the chain", async (t) => {
    const asked = Promise.withResolvers<void>();
    const server = await serveBytes(() => asked.resolve());
    t.after(() => server[Symbol.asyncDispose]());
    const { child, ended } = start(["run"], settingsIn(t, server.url));
    t.after(() => child.kill("SIGKILL"));
    await asked.promise;
    child.kill("SIGTERM");
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [0, ""]);
  });

  it("waits for a chain that does not answer, says so, and stops when asked", async (t) => {
    const { child, ended, text } = start(["run"], settingsIn(t, "http://127.0.0.1:1"));
    t.after(() => child.kill("SIGKILL"));
    const address = await addressOf(child, text);
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
    const ready = await fetch(`${address}/readyz`);
    assert.equal(ready.status, 503);
    assert.deepEqual(await ready.json(), { ready: false, reasons: ["the chain was not read yet"] });
    assert.match(await (await fetch(`${address}/metrics`)).text(), /icn_oracle_rpc_failures_total [1-9]/);
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    assert.equal(code, 0);
    assert.match(stdout, /The oracle has stopped/);
    assert.ok(!stdout.includes("11".repeat(32)));
  });
});
