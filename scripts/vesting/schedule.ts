// Vesting schedules and what they vest, by the vault's formula.
import { MONTH } from "../../oracle/domain/emission.ts";

export const MONTHS_MAX = 60;
export const DURATION_MAX = MONTHS_MAX * MONTH;
const PPM = 1_000_000n;

/** When a schedule vests; times in seconds, as IVestingVault.Terms. */
export interface Terms {
  readonly start: number;
  readonly cliff: number;
  readonly duration: number;
  /** 0: linear. */
  readonly tableId: number;
  /** The zero address: nobody may revoke. */
  readonly revoker: string;
}

export interface Grant {
  readonly beneficiary: string;
  /** Wei. */
  readonly total: bigint;
  readonly initial: bigint;
  readonly terms: Terms;
}

export interface Schedule extends Grant {
  readonly scheduleId: number;
  readonly released: bigint;
  /** Unix seconds; 0 while not revoked. */
  readonly revokedAt: number;
}

/** Cumulative shares in ppm at the end of each month. */
export type ShareTable = readonly number[];

/** The tables that schedules refer to, by their id. */
export type Tables = ReadonlyMap<number, ShareTable>;

/**
 * Wei vested by a Unix time: 0 before the start, `initial` until start + cliff, then initial +
 * ⌊(total − initial) · share of the rest⌋, everything from start + duration on. Nothing more after a revocation.
 */
export function vestedDown(
  schedule: Grant & { readonly revokedAt?: number },
  tables: Tables,
  timestamp: number,
): bigint {
  const { total, initial, terms, revokedAt = 0 } = schedule;
  const elapsed = (revokedAt > 0 ? Math.min(revokedAt, timestamp) : timestamp) - terms.start;
  if (elapsed < 0) return 0n;
  if (elapsed >= terms.duration) return total;
  if (elapsed < terms.cliff) return initial;
  const rest = total - initial;
  if (terms.tableId === 0) return initial + (rest * BigInt(elapsed)) / BigInt(terms.duration);
  return initial + (rest * ppmSecondsOf(tables.get(terms.tableId) ?? [], elapsed)) / (PPM * BigInt(MONTH));
}

/** Share that has vested after `elapsed` seconds, in ppm · seconds of a month; linear within a month. */
function ppmSecondsOf(table: ShareTable, elapsed: number): bigint {
  const month = Math.floor(elapsed / MONTH);
  const passed = table[month - 1] ?? 0;
  const running = (table[month] ?? passed) - passed;
  return BigInt(passed) * BigInt(MONTH) + BigInt(running) * BigInt(elapsed % MONTH);
}

/** Unix seconds after which a schedule vests no more. */
export const endOf = ({ terms, revokedAt }: Schedule): number =>
  revokedAt > 0 ? Math.min(revokedAt, terms.start + terms.duration) : terms.start + terms.duration;
