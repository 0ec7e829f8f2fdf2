// What a call of a vote means: in words, and which values of the chain it changes.
import { getAddress, ZeroHash } from "ethers";
import type { EpochClock } from "../../../oracle/domain/epochs.ts";
import { IMPLEMENTATION_SLOT } from "../../deploy/existing.ts";
import { watchedCount, watchedFlag } from "../../holder/watched.ts";
import type { Session } from "../../lib/command.ts";
import type { ContractName } from "../../lib/manifest.ts";
import type { Watched } from "../../lib/plan.ts";
import { calendarAt } from "../../node/calendar.ts";
import { parametersOf, watchedParameter } from "../parameters/parameters.ts";
import { differences, hashOfRules, rulesAt } from "../parameters/rules.ts";
import { operationOf, readProposals, titleOf } from "../proposals/proposals.ts";
import { type Build, buildOf } from "../upgrades/build.ts";
import { type Book, bookOf } from "./book.ts";
import { carriedBy } from "./carried.ts";
import { type Call, type DecodedCall, decodeCall, type Plain } from "./decode.ts";

/** A value that is told by the call alone, beside what is watched. */
export interface Told {
  readonly name: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export interface Action extends DecodedCall {
  readonly watched: readonly Watched[];
  readonly told: readonly Told[];
  /** Whether watched and told say all that it changes, so that a call with none of them changes nothing. */
  readonly compared: boolean;
  /** Of an upgrade: whose code it brings. */
  readonly build: Build | undefined;
  /** What a call does that it hands on. */
  readonly carried: readonly Action[];
  /** How many calls inside of it were not looked at: they are too many, or lie too deep. */
  readonly unread: number;
}

export interface Setting {
  readonly session: Session;
  readonly book: Book;
  readonly clock: EpochClock;
  /** Unix seconds at which the calls are or would be carried out at the earliest. */
  readonly at: number;
}

export const settingOf = (session: Session, clock: EpochClock, at: number): Setting => ({
  ...{ session, clock, at },
  book: bookOf(session.manifest),
});

/** Of calls inside of a call; more are for who wants to hide something. */
const DEPTH_MAX = 3;
const CARRIED_MAX = 32;

export const readActions = (setting: Setting, calls: readonly Call[], depth = 0): Promise<Action[]> =>
  Promise.all(calls.map((call) => readAction(setting, call, depth)));

async function readAction(setting: Setting, call: Call, depth: number): Promise<Action> {
  const decoded = decodeCall(setting.book, call);
  const { method } = decoded;
  const inside = carriedBy(decoded);
  const read = depth < DEPTH_MAX ? inside.slice(0, CARRIED_MAX) : [];
  const carried = await readActions(setting, read, depth + 1);
  const bare = {
    ...{ ...decoded, carried, compared: false, build: undefined, unread: inside.length - carried.length },
    watched: carried.flatMap((inner) => inner.watched),
    told: carried.flatMap((inner) => inner.told),
  };
  if (method === "upgradeToAndCall") return withCode(setting, bare);
  return inside.length > 0 ? bare : withEffect(setting, bare);
}

/** What a call that hands on no other changes. */
async function withEffect(setting: Setting, bare: Action): Promise<Action> {
  const { contract, method, args } = bare;
  if (contract === undefined || method === undefined) return bare;
  const values = args.map(({ value }) => value);
  const parameters = parametersOf(contract, method, values);
  if (parameters.length > 0)
    return {
      ...bare,
      watched: parameters.map((parameter) => watchedParameter(setting.book, parameter)),
      compared: true,
    };
  const { committee, oracle } = setting.session.contracts;
  switch (`${contract}.${method}`) {
    case "SlaOracle.scheduleRules":
      return withRules(setting, bare, values);
    case "AttesterCommittee.admit":
      return {
        ...bare,
        watched: [
          await watchedCount({ name: "attesterCount", label: "attesters" }, committee, "attesterCount", []),
        ],
      };
    case "AttesterCommittee.setCommittee":
      return { ...bare, watched: await committeeOf(setting) };
    case "IcnTimelock.cancel":
      return { ...bare, told: await cancelledBy(setting, String(values[0])) };
    case "SlaOracle.renewVetoes": {
      const names = { name: "oracle.vetoesLeft", label: "vetoes left to the guardian" };
      return { ...bare, watched: [await watchedCount(names, oracle, "vetoesLeft", [])], compared: true };
    }
    case "SlaOracle.renewPause": {
      const names = { name: "oracle.pauseLeft", label: "guardian may pause" };
      return { ...bare, watched: [await watchedFlag(names, oracle, "pauseLeft", [])], compared: true };
    }
    default:
      return bare;
  }
}

async function withRules(
  { session, book }: Setting,
  action: Action,
  [rules = "", from = 0n]: readonly Plain[],
): Promise<Action> {
  const otherwise = await rulesAt(session.contracts, book, Number(from));
  const told = differences(otherwise, rules).map(({ path, before, after }) => ({
    ...{ name: `rules.${path}`, label: `rules: ${path}, from epoch ${from} on`, before, after },
  }));
  const hash = hashOfRules(book, rules);
  const words = `SlaOracle.scheduleRules(rules: ${hash}, effectiveFrom: ${from})`;
  return { ...action, words, told, compared: true };
}

/** An operation is a hash: whose it is the proposals tell. */
async function cancelledBy({ session }: Setting, operation: string): Promise<Told[]> {
  const proposals = await readProposals(session);
  const operations = await Promise.all(proposals.map((proposal) => operationOf(session, proposal)));
  return proposals
    .filter((_, place) => operations[place] === operation)
    .map((proposal) => ({
      name: `proposal.${proposal.number}`,
      label: `proposal ${proposal.number}, "${titleOf(proposal)}"`,
      ...{ before: "queued", after: "canceled" },
    }));
}

/** The implementation is no view's answer, so what the proxy's slot holds is told. */
async function withCode({ session, book }: Setting, action: Action): Promise<Action> {
  const { contract, args } = action;
  if (contract === undefined) return action;
  const before = await implementationOf(session, book.addressOf(contract));
  const after = String(args[0]?.value);
  const told = { name: codeOf(contract), label: `code of ${contract}`, before, after };
  const build = await buildOf(session, contract, { present: before, next: after });
  return { ...action, told: [told, ...action.told], compared: true, build };
}

/** Of a told value: which code a proxy runs. */
export const codeOf = (contract: ContractName): string => `code.${contract}`;

export async function implementationOf({ provider }: Session, proxy: string): Promise<string> {
  const slot = await provider.getStorage(proxy, IMPLEMENTATION_SLOT);
  return slot === ZeroHash ? "none" : getAddress(`0x${slot.slice(-40)}`);
}

/** The committee of the epoch after the one in which the call is made; before the first the view reverts. */
async function committeeOf({ session, book, clock, at }: Setting): Promise<Watched[]> {
  const { upcoming } = calendarAt(clock, at);
  const abi = book.abiOf("AttesterCommittee");
  const data = abi.encodeFunctionData("committeeAt", [upcoming]);
  const to = book.addressOf("AttesterCommittee");
  const seated = await session.provider.call({ to, data }).then(
    () => true,
    () => false,
  );
  const watched: Watched = {
    ...{ name: "committee", label: `committee of epoch ${upcoming}`, to, data },
    parse: (returned) =>
      [...(abi.decodeFunctionResult("committeeAt", returned).at(1) as Iterable<{ attesterId: bigint }>)]
        .map(({ attesterId }) => attesterId)
        .join(", "),
    format: String,
  };
  return seated ? [watched] : [];
}
