// The table of permissions against what was compiled.
import type { FunctionFragment, Interface } from "ethers";
import type { Permission } from "../../deploy/permissions.ts";

/** A contract as it was compiled. */
export interface Compiled {
  readonly contract: string;
  readonly abi: Interface;
  /** Names of the functions that only pass if the AccessManager says so. */
  readonly guarded: ReadonlySet<string>;
}

/** The functions that can change something. */
export function changing(abi: Interface): readonly FunctionFragment[] {
  return abi.fragments
    .filter((fragment): fragment is FunctionFragment => fragment.type === "function")
    .filter(({ constant }) => !constant);
}

/** What is wrong with a contract's entries: contract, function, remedy. */
export function problemsOf(
  { contract, abi, guarded }: Compiled,
  entries: Readonly<Record<string, Permission>> = {},
): readonly string[] {
  const signatures = Map.groupBy(changing(abi), ({ name }) => name);
  const names = new Set([...signatures.keys(), ...Object.keys(entries)]);
  return [...names].flatMap((name) => {
    const overloads = signatures.get(name)?.map((fragment) => fragment.format()) ?? [];
    const problem = problemOf(overloads, entries[name], guarded.has(name));
    return problem === undefined ? [] : [`${contract}.${name}: ${problem}`];
  });
}

function problemOf(
  [signature, overload]: readonly string[],
  entry: Permission | undefined,
  isGuarded: boolean,
): string | undefined {
  if (signature === undefined) return "the contract has no such function; remove the entry";
  if (overload !== undefined)
    return `${signature} and ${overload} share a name, an entry is for one function; rename one of them`;
  if (entry === undefined)
    return `${signature} has no entry; say who may call it${isGuarded ? ", by a role" : ""}`;
  if (isGuarded && entry.role === undefined)
    return "it is restricted, but its entry names no role; give it one";
  if (!isGuarded && entry.role !== undefined)
    return `its entry gives it to ${entry.role}, but it is not restricted; restrict it, or say who may call it`;
  return undefined;
}
