// Values of parameters as people write them, and as the contracts take them.
import { getAddress, isAddress } from "ethers";
import { formatIcnt, formatPpm, tryParseIcnt } from "../../lib/amounts.ts";
import { formatDuration, tryParseDuration } from "../../lib/durations.ts";

export type Unit = "icnt" | "ppm" | "seconds" | "epochs" | "count" | "address";

export type Value = bigint | string;

/** How a value of the unit is written, for who wrote it otherwise. */
export const HOW: Readonly<Record<Unit, string>> = {
  icnt: "an amount of ICNT such as 1_000 or 1.5",
  ppm: "a percentage such as 5 or 2.5",
  seconds: "a time such as 90s, 15min, 12h or 7d",
  epochs: "a whole number of epochs",
  count: "a whole number",
  address: "an address: 0x and 40 hex digits",
};

/** For a list of parameters. */
export const UNIT_NAMES: Readonly<Record<Unit, string>> = {
  icnt: "ICNT",
  ppm: "percent",
  seconds: "time",
  epochs: "epochs",
  count: "number",
  address: "address",
};

const WHOLE = /^\d{1,3}(_?\d{3})*$|^\d{1,20}$/;
const PERCENT = /^(\d{1,6}(?:\.\d{1,4})?) ?%?$/;
const PPM_PER_PERCENT = 10_000;

/** Undefined if the text is no value of the unit. */
export function tryParse(unit: Unit, text: string): Value | undefined {
  switch (unit) {
    case "icnt":
      return tryParseIcnt(text);
    case "ppm": {
      const [, percent] = PERCENT.exec(text) ?? [];
      return percent === undefined ? undefined : BigInt(Math.round(Number(percent) * PPM_PER_PERCENT));
    }
    case "seconds": {
      const seconds = tryParseDuration(text);
      return seconds === undefined ? undefined : BigInt(seconds);
    }
    case "epochs":
    case "count":
      return WHOLE.test(text) ? BigInt(text.replaceAll("_", "")) : undefined;
    case "address":
      return isAddress(text) ? getAddress(text) : undefined;
  }
}

export function format(unit: Unit, value: unknown): string {
  switch (unit) {
    case "icnt":
      return `${formatIcnt(BigInt(String(value)))} ICNT`;
    case "ppm":
      return formatPpm(BigInt(String(value)));
    case "seconds":
      return formatDuration(BigInt(String(value)));
    case "epochs":
      return String(value) === "1" ? "1 epoch" : `${value} epochs`;
    case "count":
    case "address":
      return String(value);
  }
}
