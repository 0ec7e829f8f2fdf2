// One deployment from its parameters: contracts, roles, genesis attesters, hand-over to the timelock.
import type { Provider, Wallet } from "ethers";
import { connectContracts } from "../lib/chain.ts";
import { commitOfCheckout } from "../lib/checkout.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import {
  type Manifest,
  type ManifestEntry,
  manifestPath,
  readManifest,
  writeManifest,
} from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import { nowMs } from "../lib/time.ts";
import { verifyExisting } from "./existing.ts";
import type { Clock } from "./genesis.ts";
import { handOver, seatCommittee, wireRoles } from "./governance.ts";
import { hashOf, type Parameters } from "./parameters.ts";
import { type Creation, planOf } from "./plan.ts";
import { Sender } from "./sender.ts";

export interface DeployOptions {
  readonly parameters: Parameters;
  readonly provider: Provider;
  readonly chainId: number;
  readonly wallet: Wallet;
  /** Where deployment.json goes. */
  readonly directory: string;
  readonly progress: Progress;
}

export interface Deployed {
  readonly manifest: Manifest;
  /** False if the same deployment was there already. */
  readonly created: boolean;
}

/** Idempotent: a complete deployment with the same parameters is verified and left as it is. */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const { parameters, provider, chainId, directory } = options;
  if (parameters.chainId !== chainId)
    throw new CliError(
      `the parameters "${parameters.name}" are for chain ${parameters.chainId}, this is chain ${chainId}`,
      "name the right --parameters or --rpc",
      { code: "network-mismatch" },
    );
  const found = readManifest(directory);
  if (found === undefined) return { manifest: await create(options), created: true };
  await verifyExisting(found, { directory, chainId, parametersHash: hashOf(parameters) }, provider);
  return { manifest: found, created: false };
}

async function create(options: DeployOptions): Promise<Manifest> {
  const { parameters, provider, chainId, wallet, directory, progress } = options;
  const clock = await genesisClock(parameters, provider);
  const firstNonce = await affordableNonce(wallet, provider);
  const { addresses, creations } = planOf({ parameters, clock, deployer: wallet.address, firstNonce });
  const sender = new Sender(wallet, provider, firstNonce);
  let manifest: Manifest = {
    schema: "icn-deployment-1",
    chainId,
    parameters: parameters.name,
    parametersHash: hashOf(parameters),
    commit: commitOfCheckout(),
    epochZero: Number(clock.epochZero),
    epochLength: Number(clock.epochLength),
    complete: false,
    contracts: {},
  };
  writeManifest(directory, manifest);
  for (const creation of creations) {
    progress(`creating ${creation.name} at ${creation.address}`);
    const entry = await createContract(creation, sender);
    manifest = { ...manifest, contracts: { ...manifest.contracts, [creation.name]: entry } };
    writeManifest(directory, manifest);
  }
  const contracts = connectContracts(addresses, wallet.connect(provider));
  const context = { parameters, contracts, addresses, sender, progress };
  await seatCommittee(context);
  await wireRoles(context);
  await handOver(context, wallet.address);
  await requireBeforeEpochZero(clock, provider, manifestPath(directory));
  manifest = { ...manifest, complete: true };
  writeManifest(directory, manifest);
  return manifest;
}

async function genesisClock(parameters: Parameters, provider: Provider): Promise<Clock> {
  const block = await provider.getBlock("latest");
  const genesisAt = BigInt(Math.max(block?.timestamp ?? 0, Math.floor(nowMs() / 1_000)));
  return {
    genesisAt,
    epochZero: genesisAt + BigInt(parameters.epochZeroDelaySeconds),
    epochLength: BigInt(parameters.epochLengthSeconds),
  };
}

async function affordableNonce(wallet: Wallet, provider: Provider): Promise<number> {
  const [nonce, pending, balance] = await Promise.all([
    provider.getTransactionCount(wallet.address, "latest"),
    provider.getTransactionCount(wallet.address, "pending"),
    provider.getBalance(wallet.address),
  ]);
  if (balance === 0n)
    throw new CliError(
      `the deployer ${wallet.address} has nothing to pay gas with`,
      "send it some, then deploy",
      { code: "insufficient-coin" },
    );
  if (pending !== nonce)
    throw new CliError(
      `the deployer ${wallet.address} has ${pending - nonce} pending transactions`,
      "wait until they are mined: the contracts' addresses follow from its nonce",
      { code: "account-busy", exitCode: EXIT.tryAgain },
    );
  return nonce;
}

async function createContract(creation: Creation, sender: Sender): Promise<ManifestEntry> {
  const { name, address, code, args, implementation } = creation;
  if (implementation !== undefined)
    await sender.send({ data: implementation.code }, `creating the implementation of ${name}`);
  const receipt = await sender.send({ data: code }, `creating ${name}`);
  if (receipt.contractAddress?.toLowerCase() !== address)
    throw new CliError(
      `${name} was created at ${receipt.contractAddress}, not at ${address} as planned`,
      "deploy with an account that nothing else uses, into another directory",
      { code: "deployer-shared" },
    );
  return {
    address,
    ...(implementation === undefined ? {} : { implementation: implementation.address }),
    block: receipt.blockNumber,
    tx: receipt.hash,
    args: args.map(plain),
  };
}

/** JSON form of an argument: large integers as decimal strings. */
function plain(value: unknown): ManifestEntry["args"][number] {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value as ManifestEntry["args"][number];
}

/** Epoch 0 without a committee could never be reported. */
async function requireBeforeEpochZero(clock: Clock, provider: Provider, path: string): Promise<void> {
  const block = await provider.getBlock("latest");
  const late = BigInt(block?.timestamp ?? 0) - clock.epochZero;
  if (late >= 0n)
    throw new CliError(
      `the deployment took until ${late} s after the start of epoch 0`,
      `raise epochZeroDelaySeconds, move ${path} away and deploy again`,
      { code: "deployment-late" },
    );
}
