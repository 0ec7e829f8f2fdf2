// Calls of any function, built from its ABI, and what became of them.
import { type ErrorDescription, type FunctionFragment, Interface, id, type ParamType } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { CONTRACT_NAMES } from "../../scripts/lib/manifest.ts";
import type { System } from "./system.ts";

export interface CallRequest {
  readonly to: string;
  readonly data: string;
}

/** Refused by a custom error; `name` is "" if the call just failed. */
export interface Refused {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Values for parameters of which a type alone says too little. */
export type Named = Readonly<Record<string, unknown>>;

const SOMEBODY = "0x00000000000000000000000000000000000b0b00";

/** An argument that a function could be meant to get: small numbers, existing ids, arrays as short as they may be. */
export function plausible(parameter: ParamType, named: Named): unknown {
  const { type, name, arrayChildren, arrayLength, components } = parameter;
  if (name !== "" && name in named) return named[name];
  if (arrayChildren !== null)
    return Array.from({ length: Math.max(1, arrayLength ?? 1) }, () => plausible(arrayChildren, named));
  if (components !== null) return components.map((component) => plausible(component, named));
  if (type in named) return named[type];
  if (type === "address") return SOMEBODY;
  if (type === "bool") return true;
  if (type === "string") return "https://node.example";
  if (type.startsWith("bytes")) return id(name).slice(0, 2 + 2 * Number(type.slice("bytes".length)));
  return 1n;
}

export const encodeCall = (abi: Interface, fragment: FunctionFragment, named: Named): string =>
  abi.encodeFunctionData(
    fragment,
    fragment.inputs.map((input) => plausible(input, named)),
  );

const ERRORS = new Interface([
  ...new Map(
    CONTRACT_NAMES.flatMap((name) => artifactOf(name).abi.fragments)
      .filter(({ type }) => type === "error")
      .map((fragment) => [fragment.format(), fragment]),
  ).values(),
]);

/** Calls without sending; undefined if the call would pass. */
export async function refusalOf(
  system: System,
  from: string,
  call: CallRequest,
): Promise<Refused | undefined> {
  try {
    await system.connection.ethers.provider.call({ ...call, from });
    return undefined;
  } catch (error) {
    const data = error instanceof Error && "data" in error ? error.data : undefined;
    if (typeof data !== "string") throw error;
    return readRefusal(data);
  }
}

function readRefusal(data: string): Refused {
  const error: ErrorDescription | null = data === "0x" ? null : ERRORS.parseError(data);
  if (error !== null) return { name: error.name, args: [...error.args] };
  return { name: data.slice(0, 10) === "0x" ? "" : data.slice(0, 10), args: [] };
}
