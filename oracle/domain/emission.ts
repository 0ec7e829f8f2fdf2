import type { EpochClock } from "./epochs.ts";

/** 365.25 d / 12 in seconds: 60 months are 5 years. */
export const MONTH = 2_629_800;
const PPM = 1_000_000n;

/** The fixed release of the node rewards. */
export interface EmissionSchedule {
  /** Wei released in all. */
  readonly total: bigint;
  /** Of each month from epochZero on; they sum to 10^6. */
  readonly monthlySharesPpm: readonly number[];
}

/**
 * Wei that may have left the reserve by a Unix time in seconds:
 * ⌊total · (Σ shares of whole months · MONTH + share of this month · seconds into it) / (10^6 · MONTH)⌋.
 */
export function cumulativeEmission(schedule: EmissionSchedule, epochZero: number, timestamp: number): bigint {
  if (timestamp <= epochZero) return 0n;
  const elapsed = timestamp - epochZero;
  const month = Math.floor(elapsed / MONTH);
  const shares = schedule.monthlySharesPpm;
  const whole = shares.slice(0, month).reduce((sum, share) => sum + share, 0);
  const weighted = BigInt(whole) * BigInt(MONTH) + BigInt(shares[month] ?? 0) * BigInt(elapsed % MONTH);
  return (schedule.total * weighted) / (PPM * BigInt(MONTH));
}

/** Wei released within an epoch. */
export function emissionOf(schedule: EmissionSchedule, clock: EpochClock, epoch: number): bigint {
  const { epochZero } = clock;
  return (
    cumulativeEmission(schedule, epochZero, clock.endAt(epoch)) -
    cumulativeEmission(schedule, epochZero, clock.startAt(epoch))
  );
}
