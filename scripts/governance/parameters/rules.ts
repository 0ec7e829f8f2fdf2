// Rules of the oracle as a vote changes them: those in force, with some fields set, for a future epoch.
import { readFileSync } from "node:fs";
import { AbiCoder, keccak256, type ParamType } from "ethers";
import { z } from "zod";
import { rulesStruct } from "../../deploy/genesis.ts";
import { rules as rulesFile } from "../../deploy/rules.ts";
import { formatIcnt, tryParseIcnt } from "../../lib/amounts.ts";
import type { Contracts } from "../../lib/chain.ts";
import { CliError } from "../../lib/errors.ts";
import type { Book } from "../calls/book.ts";
import { type Plain, plain } from "../calls/decode.ts";

/** The struct of contracts/types/Rules.sol by its fields' names. */
export type RulesPlain = Plain;

const invalid = (message: string, cause?: unknown): CliError =>
  new CliError(
    message,
    "`icn gov parameters rules` shows the fields; one is set by rules.economics.attesterSharePpm=40000, for example",
    { code: "rules-invalid", cause },
  );

/** Fields that are amounts: written in ICNT, kept in wei. */
export const AMOUNTS: ReadonlySet<string> = new Set(["economics.stakeFloor", "economics.stakePerUnit"]);

export function rulesType(book: Book): ParamType {
  const type = book.abiOf("SlaOracle").getFunction("scheduleRules")?.inputs[0];
  if (type === undefined) throw new Error("SlaOracle has no scheduleRules");
  return type;
}

/** The rules in force in an epoch, by what was known after a block. */
export async function rulesAt(
  { oracle }: Contracts,
  book: Book,
  epoch: number | bigint,
  blockTag: number | "latest" = "latest",
): Promise<RulesPlain> {
  const hash = await oracle.rulesHashAt(epoch, { blockTag });
  return plain(rulesType(book), await oracle.rulesOf(hash, { blockTag }));
}

/** keccak256(abi.encode(rules)), under which the contract keeps them. */
export const hashOfRules = (book: Book, rules: RulesPlain): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode([rulesType(book)], [rules]));

/** Of the file those are read that it holds beside other parameters, too. */
const parametersFile = z.looseObject({ rules: z.looseObject({}) });

/** @throws CliError `rules-invalid` listing every field of the file that is wrong. */
export function readRules(file: string): RulesPlain {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new CliError(`${file} cannot be read as JSON`, "name a file with the rules of a parameters file", {
      code: "rules-invalid",
      cause,
    });
  }
  const whole = parametersFile.safeParse(raw);
  const parsed = rulesFile.safeParse(whole.success ? whole.data.rules : raw);
  if (!parsed.success) throw invalid(`${file} holds no rules:\n${z.prettifyError(parsed.error)}`);
  return bigints(rulesStruct({ rules: parsed.data }));
}

const tree = z.json();

/** @throws CliError `rules-invalid` if there is no such field, or the value is none. */
export function setField(book: Book, rules: RulesPlain, path: string, text: string): RulesPlain {
  const value = AMOUNTS.has(path) ? amount(path, text) : jsonOf(path, text);
  const changed = withField(rules, path, value);
  try {
    AbiCoder.defaultAbiCoder().encode([rulesType(book)], [changed]);
  } catch (cause) {
    throw invalid(`rules.${path}=${text}: the field takes no such value`, cause);
  }
  return changed;
}

function amount(path: string, text: string): bigint {
  const wei = tryParseIcnt(text);
  if (wei === undefined) throw invalid(`rules.${path}=${text}: write an amount of ICNT such as 1_000_000`);
  return wei;
}

function jsonOf(path: string, text: string): Plain {
  const number = /^\d{1,3}(_\d{3})+$/.test(text) ? text.replaceAll("_", "") : text;
  try {
    return bigints(tree.parse(JSON.parse(number)));
  } catch (cause) {
    throw invalid(`rules.${path}=${text}: write a whole number, or a list as JSON`, cause);
  }
}

