// Schedules in words.
import { ZeroAddress } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import { formatDate, formatSpan } from "./dates.ts";
import type { Grant, Schedule } from "./schedule.ts";

/** "100_000 ICNT to 0x…: 10_000 on 2027-01-01, the rest linear over 48 months, …" */
export function grantInWords({ beneficiary, total, initial, terms }: Grant): string {
  const { start, cliff, duration, tableId, revoker } = terms;
  const how =
    tableId === 0
      ? `linear over ${formatSpan(duration)}`
      : `by table ${tableId} over ${formatSpan(duration)}`;
  const curve = `${how} from ${formatDate(start)} to ${formatDate(start + duration)}`;
  const parts = [
    initial === 0n ? curve : `${formatIcnt(initial)} on ${formatDate(start)}, the rest ${curve}`,
    ...(cliff === 0
      ? []
      : [`${initial === 0n ? "nothing" : "nothing more"} before ${formatDate(start + cliff)}`]),
    revoker === ZeroAddress ? "irrevocable" : `revocable by ${revoker}`,
  ];
  return `${formatIcnt(total)} ICNT to ${beneficiary}: ${parts.join(", ")}`;
}

export const scheduleInWords = (schedule: Schedule): string =>
  schedule.revokedAt === 0
    ? grantInWords(schedule)
    : `${grantInWords(schedule)}; revoked on ${formatDate(schedule.revokedAt)}`;

export const termsJson = ({ terms: { start, cliff, duration, tableId, revoker } }: Grant) => ({
  startAt: start,
  cliffSeconds: cliff,
  durationSeconds: duration,
  tableId: tableId === 0 ? null : tableId,
  revoker: revoker === ZeroAddress ? null : revoker,
});
