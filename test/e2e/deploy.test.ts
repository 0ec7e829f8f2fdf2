import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type JsonRpcProvider, Wallet, ZeroAddress } from "ethers";
import { type DeployOptions, deploy } from "../../scripts/deploy/deploy.ts";
import {
  type Parameters,
  parseParameters,
  readJson,
  readParameters,
} from "../../scripts/deploy/parameters.ts";
import { ROLES } from "../../scripts/deploy/permissions.ts";
import { startChain } from "../../scripts/devnet/chain.ts";
import { roleWallet } from "../../scripts/devnet/keys.ts";
import { freePorts } from "../../scripts/devnet/ports.ts";
import { Processes } from "../../scripts/devnet/processes.ts";
import { connectContracts } from "../../scripts/lib/chain.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { addressesOf, isComplete, manifestPath } from "../../scripts/lib/manifest.ts";

const DEVNET = readParameters("deployments/parameters/devnet.json");

describe("deploying to a real chain", () => {
  const root = mkdtempSync(join(tmpdir(), "icn-deploy-"));
  const processes = new Processes(join(root, "logs"));
  const wallet = new Wallet(roleWallet("deployer").privateKey);
  let provider: JsonRpcProvider;
  let chainId: number;

  before(async () => {
    const [port = 0] = await freePorts(1);
    ({ provider, chainId } = await startChain(processes, port));
  });
  after(async () => {
    provider.destroy();
    await processes.stopAll();
    rmSync(root, { recursive: true });
  });

  const run = (directory: string, change: Partial<DeployOptions> = {}) =>
    deploy({
      parameters: DEVNET,
      provider,
      chainId,
      wallet,
      directory: join(root, directory),
      progress: () => undefined,
      ...change,
    });
  const deployed = async (directory: string, parameters: Parameters = DEVNET) => {
    const { manifest } = await run(directory, { parameters });
    assert.ok(isComplete(manifest));
    return { manifest, contracts: connectContracts(addressesOf(manifest), provider) };
  };
  const refusal = (message: RegExp) => (error: unknown) =>
    error instanceof CliError && message.test(error.message);
  const edit = (directory: string, change: (text: string) => string) => {
    const path = manifestPath(join(root, directory));
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };

  it("creates everything, seats the committee and leaves the deployer nothing", async () => {
    const { manifest, contracts } = await deployed("fresh");
    const { manager, icnt, vault, reserve, oracle, committee, timelock } = contracts;
    assert.equal(await icnt.totalSupply(), 700_000_000n * 10n ** 18n);
    assert.equal(
      await icnt.balanceOf(await vault.getAddress()),
      await vault.owed(1, await vault.scheduleCount()),
    );
    assert.equal(await icnt.balanceOf(await reserve.getAddress()), await reserve.total());
    assert.equal(await oracle.epochZero(), BigInt(manifest.epochZero));
    const { members } = await committee.committeeAt(0);
    assert.deepEqual(
      members.map(({ signingKey }) => signingKey),
      DEVNET.committee.attesters.map(({ signingKey }) => signingKey),
    );
    const rolesOf = async (account: string) => {
      const held = Object.entries(ROLES).map(async ([role, id]) =>
        (await manager.hasRole(id, account)).isMember ? [role] : [],
      );
      return (await Promise.all(held)).flat();
    };
    assert.deepEqual(await rolesOf(wallet.address), []);
    assert.deepEqual(await rolesOf(await timelock.getAddress()), ["ADMIN", "ROUTINE"]);
    assert.deepEqual(await rolesOf(DEVNET.guardian), ["GUARDIAN"]);
  });

  it("does nothing the second time", async () => {
    await run("twice");
    const before = await provider.getTransactionCount(wallet.address);
    const again = await run("twice");
    assert.equal(again.created, false);
    assert.equal(await provider.getTransactionCount(wallet.address), before);
  });

  it("deploys main's parameters once its parties are named; a vote seats the committee later", async () => {
    const text = JSON.stringify(readJson("deployments/parameters/main.json"))
      .replaceAll(ZeroAddress, DEVNET.treasury)
      .replace('"chainId":8453', `"chainId":${chainId}`);
    const { contracts } = await deployed("main", parseParameters(JSON.parse(text), "main"));
    assert.equal(await contracts.oracle.epochLength(), 86_400n);
    await assert.rejects(contracts.committee.committeeAt(0));
  });

  it("refuses a half-finished deployment", async () => {
    await run("half");
    edit("half", (text) => text.replace('"complete": true', '"complete": false'));
    await assert.rejects(run("half"), refusal(/never finished/));
  });

  it("refuses a deployment with other parameters", async () => {
    await run("other");
    const parameters = { ...DEVNET, epochZeroDelaySeconds: DEVNET.epochZeroDelaySeconds + 1 };
    await assert.rejects(run("other", { parameters }), refusal(/other parameters/));
  });

  it("refuses a deployment that this chain does not hold", async () => {
    await run("foreign");
    edit("foreign", (text) => text.replaceAll(/"tx": "0x..../g, '"tx": "0x0000'));
    await assert.rejects(run("foreign"), refusal(/which is unknown here/));
  });

  it("refuses a deployment on another chain", async () => {
    await run("elsewhere");
    edit("elsewhere", (text) => text.replace(/"chainId": \d+/, '"chainId": 1'));
    await assert.rejects(run("elsewhere"), refusal(/a deployment on chain 1, this is chain/));
  });

  it("refuses parameters for another chain before the first transaction", async () => {
    const before = await provider.getTransactionCount(wallet.address);
    await assert.rejects(
      run("wrong", { parameters: { ...DEVNET, chainId: 1 } }),
      refusal(/are for chain 1, this is chain/),
    );
    assert.equal(await provider.getTransactionCount(wallet.address), before);
  });
});
