// What a call of a vote means: in words, and which values of the chain it changes.
import { getAddress, ZeroHash } from "ethers";
import type { EpochClock } from "../../../oracle/domain/epochs.ts";
import { IMPLEMENTATION_SLOT } from "../../deploy/existing.ts";
import type { Session } from "../../lib/command.ts";
import type { ContractName } from "../../lib/manifest.ts";
import type { Watched } from "../../lib/plan.ts";
import { type Build, buildOf } from "../upgrades/build.ts";
import { type Book, bookOf } from "./book.ts";
import { carriedBy } from "./carried.ts";
import { type Call, type DecodedCall, decodeCall } from "./decode.ts";
import { effectOf } from "./effects.ts";

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
  /** Whose state is the one before the calls. */
  readonly block: number | "latest";
}

export const settingOf = (session: Session, clock: EpochClock, at: number): Setting => ({
  ...{ session, clock, at, block: "latest" },
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
  return inside.length > 0 ? bare : { ...bare, ...(await effectOf(setting, decoded)) };
}

/** The implementation is no view's answer, so what the proxy's slot holds is told. */
async function withCode({ session, book, block }: Setting, action: Action): Promise<Action> {
  const { contract, args } = action;
  if (contract === undefined) return action;
  const proxy = book.addressOf(contract);
  const [present, before] = await Promise.all([
    implementationOf(session, proxy),
    implementationOf(session, proxy, block),
  ]);
  const after = String(args[0]?.value);
  const told = { name: codeOf(contract), label: `code of ${contract}`, before, after };
  const build = await buildOf(session, contract, { present, next: after });
  return { ...action, told: [told, ...action.told], compared: true, build };
}

/** Before the name of a contract, a told value: which code it runs. */
export const CODE = "code.";
export const codeOf = (contract: ContractName): string => `${CODE}${contract}`;

export async function implementationOf(
  { provider }: Session,
  proxy: string,
  block: number | "latest" = "latest",
): Promise<string> {
  const slot = await provider.getStorage(proxy, IMPLEMENTATION_SLOT, block);
  return slot === ZeroHash ? "none" : getAddress(`0x${slot.slice(-40)}`);
}
