// Whole numbers of parameters: how they are told, and with which unit they are named in `--json`.
import type { Plain } from "../calls/decode.ts";
import { AMOUNTS, type RulesField } from "./rules.ts";
import { format, type Unit } from "./units.ts";

export interface Scale {
  /** Ends the names of `--json`: "Wei", "Seconds". */
  readonly suffix: string;
  readonly words: (value: Plain) => string;
}

const SUFFIXES: Readonly<Record<Unit, string>> = {
  icnt: "Wei",
  ppm: "Ppm",
  seconds: "Seconds",
  epochs: "Epochs",
  count: "",
  address: "",
};

export const scaleOf = (unit: Unit): Scale => ({
  suffix: SUFFIXES[unit],
  words: (value) => format(unit, value),
});

/** Units that the names of the rules' fields end with, as `--set` takes them. */
const ENDINGS: Readonly<Record<string, string>> = { Ppm: "ppm", Ms: "ms", Bytes: "bytes" };

export function scaleOfField({ path }: Pick<RulesField, "path">): Scale {
  if (AMOUNTS.has(path)) return scaleOf("icnt");
  const ending = Object.entries(ENDINGS).find(([one]) => path.endsWith(one));
  if (ending === undefined) return scaleOf("count");
  const [suffix, unit] = ending;
  return { suffix, words: (value) => `${value} ${unit}` };
}

/** Of a list, or of how long it may be. */
export const ENTRIES: Scale = {
  suffix: "Entries",
  words: (value) => {
    const count = typeof value === "object" ? Object.keys(value).length : Number(value);
    return count === 1 ? "1 entry" : `${count} entries`;
  },
};
