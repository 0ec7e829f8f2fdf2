// Amounts of ICNT as people write them: 1_000 or 1.5. Inside, wei as bigint.
import { formatUnits, parseUnits } from "ethers";

const DECIMALS = 18;
const AMOUNT = /^\d+(?:_\d+)*(?:\.\d{1,18})?$/;

/** Wei of an amount in ICNT, digits optionally grouped by underscores; undefined if the text is not an amount. */
export function tryParseIcnt(text: string): bigint | undefined {
  return AMOUNT.test(text) ? parseUnits(text.replaceAll("_", ""), DECIMALS) : undefined;
}

/** A share in parts per million as people write it: "2.5 %". */
export const formatPpm = (ppm: number | bigint): string => `${Number(ppm) / 10_000} %`;

/** ICNT with thousands grouped and at most `decimals` places, cut off: "1_234.5". */
export function formatIcnt(wei: bigint, decimals = DECIMALS): string {
  const [whole = "0", fraction = ""] = formatUnits(wei, DECIMALS).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, "_");
  const cut = fraction.slice(0, decimals).replace(/0+$/, "");
  return cut === "" ? grouped : `${grouped}.${cut}`;
}
