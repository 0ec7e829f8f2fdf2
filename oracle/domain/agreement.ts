import type { EpochClock } from "./epochs.ts";
import { OracleError } from "./errors.ts";
import type { Holdings } from "./statements.ts";
import type { Hex, Member, ObservationRoot, Rules } from "./types.ts";

const PPM = 1_000_000;

/** f = ⌊(n − 1)/3⌋: attesters that may lie without harm. */
export function faults(committeeSize: number): number {
  return Math.floor((committeeSize - 1) / 3);
}

/** Signatures that make a report, and Holdings that make a proposal: ⌊2n/3⌋ + 1. */
export function quorum(committeeSize: number): number {
  return Math.floor((2 * committeeSize) / 3) + 1;
}

/** Seat of the leader: (epoch + view) mod n. */
export function leaderSeat(epoch: number, viewNumber: number, committeeSize: number): number {
  return (epoch + viewNumber) % committeeSize;
}

export function leaderOf(epoch: number, viewNumber: number, members: readonly Member[]): Member {
  const leader = members[leaderSeat(epoch, viewNumber, members.length)];
  if (leader === undefined) throw new OracleError("committee-empty", `no committee in epoch ${epoch}`);
  return leader;
}

/** Place of an attester in the committee, or undefined. */
export function seatOf(members: readonly Member[], attesterId: number): number | undefined {
  const seat = members.findIndex((member) => member.attesterId === attesterId);
  return seat === -1 ? undefined : seat;
}

/** When the steps of agreeing on an epoch are due, in Unix milliseconds. */
export interface Deadlines {
  /** A commitment received later is not in time; from here on bundles are served. */
  readonly commitMs: number;
  /** t0 of the views, unless a veto moved it; from here on Holdings are signed. */
  readonly revealMs: number;
  readonly viewTimeoutMs: number;
}

export function deadlinesOf(clock: EpochClock, epoch: number, timing: Rules["timing"]): Deadlines {
  const endMs = clock.endMs(epoch);
  const fraction = (ppm: number) => Math.floor((clock.epochLength * 1000 * ppm) / PPM);
  return {
    commitMs: endMs + fraction(timing.commitPpm),
    revealMs: endMs + fraction(timing.revealPpm),
    viewTimeoutMs: Math.max(fraction(timing.viewTimeoutPpm), 1),
  };
}

/**
 * Start of view 0: the reveal deadline, or the time of the epoch's last veto.
 * @param vetoedAt Unix seconds of that block, null without a veto.
 */
export function viewsStartMs(deadlines: Deadlines, vetoedAt: number | null): number {
  return vetoedAt === null ? deadlines.revealMs : vetoedAt * 1000;
}

/** ⌊(now − t0)/viewTimeout⌋; negative before t0. */
export function viewAt(nowMs: number, startMs: number, viewTimeoutMs: number): number {
  return Math.floor((nowMs - startMs) / viewTimeoutMs);
}

/** How long after the leader a member waits before it submits in its place: seats after it · viewTimeout / (2n). */
export function submissionDelayMs(
  seat: number,
  leader: number,
  committeeSize: number,
  viewTimeoutMs: number,
): number {
  const after = (seat - leader + committeeSize) % committeeSize;
  return Math.floor((after * viewTimeoutMs) / (2 * committeeSize));
}

/**
 * The set of bundles that Holdings agree on, ascending by attester: exactly the roots that at least f + 1 of them list.
 * An attester of whom two roots are listed so often signed twice, and is left out.
 */
export function agreedSet(named: readonly Holdings[], committeeSize: number): ObservationRoot[] {
  const needed = faults(committeeSize) + 1;
  const listings = new Map<number, Map<Hex, number>>();
  for (const { roots } of named)
    for (const { attesterId, root } of roots) {
      const counts = listings.get(attesterId) ?? new Map<Hex, number>();
      counts.set(root, (counts.get(root) ?? 0) + 1);
      listings.set(attesterId, counts);
    }
  const agreed: ObservationRoot[] = [];
  for (const [attesterId, counts] of listings) {
    const [first, ...others] = [...counts].filter(([, count]) => count >= needed);
    if (first !== undefined && others.length === 0) agreed.push({ attesterId, root: first[0] });
  }
  return agreed.sort((a, b) => a.attesterId - b.attesterId);
}

/**
 * Checks that the Holdings named by a proposal can carry it: one epoch and generation, a quorum of distinct members, each
 * listing members of the committee in ascending order.
 * @throws OracleError `holdings-invalid`.
 */
export function checkHoldings(
  named: readonly Holdings[],
  epoch: number,
  generation: number,
  members: readonly Member[],
): void {
  const needed = quorum(members.length);
  const authors = new Set(named.map((holdings) => holdings.attesterId));
  if (authors.size !== named.length) throw invalid("an attester is named twice");
  if (named.length < needed) throw invalid(`${named.length} Holdings are named, ${needed} needed`);
  for (const holdings of named) checkOne(holdings, epoch, generation, members);
}

function checkOne(holdings: Holdings, epoch: number, generation: number, members: readonly Member[]): void {
  const author = holdings.attesterId;
  if (holdings.epoch !== epoch || holdings.generation !== generation)
    throw invalid(`Holdings of ${author} are not of epoch ${epoch}, generation ${generation}`);
  if (seatOf(members, author) === undefined) throw invalid(`${author} is not a member of the committee`);
  let previous = 0;
  for (const { attesterId } of holdings.roots) {
    if (attesterId <= previous) throw invalid(`roots of ${author} do not ascend at attester ${attesterId}`);
    if (seatOf(members, attesterId) === undefined)
      throw invalid(`${author} lists ${attesterId}, who is not a member of the committee`);
    previous = attesterId;
  }
}

function invalid(reason: string): OracleError {
  return new OracleError("holdings-invalid", reason);
}
