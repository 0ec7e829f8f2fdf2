// What transactions cost in the chain's coin, and the most they may.
import { formatEther, type JsonRpcProvider, parseUnits } from "ethers";
import { CliError, EXIT } from "./errors.ts";
import { badAnswer } from "./simulate.ts";

/** Wei per gas. */
export interface Fees {
  readonly expected: bigint;
  readonly max: bigint;
  readonly priority: bigint;
}

/** A base fee at most doubles within six full blocks. */
const BASE_FEE_HEADROOM = 2n;

/** The fees of the next block; `cap` in wei per gas is never exceeded. */
export async function currentFees(provider: JsonRpcProvider, cap: bigint): Promise<Fees> {
  const [block, { maxPriorityFeePerGas }] = await Promise.all([
    provider.getBlock("latest"),
    provider.getFeeData(),
  ]);
  const base = block?.baseFeePerGas ?? null;
  if (base === null || maxPriorityFeePerGas === null) throw badAnswer("the chain names no base fee");
  const expected = base + maxPriorityFeePerGas;
  if (expected > cap)
    throw new CliError(
      `gas costs ${formatGwei(expected)} gwei now, more than the ${formatGwei(cap)} you allow`,
      "wait until it is cheaper, or run the command again with another --max-fee-gwei",
      { code: "fee-above-cap", exitCode: EXIT.tryAgain },
    );
  const roomy = base * BASE_FEE_HEADROOM + maxPriorityFeePerGas;
  return { expected, max: roomy < cap ? roomy : cap, priority: maxPriorityFeePerGas };
}

const formatGwei = (weiPerGas: bigint): string => (Number(weiPerGas) / 1e9).toString();

/** Gwei as people write them, in wei per gas; undefined if the text is no amount. */
export const tryParseGwei = (text: string): bigint | undefined =>
  /^\d{1,9}(\.\d{1,9})?$/.test(text) ? parseUnits(text, "gwei") : undefined;

/**
 * A fifth of the gas at most is refunded only at the end, and a 64th is held back at every call: the limit leaves
 * room for both.
 */
export const gasLimitOf = (used: bigint): bigint => (used * 13n) / 10n;

const DIGITS = 4;

/** An amount of the chain's coin with four significant digits. */
export function formatCoin(wei: bigint): string {
  const exact = formatEther(wei);
  const leading = /^[0.]*/.exec(exact)?.[0].length ?? 0;
  const point = exact.indexOf(".");
  return exact.slice(0, Math.max(leading + DIGITS, point)).replace(/\.?0+$/, "") || "0";
}
