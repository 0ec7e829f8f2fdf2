// What the calls of a vote did, by the state around the block in which they were carried out and by what they emitted.
import { id } from "ethers";
import { logsOf } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import type { Watched } from "../../lib/plan.ts";
import { type Emitted, readAt } from "../../lib/simulate.ts";
import { type Action, CODE, codeOf } from "./actions.ts";
import { bookOf } from "./book.ts";
import { type ActionChange, type ActionOutcome, changeOf, type Outlook } from "./outcome.ts";
import { hiddenAmong, type Seen, upgradesIn } from "./upgrades.ts";

export interface Execution {
  /** Of the timelock. */
  readonly operation: string;
  readonly block: number;
  readonly transaction: string;
  /** Whether the JSON-RPC still knew the state before it when the actions were read. */
  readonly isKnown: boolean;
}

/** Nothing of what the JSON-RPC no longer knows. */
export async function historyOf(
  session: Session,
  actions: readonly Action[],
  execution: Execution,
): Promise<Outlook> {
  const receipt = await session.provider.getTransactionReceipt(execution.transaction).catch(() => null);
  const timelock = session.manifest.contracts.IcnTimelock.address;
  const emitted = receipt === null ? [] : emittedBy(timelock, execution.operation, receipt.logs);
  const book = bookOf(session.manifest);
  const upgrades = actions.map((_, place) => upgradesIn(book, emitted[place] ?? []));
  const isKnown = execution.isKnown && receipt !== null;
  const told = isKnown ? toldBy(actions, upgrades) : [];
  const outcomes = actions.map(async (action, place) => {
    const watched = await Promise.all(action.watched.map((one) => seenAround(session, one, execution.block)));
    return {
      ...{ action, events: undefined, hidden: await hiddenAmong(session, action, upgrades[place] ?? []) },
      ...{ changes: [...watched.flat(), ...(told[place] ?? [])], isWhole: watched.every(isSeen) },
    };
  });
  const known = await Promise.all(outcomes);
  const isWhole = isKnown && known.every((one) => one.isWhole);
  const remarks = await remarksOn(session, known, execution, isWhole);
  return { outcomes: known, ...(remarks.length === 0 ? {} : { remark: remarks.join("\n") }) };
}

const isSeen = ({ length }: readonly ActionChange[]): boolean => length > 0;

/** The value before and after a block; nothing if the JSON-RPC no longer knows them. */
async function seenAround(
  { provider }: Session,
  watched: Watched,
  block: number,
): Promise<readonly ActionChange[]> {
  const both = [block - 1, block].map((number) => readAt(provider, watched, number));
  const [before, after] = await Promise.all(both).catch(() => []);
  return before === undefined || after === undefined ? [] : [changeOf({ watched, before, after })];
}

const CALL_EXECUTED = id("CallExecuted(bytes32,uint256,address,uint256,bytes)");

/** Of each call of an operation: the timelock tells of a call when it has made it. */
export function emittedBy(timelock: string, operation: string, logs: readonly Emitted[]): Emitted[][] {
  const emitted: Emitted[][] = [];
  let from = 0;
  for (const [place, { address: by, topics }] of logs.entries()) {
    if (by.toLowerCase() !== timelock || topics[0] !== CALL_EXECUTED) continue;
    const isOwn = topics[1] === operation;
    if (isOwn) emitted[Number(topics[2])] = logs.slice(from, place);
    // Another operation's before the first call was carried out before; one amid the calls, by them.
    if (isOwn || emitted.length === 0) from = place + 1;
  }
  return emitted;
}

/** Code is told where it was replaced, from what the call before left: a call may only have announced it. */
function toldBy(
  actions: readonly Action[],
  upgrades: readonly (readonly Seen[])[],
): (readonly ActionChange[])[] {
  const codes = new Map<string, string>();
  return actions.map(({ told }, place) => {
    const last = new Map(
      upgrades[place]?.map(({ contract, implementation }) => [codeOf(contract), implementation]),
    );
    const changes = told.flatMap(({ name, label, before: first, after: said }) => {
      const [before, after] = [codes.get(name) ?? first, last.get(name) ?? said];
      const isDone = last.has(name) || !name.startsWith(CODE);
      return isDone ? [{ name, label, before, after, words: [before, after] as const }] : [];
    });
    for (const [name, implementation] of last) codes.set(name, implementation);
    return changes;
  });
}

/** What is missing from the changes, or mixed into them. */
async function remarksOn(
  session: Session,
  outcomes: readonly ActionOutcome[],
  { block, operation }: Execution,
  isWhole: boolean,
): Promise<string[]> {
  const { timelock } = session.contracts;
  const carriedOut = await logsOf(session, timelock, timelock.filters.CallExecuted(), {
    from: block,
    to: block,
  });
  const isAlone = carriedOut.every(({ topics }) => topics[1] === operation);
  return [
    ...(outcomes.some(({ action }) => action.watched.length > 0)
      ? [`Values are those before and after block ${block}.`]
      : []),
    ...(isWhole ? [] : ["The JSON-RPC no longer knows all about it: not all that changed is shown."]),
    ...(isAlone
      ? []
      : [
          "Another proposal was carried out in the same block: what changed is what both did, and upgrades may be missing.",
        ]),
  ];
}
