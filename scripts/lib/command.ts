// What all commands share: where the chain is, where the contracts are, who signs, how results look.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { JsonRpcProvider, Wallet } from "ethers";
import { tryParseIcnt } from "./amounts.ts";
import { type Contracts, connectChain, connectContracts, walletOf } from "./chain.ts";
import { CliError } from "./errors.ts";
import { addressesOf, type CompleteManifest, readCompleteManifest } from "./manifest.ts";
import { type Progress, progressTo } from "./output.ts";

const LOCALHOST = "http://127.0.0.1:8545";

export interface ChainOptions {
  readonly network: string;
  readonly json?: true;
}

export interface DeploymentOptions extends ChainOptions {
  readonly deployment?: string;
}

export interface SignerOptions extends DeploymentOptions {
  readonly key?: string;
}

export const withChain = (command: Command): Command =>
  command
    .addOption(
      new Option("--network <url>", 'JSON-RPC of the chain, or "localhost"')
        .env("ICN_RPC_URL")
        .default("localhost"),
    )
    .option("--json", "print the result as JSON");

export const withDeployment = (command: Command): Command =>
  withChain(command).addOption(
    new Option("--deployment <file>", "deployment.json (default: deployments/<chainId>/deployment.json)").env(
      "ICN_DEPLOYMENT",
    ),
  );

export const withSigner = (command: Command): Command =>
  withDeployment(command).option(
    "--key <hex>",
    "private key, on the devnet only; elsewhere set ICN_PRIVATE_KEY",
  );

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

export function urlOf(network: string): string {
  const url = network === "localhost" ? LOCALHOST : network;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new CliError(`"${network}" is no network`, 'write "localhost" or the http(s) URL of a JSON-RPC');
}

export interface Session {
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  readonly manifest: CompleteManifest;
  readonly contracts: Contracts;
  readonly progress: Progress;
}

export async function openSession(options: DeploymentOptions): Promise<Session> {
  const { provider, chainId } = await connectChain(urlOf(options.network));
  const manifest = readCompleteManifest(options.deployment ?? `deployments/${chainId}`);
  if (manifest.chainId !== chainId)
    throw new CliError(
      `the deployment is on chain ${manifest.chainId}, the network is chain ${chainId}`,
      "name the --network and the --deployment that belong together",
    );
  const addresses = addressesOf(manifest);
  if ((await provider.getCode(addresses.SlaOracle)) === "0x")
    throw new CliError(
      "the chain does not hold this deployment (was it restarted?)",
      "deploy anew, or name the --deployment of this chain",
    );
  return {
    provider,
    chainId,
    manifest,
    contracts: connectContracts(addresses, provider),
    progress: progressTo(process.stderr),
  };
}

export interface SigningSession extends Session {
  readonly wallet: Wallet;
}

/** A session whose contracts are called by the caller's key. */
export async function openSigningSession(options: SignerOptions): Promise<SigningSession> {
  const session = await openSession(options);
  const key = { key: options.key, environment: process.env["ICN_PRIVATE_KEY"] };
  const wallet = walletOf(session.chainId, key).connect(session.provider);
  return { ...session, wallet, contracts: connectedBy(session.contracts, wallet) };
}

const connectedBy = (contracts: Contracts, wallet: Wallet): Contracts => ({
  manager: contracts.manager.connect(wallet),
  icnt: contracts.icnt.connect(wallet),
  vault: contracts.vault.connect(wallet),
  reserve: contracts.reserve.connect(wallet),
  registry: contracts.registry.connect(wallet),
  staking: contracts.staking.connect(wallet),
  committee: contracts.committee.connect(wallet),
  oracle: contracts.oracle.connect(wallet),
  rewards: contracts.rewards.connect(wallet),
});
