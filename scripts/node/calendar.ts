// Where the chain stands in the protocol's calendar.
import { EpochClock } from "../../oracle/domain/epochs.ts";
import type { Session } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";

export interface Calendar {
  readonly clock: EpochClock;
  /** Unix seconds of the chain's head. */
  readonly now: number;
  /** Negative before epoch 0. */
  readonly current: number;
  /** From whose start a change made now acts. */
  readonly upcoming: number;
}

export async function readCalendar({ provider, manifest }: Session): Promise<Calendar> {
  const head = await provider.getBlock("latest");
  if (head === null)
    throw new CliError("the chain has no latest block", "ask another JSON-RPC", {
      code: "bad-rpc-answer",
      exitCode: EXIT.tryAgain,
    });
  return calendarAt(new EpochClock(manifest.epochZero, manifest.epochLength), head.timestamp);
}

export function calendarAt(clock: EpochClock, now: number): Calendar {
  const current = clock.epochAt(now * 1_000);
  return { clock, now, current, upcoming: Math.max(0, current + 1) };
}

/** Of a Date, in Unix seconds. */
const LATEST = 8.64e12;

/** Unix seconds as people read them, in UTC. */
export const formatTime = (unixSeconds: number): string =>
  unixSeconds > LATEST
    ? "never"
    : `${new Date(unixSeconds * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** "epoch 7 (2026-11-20 13:00:00 UTC)": when something that acts from an epoch on begins. */
export const startOf = (clock: EpochClock, epoch: number): string =>
  `epoch ${epoch} (${formatTime(clock.startAt(epoch))})`;
