// What the calls of a vote would do, by the chain's own word: as the timelock makes them, one after the other.
import { keccak256, toBeHex, zeroPadValue } from "ethers";
import type { Session } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import type { Plan } from "../../lib/plan.ts";
import { type Change, type Circumstances, simulate } from "../../lib/simulate.ts";
import { type Action, codeOf } from "./actions.ts";
import { bookOf } from "./book.ts";
import type { Call } from "./decode.ts";
import { hiddenAmong, type Seen, type Upgrade, upgradesIn } from "./upgrades.ts";

/** A value before and after, in words and as the chain has it. */
export interface ActionChange {
  readonly name: string;
  readonly label: string;
  readonly before: bigint | number | string | boolean;
  /** Null where the chain cannot tell. */
  readonly after: bigint | number | string | boolean | null;
  readonly words: readonly [before: string, after: string];
}

export interface ActionOutcome {
  readonly action: Action;
  readonly changes: readonly ActionChange[];
  /** Upgrades that happen though nothing in the call says so. */
  readonly hidden: readonly Upgrade[];
  readonly events: number | undefined;
}

export interface Outlook {
  readonly outcomes: readonly ActionOutcome[];
  /** Why the chain could not tell what the calls would do. */
  readonly unsimulated?: string;
  /** What to know about the changes of calls that were carried out. */
  readonly remark?: string;
}

/**
 * @param at Unix seconds of the first call.
 * @throws CliError naming the first call that would fail, and why.
 */
export async function outlookOf(session: Session, actions: readonly Action[], at: number): Promise<Outlook> {
  const { provider, manifest } = session;
  const plan: Plan = {
    steps: actions.map(({ words, target, data }) => ({ what: words, to: target, data })),
    watched: actions.flatMap(({ watched }) => watched),
  };
  const timelock = manifest.contracts.IcnTimelock.address;
  const storage = expectedCalls(manifest.contracts.IcnGovernor.address, actions);
  const outcome = await simulate(provider, timelock, plan, { at, ...storage });
  let next = 0;
  const outcomes = actions.map(async (action, place) => {
    const seen = outcome.changes.slice(next, next + action.watched.length);
    next += action.watched.length;
    const events = outcome.events[place];
    const upgrades = upgradesIn(bookOf(manifest), events ?? []);
    return {
      ...{ action, events: events?.length, hidden: await hiddenAmong(session, action, upgrades) },
      changes: [...seen.map(changeOf), ...toldOf(action, upgrades)],
    };
  });
  return {
    outcomes: await Promise.all(outcomes),
    ...(outcome.unsimulated === undefined ? {} : { unsimulated: outcome.unsimulated }),
  };
}

/** Place of Governor._governanceCall, a queue: its two ends in one slot, the hashes mapped from the next one. */
export const QUEUE_SLOT = 5n;

/**
 * The Governor takes its own settings from the timelock only while it carries a proposal out: it then has the hashes of
 * the calls in a queue, which whoever tries them fills as `execute` would.
 */
export function expectedCalls(governor: string, calls: readonly Call[]): Pick<Circumstances, "storage"> {
  const own = calls.filter(({ target }) => target.toLowerCase() === governor);
  if (own.length === 0) return {};
  const word = (value: bigint | number): string => toBeHex(value, 32);
  const items = own.map(({ data }, place) => [
    keccak256(word(place) + word(QUEUE_SLOT + 1n).slice(2)),
    keccak256(data),
  ]);
  const ends = zeroPadValue(toBeHex(BigInt(own.length) << 128n), 32);
  return { storage: { [governor]: { [word(QUEUE_SLOT)]: ends, ...Object.fromEntries(items) } } };
}

export function changeOf({ watched, before, after }: Change): ActionChange {
  const { name, label, format } = watched;
  const words = [format(before), after === undefined ? "unknown" : format(after)] as const;
  return { name, label, before, after: after ?? null, words };
}

/** Of code the chain's word counts, not the call's: a call that an upgrade makes may bring yet other code. */
function toldOf({ told }: Action, upgrades: readonly Seen[]): ActionChange[] {
  const last = new Map(upgrades.map(({ contract, implementation }) => [codeOf(contract), implementation]));
  return told.map(({ name, label, before, after: said }) => {
    const after = last.get(name) ?? said;
    return { name, label, before, after, words: [before, after] as const };
  });
}

/** @throws CliError `nothing-to-change`, `no-effect`: a call that would leave all as it is is a mistake. */
export function requireEffect({ outcomes, unsimulated }: Outlook): void {
  for (const { action, changes, events } of outcomes) {
    if (action.compared && unsimulated === undefined && !changes.some(isChange))
      throw new CliError(
        `nothing was sent: ${action.words} would change nothing${nowOf(changes)}`,
        "leave it out, or name another value",
        { code: "nothing-to-change" },
      );
    if (events === 0)
      throw new CliError(
        `nothing was sent: ${action.words} would leave no trace: it emits no event`,
        "leave it out, or name a call that changes something",
        { code: "no-effect" },
      );
  }
}

const isChange = ({ before, after }: ActionChange): boolean => before !== after;

const nowOf = (changes: readonly ActionChange[]): string =>
  changes.length === 0
    ? ""
    : `: ${changes.map(({ label, words: [before] }) => `${label} is ${before}`).join(", ")}`;
