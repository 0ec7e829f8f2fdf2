// Dates and spans as people write them: ISO 8601 in UTC, "18mo", "90d".
import { MONTH } from "../../oracle/domain/emission.ts";

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Unix seconds of a date such as 2027-01-01, 2027-01-01T12:00 or 2027-01-01T12:00:00Z; UTC where no offset is given. */
export function tryParseDate(text: string): number | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00", zone = "Z"] = ISO.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  const seconds = Date.parse(`${date}T${hour}:${minute}:${second}${zone}`) / 1_000;
  // Date.parse takes 30 February for 2 March.
  const isReal = Number.isFinite(seconds) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return isReal && seconds >= 0 ? seconds : undefined;
}

/** "2027-01-01", or "2027-01-01 12:30 UTC" where it is not midnight. */
export function formatDate(unixSeconds: number): string {
  const text = new Date(unixSeconds * 1_000).toISOString();
  const time = text.slice(11, 19);
  if (time === "00:00:00") return text.slice(0, 10);
  return `${text.slice(0, 10)} ${time.endsWith(":00") ? time.slice(0, 5) : time} UTC`;
}

const DAY = 86_400;
const UNITS: Readonly<Record<string, number>> = { s: 1, h: 3_600, d: DAY, mo: MONTH };
const SPAN = /^(\d{1,10})(s|h|d|mo)$/;

/** Seconds of a span such as 18mo, 90d, 12h or 30s; a month is a twelfth of 365.25 days. */
export function tryParseSpan(text: string): number | undefined {
  const [, count, unit = ""] = SPAN.exec(text) ?? [];
  const size = UNITS[unit];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}

/** "18 months", "90 days", or seconds where neither fits. */
export function formatSpan(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds % MONTH === 0) return plural(seconds / MONTH, "month");
  if (seconds % DAY === 0) return plural(seconds / DAY, "day");
  return plural(seconds, "second");
}

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
