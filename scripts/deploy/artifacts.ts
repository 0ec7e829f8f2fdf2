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

/** What a compiled contract runs, its immutables left at zero. */
export interface CompiledCode {
  readonly contractName: string;
  /** Its file: "contracts/oracle/SlaOracle.sol". */
  readonly sourceName: string;
  readonly buildInfoId: string;
  readonly deployedBytecode: string;
  /** By the compiler's id of the variable: where the constructor writes its value. */
  readonly immutableReferences: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
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

let codesOfCheckout: readonly CompiledCode[] | undefined;

/** The code of all contracts of ours that this checkout compiled; none if it was not built. */
export function compiledCodes(): readonly CompiledCode[] {
  codesOfCheckout ??= compiledCodesIn(ARTIFACTS);
  return codesOfCheckout;
}

/** The same of another folder of artifacts. */
export function compiledCodesIn(artifacts: URL): CompiledCode[] {
  const files = globSync("contracts/**/*.sol/*.json", { cwd: fileURLToPath(artifacts) });
  return files
    .map((file) => JSON.parse(readFileSync(new URL(file, artifacts), "utf8")) as CompiledCode)
    .filter(({ deployedBytecode }) => deployedBytecode.length > "0x".length);
}

/** Large to read. */
const namesByBuild = new Map<string, ReadonlyMap<string, string>>();

/** What the compiler's ids of a build's immutables stand for: "SlaOracle.COMMITTEE". */
export function immutableNames(buildInfoId: string): ReadonlyMap<string, string> {
  const names = namesByBuild.get(buildInfoId) ?? readImmutableNames(buildInfoId);
  namesByBuild.set(buildInfoId, names);
  return names;
}

function readImmutableNames(buildInfoId: string): ReadonlyMap<string, string> {
  const file = new URL(`build-info/${buildInfoId}.output.json`, ARTIFACTS);
  const { output } = JSON.parse(readFileSync(file, "utf8")) as { output: { sources: Sources } };
  const contracts = Object.values(output.sources).flatMap(({ ast }) => ast.nodes);
  const names = contracts.flatMap(({ name, nodes = [] }) =>
    nodes
      .filter(({ mutability }) => mutability === "immutable")
      .map((variable) => [String(variable.id), `${name}.${variable.name}`] as const),
  );
  return new Map(names);
}

interface AstNode {
  readonly id: number;
  readonly name?: string;
  readonly mutability?: string;
  readonly nodes?: readonly AstNode[];
}

type Sources = Readonly<Record<string, { readonly ast: { readonly nodes: readonly AstNode[] } }>>;

function read(file: URL): Artifact {
  const built = JSON.parse(readFileSync(file, "utf8")) as Omit<Artifact, "abi"> & { abi: InterfaceAbi };
  return { ...built, abi: new Interface(built.abi) };
}
