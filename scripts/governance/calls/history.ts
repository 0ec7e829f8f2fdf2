// What the calls of a vote did, by the state around the block in which they were carried out and by what they emitted.
import type { Session } from "../../lib/command.ts";
import type { Watched } from "../../lib/plan.ts";
import { badAnswer, readAt } from "../../lib/simulate.ts";
import type { Action } from "./actions.ts";
import { bookOf } from "./book.ts";
import { type ActionChange, type ActionOutcome, changeOf, type Outlook, toldOf } from "./outcome.ts";
import { namedIn, type Seen, upgradesIn } from "./upgrades.ts";

export interface Execution {
  readonly block: number;
  readonly transaction: string;
  /** Whether no other proposal was carried out in that block. */
  readonly alone: boolean;
  /** Whether the JSON-RPC still knew the state before it when the actions were read. */
  readonly isKnown: boolean;
}

/** Nothing of a value that the JSON-RPC no longer knows. */
export async function historyOf(
  session: Session,
  actions: readonly Action[],
  execution: Execution,
): Promise<Outlook> {
  const { block, transaction, isKnown } = execution;
  const receipt = await session.provider.getTransactionReceipt(transaction);
  if (receipt === null) throw badAnswer(`the chain has no transaction ${transaction}`);
  const upgrades = upgradesIn(bookOf(session.manifest), receipt.logs);
  const seen = async (watched: Watched): Promise<ActionChange[]> => {
    const both = [block - 1, block].map((number) => readAt(session.provider, watched, number));
    const [before, after] = await Promise.all(both).catch(() => []);
    return before === undefined || after === undefined ? [] : [changeOf({ watched, before, after })];
  };
  const outcomes = actions.map(async (action) => {
    const watched = (await Promise.all(action.watched.map(seen))).flat();
    const changes = [...watched, ...(isKnown ? toldOf(action, upgrades) : [])];
    return { action, events: undefined, hidden: [], changes };
  });
  const known = await Promise.all(outcomes);
  const remarks = remarksOn(known, execution, upgrades);
  return { outcomes: known, ...(remarks.length === 0 ? {} : { remark: remarks.join("\n") }) };
}

/** What is missing from the changes, or mixed into them. */
function remarksOn(
  outcomes: readonly ActionOutcome[],
  { alone, isKnown }: Execution,
  upgrades: readonly Seen[],
): string[] {
  const isWhole = outcomes.every(({ action, changes }) => changes.length >= action.watched.length);
  const named = new Set(outcomes.flatMap(({ action }) => [...namedIn(action)]));
  const hidden = upgrades.filter(
    ({ contract, implementation }) => !named.has(`${contract} ${implementation}`),
  );
  return [
    ...hidden.map(
      ({ contract, implementation }) =>
        `IT UPGRADED ${contract} TO ${implementation}, WHICH NONE OF ITS CALLS SAYS.`,
    ),
    ...(isWhole && isKnown
      ? []
      : ["The JSON-RPC no longer knows the state around it: not all that changed is shown."]),
    ...(alone ? [] : ["Another proposal was carried out in the same block: what changed is what both did."]),
  ];
}
