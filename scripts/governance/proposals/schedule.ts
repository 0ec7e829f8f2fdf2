// When a proposal made now could be voted on, queued and carried out at the earliest.
import type { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { Session } from "../../lib/command.ts";
import { formatDuration } from "../../lib/durations.ts";
import { columns } from "../../lib/output.ts";
import { formatTime } from "../../node/calendar.ts";
import type { Preview } from "../calls/view.ts";

/** Unix seconds. */
export interface Ahead {
  readonly votingBeginsAt: number;
  readonly votingEndsAt: number;
  /** If the quorum comes as late as it can. */
  readonly votingEndsAtLatest: number;
  /** If it is queued as soon as voting ends. */
  readonly executableAt: number;
}

export async function aheadOf({ contracts }: Session, now: number, waitSeconds: number): Promise<Ahead> {
  const { governor } = contracts;
  const [delay, period, extension] = (
    await Promise.all([governor.votingDelay(), governor.votingPeriod(), governor.lateQuorumVoteExtension()])
  ).map(Number) as [number, number, number];
  const snapshotAt = now + delay;
  const votingEndsAt = snapshotAt + period;
  return {
    ...{ votingBeginsAt: snapshotAt + 1, votingEndsAt, votingEndsAtLatest: votingEndsAt + extension },
    executableAt: votingEndsAt + waitSeconds,
  };
}

/** The same of a proposal that was made, whose snapshot is known. */
export function aheadFrom(ahead: Ahead, snapshotAt: number): Ahead {
  const later = snapshotAt + 1 - ahead.votingBeginsAt;
  return {
    votingBeginsAt: ahead.votingBeginsAt + later,
    votingEndsAt: ahead.votingEndsAt + later,
    votingEndsAtLatest: ahead.votingEndsAtLatest + later,
    executableAt: ahead.executableAt + later,
  };
}

/** Epochs left to who queues and carries out late. */
const SPARE_EPOCHS = 7;

/** The first epoch that has surely not begun when rules that are proposed now are carried out, and some more. */
export async function firstSafeEpoch(session: Session, clock: EpochClock, now: number): Promise<number> {
  const { oracle, timelock } = session.contracts;
  const { selector } = oracle.interface.getFunction("scheduleRules");
  const wait = Number(await timelock.delayOf([await oracle.getAddress()], [selector]));
  const { votingEndsAtLatest } = await aheadOf(session, now, wait);
  return Math.max(0, clock.epochAt((votingEndsAtLatest + wait) * 1_000)) + 1 + SPARE_EPOCHS;
}

export function aheadWords(ahead: Ahead, { views, waitSeconds }: Preview): string {
  const slowest = views.find((view) => view.waitSeconds === waitSeconds);
  const why =
    views.length === 1 || slowest === undefined
      ? ""
      : `, as long as action ${views.indexOf(slowest) + 1} needs`;
  return columns([
    ["voting begins", formatTime(ahead.votingBeginsAt)],
    [
      "voting ends",
      `${formatTime(ahead.votingEndsAt)}; after a late quorum ${formatTime(ahead.votingEndsAtLatest)} at the latest`,
    ],
    [
      "carried out",
      `${formatTime(ahead.executableAt)} at the earliest: ${formatDuration(waitSeconds)} after it was queued${why}`,
    ],
  ]).join("\n");
}
