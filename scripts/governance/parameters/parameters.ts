// Every parameter that a vote can set, by name: where it stands, which call sets it, in which unit.
import type { Result } from "ethers";
import { CliError } from "../../lib/errors.ts";
import type { ContractName } from "../../lib/manifest.ts";
import type { Watched } from "../../lib/plan.ts";
import type { Book } from "../calls/book.ts";
import { format, UNIT_NAMES, type Unit, type Value } from "./units.ts";

export interface Parameter {
  /** As `--set` takes it. */
  readonly name: string;
  readonly label: string;
  readonly unit: Unit;
  readonly contract: ContractName;
  readonly setter: string;
  /** Arguments of the setter that come before the parameters. */
  readonly fixed: readonly number[];
  /** Of the parameter among the setter's parameters, which are set together. */
  readonly place: number;
  readonly view: {
    readonly method: string;
    readonly args: readonly unknown[];
    readonly read: (returned: Result) => unknown;
  };
}

const first = (returned: Result): unknown => returned.at(0);

const single = (
  name: string,
  label: string,
  unit: Unit,
  [contract, setter, method]: readonly [ContractName, string, string],
): Parameter => ({
  ...{ name, label, unit, contract, setter, fixed: [], place: 0 },
  view: { method, args: [], read: first },
});

/** Base + perUnit · units, so one call with 2^128 units tells both. */
const BOTH = 1n << 128n;

const bondMinimum = (place: 0 | 1, name: string, label: string): Parameter => ({
  ...{ name, label, unit: "icnt", contract: "NodeStaking", setter: "setBondMinimum", fixed: [], place },
  view: {
    method: "minimumBond",
    args: [BOTH],
    read: (returned) => (place === 0 ? BigInt(returned.at(0)) % BOTH : BigInt(returned.at(0)) / BOTH),
  },
});

const PARAMETERS: readonly Parameter[] = [
  single("registry.fee", "fee of a registration", "icnt", ["NodeRegistry", "setFee", "fee"]),
  single("registry.credit-pool", "credit pool, which gets fees and slashed bonds", "address", [
    "NodeRegistry",
    "setCreditPool",
    "creditPool",
  ]),
  single("staking.unbonding-epochs", "unbonding period", "epochs", [
    "NodeStaking",
    "setUnbondingPeriod",
    "unbondingEpochs",
  ]),
  single("staking.slash-cap", "most of a bond that is slashed in an epoch", "ppm", [
    "NodeStaking",
    "setSlashCap",
    "slashCapPpm",
  ]),
  bondMinimum(0, "staking.bond-base", "least bond of a node, before its units"),
  bondMinimum(1, "staking.bond-per-unit", "least bond for each capacity unit"),
  single("committee.bond", "bond that a seat needs", "icnt", [
    "AttesterCommittee",
    "setBondRequired",
    "bondRequired",
  ]),
  single("oracle.veto-window", "veto window of a report", "seconds", [
    "SlaOracle",
    "setVetoWindow",
    "vetoWindow",
  ]),
  single("governor.voting-delay", "time from a proposal to its voting", "seconds", [
    "IcnGovernor",
    "setVotingDelay",
    "votingDelay",
  ]),
  single("governor.voting-period", "time for voting", "seconds", [
    "IcnGovernor",
    "setVotingPeriod",
    "votingPeriod",
  ]),
  single("governor.late-quorum-extension", "voting after a late quorum, at least", "seconds", [
    "IcnGovernor",
    "setLateQuorumVoteExtension",
    "lateQuorumVoteExtension",
  ]),
  single("governor.proposal-threshold", "votes that a proposal needs", "icnt", [
    "IcnGovernor",
    "setProposalThreshold",
    "proposalThreshold",
  ]),
  single("governor.quorum", "quorum, of the supply", "ppm", [
    "IcnGovernor",
    "updateQuorumNumerator",
    "quorumNumerator()",
  ]),
  single("timelock.delay", "least time from queueing to execution", "seconds", [
    "IcnTimelock",
    "updateDelay",
    "getMinDelay",
  ]),
];

const SERVICES = ["storage", "compute", "network"] as const;
const CLASS_CAP = /^registry\.class-caps\.(\d{1,3})\.(storage|compute|network)$/;
const CLASSES = 256;

