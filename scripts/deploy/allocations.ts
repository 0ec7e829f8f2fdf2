// Who gets the 700,000,000 ICNT at genesis.
import { z } from "zod";
import { formatIcnt } from "../lib/amounts.ts";
import { address, icnt, integer, monthlySharesPpm, ppm, SCHEDULE_MONTHS } from "./fields.ts";

export const SUPPLY = 700_000_000n * 10n ** 18n;
const LOCKED_MONTHS = 12;
const LOCKED_GROUPS: readonly string[] = ["team", "investors"];

const common = {
  name: z.string().min(1, "is empty: name the allocation"),
  group: z.enum(
    ["team", "investors", "devco", "ecosystem", "partners", "nodeRewards", "rewardsReserve"],
    "is no group: write team, investors, devco, ecosystem, partners, nodeRewards or rewardsReserve",
  ),
  amountIcnt: icnt,
};

const vesting = z
  .strictObject({
    kind: z.literal("vesting"),
    ...common,
    beneficiary: address,
    /** Months after genesis at which accrual starts. */
    startMonth: integer(0, SCHEDULE_MONTHS),
    /** Months after the start before which only `initialPpm` is released. */
    cliffMonths: integer(0, SCHEDULE_MONTHS),
    /** Instead of `monthlySharesPpm`. */
    months: integer(1, SCHEDULE_MONTHS).optional(),
    /** Instead of `months`. */
    monthlySharesPpm: monthlySharesPpm.optional(),
    /** Share released at the start; the rest is linear over `months`, or follows the monthly shares. */
    initialPpm: ppm,
    /** By the file's `vestingRevoker`, who may send back what has not vested. */
    revocable: z.boolean("is neither true nor false: write one of them").default(false),
  })
  .superRefine((line, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if ((line.months === undefined) === (line.monthlySharesPpm === undefined))
      refuse("months", 'is one of two ways to vest: write either it or "monthlySharesPpm"');
    const months = line.months ?? SCHEDULE_MONTHS;
    if (line.startMonth + months > SCHEDULE_MONTHS)
      refuse(
        line.months === undefined ? "startMonth" : "months",
        `ends after month ${SCHEDULE_MONTHS}: ${line.months === undefined ? "write 0" : "shorten it or start earlier"}`,
      );
    if (line.cliffMonths > months) refuse("cliffMonths", `is longer than ${months} months: shorten it`);
    if (LOCKED_GROUPS.includes(line.group) && line.startMonth < LOCKED_MONTHS)
      refuse("startMonth", `lets ${line.group} accrue in the first year: write ${LOCKED_MONTHS} or more`);
    if (LOCKED_GROUPS.includes(line.group) && line.initialPpm !== 0)
      refuse("initialPpm", `releases a lump to ${line.group}: write 0`);
  });

/** The node rewards, released by the emission table. */
const emission = z.strictObject({ kind: z.literal("emission"), ...common });

const liquid = z
  .strictObject({
    kind: z.literal("liquid"),
    ...common,
    to: z.union([z.literal("deployer"), address], 'is neither an address nor "deployer": write one of them'),
  })
  .superRefine((line, context) => {
    if (LOCKED_GROUPS.includes(line.group))
      context.addIssue({
        code: "custom",
        path: ["kind"],
        message: `frees ${line.group} at once: write "vesting"`,
      });
  });

const line = z.discriminatedUnion("kind", [vesting, emission, liquid], {
  error: 'is no kind of allocation: write "vesting", "emission" or "liquid"',
});

export const allocations = z.array(line).superRefine((lines, context) => {
  const sum = lines.reduce((total, { amountIcnt }) => total + amountIcnt, 0n);
  if (sum !== SUPPLY)
    context.addIssue({
      code: "custom",
      message: `sum to ${formatIcnt(sum)}, not ${formatIcnt(SUPPLY)} ICNT: ${
        sum < SUPPLY ? `add ${formatIcnt(SUPPLY - sum)}` : `take off ${formatIcnt(sum - SUPPLY)}`
      }`,
    });
  lines.forEach(({ amountIcnt, name }, index) => {
    if (amountIcnt === 0n)
      context.addIssue({
        code: "custom",
        path: [index, "amountIcnt"],
        message: `is 0: give ${name} something or drop it`,
      });
  });
  const emissions = lines.filter(({ kind }) => kind === "emission").length;
  if (emissions !== 1)
    context.addIssue({ code: "custom", message: `hold ${emissions} emission lines: write exactly one` });
});
