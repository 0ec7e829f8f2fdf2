// A schedule month by month: what vested, what was released, what is coming.
import { EventLog } from "ethers";
import { MONTH } from "../../oracle/domain/emission.ts";
import { logsOf } from "../holder/logs.ts";
import type { Session } from "../lib/command.ts";
import { endOf, type Schedule, type Tables, vestedDown } from "./schedule.ts";

export interface Release {
  /** Unix seconds. */
  readonly at: number;
  readonly amount: bigint;
}

export interface ReleaseMonth {
  /** Counted from the schedule's start; month 0 is the start itself, with what is free then. */
  readonly month: number;
  /** Unix seconds. */
  readonly endsAt: number;
  readonly vestedWei: bigint;
  /** Released within the month. */
  readonly releasedWei: bigint;
  /** Vested by its end (or by now, within the running month) and not released by then. */
  readonly releasableWei: bigint;
  readonly coming: boolean;
}

/** First Unix time at which there is something to release, `at` if there is now; undefined if nothing will come. */
export function nextReleaseOf(schedule: Schedule, tables: Tables, at: number): number | undefined {
  const isDue = (time: number) => vestedDown(schedule, tables, time) > schedule.released;
  if (isDue(at)) return at;
  let [low, high] = [at, endOf(schedule)];
  if (!isDue(high)) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isDue(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What was released so far, in chain order. */
export async function pastReleases(session: Session, scheduleId: number): Promise<Release[]> {
  const { vault } = session.contracts;
  const logs = await logsOf(session, vault, vault.filters.Released(scheduleId));
  return Promise.all(
    logs
      .filter((log) => log instanceof EventLog)
      .map(async (log) => ({
        at: (await session.provider.getBlock(log.blockNumber))?.timestamp ?? 0,
        amount: BigInt(log.args["amount"]),
      })),
  );
}

/** A row per month from the start to the end of a schedule; later releases count in the last month. */
export function releaseMonths(
  schedule: Schedule,
  tables: Tables,
  releases: readonly Release[],
  now: number,
): ReleaseMonth[] {
  const { start } = schedule.terms;
  const months = Math.max(0, Math.ceil((endOf(schedule) - start) / MONTH));
  const rows: ReleaseMonth[] = [];
  let vestedBefore = 0n;
  for (let month = 0; month <= months; month++) {
    const [beginsAt, endsAt] = [start + (month - 1) * MONTH, start + month * MONTH];
    const isIn = ({ at }: Release) => (month === 0 || at > beginsAt) && (month === months || at <= endsAt);
    const vested = vestedDown(schedule, tables, endsAt);
    const coming = beginsAt >= now;
    const until = coming ? endsAt : Math.min(now, endsAt);
    const releasedBy = sum(releases.filter(({ at }) => at <= until || month === months));
    const vestedBy = vestedDown(schedule, tables, month === months && !coming ? now : until);
    rows.push({
      ...{ month, endsAt, coming, vestedWei: vested - vestedBefore },
      releasedWei: sum(releases.filter(isIn)),
      releasableWei: vestedBy - releasedBy,
    });
    vestedBefore = vested;
  }
  return rows;
}

const sum = (releases: readonly Release[]): bigint =>
  releases.reduce((total, { amount }) => total + amount, 0n);
