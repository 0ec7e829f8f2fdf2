// The actions that `icn gov propose` is asked for, in the order given, as calls.
import { AbiCoder, getAddress, isAddress, ZeroHash } from "ethers";
import { z } from "zod";
import { applicationIn, seatable } from "../../attester/admission.ts";
import { compiledCodes } from "../../deploy/artifacts.ts";
import { IMPLEMENTATION_SLOT } from "../../deploy/existing.ts";
import type { Session } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import { CONTRACT_NAMES, type ContractName } from "../../lib/manifest.ts";
import { type Parameter, RULES, requireParameter } from "../parameters/parameters.ts";
import { type RulesPlain, readRules, rulesAt, setField } from "../parameters/rules.ts";
import { HOW, tryParse, type Value } from "../parameters/units.ts";
import { operationOf, proposalOf, standingOf } from "../proposals/proposals.ts";
import { builtFrom, isCodeFor } from "../upgrades/build.ts";
import { implementationOf, type Setting } from "./actions.ts";
import { type Book, changingFunctions, UPGRADEABLE, type UpgradeableName } from "./book.ts";
import { callTo, setterCall } from "./calls.ts";
import type { Call } from "./decode.ts";

export type Intent =
  | { readonly kind: "set"; readonly name: string; readonly text: string }
  | { readonly kind: "rules"; readonly file: string }
  | { readonly kind: "upgrade"; readonly contract: string; readonly implementation: string }
  | { readonly kind: "call"; readonly text: string }
  | { readonly kind: "admit"; readonly file: string }
  | { readonly kind: "seat"; readonly ids: readonly number[] }
  | { readonly kind: "renew"; readonly method: "renewVetoes" | "renewPause" }
  | { readonly kind: "cancel-queued"; readonly proposal: bigint };

/** What `scheduleRules` starts from. */
export interface RulesBase {
  /** The first epoch of the rules; what is not named stays as it would be then. */
  readonly fromEpoch: number;
}

/** The calls; what one setter or `scheduleRules` takes together becomes one call, where it is first named. */
export async function callsOf(
  setting: Setting,
  intents: readonly Intent[],
  base: RulesBase,
): Promise<Call[]> {
  const calls: Call[] = [];
  const done = new Set<string>();
  for (const intent of intents) {
    const key = groupOf(intent);
    if (key !== undefined && done.has(key)) continue;
    if (key !== undefined) done.add(key);
    const together = key === undefined ? [intent] : intents.filter((one) => groupOf(one) === key);
    calls.push(await callOfIntent(setting, intent, together, base));
  }
  return calls;
}

export const isAboutRules = (intent: Intent): boolean =>
  intent.kind === "rules" || (intent.kind === "set" && intent.name.startsWith(RULES));

function groupOf(intent: Intent): string | undefined {
  if (isAboutRules(intent)) return RULES;
  if (intent.kind !== "set") return undefined;
  const { contract, setter, fixed } = requireParameter(intent.name);
  return [contract, setter, ...fixed].join(".");
}

async function callOfIntent(
  setting: Setting,
  intent: Intent,
  together: readonly Intent[],
  base: RulesBase,
): Promise<Call> {
  const { session, book } = setting;
  const call: CallBuilder = (contract, method, args) => callTo(book, contract, method, args);
  switch (intent.kind) {
    case "set":
    case "rules":
      return isAboutRules(intent)
        ? call("SlaOracle", "scheduleRules", [await rulesOf(setting, together, base), base.fromEpoch])
        : setCall(setting, together);
    case "upgrade": {
      const contract = requireUpgradeable(intent.contract);
      await requireImplementation(session, book, contract, intent.implementation);
      return call(contract, "upgradeToAndCall", [intent.implementation, "0x"]);
    }
    case "call":
      return parsedCall(book, intent.text, call);
    case "admit": {
      const { owner, signingKey, boxKey, endpoint } = await applicationIn(session, intent.file);
      return call("AttesterCommittee", "admit", [owner, signingKey, boxKey, endpoint]);
    }
    case "seat":
      return call("AttesterCommittee", "setCommittee", [await seatable(session, intent.ids)]);
    case "renew":
      return call("SlaOracle", intent.method, []);
    case "cancel-queued":
      return call("IcnTimelock", "cancel", [await queuedOperation(session, intent.proposal)]);
  }
}

type CallBuilder = (contract: ContractName, method: string, args: readonly unknown[]) => Call;

function setCall({ session, book }: Setting, together: readonly Intent[]): Promise<Call> {
  const given = new Map<string, Value>();
  for (const intent of together) {
    if (intent.kind !== "set") continue;
    if (given.has(intent.name)) throw invalidValue(intent.name, "it is set twice", "set it once");
    given.set(intent.name, asked(requireParameter(intent.name), intent.text));
  }
  const [name = ""] = given.keys();
  return setterCall(session, book, requireParameter(name), given);
}

