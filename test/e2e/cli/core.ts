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

  deployments(world);
  verification(world);
}

function deployments(world: World): void {
  describe("deploying", () => {
    const PARAMETERS = "deployments/parameters/devnet.json";
    const deployTo = (out: string, ...more: string[]) => [
      ...["deploy", "--parameters", PARAMETERS, "--out", join(world.directory, out)],
      ...more,
    ];
    const changed = (name: string, change: object): string => {
      const path = join(world.directory, name);
      const parameters = JSON.parse(readFileSync(PARAMETERS, "utf8")) as object;
      writeFileSync(path, JSON.stringify({ ...parameters, ...change }));
      return path;
    };

    it("writes a deployment once, and verifies it after that", async () => {
      const as = world.role("deployer");
      // Each transaction moves a chain whose time was moved by a second at least.
      const slow = ["--parameters", changed("again.json", { epochZeroDelaySeconds: 200 })];
      const { json } = await world.done(deployTo("again", ...slow, "--json"), { as });
      assert.equal((json as { created: boolean }).created, true);
      assert.match((await world.done(deployTo("again", ...slow), { as })).stdout, /Nothing to do/);
      await world.fails("network-mismatch", deployTo("again", ...slow, "--network", "8453"), { as });
      const other = changed("other.json", { epochZeroDelaySeconds: 41 });
      await world.fails("deployment-differs", [...deployTo("again"), "--parameters", other], { as });
      rmSync(join(world.directory, "again"), { recursive: true });
    });

    it("sends nothing if a parameter is wrong", async () => {
      const as = world.role("deployer");
      await world.fails("parameters-unreadable", ["deploy", "--parameters", "nowhere.json"], { as });
      const wrong = changed("wrong.json", { epochLengthSeconds: 1 });
      await world.fails("parameters-invalid", ["deploy", "--parameters", wrong], { as });
    });

    it("is for an account of its own, and in time for epoch 0", async () => {
      const as = world.role("deployer");
      const liar = await lyingRpc(world.rpcUrl, {
        eth_getTransactionReceipt: (truth) => ({
          ...(truth as object),
          contractAddress: `0x${"12".repeat(20)}`,
        }),
      });
      await world.fails("deployer-shared", deployTo("shared", "--rpc", liar.url), { as });
      liar.stop();
      const late = changed("late.json", { epochZeroDelaySeconds: 1 });
      await world.fails("deployment-late", [...deployTo("late"), "--parameters", late], { as });
    });
  });
}

function verification(world: World): void {
  describe("verifying reports", () => {
    const verify = (...more: string[]) => ["oracle", "verify", "--epoch", "0", ...more];

    it("recomputes them from the attesters' bundles, or from a directory", async () => {
      await world.settleUpTo(1);
      await world.done(verify());
      await world.done(verify("--json"));
      await world.done(verify("--json", "--bundles", await world.reporter.writeEvidence()));
    });

    it("says what is missing", async () => {
      await world.fails("report-missing", ["oracle", "verify", "--epoch", "1000"]);
      await world.fails("evidence-unusable", verify("--bundles", join(world.directory, "none")));
      const liar = await lyingRpc(world.rpcUrl, { eth_getLogs: () => "none" });
      await world.fails("oracle-failed", verify("--rpc", liar.url));
      liar.stop();
    });

    it("an oracle does not start without its settings", async () => {
      const { status, stderr } = await world.icn("oracle", "run");
      assert.equal(status, 1);
      assert.match(stderr, /ICN_ATTESTER_ID/);
    });
  });
}
