// Every number in the rules with the bounds that the code gives it, written down a second time.

import type { RulesStruct } from "../../types/ethers-contracts/contracts/oracle/SlaOracle.js";
import { icnt } from "./system.ts";

const UINT32_MAX = 2n ** 32n - 1n;
const PPM = 1_000_000n;

export interface Field {
  /** As the contract's error names it. */
  readonly name: string;
  readonly min: bigint;
  readonly max: bigint;
  /** The rules with that value and everything else as it was. */
  readonly set: (rules: RulesStruct, value: bigint) => RulesStruct;
}

type Part = "economics" | "measurement" | "timing";

const inside = (part: Part, name: string, min: bigint, max: bigint): Field => ({
  ...{ name, min, max },
  set: (rules, value) => ({ ...rules, [part]: { ...rules[part], [name]: value } }),
});

const curve = (name: "availabilityCurve" | "latencyCurve"): readonly Field[] => [
  {
    ...{ name: `${name}.length`, min: 1n, max: 16n },
    set: (rules, length) => ({ ...rules, [name]: pointsOf(length) }),
  },
  {
    ...{ name: `${name}.yPpm`, min: 0n, max: PPM },
    set: (rules, yPpm) => ({ ...rules, [name]: [{ xPpm: 1, yPpm }] }),
  },
];

const pointsOf = (length: bigint) => Array.from({ length: Number(length) }, (_, i) => ({ xPpm: i, yPpm: i }));
const targetsOf = (length: bigint) =>
  Array.from({ length: Number(length) }, (_, i) => ({
    nodeClass: Math.floor(i / 3),
    ...{ service: 2 ** (i % 3), targetMs: 100 },
  }));

export const FIELDS: readonly Field[] = [
  {
    ...{ name: "algorithmVersion", min: 1n, max: UINT32_MAX },
    set: (rules, algorithmVersion) => ({ ...rules, algorithmVersion }),
  },
  inside("economics", "attesterSharePpm", 0n, 100_000n),
  inside("economics", "stakeFloor", icnt(1_000_000), icnt(700_000_000)),
  inside("economics", "bondFactor", 0n, 100n),
  inside("economics", "stakePerUnit", 0n, icnt(700_000_000)),
  inside("measurement", "measuredBucketsMin", 1n, 256n),
  inside("measurement", "latencyBucketsMin", 1n, 256n),
  inside("measurement", "staleEpochsPaid", 0n, 30n),
  inside("measurement", "assignedAttesters", 1n, 31n),
  inside("measurement", "storageBucketInterval", 1n, 256n),
  inside("measurement", "networkBucketInterval", 1n, 256n),
  inside("measurement", "computeBucketInterval", 1n, 256n),
  inside("measurement", "networkBytes", 1_024n, 4_194_304n),
  inside("measurement", "paidConclusivePpm", 0n, PPM),
  {
    ...{ name: "revealPpm", min: 2n, max: 499_999n },
    set: (rules, revealPpm) => ({ ...rules, timing: { ...rules.timing, commitPpm: 1, revealPpm } }),
  },
  {
    ...{ name: "commitPpm", min: 1n, max: 499_998n },
    set: (rules, commitPpm) => ({ ...rules, timing: { ...rules.timing, commitPpm, revealPpm: 499_999 } }),
  },
  inside("timing", "viewTimeoutPpm", 1_000n, PPM),
  ...curve("availabilityCurve"),
  ...curve("latencyCurve"),
  {
    ...{ name: "latencyTargets.length", min: 3n, max: 64n },
    set: (rules, length) => ({ ...rules, latencyTargets: targetsOf(length) }),
  },
  {
    ...{ name: "latencyTargets.targetMs", min: 1n, max: 60_000n },
    set: (rules, targetMs) => ({
      ...rules,
      latencyTargets: targetsOf(3n).map((target) => ({ ...target, targetMs })),
    }),
  },
];
