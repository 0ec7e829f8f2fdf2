import { type AbiWord, encodeWords } from "./abi.ts";
import { keccak256Hex } from "./hashing.ts";
import type { CurvePoint, Hex, Rules } from "./types.ts";

/** keccak256(abi.encode(rules)), under which the contract stores them. */
export function rulesHash(rules: Rules): Hex {
  return keccak256Hex(encodeRules(rules));
}

/** Solidity's abi.encode(rules): static members in place, then the two curves at their offsets. */
export function encodeRules(rules: Rules): Uint8Array {
  const { economics, measurement, timing, availabilityCurve, latencyCurve } = rules;
  const fixed: AbiWord[] = [
    rules.algorithmVersion,
    economics.attesterSharePpm,
    economics.stakeFloor,
    economics.bondFactor,
    economics.stakePerUnit,
    measurement.measuredBucketsMin,
    measurement.latencyBucketsMin,
    measurement.staleEpochsPaid,
    measurement.assignedAttesters,
    measurement.storageBucketInterval,
    measurement.storageTargetMs,
    measurement.paidConclusivePpm,
    timing.commitPpm,
    timing.revealPpm,
    timing.viewTimeoutPpm,
  ];
  const availability = encodeCurve(availabilityCurve);
  const availabilityAt = (fixed.length + 2) * 32;
  const latencyAt = availabilityAt + availability.length * 32;
  return encodeWords([
    32,
    ...fixed,
    availabilityAt,
    latencyAt,
    ...availability,
    ...encodeCurve(latencyCurve),
  ]);
}

function encodeCurve(curve: readonly CurvePoint[]): AbiWord[] {
  return [curve.length, ...curve.flatMap(({ xPpm, yPpm }) => [xPpm, yPpm])];
}