/** Whole numbers as the chain's are, so that what is equal compares equal. */
function bigints(value: unknown): Plain {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value === "bigint" || typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(bigints);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bigints(inner)]));
  throw new Error(`${value} is no value of rules`);
}

/** The rules with another value in a field. @throws CliError `rules-invalid` if there is no such field. */
export const withField = (rules: RulesPlain, path: string, value: Plain): RulesPlain =>
  replaced(rules, path.split("."), value, path);

function replaced(node: Plain, [key, ...rest]: readonly string[], value: Plain, path: string): Plain {
  if (key === undefined) return value;
  if (typeof node !== "object" || !Object.hasOwn(node, key))
    throw invalid(`the rules have no field "${path}"`);
  if (isList(node))
    return node.map((item, place) => (String(place) === key ? replaced(item, rest, value, path) : item));
  const inner = node[key];
  if (inner === undefined) throw invalid(`the rules have no field "${path}"`);
  return { ...node, [key]: replaced(inner, rest, value, path) };
}

const isList = (node: Plain): node is readonly Plain[] => Array.isArray(node);

export interface RulesField {
  readonly path: string;
  /** In Solidity. */
  readonly type: ParamType;
  readonly value: Plain;
}

/** All fields, lists whole. */
export const allFields = (book: Book, rules: RulesPlain): RulesField[] =>
  leavesOf({ path: "", type: rulesType(book), value: rules }, false);

/**
 * The field with that path, and all that it consists of.
 * @throws CliError `rules-invalid` if there is no such field.
 */
export function fieldsAt(book: Book, rules: RulesPlain, path: string): RulesField[] {
  const field = fieldIn(book, rules, path);
  if (field === undefined) throw invalid(`the rules have no field "${path}"`);
  return leavesOf(field, true);
}

/** Undefined if the rules have no such field, or their list no such entry. */
export function fieldIn(book: Book, rules: RulesPlain, path: string): RulesField | undefined {
  const whole: RulesField = { path: "", type: rulesType(book), value: rules };
  return path
    .split(".")
    .reduce<RulesField | undefined>(
      (field, key) => field && partsOf(field).find((part) => part.path === below(field.path, key)),
      whole,
    );
}

/** Structs by their fields; lists whole, and with their entries if asked for. */
function leavesOf(field: RulesField, withEntries: boolean): RulesField[] {
  const { type } = field;
  if (!type.isTuple() && !type.isArray()) return [field];
  if (type.isArray() && !withEntries) return [field];
  const parts = partsOf(field).flatMap((part) => leavesOf(part, withEntries));
  return type.isArray() ? [field, ...parts] : parts;
}

/** Fields of a struct, entries of a list. */
function partsOf({ path, type, value }: RulesField): RulesField[] {
  const typeOf = (key: string): ParamType | undefined =>
    type.isArray() ? type.arrayChildren : type.components?.find(({ name }) => name === key);
  return (typeof value === "object" ? Object.entries(value) : []).flatMap(([key, inner]) => {
    const found = typeOf(key);
    return found === undefined ? [] : [{ path: below(path, key), type: found, value: inner }];
  });
}

const below = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

export interface FieldChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** Fields that differ; lists of another length as a whole. */
export function differences(before: RulesPlain, after: RulesPlain, path = ""): FieldChange[] {
  if (typeof before === "object" && typeof after === "object") {
    const [one, other] = [Object.entries(before), Object.entries(after)];
    if (one.length === other.length)
      return one.flatMap(([key, inner]) =>
        differences(inner, new Map(other).get(key) ?? "", below(path, key)),
      );
  }
  const told = [tell(path, before), tell(path, after)] as const;
  return told[0] === told[1] ? [] : [{ path, before: told[0], after: told[1] }];
}

function tell(path: string, value: Plain): string {
  if (typeof value === "bigint" && AMOUNTS.has(path)) return `${formatIcnt(value)} ICNT`;
  return typeof value === "object" ? listText(value) : String(value);
}

/** As `--set` takes it. */
export const listText = (value: Plain): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner));
