// How a proposal stands, in words: votes in ICNT and of the supply, and what comes next, when, by whom.
import { formatIcnt } from "../../lib/amounts.ts";
import { formatDuration } from "../../lib/durations.ts";
import { formatTime } from "../../node/calendar.ts";
import type { Milestone } from "./milestones.ts";
import { type Proposal, type Standing, type Tally, titleOf } from "./proposals.ts";

const SUPPLY = 700_000_000n * 10n ** 18n;
const PER_CENT_MILLE = 100_000n;
const DECIMALS = 2;

/** "4.12 %" of the supply, cut off. */
export const ofSupply = (wei: bigint): string =>
  `${(Number((wei * PER_CENT_MILLE) / SUPPLY) / 1_000).toFixed(DECIMALS)} %`;

export const votesIn = (wei: bigint): string => `${formatIcnt(wei, DECIMALS)} ICNT (${ofSupply(wei)})`;

/** What is missing to the quorum. */
export function quorumLeft({ for: pro, abstain, quorum }: Tally): bigint {
  const present = pro + abstain;
  return present >= quorum ? 0n : quorum - present;
}

/** "has passed", "is defeated", … */
export const stateWords = (state: Standing["state"]): string =>
  state === "succeeded" ? "has passed" : `is ${stateName(state)}`;

/** OpenZeppelin's words, in our spelling. */
export const stateName = (state: Standing["state"]): string => (state === "canceled" ? "cancelled" : state);

export interface Next {
  readonly what: string;
  /** Unix seconds; undefined where nothing waits for a time. */
  readonly at: number | undefined;
}

/** What comes next. */
export function nextOf({ number, snapshotAt }: Proposal, standing: Standing, now: number): Next {
  const { state, deadlineAt, etaAt = 0, tally } = standing;
  switch (state) {
    case "pending":
      return {
        what: `voting begins ${formatTime(snapshotAt + 1)}: what is delegated before then counts`,
        at: snapshotAt + 1,
      };
    case "active":
      return {
        what: `vote until ${formatTime(deadlineAt)}: icn gov vote ${number} for|against|abstain`,
        at: deadlineAt,
      };
    case "succeeded":
      return { what: `anyone may queue it: icn gov queue ${number}`, at: undefined };
    case "queued":
      return etaAt <= now
        ? { what: `anyone may carry it out: icn gov execute ${number}`, at: etaAt }
        : { what: `can be carried out from ${formatTime(etaAt)} on`, at: etaAt };
    case "defeated":
      return { what: `nothing: ${defeat(tally)}`, at: undefined };
    case "expired":
      return { what: "nothing: it was not carried out within 60 epochs of its time", at: undefined };
    case "canceled":
    case "executed":
      return { what: "nothing", at: undefined };
  }
}

/** Why it still waits, longer than was foretold when it was queued; nothing if it does not. */
export function putOffWords({ etaAt = 0, foretoldAt = etaAt }: Standing, now: number): string {
  if (etaAt <= Math.max(now, foretoldAt)) return "";
  return (
    `; when it was queued that was ${formatTime(foretoldAt)}, but whoever is warned must be able to leave: ` +
    "the unbonding period was made longer since, or epochs that bonds answer for are not final (as soon as they are, it can be)"
  );
}

const defeat = (tally: Tally): string =>
  quorumLeft(tally) > 0n
    ? `it missed the quorum, for which votes against do not count, by ${formatIcnt(quorumLeft(tally), DECIMALS)} ICNT`
    : "no more votes were for it than against it";

const MILESTONES: Readonly<Record<Milestone["what"], string>> = {
  made: "made",
  queued: "queued",
  executed: "carried out",
  canceled: "cancelled",
};

/** Times of a proposal in their order, and how long until those to come. */
export function timesOf(
  { snapshotAt }: Proposal,
  { state, deadlineAt, etaAt }: Standing,
  milestones: readonly Milestone[],
  now: number,
): string[][] {
  const times: (readonly [label: string, at: number, where: string])[] = [
    ...milestones.map(({ what, at, block }) => [MILESTONES[what], at, `block ${block}`] as const),
    ["votes count as of", snapshotAt, ""],
    [deadlineAt < now ? "voting ended" : "voting ends", deadlineAt, ""],
    ...(etaAt === undefined ? [] : [["can be carried out from", etaAt, ""] as const]),
  ];
  return times
    .filter(([, at]) => at <= now || state !== "canceled")
    .sort(([, one], [, other]) => one - other)
    .map(([label, at, where]) => [
      label,
      formatTime(at),
      at > now ? `in ${formatDuration(at - now)}` : where,
    ]);
}

export function standingJson(proposal: Proposal, standing: Standing, now: number) {
  const { number, proposalId, proposer, snapshotAt } = proposal;
  const { state, deadlineAt, etaAt, tally } = standing;
  const next = nextOf(proposal, standing, now);
  return {
    ...{ number, proposalId, title: titleOf(proposal), proposer, state },
    ...{ forWei: tally.for, againstWei: tally.against, abstainWei: tally.abstain },
    ...{ quorumWei: tally.quorum, quorumLeftWei: quorumLeft(tally) },
    ...{ snapshotAt, deadlineAt, etaAt: etaAt ?? null, next: next.what, nextAt: next.at ?? null },
  };
}
