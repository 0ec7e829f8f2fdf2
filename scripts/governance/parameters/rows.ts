// Every parameter as it stands: its value, the contract's bounds, how long a change waits, what is scheduled.
import { type ParamType, ZeroAddress } from "ethers";
import type { Wait } from "../../deploy/permissions.ts";
import { logsOf } from "../../holder/logs.ts";
import type { Session } from "../../lib/command.ts";
import { bigintsAsText } from "../../lib/output.ts";
import { refusalOf } from "../../lib/simulate.ts";
import { readCalendar } from "../../node/calendar.ts";
import { type Book, bookOf } from "../calls/book.ts";
import { callTo, setterCall } from "../calls/calls.ts";
import { type Call, decodeCall, type Plain } from "../calls/decode.ts";
import { expectedCalls } from "../calls/outcome.ts";
import { delayOf } from "../calls/view.ts";
import { type Ask, type Bounds, boundsOf, lengthsIn, refusedAs } from "./bounds.ts";
import { labelOf } from "./labels.ts";
import {
  type Parameter,
  parameterNamed,
  parametersWith,
  RULES,
  requireParameter,
  watchedParameter,
} from "./parameters.ts";
import {
  allFields,
  fieldIn,
  fieldsAt,
  type RulesField,
  type RulesPlain,
  rulesAt,
  withField,
} from "./rules.ts";
import { ENTRIES, type Scale, scaleOf, scaleOfField } from "./scales.ts";
import { type ScheduledRules, scheduledRules } from "./scheduled.ts";
import type { Value } from "./units.ts";

export interface Scheduled {
  readonly fromEpoch: number;
  /** Undefined where a list no longer has the entry. */
  readonly value: Plain | undefined;
}

export interface ParameterRow {
  readonly name: string;
  /** What it is; undefined of a field of the rules that came with an upgrade. */
  readonly label: string | undefined;
  readonly scale: Scale;
  readonly value: Plain;
  readonly bounds: Bounds;
  readonly wait: Wait;
  /** Seconds from queueing on if a change were queued now. */
  readonly waitSeconds: number;
  /** Values that later epochs have, by votes that were carried out. */
  readonly scheduled: readonly Scheduled[];
}

/**
 * All of them, the one with that name, or those whose names go on from it after a dot.
 * @throws CliError `unknown-parameter`, `rules-invalid`
 */
export async function parameterRows(session: Session, name: string | undefined): Promise<ParameterRow[]> {
  const book = bookOf(session.manifest);
  if (name?.startsWith(RULES)) return rulesRows(session, book, name.slice(RULES.length));
  if (`${name}.` === RULES) return rulesRows(session, book);
  const singles = await singlesUnder(session, name);
  const rows = await Promise.all(singles.map((one) => rowOf(session, book, one)));
  return name === undefined ? [...rows, ...(await rulesRows(session, book))] : rows;
}

async function singlesUnder(session: Session, name: string | undefined): Promise<Parameter[]> {
  const named = name === undefined ? undefined : parameterNamed(name);
  if (named !== undefined) return [named];
  const mayHaveCaps = name === undefined || name.startsWith("registry");
  const all = parametersWith(mayHaveCaps ? await classesOf(session) : []);
  if (name === undefined) return all;
  const below = all.filter((one) => one.name.startsWith(`${name}.`));
  return below.length > 0 ? below : [requireParameter(name)];
}

/** Classes that ever had caps. */
async function classesOf(session: Session): Promise<number[]> {
  const { registry } = session.contracts;
  const logs = await logsOf(session, registry, registry.filters.ClassCapsChanged());
  const classes = logs.map(({ topics }) => Number(topics[1]));
  return [...new Set(classes)].sort((one, other) => one - other);
}

async function rowOf(session: Session, book: Book, parameter: Parameter): Promise<ParameterRow> {
  const { name, label, unit, contract, setter, fixed, place } = parameter;
  const { to, data, parse } = watchedParameter(book, parameter);
  const value = parse(await session.provider.call({ to, data })) as Value;
  const call = (asked: Value): Promise<Call> =>
    setterCall(session, book, parameter, new Map([[name, asked]]));
  const type = book.abiOf(contract).getFunction(setter)?.inputs[fixed.length + place];
  const bounds =
    typeof value === "string"
      ? refusedAs(await answerTo(session, await call(ZeroAddress)))
      : await boundsOf({ present: value, largest: largestOf(type), ask: asking(session, call) });
  const waiting = await waitOf(session, book, await call(value));
  return { name, label, scale: scaleOf(unit), value, bounds, ...waiting, scheduled: [] };
}

async function rulesRows(session: Session, book: Book, path?: string): Promise<ParameterRow[]> {
  const { current, upcoming } = await readCalendar(session);
  const rules = await rulesAt(session.contracts, book, Math.max(0, current));
  const later = await scheduledRules(session, book, BigInt(Math.max(0, current)));
  const call = (changed: RulesPlain): Call =>
    callTo(book, "SlaOracle", "scheduleRules", [changed, upcoming + 1]);
  const waiting = await waitOf(session, book, call(rules));
  const fields = path === undefined ? allFields(book, rules) : fieldsAt(book, rules, path);
  const rows = fields.map(async (field) => ({
    ...{ name: `${RULES}${field.path}`, label: labelOf(field.path), value: field.value },
    scale: field.type.isArray() ? ENTRIES : scaleOfField(field),
    bounds: await fieldBounds(session, field, (value) => call(withField(rules, field.path, value))),
    ...waiting,
    scheduled: scheduledOf(book, field, later),
  }));
  return Promise.all(rows);
}

async function fieldBounds(
  session: Session,
  { type, value }: RulesField,
  call: (value: Plain) => Call,
): Promise<Bounds> {
  if (type.isArray()) return lengthsIn(await answerTo(session, call([])));
  const ask = asking(session, (asked) => Promise.resolve(call(asked)));
  return boundsOf({ present: BigInt(String(value)), largest: largestOf(type), ask });
}

/** Where the field becomes another than it was before. */
function scheduledOf(book: Book, { path, value }: RulesField, later: readonly ScheduledRules[]): Scheduled[] {
  const values = later.map(({ fromEpoch, rules }) => ({
    fromEpoch: Number(fromEpoch),
    value: fieldIn(book, rules, path)?.value,
  }));
  const text = (one: Plain | undefined): string | undefined => JSON.stringify(one, bigintsAsText);
  return values.filter((one, place) => text(one.value) !== text([{ value }, ...values][place]?.value));
}

async function waitOf(session: Session, book: Book, call: Call) {
  return { wait: decodeCall(book, call).wait, waitSeconds: await delayOf(session, [call]) };
}

/** The contract's answer to the call if a vote made it now. */
const answerTo = ({ provider, manifest }: Session, call: Call): ReturnType<Ask> =>
  refusalOf(
    provider,
    { from: manifest.contracts.IcnTimelock.address, to: call.target, data: call.data },
    expectedCalls(manifest.contracts.IcnGovernor.address, [call]),
  );

const asking =
  (session: Session, call: (value: bigint) => Promise<Call>): Ask =>
  async (value) =>
    answerTo(session, await call(value));

/** Of an unsigned type. */
const largestOf = (type: ParamType | undefined): bigint =>
  (1n << BigInt(type?.type.slice("uint".length) ?? 0)) - 1n;
