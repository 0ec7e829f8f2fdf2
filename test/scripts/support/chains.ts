// Local chains of both kinds that the command line may meet, with a deployment on them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonRpcProvider } from "ethers";
import { Wallet } from "ethers";
import { deploy } from "../../../scripts/deploy/deploy.ts";
import { readParameters } from "../../../scripts/deploy/parameters.ts";
import { PHRASE, roleWallet } from "../../../scripts/devnet/keys.ts";
import { freePorts } from "../../../scripts/devnet/ports.ts";
import { connectChain, connectContracts } from "../../../scripts/lib/chain.ts";
import { addressesOf, isComplete } from "../../../scripts/lib/manifest.ts";
import { poll } from "../../../scripts/lib/time.ts";

export type Kind = "anvil" | "hardhat";

export const DEVNET = readParameters("deployments/parameters/devnet.json");

function commandOf(kind: Kind, port: number): readonly [string, string[]] {
  const bin = "node_modules/.bin";
  return kind === "anvil"
    ? [`${bin}/anvil`, ["--host", "127.0.0.1", "--port", `${port}`, "--accounts", "60", "--mnemonic", PHRASE]]
    : [
        process.execPath,
        [`${bin}/hardhat`, "node", "--network", "node", "--port", `${port}`, "--hostname", "127.0.0.1"],
      ];
}

export interface LocalChain {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  stop(): Promise<void>;
}

export async function startLocalChain(kind: Kind): Promise<LocalChain> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(...commandOf(kind, port), { stdio: "ignore" });
  const exited = once(child, "exit");
  process.once("exit", () => child.kill());
  const answer = () => connectChain(url, 31337).catch(() => undefined);
  const provider = await poll(answer, 50, Date.now() + 60_000);
  if (provider === undefined) throw new Error(`${kind} does not answer`);
  return {
    url,
    provider,
    async stop() {
      provider.destroy();
      child.kill();
      await exited;
    },
  };
}

/** The product's own deployment with the devnet's parameters. */
export async function deployOn({ provider }: LocalChain, parameters = DEVNET) {
  const directory = mkdtempSync(join(tmpdir(), "icn-chain-"));
  const deployer = new Wallet(roleWallet("deployer").privateKey);
  const { manifest } = await deploy({
    ...{ parameters, provider, chainId: 31337, wallet: deployer, directory },
    progress: () => undefined,
  });
  if (!isComplete(manifest)) throw new Error("the deployment is not complete");
  return {
    directory,
    manifest,
    contracts: connectContracts(addressesOf(manifest), provider),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
