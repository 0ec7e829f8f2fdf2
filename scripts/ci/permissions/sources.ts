// What the compiler read: which functions of a contract the AccessManager guards, whatever the contract inherits.
import { readFileSync } from "node:fs";
import type { SolcOutput } from "@openzeppelin/upgrades-core";
import type { Artifact } from "../../deploy/artifacts.ts";

const BUILD_INFO = "artifacts/build-info";
/** Of contracts under an AccessManager, and of the AccessManager itself. */
const GUARDS: readonly string[] = ["restricted", "onlyAuthorized"];
/** UUPS asks this function before it upgrades. */
const ASKED_BY: Readonly<Record<string, string>> = { upgradeToAndCall: "_authorizeUpgrade" };

export type Sources = SolcOutput["sources"];
type SourceNode = Sources[string]["ast"]["nodes"][number];
type ContractNode = Extract<SourceNode, { nodeType: "ContractDefinition" }>;
type FunctionNode = Extract<ContractNode["nodes"][number], { nodeType: "FunctionDefinition" }>;

const isContract = (node: SourceNode): node is ContractNode => node.nodeType === "ContractDefinition";
const isFunction = (node: ContractNode["nodes"][number]): node is FunctionNode =>
  node.nodeType === "FunctionDefinition";

/** The compiled sources of each build are read once: they are large. */
export class CompiledSources {
  readonly #builds = new Map<string, Sources>();

  guardedOf({ buildInfoId, inputSourceName, contractName }: Artifact): ReadonlySet<string> {
    let sources = this.#builds.get(buildInfoId);
    if (sources === undefined) {
      const file = `${BUILD_INFO}/${buildInfoId}.output.json`;
      sources = (JSON.parse(readFileSync(file, "utf8")) as { output: SolcOutput }).output.sources;
      this.#builds.set(buildInfoId, sources);
    }
    return guardedIn(sources, inputSourceName, contractName);
  }
}

/** Names of the external functions that only pass if the AccessManager says so. */
export function guardedIn(sources: Sources, sourceName: string, contractName: string): ReadonlySet<string> {
  const functions = functionsOf(sources, sourceName, contractName);
  const isGuarded = (name: string) =>
    functions
      .get(name)
      ?.some(({ modifiers }) =>
        modifiers.some(({ modifierName }) => GUARDS.includes(modifierName.name ?? "")),
      ) === true;
  return new Set(
    [...functions].flatMap(([name, versions]) => {
      const external = versions.some(({ visibility }) => ["external", "public"].includes(visibility));
      return external && isGuarded(ASKED_BY[name] ?? name) ? [name] : [];
    }),
  );
}

/** What runs when a function is called: of overridden ones the last, of overloaded ones each. */
function functionsOf(
  sources: Sources,
  sourceName: string,
  contractName: string,
): ReadonlyMap<string, readonly FunctionNode[]> {
  const contracts = Object.values(sources).flatMap(({ ast }) => ast.nodes.filter(isContract));
  const byId = new Map(contracts.map((contract) => [contract.id, contract]));
  const contract = sources[sourceName]?.ast.nodes
    .filter(isContract)
    .find(({ name }) => name === contractName);
  if (contract === undefined) throw new Error(`${sourceName} has no contract ${contractName}`);
  const overridden = new Set<number>();
  const functions = contract.linearizedBaseContracts
    .flatMap((id) => byId.get(id)?.nodes.filter(isFunction) ?? [])
    .filter(({ id, baseFunctions = [] }) => {
      for (const base of baseFunctions) overridden.add(base);
      return !overridden.has(id);
    });
  return Map.groupBy(functions, ({ name }) => name);
}
