// The bounds of a parameter by the contract's own word: what it answers to values that are too large or too small.
import { describe, explainRevert } from "../../lib/decode.ts";

/** The least and the largest value that the contract takes while everything else is as it is. */
export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export interface Bounds {
  /** Undefined where the contract names none. */
  readonly range: Range | undefined;
  /** Why it refuses what it refuses, where that is no range; undefined, too, where the chain does not tell. */
  readonly refusal: string | undefined;
}

/** Undefined if the contract would take the value; else the data that it reverts with, null where the chain tells none. */
export type Ask = (value: bigint) => Promise<string | null | undefined>;

export interface Asked {
  /** The present value. */
  readonly present: bigint;
  /** What the type can hold. */
  readonly largest: bigint;
  readonly ask: Ask;
}

/** Of a whole number. */
export async function boundsOf({ present, largest, ask }: Asked): Promise<Bounds> {
  const [high, low] = await Promise.all([ask(largest), ask(0n)]);
  const max = high === undefined ? largest : limitIn(high, largest, "max");
  const min = low === undefined ? 0n : limitIn(low, 0n, "min");
  if (min === undefined || max === undefined) return refusedAs(max === undefined ? high : low);
  const accepts = async (value: bigint): Promise<boolean> => (await ask(value)) === undefined;
  if (!(await accepts(present))) return { range: { min, max }, refusal: undefined };
  const [lowest, highest] = await Promise.all([
    nearestAccepted(min, present, accepts),
    nearestAccepted(max, present, accepts),
  ]);
  return { range: { min: lowest, max: highest }, refusal: undefined };
}

/** Of what cannot be counted; `refused` is the answer to what no contract should take. */
export function refusedAs(refused: string | null | undefined): Bounds {
  const isKnown = typeof refused === "string" && describe(refused) !== undefined;
  return { range: undefined, refusal: isKnown ? explainRevert(refused, "").message : undefined };
}

/** Of a list, by what the contract answers to an empty one: how many entries it takes. */
export function lengthsIn(refused: string | null | undefined): Bounds {
  const [min, max] = (["min", "max"] as const).map((end) => limitIn(refused, 0n, end));
  return min === undefined || max === undefined
    ? refusedAs(refused)
    : { range: { min, max }, refusal: undefined };
}

/** The errors about a bound hold the value, and name the limits `min…` and `max…`. */
function limitIn(data: string | null | undefined, asked: bigint, end: "min" | "max"): bigint | undefined {
  const found = typeof data === "string" ? describe(data) : undefined;
  if (found === undefined || !found.args.includes(asked)) return undefined;
  const place = found.fragment.inputs.findIndex(({ name }) => name.startsWith(end));
  const limit: unknown = place < 0 ? undefined : found.args[place];
  return typeof limit === "bigint" ? limit : undefined;
}

/** Another parameter can leave less than the limit that the contract names: what is next to it and accepted. */
async function nearestAccepted(
  limit: bigint,
  present: bigint,
  accepts: (value: bigint) => Promise<boolean>,
): Promise<bigint> {
  if (await accepts(limit)) return limit;
  let [refused, accepted] = [limit, present];
  for (;;) {
    const middle = (refused + accepted) / 2n;
    if (middle === refused || middle === accepted) return accepted;
    if (await accepts(middle)) accepted = middle;
    else refused = middle;
  }
}