function asked({ name, unit }: Parameter, text: string): Value {
  const value = tryParse(unit, text);
  if (value === undefined) throw invalidValue(name, `"${text}" is no value of it`, `write ${HOW[unit]}`);
  return value;
}

const invalidValue = (name: string, problem: string, remedy: string): CliError =>
  new CliError(`${name}: ${problem}`, remedy, { code: "value-invalid" });

/** A file first, wherever it is named; single fields on top of it. */
async function rulesOf(
  { session, book }: Setting,
  together: readonly Intent[],
  { fromEpoch }: RulesBase,
): Promise<RulesPlain> {
  const files = together.filter((intent) => intent.kind === "rules");
  if (files.length > 1) throw invalidValue("rules", "--rules is given twice", "name one file");
  const [file] = files;
  let rules = file === undefined ? await rulesAt(session.contracts, book, fromEpoch) : readRules(file.file);
  for (const intent of together)
    if (intent.kind === "set") rules = setField(book, rules, intent.name.slice(RULES.length), intent.text);
  return rules;
}

/** @throws CliError `implementation-unusable` */
export function requireUpgradeable(name: string): UpgradeableName {
  const found = UPGRADEABLE.find((one) => one === name);
  if (found !== undefined) return found;
  throw new CliError(`${name} has no code that a vote can replace`, `name one of ${UPGRADEABLE.join(", ")}`, {
    code: "implementation-unusable",
  });
}

async function requireImplementation(
  session: Session,
  book: Book,
  contract: UpgradeableName,
  implementation: string,
): Promise<void> {
  const unusable = (problem: string) =>
    new CliError(`${implementation} ${problem}`, `make one with \`icn gov implementation ${contract}\``, {
      code: "implementation-unusable",
    });
  if (!isAddress(implementation)) throw unusable("is no address, or one letter of it is in the wrong case");
  const bytes = await session.provider.getCode(implementation);
  if (bytes === "0x") throw unusable("has no code");
  const artifact = builtFrom(compiledCodes(), bytes)?.contractName;
  if (artifact !== undefined && !isCodeFor(contract, artifact))
    throw unusable(`is the code of ${artifact}, which lacks functions of ${contract}`);
  const data = book.abiOf(contract).encodeFunctionData("proxiableUUID");
  const slot = await session.provider.call({ to: implementation, data }).catch(() => ZeroHash);
  if (slot !== IMPLEMENTATION_SLOT) throw unusable("is no implementation for a proxy");
  if ((await implementationOf(session, book.addressOf(contract))) === getAddress(implementation))
    throw unusable(`is the code of ${contract} already`);
}

const CALL = /^(\w+)\.(\w+)\((.*)\)$/s;

/** @throws CliError `call-invalid` */
function parsedCall(book: Book, text: string, call: CallBuilder): Call {
  const [, name = "", method = "", list = ""] = CALL.exec(text) ?? [];
  const invalid = (problem: string, remedy: string, cause?: unknown) =>
    new CliError(`${text}: ${problem}`, remedy, { code: "call-invalid", cause });
  const contract = CONTRACT_NAMES.find((one) => one === name);
  if (contract === undefined)
    throw invalid(
      "it does not begin with a contract of the deployment",
      `write CONTRACT.function(arguments as JSON), with one of ${CONTRACT_NAMES.join(", ")}`,
    );
  const functions = changingFunctions(book.abiOf(contract));
  const found = functions.filter((one) => one.name === method);
  if (found.length === 0)
    throw invalid(
      `${contract} has no such function that changes something`,
      `it has ${functions.map((one) => one.name).join(", ")}`,
    );
  const args = jsonList(list);
  const shape = found.find(({ inputs }) => inputs.length === args?.length) ?? found[0];
  const how = `write ${contract}.${method}(${shape?.inputs.map((input) => `${input.type} ${input.name}`).join(", ")}), each argument as JSON: whole numbers beyond 2^53 and all bytes in quotes`;
  if (args === undefined) throw invalid("its arguments are no JSON", how);
  try {
    AbiCoder.defaultAbiCoder().encode([...(shape?.inputs ?? [])], args);
    return call(contract, shape?.format("sighash") ?? method, args);
  } catch (cause) {
    throw invalid("the arguments do not fit", how, cause);
  }
}

const list = z.array(z.json());

function jsonList(text: string): unknown[] | undefined {
  try {
    return list.parse(JSON.parse(`[${text}]`));
  } catch {
    return undefined;
  }
}

async function queuedOperation(session: Session, wanted: bigint): Promise<string> {
  const proposal = await proposalOf(session, wanted);
  const { state } = await standingOf(session, proposal);
  if (state === "queued") return operationOf(session, proposal);
  throw new CliError(
    `proposal ${proposal.number} is ${state}, not queued: there is nothing to cancel`,
    "a proposal that is still voted on is stopped by voting against it",
    { code: "not-queued" },
  );
}