const classCap = (nodeClass: number, place: number): Parameter => ({
  name: `registry.class-caps.${nodeClass}.${SERVICES[place]}`,
  label: `most ${SERVICES[place]} units of a node of class ${nodeClass}`,
  ...{ unit: "count", contract: "NodeRegistry", setter: "setClassCaps", fixed: [nodeClass], place },
  view: { method: "classCaps", args: [nodeClass], read: (returned) => returned.at(place) },
});

/** Before the path of a field of the oracle's rules. */
export const RULES = "rules.";

const CLASS_CAPS = `registry.class-caps.CLASS.${SERVICES.join("|")}`;

/** For errors. */
export const PARAMETER_NAMES: readonly string[] = [
  ...PARAMETERS.map(({ name }) => name),
  ...[CLASS_CAPS, `${RULES}PATH`],
];

/** For help: name, unit, meaning. */
export const PARAMETER_ROWS: readonly (readonly [name: string, unit: string, meaning: string])[] = [
  ...PARAMETERS.map(({ name, unit, label }) => [name, UNIT_NAMES[unit], label] as const),
  [CLASS_CAPS, UNIT_NAMES.count, "most units of a node of that class"],
  [`${RULES}PATH`, "", "a field of the oracle's rules, named as in contracts/types/Rules.sol"],
];

/** Those of the contracts' single settings and, for each of the classes, its caps. */
export const parametersWith = (classes: readonly number[]): Parameter[] => [
  ...PARAMETERS,
  ...classes.flatMap((nodeClass) => SERVICES.map((_, place) => classCap(nodeClass, place))),
];

export function parameterNamed(name: string): Parameter | undefined {
  const [, digits, service] = CLASS_CAP.exec(name) ?? [];
  if (digits !== undefined && Number(digits) < CLASSES)
    return classCap(Number(digits), SERVICES.map(String).indexOf(service ?? ""));
  return PARAMETERS.find((parameter) => parameter.name === name);
}

/** @throws CliError `unknown-parameter` */
export function requireParameter(name: string): Parameter {
  const parameter = parameterNamed(name);
  if (parameter !== undefined) return parameter;
  const near = namesLike(name);
  throw new CliError(
    `there is no parameter "${name}"`,
    near.length > 0
      ? `did you mean ${near.join(" or ")}? \`icn gov parameters\` shows them all; what has no name: --call`
      : `name one of ${PARAMETER_NAMES.join(", ")}; what has no name: --call`,
    { code: "unknown-parameter" },
  );
}

const BEGINNING_MIN = 3;

/** 2 of the same words, 1 if one begins with the other. */
function likenessOf(word: string, other: string): number {
  if (Math.min(word.length, other.length) < BEGINNING_MIN) return 0;
  if (word === other) return 2;
  return word.startsWith(other) || other.startsWith(word) ? 1 : 0;
}

/** Those that have most of the name's words, such as "veto" and "window". */
function namesLike(name: string): string[] {
  const wordsIn = (text: string) => text.toLowerCase().split(/[^a-z]+/);
  const shared = PARAMETER_NAMES.map((one) => {
    const likeness = wordsIn(name).map((word) =>
      Math.max(...wordsIn(one).map((own) => likenessOf(word, own))),
    );
    return { one, count: likeness.reduce((sum, count) => sum + count, 0) };
  });
  const most = Math.max(...shared.map(({ count }) => count));
  return most === 0 ? [] : shared.filter(({ count }) => count === most).map(({ one }) => one);
}

/** All that one call of a setter sets, in the order of its arguments. */
export function parametersOf(contract: ContractName, setter: string, args: readonly unknown[]): Parameter[] {
  if (contract === "NodeRegistry" && setter === "setClassCaps")
    return SERVICES.map((_, place) => classCap(Number(args[0]), place));
  return PARAMETERS.filter((one) => one.contract === contract && one.setter === setter);
}

/** The parameter as a value of the chain that can be looked at before and after. */
export function watchedParameter(book: Book, { name, label, unit, contract, view }: Parameter): Watched {
  const abi = book.abiOf(contract);
  return {
    ...{ name, label, to: book.addressOf(contract) },
    data: abi.encodeFunctionData(view.method, [...view.args]),
    parse: (returned) => readAs(unit, view.read(abi.decodeFunctionResult(view.method, returned))),
    format: (value) => format(unit, value),
  };
}

const readAs = (unit: Unit, value: unknown): Value =>
  unit === "address" ? String(value) : BigInt(String(value));
