import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Interface, type InterfaceAbi } from "ethers";
import { CliError } from "../lib/errors.ts";

const FILES = {
  AccessManager: "@openzeppelin/contracts/access/manager/AccessManager.sol/AccessManager.json",
  ERC1967Proxy: "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol/ERC1967Proxy.json",
  ICNT: "contracts/token/ICNT.sol/ICNT.json",
  VestingVault: "contracts/vesting/VestingVault.sol/VestingVault.json",
  EmissionReserve: "contracts/emission/EmissionReserve.sol/EmissionReserve.json",
  NodeRegistry: "contracts/nodes/NodeRegistry.sol/NodeRegistry.json",
  NodeStaking: "contracts/staking/NodeStaking.sol/NodeStaking.json",
  AttesterCommittee: "contracts/oracle/AttesterCommittee.sol/AttesterCommittee.json",
  SlaOracle: "contracts/oracle/SlaOracle.sol/SlaOracle.json",
  NodeRewards: "contracts/rewards/NodeRewards.sol/NodeRewards.json",
  VotingPower: "contracts/governance/VotingPower.sol/VotingPower.json",
  IcnTimelock: "contracts/governance/IcnTimelock.sol/IcnTimelock.json",
  IcnGovernor: "contracts/governance/IcnGovernor.sol/IcnGovernor.json",
} as const;
export type ArtifactName = keyof typeof FILES;

export interface Artifact {
  readonly abi: Interface;
  readonly bytecode: string;
  /** Where the compiler's output has its source: which build, which file, which contract. */
  readonly buildInfoId: string;
  readonly inputSourceName: string;
  readonly contractName: string;
}

/** A coverage run builds its own, so that what a deployment executes is counted, too. */
const ARTIFACTS = new URL(process.env["ICN_ARTIFACTS"] ?? "../../artifacts/", import.meta.url);

/** A compiled contract of this checkout. */
export function artifactOf(name: ArtifactName, artifacts = ARTIFACTS): Artifact {
  const file = new URL(FILES[name], artifacts);
  if (!existsSync(file))
    throw new CliError(`the contract ${name} is not built`, "run `npm run build` in the checkout first", {
      code: "not-built",
    });
  return read(file);
}

/** Any contract of ours that this checkout compiled, by its name; undefined if there is none. */
export function artifactNamed(name: string): Artifact | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const [file] = globSync(`contracts/**/${name}.sol/${name}.json`, { cwd: fileURLToPath(ARTIFACTS) });
  return file === undefined ? undefined : read(new URL(file, ARTIFACTS));
}

function read(file: URL): Artifact {
  const built = JSON.parse(readFileSync(file, "utf8")) as Omit<Artifact, "abi"> & { abi: InterfaceAbi };
  return { ...built, abi: new Interface(built.abi) };
}
