// Rules of the oracle that votes have scheduled for later epochs.
import { logsOf } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import type { Book } from "../calls/book.ts";
import { type RulesPlain, rulesAt } from "./rules.ts";

export interface ScheduledRules {
  readonly fromEpoch: bigint;
  readonly rules: RulesPlain;
}

/**
 * Those that come into force after an epoch, by what was known after a block. An event replaces all before it that would
 * act from its epoch on or later.
 */
export async function scheduledRules(
  session: Session,
  book: Book,
  after: bigint,
  block: number | "latest" = "latest",
): Promise<ScheduledRules[]> {
  const { oracle } = session.contracts;
  const until = block === "latest" ? {} : { to: block };
  const logs = await logsOf(session, oracle, oracle.filters.RulesScheduled(), until);
  const epochs = logs
    .map(({ topics }) => BigInt(topics[2] ?? 0))
    .reduce<bigint[]>((standing, from) => [...standing.filter((one) => one < from), from], []);
  return Promise.all(
    epochs
      .filter((fromEpoch) => fromEpoch > after)
      .map(async (fromEpoch) => ({
        ...{ fromEpoch, rules: await rulesAt(session.contracts, book, fromEpoch, block) },
      })),
  );
}
