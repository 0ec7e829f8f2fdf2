// A build's upgradeable contracts: their storage layouts, and what makes one unfit to stand behind its proxy.
import { globSync, readFileSync } from "node:fs";
import {
  type ContractValidation,
  getContractVersion,
  getErrors,
  makeNamespacedInput,
  type SolcInput,
  type SolcOutput,
  type StorageLayout,
  solcInputOutputDecoder,
  UpgradeableContractErrorReport,
  type ValidationRunData,
  validate,
} from "@openzeppelin/upgrades-core";
import { keccak256, id as keccakOfText, toBeHex } from "ethers";
import solc from "solc";
import type { Layout, Namespace } from "./compare.ts";
import { Expansion } from "./fields.ts";

const ARTIFACTS = "artifacts/contracts/**/*.json";
const DOUBLES = "artifacts/contracts/mocks/**";
const BUILD_INFO = "artifacts/build-info";
const FORMULA = "erc7201:";
/** Immutables are the clock and addresses, the same in every implementation; constructors set them and lock. */
const ON_PURPOSE: readonly string[] = ["constructor", "state-variable-immutable"];

export interface Extracted {
  readonly layouts: readonly Layout[];
  readonly problems: readonly string[];
}

interface Artifact {
  readonly contractName: string;
  readonly inputSourceName: string;
  readonly buildInfoId: string;
}

interface Build {
  readonly output: SolcOutput;
  readonly validations: ValidationRunData;
}

export function extractLayouts(): Extracted {
  const artifacts = globSync(ARTIFACTS, { exclude: [DOUBLES] }).map(readJson<Artifact>);
  const builds = Map.groupBy(artifacts, ({ buildInfoId }) => buildInfoId);
  const layouts: Layout[] = [];
  const problems: string[] = [];
  for (const [buildInfoId, ofBuild] of builds) {
    const build = readBuild(buildInfoId);
    for (const { contractName, inputSourceName } of ofBuild) {
      const contract = build.validations[`${inputSourceName}:${contractName}`];
      if (contract === undefined || !isUpgradeable(contract)) continue;
      layouts.push(layoutOf(contractName, contract.layout));
      const found = problemsOf(inputSourceName, contractName, build);
      problems.push(...found.map((problem) => `${contractName}: ${problem}`));
    }
  }
  return { layouts: layouts.sort((one, other) => (one.contract < other.contract ? -1 : 1)), problems };
}

const readJson = <Content>(file: string): Content => JSON.parse(readFileSync(file, "utf8")) as Content;

/** Compiled once more, each namespace's struct a variable: for those alone the compiler tells slots and offsets. */
function readBuild(buildInfoId: string): Build {
  const { input, solcVersion } = readJson<{ input: SolcInput; solcVersion: string }>(
    `${BUILD_INFO}/${buildInfoId}.json`,
  );
  const { output } = readJson<{ output: SolcOutput }>(`${BUILD_INFO}/${buildInfoId}.output.json`);
  const namespaced = compile(makeNamespacedInput(input, output, solcVersion));
  const decoder = solcInputOutputDecoder(input, output);
  return { output, validations: validate(output, decoder, solcVersion, input, namespaced) };
}

function compile(input: SolcInput): SolcOutput {
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput;
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return output;
}

const isUpgradeable = ({ version, inherit }: ContractValidation): boolean =>
  version !== undefined && inherit.some((base) => base.endsWith(":UUPSUpgradeable"));

function layoutOf(contract: string, { namespaces = {}, types }: StorageLayout): Layout {
  const named: Record<string, Layout["types"][string]> = {};
  const spaces = Object.entries(namespaces).map(([location, members]): [string, Namespace] => {
    if (!location.startsWith(FORMULA)) throw new Error(`${contract}: ${location} is no ${FORMULA} namespace`);
    const id = location.slice(FORMULA.length);
    const expansion = new Expansion(types, named);
    expansion.members(members);
    return [id, { slot: slotOf(id), fields: expansion.fields }];
  });
  return { contract, namespaces: Object.fromEntries(spaces), types: named };
}

/** ERC-7201: keccak256(abi.encode(uint256(keccak256(id)) - 1)) & ~bytes32(uint256(0xff)) */
export function slotOf(namespace: string): string {
  const hash = keccak256(toBeHex(BigInt(keccakOfText(namespace)) - 1n, 32));
  return `${hash.slice(0, -2)}00`;
}

function problemsOf(source: string, contract: string, { output, validations }: Build): string[] {
  const validation = validations[`${source}:${contract}`];
  const version = getContractVersion(validations, `${source}:${contract}`);
  const errors = getErrors(validations, version, { kind: "uups" }).filter(
    ({ kind }) => !ON_PURPOSE.includes(kind),
  );
  const unsafe = errors.length === 0 ? [] : [new UpgradeableContractErrorReport(errors).explain(false)];
  const outside = output.contracts[source]?.[contract]?.storageLayout?.storage ?? [];
  return [
    ...unsafe,
    ...outside.map(({ label }) => `${label} is outside every namespace: move it into the contract's struct`),
    ...Object.entries(validation?.layout.namespaces ?? {}).flatMap(([location, [member]]) =>
      member === undefined ? [] : misplaced(location.slice(FORMULA.length), member.contract, output),
    ),
  ];
}

/** The contract that declares a namespace must hold its slot as a constant. */
function misplaced(namespace: string, declaredBy: string, output: SolcOutput): string[] {
  const slot = slotOf(namespace);
  const constants = slotConstantsOf(declaredBy, output);
  const meant = constants.filter(({ name }) => name === "STORAGE_LOCATION");
  if ((meant.length > 0 ? meant : constants).some(({ value }) => value === slot)) return [];
  const found =
    constants.map(({ name, value }) => `${name} = ${value}`).join(", ") || "no constant of 32 bytes";
  return [`namespace ${namespace} is at ${slot}, but ${declaredBy} has ${found}: make them agree`];
}

function slotConstantsOf(contract: string, output: SolcOutput): { name: string; value: string }[] {
  return Object.values(output.sources)
    .flatMap(({ ast }) => ast.nodes)
    .filter((node) => node.nodeType === "ContractDefinition" && node.name === contract)
    .flatMap((node) => (node.nodeType === "ContractDefinition" ? node.nodes : []))
    .flatMap((node) => {
      if (node.nodeType !== "VariableDeclaration" || !node.constant) return [];
      const { typeDescriptions, value, name } = node;
      if (typeDescriptions.typeString !== "bytes32" || value?.nodeType !== "Literal") return [];
      return [{ name, value: value.value ?? "" }];
    });
}
