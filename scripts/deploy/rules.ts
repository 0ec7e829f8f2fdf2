// What a report's computation reads; the contract checks the same bounds again.
import { z } from "zod";
import { type LatencyTarget, SERVICE_BITS } from "../../oracle/domain/types.ts";
import { icnt, integer, PPM, ppm } from "./fields.ts";

const UINT32_MAX = 2 ** 32 - 1;
const BUCKETS = 256;
const ATTESTER_SHARE_MAX_PPM = 100_000;
const STAKE_FLOOR_MIN = 1_000_000n * 10n ** 18n;
const REVEAL_MAX_PPM = 499_999;
const VIEW_TIMEOUT_MIN_PPM = 1_000;
const CURVE_POINTS_MAX = 16;
const LATENCY_TARGETS_MAX = 64;
const TARGET_MAX_MS = 60_000;
const NETWORK_BYTES_MIN = 1 << 10;
const NETWORK_BYTES_MAX = 4 << 20;

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

const orderOf = ({ nodeClass, service }: LatencyTarget): number => nodeClass * 256 + service;

const SERVICES: readonly number[] = Object.values(SERVICE_BITS);
const NO_SERVICE = "is no service: write 1 (storage), 2 (compute) or 4 (network)";

const latencyTargets = z
  .array(
    z.strictObject({
      nodeClass: integer(0, 255),
      service: z.int(NO_SERVICE).refine((bit) => SERVICES.includes(bit), NO_SERVICE),
      targetMs: integer(1, TARGET_MAX_MS),
    }),
  )
  .max(LATENCY_TARGETS_MAX, `has too many targets: write at most ${LATENCY_TARGETS_MAX}`)
  .superRefine((targets, context) => {
    const refuse = (message: string, path: (string | number)[] = []) =>
      context.addIssue({ code: "custom", path, message });
    for (const [service, bit] of Object.entries(SERVICE_BITS))
      if (!targets.some((target) => target.nodeClass === 0 && target.service === bit))
        refuse(
          `has no ${service} target for class 0: add {"nodeClass": 0, "service": ${bit}, "targetMs": …}`,
        );
    targets.forEach((target, index) => {
      const before = targets[index - 1];
      if (before !== undefined && orderOf(before) >= orderOf(target))
        refuse("is not above the one before: sort by nodeClass, then service, each pair once", [index]);
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
    storageBucketInterval: integer(1, BUCKETS),
    networkBucketInterval: integer(1, BUCKETS),
    computeBucketInterval: integer(1, BUCKETS),
    networkBytes: integer(NETWORK_BYTES_MIN, NETWORK_BYTES_MAX),
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
  latencyTargets,
  availabilityCurve: curve,
  latencyCurve: curve,
});
