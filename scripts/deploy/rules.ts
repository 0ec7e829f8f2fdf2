// What a report's computation reads; the contract checks the same bounds again.
import { z } from "zod";
import { icnt, integer, PPM, ppm } from "./fields.ts";

const UINT32_MAX = 2 ** 32 - 1;
const BUCKETS = 256;
const ATTESTER_SHARE_MAX_PPM = 100_000;
const STAKE_FLOOR_MIN = 1_000_000n * 10n ** 18n;
const REVEAL_MAX_PPM = 499_999;
const VIEW_TIMEOUT_MIN_PPM = 1_000;
const CURVE_POINTS_MAX = 16;

const curve = z
  .array(z.strictObject({ xPpm: integer(0, UINT32_MAX), yPpm: ppm }))
  .min(1, "has no point: write at least one {xPpm, yPpm}")
  .max(CURVE_POINTS_MAX, `has too many points: write at most ${CURVE_POINTS_MAX}`)
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
    attesterSharePpm: integer(0, ATTESTER_SHARE_MAX_PPM),
    stakeFloorIcnt: icnt.refine((wei) => wei >= STAKE_FLOOR_MIN, "is too low: write 1_000_000 or more"),
    bondFactor: integer(0, 100),
    stakePerUnitIcnt: icnt,
  }),
  measurement: z.strictObject({
    measuredBucketsMin: integer(1, BUCKETS),
    latencyBucketsMin: integer(1, BUCKETS),
    staleEpochsPaid: integer(0, 30),
    assignedAttesters: integer(1, 31),
    storageBucketInterval: integer(1, 64),
    storageTargetMs: integer(1, 60_000),
    paidConclusivePpm: ppm,
  }),
  timing: z
    .strictObject({
      commitPpm: integer(1, REVEAL_MAX_PPM),
      revealPpm: integer(2, REVEAL_MAX_PPM),
      viewTimeoutPpm: integer(VIEW_TIMEOUT_MIN_PPM, PPM),
    })
    .refine(({ commitPpm, revealPpm }) => commitPpm < revealPpm, {
      path: ["revealPpm"],
      error: "is not after commitPpm: write more than that",
    }),
  availabilityCurve: curve,
  latencyCurve: curve,
});
