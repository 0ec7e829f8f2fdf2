// A schedule to create, from words: one line of a CSV file, or the options of one command.
import { getAddress, isAddress, ZeroAddress } from "ethers";
import { MONTH } from "../../oracle/domain/emission.ts";
import { formatIcnt, tryParseIcnt } from "../lib/amounts.ts";
import { tryParseDate, tryParseSpan } from "./dates.ts";
import { DURATION_MAX, type Grant, MONTHS_MAX } from "./schedule.ts";

export const COLUMNS = [
  "beneficiary",
  "amount",
  "start",
  "months",
  "duration",
  "cliff",
  "initial",
  "table",
  "revoker",
] as const;

/** What was written, by column; an empty text is as good as none. */
export type GrantFields = Partial<Readonly<Record<(typeof COLUMNS)[number], string>>>;

export type Checked = { readonly grant: Grant } | { readonly problems: readonly string[] };

const SUPPLY = 700_000_000n * 10n ** 18n;
const ADDRESS = "write 0x and 40 hex digits, all lower-case or with a right checksum";
const AMOUNT = "write ICNT such as 1_000 or 1.5";
const SPAN = "write whole months such as 12, or a span such as 18mo, 90d, 12h";

/** What the chain says about which grants can be. */
export interface VaultFacts {
  readonly address: string;
  readonly tableCount: number;
}

/** A grant, or every problem of the fields with value and remedy. */
export function checkGrant(fields: GrantFields, { address: vault, tableCount }: VaultFacts): Checked {
  const problems: string[] = [];
  const refuse = (field: (typeof COLUMNS)[number], problem: string): undefined => {
    problems.push(`${field} ${fields[field] ? `"${fields[field]}" ` : ""}${problem}`);
  };
  const beneficiary = addressIn(fields.beneficiary);
  if (beneficiary === undefined || beneficiary === ZeroAddress)
    refuse("beneficiary", fields.beneficiary ? `is no address: ${ADDRESS}` : `is missing: ${ADDRESS}`);
  if (beneficiary === vault) refuse("beneficiary", "is the vault itself: nobody could move what it releases");
  const total = totalIn(fields, refuse);
  const start = tryParseDate(fields.start ?? "");
  if (start === undefined)
    refuse(
      "start",
      `${fields.start ? "is no date" : "is missing"}: write 2027-01-01 or 2027-01-01T12:00:00Z`,
    );
  const tableId = tableIn(fields, tableCount, refuse);
  const duration = durationIn(fields, tableId, refuse);
  const cliff = spanIn(fields.cliff || "0");
  if (cliff === undefined) refuse("cliff", `is no span: ${SPAN}`);
  else if (cliff > duration) refuse("cliff", "is longer than the schedule: shorten it");
  const initial = initialIn(fields, total, refuse);
  const revoker = fields.revoker ? addressIn(fields.revoker) : ZeroAddress;
  if (revoker === undefined) refuse("revoker", `is no address: ${ADDRESS}, or leave it empty for nobody`);
  if (problems.length > 0 || beneficiary === undefined || start === undefined) return { problems };
  const terms = { start, cliff: cliff ?? 0, duration, tableId, revoker: revoker ?? ZeroAddress };
  return { grant: { beneficiary, total, initial, terms } };
}

type Refuse = (field: (typeof COLUMNS)[number], problem: string) => undefined;

const addressIn = (text: string | undefined): string | undefined =>
  text !== undefined && isAddress(text) ? getAddress(text) : undefined;

function totalIn({ amount }: GrantFields, refuse: Refuse): bigint {
  const total = tryParseIcnt(amount ?? "");
  if (total === undefined) refuse("amount", `${amount ? "is no amount" : "is missing"}: ${AMOUNT}`);
  else if (total === 0n) refuse("amount", "is nothing: grant something or drop the line");
  else if (total > SUPPLY) refuse("amount", `is more than all ICNT there are, ${formatIcnt(SUPPLY)}`);
  return total ?? 0n;
}

function tableIn({ table }: GrantFields, tableCount: number, refuse: Refuse): number {
  if (!table) return 0;
  const tableId = Number(table);
  if (!/^\d{1,9}$/.test(table) || tableId < 1)
    refuse("table", "is no id: write a number from 1, or leave it empty");
  else if (tableId > tableCount)
    refuse("table", `does not exist: the chain has ${tableCount}; add one with \`icn vesting table add\``);
  return tableId;
}

function durationIn({ months, duration }: GrantFields, tableId: number, refuse: Refuse): number {
  if (months && duration) refuse("duration", "stands beside months: write one of them");
  const seconds = months ? spanIn(months) : spanIn(duration ?? "");
  const field = months ? "months" : "duration";
  if (!months && !duration) {
    if (tableId === 0) refuse("months", "is missing: write how many months it lasts, 1 to 60");
    return DURATION_MAX;
  }
  if (seconds === undefined) refuse(field, `is no span: ${SPAN}`);
  else if (seconds === 0 || seconds > DURATION_MAX)
    refuse(field, `is outside of 1 second to ${MONTHS_MAX} months`);
  else if (tableId > 0 && seconds !== DURATION_MAX)
    refuse(field, `does not fit a table, which lasts ${MONTHS_MAX} months: leave it empty`);
  return seconds ?? DURATION_MAX;
}

/** Seconds of whole months ("12") or a span ("90d"). */
const spanIn = (text: string): number | undefined =>
  /^\d{1,4}$/.test(text) ? Number(text) * MONTH : tryParseSpan(text);

function initialIn({ initial }: GrantFields, total: bigint, refuse: Refuse): bigint {
  if (!initial) return 0n;
  const [, percent] = /^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(initial) ?? [];
  const ppm = percent === undefined ? undefined : BigInt(Math.round(Number(percent) * 10_000));
  const wei = ppm === undefined ? tryParseIcnt(initial) : (total * ppm) / 1_000_000n;
  if (wei === undefined) refuse("initial", `is no amount: ${AMOUNT}, or a share such as 10%`);
  else if (wei > total) refuse("initial", "is more than the amount: lower it");
  return wei ?? 0n;
}
