// The devnet's chain: anvil where its package is installed, else Hardhat's node.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonRpcProvider } from "ethers";
import { connectChain } from "../lib/chain.ts";
import { CliError } from "../lib/errors.ts";
import { DEVNET_CHAIN_ID } from "../lib/network.ts";
import { nowMs, poll } from "../lib/time.ts";
import { PHRASE } from "./keys.ts";
import type { Command, Processes } from "./processes.ts";

const START_MS = 60_000;
const ACCOUNTS = 60;

const binary = (name: string): string =>
  fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));

function chainCommand(port: number): Command {
  const anvil = binary("anvil");
  const common = ["--port", String(port), "--host", "127.0.0.1"];
  if (existsSync(anvil))
    return {
      name: "chain",
      file: anvil,
      args: [
        ...common,
        "--block-time",
        "1",
        "--mixed-mining",
        "--accounts",
        String(ACCOUNTS),
        "--mnemonic",
        PHRASE,
      ],
    };
  return {
    name: "chain",
    file: process.execPath,
    args: [binary("hardhat"), "node", "--network", "node", "--port", String(port), "--hostname", "127.0.0.1"],
  };
}

export async function startChain(
  processes: Processes,
  port: number,
): Promise<{ url: string; provider: JsonRpcProvider; chainId: number }> {
  const url = `http://127.0.0.1:${port}`;
  processes.start(chainCommand(port));
  const answer = () => connectChain(url, DEVNET_CHAIN_ID).catch(() => undefined);
  const provider = await poll(answer, 100, nowMs() + START_MS, processes.failure);
  if (provider === undefined)
    throw new CliError(`the local chain does not answer at ${url}`, `its log is ${processes.logOf("chain")}`);
  return { url, provider, chainId: DEVNET_CHAIN_ID };
}
