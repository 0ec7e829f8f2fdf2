// What each epoch was to an attester: seated, in the set, paid, and for how much.

import { seatOf } from "../../oracle/domain/agreement.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { type EmissionSchedule, emissionOf } from "../../oracle/domain/emission.ts";
import { attesterPay } from "../../oracle/domain/pay.ts";
import type { Mark } from "../node/strip.ts";

export const OUTCOMES = {
  paid: { symbol: "█", meaning: "in the set and paid", colour: "green" },
  inconclusive: { symbol: "▄", meaning: "in the set, less than half conclusive: not paid", colour: "yellow" },
  absent: { symbol: "x", meaning: "seated, but its bundle is not in the set", colour: "red" },
  unseated: { symbol: " ", meaning: "not seated" },
  unreported: { symbol: "·", meaning: "not reported yet" },
} as const satisfies Record<string, Mark>;
export type Outcome = keyof typeof OUTCOMES;

export interface AttesterEpoch {
  readonly epoch: number;
  readonly outcome: Outcome;
  /** Whether a veto can no longer change it. */
  readonly final: boolean;
  /** Wei that the epoch pays the attester. */
  readonly pay: bigint;
}

function attesterEpoch(
  history: ChainState,
  emission: EmissionSchedule,
  attesterId: number,
  epoch: number,
): AttesterEpoch {
  const context = history.contextOf(epoch);
  const posted = history.reports.postedOf(epoch);
  const seat = context === undefined ? undefined : seatOf(context.members, attesterId);
  const none = { epoch, final: posted?.finalized ?? false, pay: 0n };
  if (context === undefined || seat === undefined) return { ...none, outcome: "unseated" };
  if (posted === undefined) return { ...none, outcome: "unreported" };
  if (!posted.roots.some((observed) => observed.attesterId === attesterId))
    return { ...none, outcome: "absent" };
  if (((posted.report.paidMask >>> seat) & 1) === 0) return { ...none, outcome: "inconclusive" };
  const { attesterSharePpm } = context.rules.economics;
  const emitted = emissionOf(emission, history.clock, epoch);
  return { ...none, outcome: "paid", pay: attesterPay(emitted, attesterSharePpm, context.members.length) };
}

/** The epochs [from, until), in order. */
export const attesterEpochs = (
  history: ChainState,
  emission: EmissionSchedule,
  attesterId: number,
  [from, until]: readonly [number, number],
): AttesterEpoch[] =>
  Array.from({ length: Math.max(0, until - from) }, (_, place) =>
    attesterEpoch(history, emission, attesterId, from + place),
  );
