import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { computeAddress, encryptKeystoreJsonSync } from "ethers";
import { loadKey } from "../../../oracle/adapters/keys/load.ts";
import { parseChainConfig, parseConfig } from "../../../oracle/config/config.ts";
import { CONTRACTS } from "../../../oracle/config/deployment.ts";
import { withEnvFile } from "../../../oracle/config/env-file.ts";
import type { Environment, Problem } from "../../../oracle/config/reader.ts";
import { OracleError } from "../../../oracle/domain/errors.ts";
import { toHex } from "../../../oracle/domain/hashing.ts";

const KEY = `0x${"11".repeat(32)}`;

function deploymentOf(chainId: number): string {
  const contract = { address: `0x${"AB".repeat(20)}`, block: 7, tx: `0x${"00".repeat(32)}`, args: [] };
  return JSON.stringify({
    schema: "icn-deployment-1",
    chainId,
    parameters: "test",
    parametersHash: `0x${"00".repeat(32)}`,
    commit: "0",
    epochZero: 1,
    epochLength: 16,
    complete: true,
    contracts: Object.fromEntries(CONTRACTS.map((name) => [name, contract])),
  });
}

function readerOf(files: Readonly<Record<string, string>>) {
  return (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: ${path}`);
    return text;
  };
}

const FILES = {
  "devnet.json": deploymentOf(31_337),
  "main.json": deploymentOf(1),
  "store.json": "{}",
  pass: "word\n",
};
const DEVNET: Environment = {
  ICN_DEPLOYMENT: "devnet.json",
  ICN_RPC_URL: "http://127.0.0.1:8545",
  ICN_ATTESTER_ID: "2",
  ICN_SIGNING_KEY: KEY,
  ICN_BOX_KEY: KEY,
  ICN_STATE_DIR: "state",
};
const MAIN: Environment = {
  ICN_DEPLOYMENT: "main.json",
  ICN_RPC_URL: "https://rpc.example",
  ICN_ATTESTER_ID: "2",
  ICN_SIGNING_KEYSTORE: "store.json",
  ICN_BOX_KEYSTORE: "store.json",
  ICN_PASSPHRASE_FILE: "pass",
  ICN_STATE_DIR: "state",
  ICN_CONTROL_TARGETS: "https://a.example, https://b.example",
};

const parse = (environment: Environment) => parseConfig(environment, readerOf(FILES));

function problemsOf(environment: Environment): readonly Problem[] {
  try {
    parse(environment);
  } catch (error) {
    assert.ok(error instanceof OracleError);
    assert.equal(error.code, "config-invalid");
    return error.context["problems"] as readonly Problem[];
  }
  return [];
}

const namesOf = (environment: Environment) => problemsOf(environment).map(({ variable }) => variable);

describe("The configuration", () => {
  it("has defaults for what need not be said", () => {
    const config = parse(DEVNET);
    assert.equal(config.head, "latest");
    assert.deepEqual(config.listen, { host: "127.0.0.1", port: 8_600 });
    assert.deepEqual(config.allowCidrs, []);
    assert.equal(config.logLevel, "info");
    assert.equal(config.submitterKey, undefined);
    assert.equal(config.maxFeePerGas, 500_000_000_000n);
    assert.equal(config.deployment.contracts.SlaOracle.address, `0x${"ab".repeat(20)}`);
    assert.ok(Object.isFrozen(config));
  });

  it("reads lists, addresses and two endpoints", () => {
    const config = parse({
      ...DEVNET,
      ICN_RPC_URL_2: "http://127.0.0.1:8546",
      ICN_LISTEN: "[::1]:9000",
      ICN_ALLOW_CIDRS: "127.0.0.0/8, ::1/128",
      ICN_HEAD: "latest",
    });
    assert.deepEqual(config.rpcUrls, ["http://127.0.0.1:8545", "http://127.0.0.1:8546"]);
    assert.deepEqual(config.listen, { host: "::1", port: 9_000 });
    assert.deepEqual(config.allowCidrs, ["127.0.0.0/8", "::1/128"]);
  });

  it("is complete on a main network with keystores", () => {
    assert.deepEqual(namesOf(MAIN), []);
    assert.deepEqual(parse(MAIN).controlTargets, ["https://a.example", "https://b.example"]);
  });

  it("names every problem at once", () => {
    const broken = {
      ICN_ATTESTER_ID: "zero",
      ICN_HEAD: "newest",
      ICN_LISTEN: "nowhere",
      ICN_RPC_URL: "ftp://x",
    };
    assert.deepEqual(namesOf(broken).sort(), [
      "ICN_ATTESTER_ID",
      "ICN_BOX_KEYSTORE",
      "ICN_DEPLOYMENT",
      "ICN_HEAD",
      "ICN_LISTEN",
      "ICN_RPC_URL",
      "ICN_SIGNING_KEYSTORE",
      "ICN_STATE_DIR",
    ]);
  });

  it("refuses on other chains what is for the devnet", () => {
    const problems = namesOf({ ...MAIN, ICN_SUBMITTER_KEY: KEY, ICN_ALLOW_CIDRS: "10.0.0.0/8" });
    assert.deepEqual(problems.sort(), ["ICN_ALLOW_CIDRS", "ICN_SUBMITTER_KEY"]);
    assert.deepEqual(namesOf({ ...MAIN, ICN_CONTROL_TARGETS: "" }), ["ICN_CONTROL_TARGETS"]);
  });

  it("refuses two sources of one key, and unreadable files", () => {
    assert.deepEqual(namesOf({ ...DEVNET, ICN_BOX_KEYSTORE: "store.json", ICN_PASSPHRASE_FILE: "pass" }), [
      "ICN_BOX_KEY",
    ]);
    assert.deepEqual(namesOf({ ...MAIN, ICN_PASSPHRASE_FILE: "missing" }), ["ICN_PASSPHRASE_FILE"]);
    assert.deepEqual(namesOf({ ...DEVNET, ICN_DEPLOYMENT: "missing.json" }), ["ICN_DEPLOYMENT"]);
    assert.deepEqual(namesOf({ ...DEVNET, ICN_DEPLOYMENT: "store.json" }), ["ICN_DEPLOYMENT"]);
  });

  it("prints no secret, neither in problems nor of a valid configuration", () => {
    const problems = problemsOf({
      ...DEVNET,
      ICN_SIGNING_KEY: "hunter2",
      ICN_RPC_URL: "ftp://me:pw@host/key",
    });
    const printed = JSON.stringify(problems);
    for (const secret of ["hunter2", "pw", "/key"]) assert.ok(!printed.includes(secret), secret);
    const config = parse({ ...DEVNET, ICN_PROBE_SECRET: KEY });
    for (const text of [
      inspect(config, { depth: 9 }),
      JSON.stringify(config, (_, v) => (typeof v === "bigint" ? "" : v)),
    ])
      assert.ok(!text.includes("11".repeat(32)));
  });

  it("of a chain alone needs no keys", () => {
    const { ICN_DEPLOYMENT, ICN_RPC_URL } = DEVNET;
    const config = parseChainConfig({ ICN_DEPLOYMENT, ICN_RPC_URL }, readerOf(FILES));
    assert.equal(config.deployment.chainId, 31_337);
  });
});

describe("ICN_ENV_FILE", () => {
  it("completes the environment, which wins", () => {
    const files = readerOf({ ".env": "ICN_HEAD=safe\nICN_LOG_LEVEL='warn'\n" });
    const environment = withEnvFile({ ICN_ENV_FILE: ".env", ICN_HEAD: "latest" }, files);
    assert.equal(environment["ICN_HEAD"], "latest");
    assert.equal(environment["ICN_LOG_LEVEL"], "warn");
  });

  it("must be readable", () => {
    assert.throws(() => withEnvFile({ ICN_ENV_FILE: "missing" }, readerOf({})), { code: "config-invalid" });
  });
});

describe("A keystore", () => {
  it("opens with its passphrase alone", async () => {
    const account = { address: computeAddress(KEY), privateKey: KEY };
    const json = encryptKeystoreJsonSync(account, "word", { scrypt: { N: 2, r: 1, p: 1 } });
    const files = readerOf({ ...FILES, "store.json": json, wrong: "words" });
    const { signingKey } = parseConfig(MAIN, files);
    assert.equal(toHex(await loadKey(signingKey, "ICN_SIGNING_KEYSTORE")), KEY);
    const wrong = parseConfig({ ...MAIN, ICN_PASSPHRASE_FILE: "wrong" }, files);
    await assert.rejects(loadKey(wrong.signingKey, "ICN_SIGNING_KEYSTORE"), { code: "keystore-unreadable" });
  });
});
