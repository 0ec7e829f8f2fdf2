// The chain that is meant, spending, and mistakes that any command may meet.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Lies, lyingRpc } from "../../scripts/support/lying-rpc.ts";
import type { World } from "./world.ts";

export function coreScenario(world: World): void {
  describe("the chain that is meant", () => {
    const status = (...options: string[]) => ["node", "status", ...options];
    const edited = (change: (text: string) => string): string => {
      const path = join(mkdtempSync(join(world.directory, "edited-")), "deployment.json");
      writeFileSync(path, change(readFileSync(world.deployment, "utf8")));
      return path;
    };
    const onChain = (chainId: number) =>
      edited((text) => text.replace('"chainId": 31337', `"chainId": ${chainId}`));

    it("comes from what the user names", async () => {
      await world.done(status("--network", "devnet", "--json"));
      await world.fails("unknown-network", status("--network", world.rpcUrl), {
        env: { ICN_DEPLOYMENT: "" },
      });
      await world.fails("network-mismatch", status("--network", "8453"));
      await world.fails("deployment-missing", status("--deployment", join(world.directory, "none")));
      await world.fails(
        "deployment-invalid",
        status(
          "--deployment",
          edited(() => "{}"),
        ),
      );
      const unfinished = edited((text) => text.replace('"complete": true', '"complete": false'));
      await world.fails("deployment-unfinished", status("--deployment", unfinished));
      await world.fails("rpc-missing", status("--deployment", onChain(8453)), { env: { ICN_RPC_URL: "" } });
      await world.fails("rpc-invalid", status("--rpc", "somewhere"));
    });

    it("is held against what the JSON-RPC says", async () => {
      await world.fails("chain-unreachable", status("--rpc", "http://127.0.0.1:1"));
      await world.fails("wrong-chain", status("--deployment", onChain(8453)));
      const restarted = edited((text) => text.replaceAll(/"tx": "0x..../g, '"tx": "0x0000'));
      await world.fails("no-deployment", status("--deployment", restarted));
      const lies: readonly (readonly [string, Lies])[] = [
        ["wrong-chain", { eth_chainId: () => "0x1" }],
        ["rpc-lies", { net_version: () => "1" }],
        ["no-deployment", { eth_getCode: () => "0x" }],
      ];
      for (const [code, lie] of lies) {
        const liar = await lyingRpc(world.rpcUrl, lie);
        await world.fails(code, status("--rpc", liar.url));
        liar.stop();
      }
    });
  });

  describe("a mistake in the call", () => {
    it("is named", async () => {
      await world.fails("usage", ["node", "statuss"]);
      await world.fails("usage", ["delegate", "1", "much"]);
    });
  });

  describe("deploying", () => {
    const deployTo = (out: string, ...more: string[]) => [
      ...[
        "deploy",
        "--parameters",
        "deployments/parameters/devnet.json",
        "--out",
        join(world.directory, out),
      ],
      ...more,
    ];

    it("writes a deployment once, and verifies it after that", async () => {
      const as = world.role("deployer");
      const { json } = await world.done(deployTo("again", "--json"), { as });
      assert.equal((json as { created: boolean }).created, true);
      assert.match((await world.done(deployTo("again"), { as })).stdout, /Nothing to do/);
      await world.fails("network-mismatch", deployTo("again", "--network", "8453"), { as });
      rmSync(join(world.directory, "again"), { recursive: true });
    });
  });
}
