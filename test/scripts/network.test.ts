import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { manifestPath } from "../../scripts/lib/manifest.ts";
import { deployOn, type LocalChain, startLocalChain } from "./support/chains.ts";
import { codeIn, icn } from "./support/icn.ts";
import { type Lies, lyingRpc } from "./support/lying-rpc.ts";

describe("the chain that is meant", () => {
  let chain: LocalChain;
  let deployed: Awaited<ReturnType<typeof deployOn>>;
  let deployment: string;
  const other = mkdtempSync(join(tmpdir(), "icn-network-"));

  before(async () => {
    chain = await startLocalChain("anvil");
    deployed = await deployOn(chain);
    deployment = manifestPath(deployed.directory);
  });
  after(async () => {
    deployed.remove();
    rmSync(other, { recursive: true });
    await chain.stop();
  });

  const status = (...options: string[]) => icn(["node", "status", "--json", ...options]);
  /** The deployment with something else in its manifest. */
  const edited = (change: (text: string) => string): string => {
    const path = join(mkdtempSync(join(other, "d-")), "deployment.json");
    writeFileSync(path, change(readFileSync(deployment, "utf8")));
    return path;
  };

  it("is named without the JSON-RPC's own key, where that is part of its address", async () => {
    for (const rpc of ["http://127.0.0.1:1/v3/secret-key", "http://user:secret-key@127.0.0.1:1"]) {
      const { stderr } = await status("--deployment", deployment, "--rpc", rpc);
      assert.match(stderr, /no chain answers at http:\/\/127\.0\.0\.1:1 /);
      assert.ok(!stderr.includes("secret-key"), stderr);
    }
  });

  it("is found by deployment and JSON-RPC", async () => {
    const { status: exit, stderr } = await status("--deployment", deployment, "--rpc", chain.url);
    assert.equal(exit, 0, stderr);
  });

  const refusals: readonly (readonly [string, string, () => string[]])[] = [
    ["a URL as network", "unknown-network", () => ["--network", chain.url]],
    ["a network that nobody knows", "unknown-network", () => ["--network", "mainnet"]],
    [
      "a network beside a deployment of another",
      "network-mismatch",
      () => ["--network", "8453", "--deployment", deployment],
    ],
    ["no deployment", "deployment-missing", () => ["--deployment", join(other, "none")]],
    [
      "a manifest that is none",
      "deployment-invalid",
      () => ["--deployment", edited((text) => text.replace("icn-deployment-1", "x"))],
    ],
    [
      "a manifest that is no JSON",
      "deployment-invalid",
      () => ["--deployment", edited((text) => text.slice(1))],
    ],
    [
      "a deployment that was never finished",
      "deployment-unfinished",
      () => ["--deployment", edited((text) => text.replace('"complete": true', '"complete": false'))],
    ],
    [
      "another chain without a place to ask",
      "rpc-missing",
      () => ["--deployment", edited((text) => text.replace('"chainId": 31337', '"chainId": 8453'))],
    ],
    ["a place to ask that is none", "rpc-invalid", () => ["--deployment", deployment, "--rpc", "ws://x"]],
    [
      "a deployment on another chain than the JSON-RPC's",
      "wrong-chain",
      () => [
        "--rpc",
        chain.url,
        "--deployment",
        edited((text) => text.replace('"chainId": 31337', '"chainId": 8453')),
      ],
    ],
    [
      "a deployment that the chain does not hold",
      "no-deployment",
      () => [
        "--rpc",
        chain.url,
        "--deployment",
        edited((text) => text.replaceAll(/"tx": "0x..../g, '"tx": "0x0000')),
      ],
    ],
    [
      "a manifest that contradicts the chain",
      "rpc-lies",
      () => [
        "--rpc",
        chain.url,
        "--deployment",
        edited((text) => text.replaceAll(/"block": \d+/g, '"block": 9999')),
      ],
    ],
  ];
  for (const [what, code, options] of refusals)
    it(`is not guessed given ${what}: ${code}`, async () => {
      const result = await status(...options());
      assert.equal(result.status, 1);
      assert.equal(codeIn(result), code, result.stderr);
      assert.equal(result.stdout, "");
    });

  it("is asked for again later where nothing answers", async () => {
    const result = await status("--deployment", deployment, "--rpc", "http://127.0.0.1:1");
    assert.equal(result.status, 75);
    assert.equal(codeIn(result), "chain-unreachable");
  });

  it("is known by a deployment's name or chain id, from the directory of deployments", async () => {
    const root = mkdtempSync(join(other, "root-"));
    mkdirSync(join(root, "deployments", "8453"), { recursive: true });
    const text = readFileSync(deployment, "utf8")
      .replace('"chainId": 31337', '"chainId": 8453')
      .replace('"parameters": "devnet"', '"parameters": "main"');
    writeFileSync(join(root, "deployments", "8453", "deployment.json"), text);
    const { deploymentOf } = await import("../../scripts/lib/network.ts");
    const here = process.cwd();
    process.chdir(root);
    try {
      for (const network of ["8453", "main"]) assert.equal(deploymentOf({ network }).chainId, 8453);
    } finally {
      process.chdir(here);
    }
  });

  const lies: readonly (readonly [string, string, Lies])[] = [
    ["its chain id", "wrong-chain", { eth_chainId: () => "0x1" }],
    ["its network id", "rpc-lies", { net_version: () => "1" }],
    ["both ids", "wrong-chain", { eth_chainId: () => "0x1", net_version: () => "1" }],
    [
      "the block of the creation",
      "rpc-lies",
      { eth_getTransactionReceipt: (truth) => ({ ...(truth as object), blockNumber: "0xffff" }) },
    ],
    [
      "the contract created",
      "rpc-lies",
      {
        eth_getTransactionReceipt: (truth) => ({
          ...(truth as object),
          contractAddress: `0x${"12".repeat(20)}`,
        }),
      },
    ],
    [
      "the creation itself",
      "rpc-lies",
      { eth_getTransactionByHash: (truth) => ({ ...(truth as object), nonce: "0xff" }) },
    ],
    ["the creation being there", "no-deployment", { eth_getTransactionByHash: () => null }],
    ["the code", "no-deployment", { eth_getCode: () => "0x" }],
  ];
  for (const [what, code, lie] of lies)
    it(`is not believed of a JSON-RPC that lies about ${what}: ${code}`, async () => {
      const liar = await lyingRpc(chain.url, lie);
      try {
        const result = await status("--deployment", deployment, "--rpc", liar.url);
        assert.equal(result.status, 1);
        assert.equal(codeIn(result), code, result.stderr);
      } finally {
        liar.stop();
      }
    });
});
