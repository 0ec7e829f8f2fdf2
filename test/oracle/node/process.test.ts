import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { signDigest } from "../../../oracle/domain/signatures.ts";
import { credentialsRequestDigest } from "../../../oracle/domain/typed-data.ts";
import { CONTRACT_NAMES } from "../../../scripts/lib/manifest.ts";
import { IAttesterCommittee__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { INodeRegistry__factory } from "../../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { logged } from "../../helpers/probing/logged.ts";
import { ATTESTER, SIGNING_KEY } from "../../helpers/probing/reference-node.ts";
import { type RunningServer, serveHttp } from "../../helpers/probing/servers.ts";
import { ATTESTER_ID, DOMAIN, hexKeyOf, nodeView } from "../../helpers/probing/world.ts";

const MAIN = fileURLToPath(import.meta.resolve("../../../scripts/node/reference/main.ts"));
const committee = IAttesterCommittee__factory.createInterface();
const registry = INodeRegistry__factory.createInterface();

/** A JSON-RPC that answers what the node asks of the two contracts, from fixed data. */
function serveChain(): Promise<RunningServer> {
  const answerCall = (data: string) => {
    const call = committee.parseTransaction({ data }) ?? registry.parseTransaction({ data });
    switch (call?.name) {
      case "committeeAt":
        return committee.encodeFunctionResult("committeeAt", [1, [[ATTESTER_ID, ATTESTER.signingKey]]]);
      case "attesterOf":
        return committee.encodeFunctionResult("attesterOf", [
          [ATTESTER.signingKey, 0, ATTESTER.signingKey, ATTESTER.boxKey, ""],
        ]);
      case "nodeKeyAt":
        return registry.encodeFunctionResult("nodeKeyAt", [nodeView({ nodeId: 1 }).nodeKey]);
      default:
        throw new Error(`unexpected call ${call?.name}`);
    }
  };
  return serveHttp(async (request, response) => {
    const asked = (await new Response(request).json()) as { id: number; params: [{ data: string }] };
    const answers = [asked].flat().map(({ id, params }) => ({
      jsonrpc: "2.0",
      id,
      result: answerCall(params[0].data),
    }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(Array.isArray(asked) ? answers : answers[0]));
  });
}

describe("reference node process", () => {
  let directory = "";
  let chain: RunningServer;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "icn-node-"));
    chain = await serveChain();
    const entry = {
      address: DOMAIN.verifyingContract,
      implementation: DOMAIN.verifyingContract,
      block: 1,
      tx: `0x${"00".repeat(32)}`,
      args: [],
    };
    write("deployment.json", {
      schema: "icn-deployment-1",
      chainId: DOMAIN.chainId,
      parameters: "test",
      parametersHash: `0x${"00".repeat(32)}`,
      commit: "test",
      epochZero: 0,
      epochLength: 64,
      complete: true,
      contracts: Object.fromEntries(CONTRACT_NAMES.map((name) => [name, entry])),
    });
  });
  after(async () => {
    rmSync(directory, { recursive: true });
    await chain[Symbol.asyncDispose]();
  });

  function write(name: string, content: unknown): string {
    const path = join(directory, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  function config(overrides: Readonly<Record<string, unknown>> = {}) {
    return {
      schema: "icn-node-1",
      nodeId: 1,
      nodeKey: hexKeyOf(1),
      listen: { host: "127.0.0.1", port: 0 },
      rpcUrl: chain.url,
      deployment: join(directory, "deployment.json"),
      storage: {
        advertisedEndpoint: "https://s3.example",
        endpoint: "http://127.0.0.1:9",
        region: "us-east-1",
        access: {
          kind: "perAttester",
          attesters: [{ attesterId: ATTESTER_ID, bucket: "mine", accessKeyId: "a", secretAccessKey: "b" }],
        },
      },
      ...overrides,
    };
  }

  const failing = (...args: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    return { status, stderr };
  };

  it("serves, reads the committee from the chain, and ends cleanly on SIGTERM", async () => {
    const child = spawn(process.execPath, [MAIN, "--config", write("node.json", config())], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const { address } = await logged(child, "node serves");
      assert.equal((await fetch(`${address}/healthz`)).status, 200);

      const services = (await (await fetch(`${address}/.well-known/icn/services`)).json()) as {
        document: string;
      };
      assert.equal(JSON.parse(services.document).services[0].endpoint, "https://s3.example");

      const request = {
        nodeId: 1,
        attesterId: ATTESTER_ID,
        issuedAtMs: Date.now(),
        nonce: `0x${"33".repeat(32)}` as const,
      };
      const signature = signDigest(credentialsRequestDigest(DOMAIN, request), SIGNING_KEY);
      const credentials = await fetch(`${address}/.well-known/icn/credentials`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...request, signature }),
      });
      assert.equal(credentials.status, 200);
    } finally {
      child.kill("SIGTERM");
    }
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });

  it("lists every problem of its configuration, and no secret", () => {
    const path = write(
      "wrong.json",
      config({ nodeId: 0, nodeKey: "0xsecret", listen: { host: "", port: 70_000 }, extra: 1 }),
    );
    const { status, stderr } = failing("--config", path);
    assert.equal(status, 1);
    for (const field of [
      "nodeId",
      "nodeKey",
      "listen.host",
      "listen.port",
      "extra",
      "docs/reference-node.md",
    ])
      assert.ok(stderr.includes(field), `${field} is missing in:\n${stderr}`);
    assert.ok(!stderr.includes("secret"));
  });

  it("names a service's problem, and that there must be one", () => {
    const compute = { advertisedEndpoint: "https://c.example/v1", model: "m", access: { kind: "shared" } };
    for (const [overrides, said] of [
      [{ storage: undefined }, "at least one of storage, network and compute"],
      [{ compute: { ...compute, size: "64x64", access: { kind: "shared", apiKey: "k" } } }, "compute.size"],
      [{ compute: { ...compute, size: "256x256" } }, "compute.access.apiKey"],
      [{ network: { advertisedEndpoint: "node.example" } }, "network.advertisedEndpoint"],
    ] as const) {
      const { status, stderr } = failing("--config", write("service.json", config(overrides)));
      assert.equal(status, 1);
      assert.ok(stderr.includes(said), `${said} is missing in:\n${stderr}`);
    }
  });

  it("says what is missing", () => {
    for (const [args, said] of [
      [[], "--config"],
      [["--config", join(directory, "none.json")], "cannot be read"],
      [["--config", write("no.json", '{"nodeKey": "0xsecret"')], "cannot be read"],
      [["--config", write("nowhere.json", config({ deployment: "nowhere" }))], "no deployment at"],
    ] as const) {
      const { status, stderr } = failing(...args);
      assert.equal(status, 1);
      assert.ok(stderr.includes(said), stderr);
      assert.ok(!stderr.includes("secret"));
    }
  });

  it("says so when the port is taken", () => {
    const { status, stderr } = failing(
      "--config",
      write("taken.json", config({ listen: { host: "127.0.0.1", port: chain.port } })),
    );
    assert.equal(status, 1);
    assert.match(stderr, /cannot listen on/);
  });
});
