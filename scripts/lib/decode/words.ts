// The form in which contract errors are told: templates with the error's own values.
import { type ErrorDescription, type ErrorFragment, type Interface, toUtf8String } from "ethers";
import { NODE_STATUSES } from "../../../oracle/domain/types.ts";
import { formatIcnt, formatPpm } from "../amounts.ts";
import { formatDuration } from "../durations.ts";

/** What is wrong and what to do, by the error's name; "{bond:icnt}" is replaced by the error's value of that name. */
export type Words = Readonly<Record<string, readonly [message: string, remedy: string]>>;

/** The errors of one contract. */
export interface ErrorModule {
  readonly name: string;
  readonly errors: Interface;
  /** What holders, operators and attesters can meet. */
  readonly words: Words;
  /** What only votes, deployments, reports and our own mistakes can meet. */
  readonly rare: Words;
}

/** IGovernor.ProposalState, in its order. */
export const PROPOSAL_STATES = [
  "pending",
  "active",
  "canceled",
  "defeated",
  "succeeded",
  "queued",
  "expired",
  "executed",
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

const SERVICE_NAMES = new Map([
  [1n, "storage"],
  [2n, "compute"],
  [4n, "network"],
]);

const FORMATS: Readonly<Record<string, (value: unknown) => string>> = {
  plain: String,
  icnt: (value) => formatIcnt(BigInt(String(value))),
  ppm: (value) => formatPpm(BigInt(String(value))),
  time: (value) => new Date(Number(value) * 1_000).toISOString().replace(".000Z", " UTC").replace("T", " "),
  duration: (value) => formatDuration(BigInt(String(value))),
  state: (value) => PROPOSAL_STATES[Number(value)] ?? `in state ${value}`,
  status: (value) => NODE_STATUSES[Number(value)] ?? `status ${value}`,
  service: (value) => SERVICE_NAMES.get(BigInt(String(value))) ?? `service ${value}`,
  text: (value) => {
    try {
      return toUtf8String(String(value));
    } catch {
      return String(value);
    }
  },
};

const PLACE = /\{(\w+)(?::(\w+))?\}/g;

export const fill = (template: string, args: ErrorDescription["args"]): string =>
  template.replace(PLACE, (_, name: string, format = "plain") =>
    (FORMATS[format] ?? String)(args.getValue(name)),
  );

/** For documentation: the values by their names. */
export const unfilled = (template: string): string => template.replace(PLACE, "‹$1›");

/** Places of a template that the error has no value for, or that name no format. */
export const misplaced = (template: string, { inputs }: ErrorFragment): string[] =>
  [...template.matchAll(PLACE)]
    .filter(
      ([, name, format = "plain"]) => !inputs.some((input) => input.name === name) || !(format in FORMATS),
    )
    .map(([place]) => place);

/** "BondTooLow" → "bond-too-low", "ERC20InvalidSender" → "erc20-invalid-sender". */
export const codeOf = (errorName: string): string =>
  errorName
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
