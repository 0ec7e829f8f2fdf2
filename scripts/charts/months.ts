// An amount that grows over time, month by month.
import { MONTH } from "../../oracle/domain/emission.ts";
import type { Series } from "./chart.ts";

export interface MonthRow {
  /** 0 is the beginning, with what is free then. */
  readonly month: number;
  /** Unix seconds; null where no chain says when it begins. */
  readonly endsAt: number | null;
  /** Of this month alone. */
  readonly releasedWei: bigint;
  readonly cumulativeWei: bigint;
}

/** @param cumulativeAt Wei by a number of seconds after the beginning. */
export function monthRows(
  months: number,
  beginsAt: number | null,
  cumulativeAt: (elapsed: number) => bigint,
): MonthRow[] {
  const rows: MonthRow[] = [];
  for (let month = 0; month <= months; month++) {
    const cumulativeWei = cumulativeAt(month * MONTH);
    rows.push({
      month,
      endsAt: beginsAt === null ? null : beginsAt + month * MONTH,
      releasedWei: cumulativeWei - (rows.at(-1)?.cumulativeWei ?? 0n),
      cumulativeWei,
    });
  }
  return rows;
}

export const cumulativeSeries = (name: string, rows: readonly MonthRow[]): Series => ({
  name,
  points: rows.map(({ month, cumulativeWei }) => ({ month, wei: cumulativeWei })),
});

/** Without month 0, whose share is freed at a moment and not in a month. */
export const monthlySeries = (name: string, rows: readonly MonthRow[]): Series => ({
  name,
  points: rows.slice(1).map(({ month, releasedWei }) => ({ month, wei: releasedWei })),
});
