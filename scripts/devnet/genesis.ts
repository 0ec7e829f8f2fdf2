// The devnet's beginning: parameters, contracts, nodes with equal bonds, one delegator with equal delegations.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type JsonRpcProvider, parseUnits, Wallet } from "ethers";
import { deploy } from "../deploy/deploy.ts";
import { type Parameters, parseParameters, readJson } from "../deploy/parameters.ts";
import { delegate } from "../holder/delegate.ts";
import { type Contracts, connectContracts } from "../lib/chain.ts";
import { CliError } from "../lib/errors.ts";
import { addressesOf, type CompleteManifest, isComplete } from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import { mined } from "../lib/transactions.ts";
import { registerNode } from "../node/nodes.ts";
import { attesterKeys, nodeWallets, roleWallet } from "./keys.ts";

const PARAMETERS = fileURLToPath(new URL("../../deployments/parameters/devnet.json", import.meta.url));
const icnt = (amount: string): bigint => parseUnits(amount, 18);
export const BOND = icnt("2000");
export const DELEGATION = icnt("5000");
const OPERATOR_PURSE = icnt("3000");
const GAS_MONEY = parseUnits("10", 18);
export const NODE_CLASS = 1;
/** For which the bond suffices. */
const UNITS = { storageUnits: 4, computeUnits: 2, networkUnits: 4 };
const COMMISSION_PPM = 50_000;
const UNBONDING_EPOCHS = 1;

export interface GenesisOptions {
  readonly directory: string;
  readonly epochLength: number;
  /** Seconds from the deployment to epoch 0. */
  readonly epochZeroDelay: number;
  /** In order of their ids. */
  readonly attesterEndpoints: readonly string[];
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  readonly progress: Progress;
}

export interface Genesis {
  readonly parameters: Parameters;
  readonly manifest: CompleteManifest;
  /** Read-only. */
  readonly contracts: Contracts;
}

/** Deploys with deployments/parameters/devnet.json, adapted to this run's epoch length and endpoints. */
export async function deployDevnet(options: GenesisOptions): Promise<Genesis> {
  const { directory, provider, chainId, progress } = options;
  const raw = adapted(readJson(PARAMETERS), options);
  const file = join(directory, "parameters.json");
  writeFileSync(file, `${JSON.stringify(raw, null, 2)}\n`);
  const parameters = parseParameters(raw, file);
  const wallet = new Wallet(roleWallet("deployer").privateKey);
  const { manifest } = await deploy({ parameters, provider, chainId, wallet, directory, progress });
  if (!isComplete(manifest)) throw new CliError("the deployment is not complete", `remove ${directory}`);
  return { parameters, manifest, contracts: connectContracts(addressesOf(manifest), provider) };
}

function adapted(raw: unknown, { epochLength, epochZeroDelay, attesterEndpoints }: GenesisOptions): unknown {
  const file = raw as { committee: object; oracle: object; staking: object; governance: object };
  const attesters = attesterEndpoints.map((endpoint, place) => {
    const { owner, signing, boxPublicKey } = attesterKeys(place);
    return { owner: owner.address, signingKey: signing.address, boxKey: boxPublicKey, endpoint };
  });
  return {
    ...file,
    epochLengthSeconds: epochLength,
    epochZeroDelaySeconds: epochZeroDelay,
    committee: { ...file.committee, attesters },
    oracle: { ...file.oracle, vetoWindowSeconds: Math.ceil(epochLength / 2) },
    // So that a vote can be watched: an upgrade waits for this and 7 epochs more.
    staking: { ...file.staking, unbondingEpochs: UNBONDING_EPOCHS },
    governance: {
      ...file.governance,
      votingDelaySeconds: Math.ceil(epochLength / 4),
      votingPeriodSeconds: 4 * epochLength,
      lateQuorumExtensionSeconds: Math.ceil(epochLength / 2),
      timelockSeconds: epochLength,
    },
  };
}

/** Registers a node per endpoint and delegates the same to each; ids are 1, 2, … in that order. */
export async function populate(
  { parameters, manifest }: Genesis,
  provider: JsonRpcProvider,
  endpoints: readonly string[],
  progress: Progress,
): Promise<void> {
  const connect = ({ privateKey }: { readonly privateKey: string }) =>
    connectContracts(addressesOf(manifest), new Wallet(privateKey, provider));
  const faucet = connect(roleWallet("deployer"));
  const delegator = roleWallet("delegator");
  const operators = endpoints.map((_, place) => nodeWallets(place).operator);
  progress("handing out gas money and test ICNT");
  const attesters = parameters.committee.attesters.map((_, place) => attesterKeys(place));
  await giveGas(
    [...operators, delegator, ...attesters.map(({ submitter }) => submitter)].map(({ address }) => address),
    provider,
  );
  for (const { address } of operators) await mined(faucet.icnt.transfer(address, OPERATOR_PURSE));
  await mined(faucet.icnt.transfer(delegator.address, DELEGATION * BigInt(endpoints.length)));
  for (const [place, endpoint] of endpoints.entries()) {
    const { operator, nodeKey } = nodeWallets(place);
    const nodeId = await registerNode(connect(operator), operator.address, {
      nodeKey: nodeKey.address,
      endpoint,
      bond: BOND,
      nodeClass: NODE_CLASS,
      country: "DE",
      ...UNITS,
      commissionPpm: COMMISSION_PPM,
    });
    await delegate(connect(delegator), delegator.address, nodeId, DELEGATION, COMMISSION_PPM);
    progress(`registered node ${nodeId} at ${endpoint}, with a delegation`);
  }
}

/** Gas money for accounts that the chain did not fund: Hardhat's node knows fewer of them than anvil. */
async function giveGas(addresses: readonly string[], provider: JsonRpcProvider): Promise<void> {
  const payer = new Wallet(roleWallet("deployer").privateKey, provider);
  for (const address of addresses) {
    if ((await provider.getBalance(address)) > 0n) continue;
    const sent = await payer.sendTransaction({ to: address, value: GAS_MONEY });
    await sent.wait();
  }
}
