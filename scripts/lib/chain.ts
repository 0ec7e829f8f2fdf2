// A connection to a chain, and the typed contracts of a deployment on it.
import { type ContractRunner, JsonRpcProvider, Network } from "ethers";
import type { AccessManager } from "../../types/ethers-contracts/@openzeppelin/contracts/access/manager/AccessManager.ts";
import type { IcnGovernor } from "../../types/ethers-contracts/contracts/governance/IcnGovernor.ts";
import type { IcnTimelock } from "../../types/ethers-contracts/contracts/governance/IcnTimelock.ts";
import type { IAttesterCommittee } from "../../types/ethers-contracts/contracts/interfaces/IAttesterCommittee.ts";
import type { IEmissionReserve } from "../../types/ethers-contracts/contracts/interfaces/IEmissionReserve.ts";
import type { IICNT } from "../../types/ethers-contracts/contracts/interfaces/IICNT.ts";
import type { INodeRegistry } from "../../types/ethers-contracts/contracts/interfaces/INodeRegistry.ts";
import type { INodeRewards } from "../../types/ethers-contracts/contracts/interfaces/INodeRewards.ts";
import type { INodeStaking } from "../../types/ethers-contracts/contracts/interfaces/INodeStaking.ts";
import type { ISlaOracle } from "../../types/ethers-contracts/contracts/interfaces/ISlaOracle.ts";
import type { IVestingVault } from "../../types/ethers-contracts/contracts/interfaces/IVestingVault.ts";
import type { IVotingPower } from "../../types/ethers-contracts/contracts/interfaces/IVotingPower.ts";
import { AccessManager__factory } from "../../types/ethers-contracts/factories/@openzeppelin/contracts/access/manager/AccessManager__factory.ts";
import { IcnGovernor__factory } from "../../types/ethers-contracts/factories/contracts/governance/IcnGovernor__factory.ts";
import { IcnTimelock__factory } from "../../types/ethers-contracts/factories/contracts/governance/IcnTimelock__factory.ts";
import { IAttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { IEmissionReserve__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IEmissionReserve__factory.ts";
import { IICNT__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IICNT__factory.ts";
import { INodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { INodeRewards__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRewards__factory.ts";
import { INodeStaking__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeStaking__factory.ts";
import { ISlaOracle__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ISlaOracle__factory.ts";
import { IVestingVault__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IVestingVault__factory.ts";
import { IVotingPower__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IVotingPower__factory.ts";
import type { ContractName } from "./manifest.ts";
import { requireChain } from "./rpc-checks.ts";

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
  readonly votingPower: IVotingPower;
  readonly timelock: IcnTimelock;
  readonly governor: IcnGovernor;
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
  votingPower: IVotingPower__factory.connect(at.VotingPower, runner),
  timelock: IcnTimelock__factory.connect(at.IcnTimelock, runner),
  governor: IcnGovernor__factory.connect(at.IcnGovernor, runner),
});

/** A provider of a chain that was checked to be the one meant; it sees every block of a local one at once. */
export async function connectChain(url: string, chainId: number): Promise<JsonRpcProvider> {
  await requireChain(url, chainId);
  return new JsonRpcProvider(url, chainId, {
    staticNetwork: Network.from(chainId),
    pollingInterval: POLLING_MS,
    cacheTimeout: -1,
  });
}
