// What all commands share: where the chain is, where the contracts are, who signs, how results look.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { AbstractSigner, JsonRpcProvider } from "ethers";
import { type AccountOptions, accountOf } from "./account.ts";
import { tryParseIcnt } from "./amounts.ts";
import { type Contracts, connectChain, connectContracts } from "./chain.ts";
import { addressesOf, type CompleteManifest } from "./manifest.ts";
import { deploymentOf, type NetworkOptions, rpcOf } from "./network.ts";
import { type Progress, progressTo } from "./output.ts";
import { requireDeployment } from "./rpc-checks.ts";

export interface ChainOptions extends NetworkOptions {
  readonly json?: true;
}

export interface DeploymentOptions extends ChainOptions {}

export interface SignerOptions extends DeploymentOptions, AccountOptions {}

export const withChain = (command: Command): Command =>
  command
    .option(
      "--network <name>",
      "devnet, or the name or chain id of a deployment (default: that of --deployment, else devnet)",
    )
    .addOption(
      new Option("--rpc <url>", "JSON-RPC of the chain (devnet: http://127.0.0.1:8545)").env("ICN_RPC_URL"),
    )
    .option("--json", "print the result as JSON");

export const withDeployment = (command: Command): Command =>
  withChain(command).addOption(
    new Option("--deployment <file>", "deployment.json (default: deployments/<chainId>/deployment.json)").env(
      "ICN_DEPLOYMENT",
    ),
  );

/** Options that name who signs. */
export const withAccount = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "--account <name>",
        "name or address of the keystore that signs (default: the only one)",
      ).env("ICN_ACCOUNT"),
    )
    .option(
      "--passphrase-file <file>",
      "its passphrase; else ICN_PASSPHRASE_FILE, ICN_PASSPHRASE or a prompt",
    )
    .option("--key <hex>", "private key in plain text instead, on the devnet only (or ICN_PRIVATE_KEY)");

export const withSigner = (command: Command): Command => withAccount(withDeployment(command));

/** An ICNT amount such as 1_000 or 1.5, in wei. */
export function parseAmount(text: string): bigint {
  const wei = tryParseIcnt(text);
  if (wei === undefined || wei === 0n)
    throw new InvalidArgumentError("Write a positive amount of ICNT such as 1_000 or 1.5.");
  return wei;
}

/** A percentage such as 5 or 2.5, in parts per million. */
export function parsePercent(text: string): number {
  const ppm = Math.round(Number(text) * 10_000);
  if (!/^\d+(\.\d{1,4})?$/.test(text) || ppm > 1_000_000)
    throw new InvalidArgumentError("Write a percentage from 0 to 100, such as 5 or 2.5.");
  return ppm;
}

export const parseInteger =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
    return value;
  };

export interface Session {
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  readonly manifest: CompleteManifest;
  readonly contracts: Contracts;
  readonly progress: Progress;
}

/** A session with the deployment that the options name, on a chain that was checked to hold it. */
export async function openSession(options: DeploymentOptions): Promise<Session> {
  const { chainId, manifest } = deploymentOf(options);
  const url = rpcOf(options.rpc, chainId);
  const provider = await connectChain(url, chainId);
  try {
    await requireDeployment(provider, url, manifest);
  } catch (error) {
    provider.destroy();
    throw error;
  }
  return {
    provider,
    chainId,
    manifest,
    contracts: connectContracts(addressesOf(manifest), provider),
    progress: progressTo(process.stderr),
  };
}

export interface SigningSession extends Session {
  /** Signs what the caller sends; it has an `address`. */
  readonly wallet: AbstractSigner & { readonly address: string };
}

/** A session whose contracts are called by the caller's account. */
export async function openSigningSession(options: SignerOptions): Promise<SigningSession> {
  const account = accountOf(deploymentOf(options).chainId, options);
  const session = await openSession(options);
  const wallet = account.connect(session.provider);
  return { ...session, wallet, contracts: connectContracts(addressesOf(session.manifest), wallet) };
}
