// The kinds of value in a parameters file. Every message ends with the remedy.
import { getAddress, isAddress, ZeroAddress } from "ethers";
import { z } from "zod";
import { tryParseIcnt } from "../lib/amounts.ts";

export const PPM = 1_000_000;

export const address = z
  .string()
  .refine(isAddress, "is not an address: write 0x and 40 hex digits")
  .refine((text) => text !== ZeroAddress, "is not set: write the party's address")
  .transform((text) => getAddress(text.toLowerCase()));

/** An amount of ICNT as text; becomes wei. */
export const icnt = z.string().transform((text, context) => {
  const wei = tryParseIcnt(text);
  if (wei !== undefined) return wei;
  context.addIssue({
    code: "custom",
    message: 'is not an amount of ICNT: write digits such as "1_000" or "1.5"',
  });
  return z.NEVER;
});

export const integer = (min: number, max: number) =>
  z
    .int({ error: `is not a whole number: write one from ${min} to ${max}` })
    .min(min, `is too low: write ${min} to ${max}`)
    .max(max, `is too high: write ${min} to ${max}`);

export const ppm = integer(0, PPM);

export const SCHEDULE_MONTHS = 60;

/** What is released month by month: never more than the month before. */
export const monthlySharesPpm = z.array(ppm).superRefine((shares, context) => {
  const refuse = (message: string, path: number[] = []) =>
    context.addIssue({ code: "custom", path, message });
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length !== SCHEDULE_MONTHS) refuse(`has ${shares.length} months: write ${SCHEDULE_MONTHS}`);
  if (sum !== PPM) refuse(`sums to ${sum}, not ${PPM}: change the shares by ${PPM - sum} in all`);
  shares.forEach((share, index) => {
    const before = shares[index - 1];
    if (before !== undefined && share > before)
      refuse(`rises above ${before} of the month before: write at most that`, [index]);
  });
});

export const bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "is not a 32-byte key: write 0x and 64 lower-case hex digits");

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: "is not a web address: write http://… or https://…",
});
