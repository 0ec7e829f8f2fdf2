// A connection to a chain, and the typed contracts of a deployment on it.
import { type ContractRunner, JsonRpcProvider, Network, Wallet } from "ethers";
import type { AccessManager } from "../../types/ethers-contracts/@openzeppelin/contracts/access/manager/AccessManager.ts";
import type { IAttesterCommittee } from "../../types/ethers-contracts/contracts/interfaces/IAttesterCommittee.ts";
import type { IEmissionReserve } from "../../types/ethers-contracts/contracts/interfaces/IEmissionReserve.ts";
import type { IICNT } from "../../types/ethers-contracts/contracts/interfaces/IICNT.ts";
import type { INodeRegistry } from "../../types/ethers-contracts/contracts/interfaces/INodeRegistry.ts";
import type { INodeRewards } from "../../types/ethers-contracts/contracts/interfaces/INodeRewards.ts";
import type { INodeStaking } from "../../types/ethers-contracts/contracts/interfaces/INodeStaking.ts";
import type { ISlaOracle } from "../../types/ethers-contracts/contracts/interfaces/ISlaOracle.ts";
import type { IVestingVault } from "../../types/ethers-contracts/contracts/interfaces/IVestingVault.ts";
import { AccessManager__factory } from "../../types/ethers-contracts/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { IAttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { IEmissionReserve__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IEmissionReserve__factory.ts";
import { IICNT__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IICNT__factory.ts";
import { INodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { INodeRewards__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRewards__factory.ts";
import { INodeStaking__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeStaking__factory.ts";
import { ISlaOracle__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ISlaOracle__factory.ts";
import { IVestingVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IVestingVault__factory.ts";
import { CliError, EXIT } from "./errors.ts";
import type { ContractName } from "./manifest.ts";

export const DEVNET_CHAIN_ID = 31337;
const POLLING_MS = 250;

export interface Contracts {
  readonly manager: AccessManager;
  readonly icnt: IICNT;
  readonly vault: IVestingVault;
  readonly reserve: IEmissionReserve;
  readonly registry: INodeRegistry;
  readonly staking: INodeStaking;
  readonly committee: IAttesterCommittee;
  readonly oracle: ISlaOracle;
  readonly rewards: INodeRewards;
}

export type Addresses = Readonly<Record<ContractName, string>>;

export const connectContracts = (at: Addresses, runner: ContractRunner): Contracts => ({
  manager: AccessManager__factory.connect(at.AccessManager, runner),
  icnt: IICNT__factory.connect(at.ICNT, runner),
  vault: IVestingVault__factory.connect(at.VestingVault, runner),
  reserve: IEmissionReserve__factory.connect(at.EmissionReserve, runner),
  registry: INodeRegistry__factory.connect(at.NodeRegistry, runner),
  staking: INodeStaking__factory.connect(at.NodeStaking, runner),
  committee: IAttesterCommittee__factory.connect(at.AttesterCommittee, runner),
  oracle: ISlaOracle__factory.connect(at.SlaOracle, runner),
  rewards: INodeRewards__factory.connect(at.NodeRewards, runner),
});

/** A provider that knows its chain and sees every block of a local one at once. */
export async function connectChain(url: string): Promise<{ provider: JsonRpcProvider; chainId: number }> {
  const chainId = await askChainId(url);
  const provider = new JsonRpcProvider(url, chainId, {
    staticNetwork: Network.from(chainId),
    pollingInterval: POLLING_MS,
    cacheTimeout: -1,
  });
  return { provider, chainId };
}

/** Asked without a provider: ethers would retry an unreachable chain for ever. */
async function askChainId(url: string): Promise<number> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(10_000),
    });
    const { result } = (await response.json()) as { result?: unknown };
    const chainId = Number(result);
    if (typeof result === "string" && Number.isSafeInteger(chainId)) return chainId;
    throw new Error(`eth_chainId answered ${JSON.stringify(result)}`);
  } catch (cause) {
    throw new CliError(
      `no chain answers at ${url} (${cause instanceof Error ? cause.message : cause})`,
      "start it (`npm start -- --keep` runs a local one), or name another with --network URL or ICN_RPC_URL",
      { exitCode: EXIT.tryAgain, cause },
    );
  }
}

/** The key that signs: --key on the devnet only, so that no real key lands in a shell history. */
export function walletOf(
  chainId: number,
  options: { readonly key: string | undefined; readonly environment: string | undefined },
): Wallet {
  const { key, environment } = options;
  if (key !== undefined && chainId !== DEVNET_CHAIN_ID)
    throw new CliError(
      `--key is accepted on chain ${DEVNET_CHAIN_ID} only, this is chain ${chainId}`,
      "put the private key into the environment variable ICN_PRIVATE_KEY",
    );
  const secret = key ?? environment;
  if (secret === undefined)
    throw new CliError(
      "there is no key to sign with",
      `set ICN_PRIVATE_KEY (on chain ${DEVNET_CHAIN_ID} --key does, too)`,
    );
  const source = key === undefined ? "ICN_PRIVATE_KEY" : "--key";
  if (!/^0x[0-9a-fA-F]{64}$/.test(secret))
    throw new CliError(`the private key in ${source} is not 32 bytes of hex`, "write 0x and 64 hex digits");
  try {
    return new Wallet(secret);
  } catch {
    throw new CliError(
      `the private key in ${source} is zero or beyond the curve's order`,
      "name the key of an account",
    );
  }
}
