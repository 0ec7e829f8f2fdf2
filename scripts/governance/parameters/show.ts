// icn gov parameters: what `icn gov propose --set` can change, as it stands.
import type { EpochClock } from "../../../oracle/domain/epochs.ts";
import { type DeploymentOptions, openSession } from "../../lib/command.ts";
import { formatDuration } from "../../lib/durations.ts";
import { printResult, table } from "../../lib/output.ts";
import { readCalendar, startOf } from "../../node/calendar.ts";
import type { Plain } from "../calls/decode.ts";
import { WAITS } from "../calls/view.ts";
import type { Bounds } from "./bounds.ts";
import { type ParameterRow, parameterRows } from "./rows.ts";
import { listText } from "./rules.ts";
import type { Scale } from "./scales.ts";

export async function showParameters(
  name: string | undefined,
  { json, ...options }: DeploymentOptions,
): Promise<void> {
  const session = await openSession(options);
  session.progress("asking the contracts for their bounds");
  const { clock } = await readCalendar(session);
  const rows = await parameterRows(session, name);
  session.provider.destroy();
  printResult(json === true, { parameters: rows.map((row) => rowJson(row, clock)) }, () =>
    [
      table([["name", "now", "bounds", "a change waits", "what it is"], ...rows.map(rowWords)]),
      ...rows.flatMap((row) => scheduledWords(row, clock)),
      `Bounds are what the contracts take while all else is as it is. A change waits for ${WAITS.timelock}, or (leaving) ${WAITS.leaving}.`,
    ].join("\n"),
  );
}

function rowWords({ name, label = "", scale, value, bounds, wait, waitSeconds }: ParameterRow): string[] {
  const waits = `${formatDuration(waitSeconds)}${wait === "leaving" ? " (leaving)" : ""}`;
  return [name, scale.words(value), boundsWords(scale, bounds), waits, label];
}

/** Of what is bounded otherwise, why the contract refuses what it refuses. */
export function boundsWords({ words }: Scale, { range, refusal }: Bounds): string {
  if (range !== undefined) return `${words(range.min)} to ${words(range.max)}`;
  return refusal === undefined ? "the chain does not tell" : `not where ${refusal}`;
}

function scheduledWords({ name, scale, scheduled }: ParameterRow, clock: EpochClock): string[] {
  const words = (value: Plain): string => (typeof value === "object" ? listText(value) : scale.words(value));
  return scheduled.map(
    ({ fromEpoch, value }) =>
      `From ${startOf(clock, fromEpoch)} on: ${name} ${value === undefined ? "is no more" : words(value)}`,
  );
}

function rowJson(row: ParameterRow, clock: EpochClock) {
  const { name, label, scale, value, bounds, wait, waitSeconds, scheduled } = row;
  const { suffix } = scale;
  const isList = typeof value === "object";
  const named = (one: Plain | undefined) => ({ [isList ? "value" : `value${suffix}`]: rawOf(scale, one) });
  return {
    ...{ name, label: label ?? null, ...named(value) },
    [`min${suffix}`]: rawOf(scale, bounds.range?.min),
    [`max${suffix}`]: rawOf(scale, bounds.range?.max),
    ...{ refusal: bounds.refusal ?? null, wait, waitSeconds },
    scheduled: scheduled.map((one) => ({
      ...{ fromEpoch: one.fromEpoch, fromAt: clock.startAt(one.fromEpoch), ...named(one.value) },
    })),
  };
}

/** Amounts stay as they are; what is less fits a number. */
function rawOf({ suffix }: Scale, value: Plain | undefined): unknown {
  if (value === undefined) return null;
  if (typeof value === "object") return JSON.parse(listText(value));
  if (typeof value !== "bigint" || suffix === "Wei") return value;
  return Number(value);
}
