// What a report's computation reads; the contract checks the same bounds again.
import { z } from "zod";
import { icnt, integer, PPM, ppm } from "./fields.ts";

const UINT32_MAX = 2 ** 32 - 1;
const BUCKETS = 256;
const MAX_ATTESTER_SHARE_PPM = 100_000;

const curve = z
  .array(z.strictObject({ xPpm: integer(0, UINT32_MAX), yPpm: ppm }))
  .min(1, "has no point: write at least one {xPpm, yPpm}")
  .superRefine((points, context) => {
    points.forEach(({ xPpm }, index) => {
      const before = points[index - 1];
      if (before !== undefined && before.xPpm >= xPpm)
        context.addIssue({
          code: "custom",
          path: [index, "xPpm"],
          message: `does not rise above ${before.xPpm}: sort the points by xPpm`,
        });
    });
  });

export const rules = z.strictObject({
  algorithmVersion: integer(1, UINT32_MAX),
  economics: z.strictObject({
    attesterSharePpm: integer(0, MAX_ATTESTER_SHARE_PPM),
    stakeFloorIcnt: icnt.refine((wei) => wei > 0n, "is 0: write what the index divides by at least"),
    bondFactor: integer(0, 1_000),
    stakePerUnitIcnt: icnt,
  }),
  measurement: z.strictObject({
    measuredBucketsMin: integer(1, BUCKETS),
    latencyBucketsMin: integer(1, BUCKETS),
    staleEpochsPaid: integer(0, 100),
    assignedAttesters: integer(1, 31),
    storageBucketInterval: integer(1, BUCKETS),
    storageTargetMs: integer(1, 60_000),
    paidConclusivePpm: ppm,
  }),
  timing: z
    .strictObject({ commitPpm: integer(1, PPM), revealPpm: integer(1, PPM), viewTimeoutPpm: integer(1, PPM) })
    .refine(({ commitPpm, revealPpm }) => commitPpm < revealPpm, {
      path: ["revealPpm"],
      error: "is not after commitPpm: write more than that",
    }),
  availabilityCurve: curve,
  latencyCurve: curve,
});
