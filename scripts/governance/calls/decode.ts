// A call in words: which contract of the deployment, which function, with which arguments.
import { AbiCoder, dataSlice, type FunctionFragment, getAddress, type ParamType, type Result } from "ethers";
import { PERMISSIONS, type Wait } from "../../deploy/permissions.ts";
import { CliError } from "../../lib/errors.ts";
import type { ContractName } from "../../lib/manifest.ts";
import { bigintsAsText } from "../../lib/output.ts";
import { parametersOf } from "../parameters/parameters.ts";
import { format, type Unit } from "../parameters/units.ts";
import type { Book } from "./book.ts";

/** A call as a proposal holds it. */
export interface Call {
  readonly target: string;
  readonly value: bigint;
  readonly data: string;
}

export interface Argument {
  readonly name: string;
  readonly type: string;
  readonly value: Plain;
  readonly words: string;
}

export type Plain = string | bigint | boolean | readonly Plain[] | { readonly [name: string]: Plain };

export interface DecodedCall extends Call {
  /** Undefined for what is no contract of the deployment. */
  readonly contract: ContractName | undefined;
  /** Undefined where the contract has no such function, or its arguments are none. */
  readonly method: string | undefined;
  readonly args: readonly Argument[];
  /** Who may call it otherwise, and what a vote that does waits for. */
  readonly caller: string | undefined;
  /** For votes alone. */
  readonly isReserved: boolean;
  readonly wait: Wait;
  /** "NodeRegistry.setFee(fee: 12 ICNT)", or what can be said of an unknown call. */
  readonly words: string;
}

const SELECTOR_END = 10;
/** Callers in the table of permissions that are a vote. */
const BY_VOTE: readonly string[] = ["a vote", "the timelock, by a vote"];

export function decodeCall(book: Book, call: Call): DecodedCall {
  const contract = book.nameOf(call.target);
  const known = contract === undefined ? undefined : tryDecode(book, contract, call);
  return known ?? unknownCall(book, call, contract);
}

function unknownCall(book: Book, call: Call, contract: ContractName | undefined): DecodedCall {
  const at = contract ?? `an unknown contract (${call.target})`;
  const selector = call.data.slice(0, SELECTOR_END);
  const named = contract === undefined ? undefined : functionOf(book, contract, selector)?.name;
  const unnamed = call.data === "0x" ? "no call" : `unknown call ${selector}`;
  const what = named === undefined ? unnamed : `${named}, whose arguments cannot be read,`;
  const rest = call.data.length > SELECTOR_END ? ` with 0x${call.data.slice(SELECTOR_END)}` : "";
  const unknown = { contract, method: undefined, args: [], caller: undefined, isReserved: false };
  return { ...call, ...unknown, wait: "leaving", words: `${at}: ${what}${rest}${coin(call)}` };
}

/**
 * Undefined for what is no call of the contract; text among the arguments that is none is met only where it is read. Read
 * as loosely as contracts do: they take bytes whose last word is not filled up.
 */
function tryDecode(book: Book, contract: ContractName, call: Call): DecodedCall | undefined {
  try {
    const fragment = functionOf(book, contract, call.data.slice(0, SELECTOR_END));
    if (fragment === undefined) return undefined;
    const values = AbiCoder.defaultAbiCoder().decode(fragment.inputs, dataSlice(call.data, 4), true);
    return knownCall(book, contract, call, fragment, values);
  } catch (error) {
    if (error instanceof CliError) throw error;
    return undefined;
  }
}

const functionOf = (book: Book, contract: ContractName, selector: string): FunctionFragment | undefined =>
  selector.length < SELECTOR_END ? undefined : (book.abiOf(contract).getFunction(selector) ?? undefined);

function knownCall(
  book: Book,
  contract: ContractName,
  call: Call,
  { name: method, inputs }: FunctionFragment,
  values: Result,
): DecodedCall {
  const args = inputs.map((type, place) => {
    const value = plain(type, values[place]);
    const unit = unitOf(contract, method, place, type.name, values);
    const name = type.name.replace(/_$/, "");
    return { name, type: type.type, value, words: wordsOf(book, unit, value) };
  });
  const named = args.map(({ name, words }) => (name === "" ? words : `${name}: ${words}`)).join(", ");
  const permission = PERMISSIONS[contract][method];
  return {
    ...{ ...call, contract, method, args },
    caller: permission?.caller,
    isReserved: permission !== undefined && BY_VOTE.includes(permission.caller),
    wait: permission?.wait ?? "leaving",
    words: `${contract}.${method}(${named})${coin(call)}`,
  };
}

const coin = ({ value }: Call): string => (value === 0n ? "" : `, with ${value} wei of the chain's coin`);

/** Amounts that are no parameters. */
const AMOUNTS: ReadonlySet<string> = new Set([
  ...["ICNT.transfer.1", "ICNT.approve.1", "ICNT.transferFrom.2", "AttesterCommittee.bond.1"],
  ...["NodeStaking.stake.1", "NodeStaking.topUp.1", "NodeStaking.requestUnbonding.1", "NodeStaking.slash.1"],
]);

function unitOf(
  contract: ContractName,
  method: string,
  place: number,
  name: string,
  values: Result,
): Unit | undefined {
  const parameter = parametersOf(contract, method, values)[place - fixedOf(contract, method, values)];
  if (parameter !== undefined) return parameter.unit;
  if (AMOUNTS.has(`${contract}.${method}.${place}`)) return "icnt";
  return name.endsWith("Ppm") ? "ppm" : undefined;
}

const fixedOf = (contract: ContractName, method: string, values: Result): number =>
  parametersOf(contract, method, values)[0]?.fixed.length ?? 0;

/** Structs by their fields' names, whole numbers as bigint. */
export function plain(type: ParamType, value: unknown): Plain {
  if (type.isArray()) return [...(value as Iterable<unknown>)].map((item) => plain(type.arrayChildren, item));
  if (type.isTuple()) {
    const items = [...(value as Iterable<unknown>)];
    return Object.fromEntries(
      type.components.map((component, place) => [component.name, plain(component, items[place])]),
    );
  }
  if (typeof value === "bigint" || typeof value === "boolean") return value;
  return String(value);
}

function wordsOf(book: Book, unit: Unit | undefined, value: Plain): string {
  if (unit !== undefined && unit !== "address") return format(unit, value);
  if (typeof value === "string") return textOf(book, value);
  if (typeof value === "object") return JSON.stringify(value, bigintsAsText);
  return String(value);
}

/** Addresses with the names of the contracts that they are; all other text quoted, so that it ends where it ends. */
function textOf(book: Book, text: string): string {
  if (!/^0x[0-9a-fA-F]*$/.test(text)) return JSON.stringify(text);
  const name = /^0x[0-9a-fA-F]{40}$/.test(text) ? book.nameOf(text) : undefined;
  if (name !== undefined) return `${name} (${text})`;
  return /^0x[0-9a-fA-F]{40}$/.test(text) ? getAddress(text) : text;
}
