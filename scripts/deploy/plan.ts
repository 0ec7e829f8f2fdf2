// Which contracts a deployment creates, in which order, with what. Token, vault, reserve and proxies need each
// other's addresses, so all addresses are computed from the deployer's nonce before the first transaction.
import { concat, getCreateAddress } from "ethers";
import type { Addresses } from "../lib/chain.ts";
import { CONTRACT_NAMES, type ContractName } from "../lib/manifest.ts";
import { artifactOf } from "./artifacts.ts";
import { type Clock, emissionTotal, rulesStruct, tokenAllocations, vestingGenesis } from "./genesis.ts";
import type { Parameters } from "./parameters.ts";

const COMMITTEE_SIZE_MAX = 7;

interface Recipe {
  readonly construct: readonly unknown[];
  /** Arguments of `initialize`; such a contract is an implementation behind a proxy. */
  readonly initialize?: readonly unknown[];
}

/** One contract of the plan, ready to be sent. */
export interface Creation {
  readonly name: ContractName;
  readonly address: string;
  readonly code: string;
  /** Arguments of the constructor, behind a proxy those of the implementation, then those of `initialize`. */
  readonly args: readonly unknown[];
  readonly implementation?: { readonly address: string; readonly code: string };
}

export interface PlanInput {
  readonly parameters: Parameters;
  readonly clock: Clock;
  readonly deployer: string;
  readonly firstNonce: number;
}

const PROXIED: readonly ContractName[] = [
  "NodeRegistry",
  "NodeStaking",
  "AttesterCommittee",
  "SlaOracle",
  "NodeRewards",
];

export function planOf(input: PlanInput): { addresses: Addresses; creations: Creation[] } {
  const { deployer, firstNonce } = input;
  let nonce = firstNonce;
  const next = () => getCreateAddress({ from: deployer, nonce: nonce++ }).toLowerCase();
  const places = CONTRACT_NAMES.map((name) => {
    const implementation = PROXIED.includes(name) ? next() : undefined;
    return { name, implementation, address: next() };
  });
  const addresses = Object.fromEntries(places.map(({ name, address }) => [name, address])) as Addresses;
  const recipes = recipesOf(input, addresses);
  const creations = places.map(({ name, implementation, address }) =>
    creationOf(name, address, implementation, recipes[name]),
  );
  return { addresses, creations };
}

function creationOf(
  name: ContractName,
  address: string,
  implementation: string | undefined,
  { construct, initialize }: Recipe,
): Creation {
  const { abi, bytecode } = artifactOf(name);
  const code = concat([bytecode, abi.encodeDeploy(construct)]);
  if (implementation === undefined || initialize === undefined)
    return { name, address, code, args: construct };
  const proxy = artifactOf("ERC1967Proxy");
  const call = abi.encodeFunctionData("initialize", initialize);
  return {
    name,
    address,
    code: concat([proxy.bytecode, proxy.abi.encodeDeploy([implementation, call])]),
    args: [...construct, ...initialize],
    implementation: { address: implementation, code },
  };
}

function recipesOf({ parameters, clock, deployer }: PlanInput, at: Addresses): Record<ContractName, Recipe> {
  const { epochZero, epochLength } = clock;
  const epochs = [epochZero, epochLength];
  const { registry, staking, committee, oracle, creditPool } = parameters;
  const { sharesPpm } = parameters.emission;
  const authority = at.AccessManager;
  const vesting = vestingGenesis(parameters, clock);
  const holders = { deployer, vault: at.VestingVault, reserve: at.EmissionReserve };
  return {
    AccessManager: { construct: [deployer] },
    ICNT: { construct: [tokenAllocations(parameters, holders)] },
    VestingVault: {
      construct: [at.ICNT, parameters.treasury, at.IcnTimelock, vesting.grants, vesting.tables],
    },
    EmissionReserve: {
      construct: [at.ICNT, at.NodeRewards, authority, epochZero, emissionTotal(parameters), sharesPpm],
    },
    NodeRegistry: {
      construct: [packedClock(clock), at.ICNT, at.NodeStaking],
      initialize: [
        authority,
        creditPool,
        registry.feeIcnt,
        registry.classCaps.map((caps) => Object.values(caps)),
      ],
    },
    NodeStaking: {
      construct: [packedClock(clock), at.ICNT, at.NodeRegistry, at.SlaOracle],
      initialize: [
        authority,
        staking.unbondingEpochs,
        staking.slashCapPpm,
        staking.bondBaseIcnt,
        staking.bondPerUnitIcnt,
      ],
    },
    AttesterCommittee: {
      construct: [at.ICNT, ...epochs, COMMITTEE_SIZE_MAX],
      initialize: [authority, committee.bondIcnt],
    },
    SlaOracle: {
      construct: [at.AttesterCommittee, at.NodeRegistry, ...epochs],
      initialize: [authority, oracle.vetoWindowSeconds, rulesStruct(parameters)],
    },
    NodeRewards: {
      construct: [
        at.EmissionReserve,
        at.NodeStaking,
        at.NodeRegistry,
        at.SlaOracle,
        at.AttesterCommittee,
        ...epochs,
      ],
      initialize: [authority],
    },
    ...governanceRecipes(parameters, clock, at),
  };
}

function governanceRecipes({ governance }: Parameters, clock: Clock, at: Addresses) {
  return {
    VotingPower: { construct: [at.ICNT, at.NodeStaking, at.VestingVault] },
    IcnTimelock: {
      construct: [
        at.AccessManager,
        at.NodeStaking,
        at.SlaOracle,
        at.IcnGovernor,
        packedClock(clock),
        governance.timelockSeconds,
      ],
    },
    IcnGovernor: {
      construct: [
        at.VotingPower,
        at.IcnTimelock,
        clock.epochLength,
        {
          votingDelay: governance.votingDelaySeconds,
          votingPeriod: governance.votingPeriodSeconds,
          lateQuorumExtension: governance.lateQuorumExtensionSeconds,
          proposalThreshold: governance.proposalThresholdIcnt,
          quorumPpm: governance.quorumPpm,
        },
      ],
    },
  };
}

/** contracts/types/EpochClock.sol. */
const packedClock = ({ epochZero, epochLength }: Clock): bigint => (epochZero << 64n) | epochLength;
