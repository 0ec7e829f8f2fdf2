import { type AbiWord, encodeWords } from "./abi.ts";
import { OracleError } from "./errors.ts";
import { keccak256Hex } from "./hashing.ts";
import {
  type CurvePoint,
  type Hex,
  type NodeTerms,
  type Rules,
  SERVICE_BITS,
  type Service,
} from "./types.ts";

/** keccak256(abi.encode(rules)), under which the contract stores them. */
export function rulesHash(rules: Rules): Hex {
  return keccak256Hex(encodeRules(rules));
}

/** Solidity's abi.encode(rules): static members in place, then the three lists at their offsets. */
export function encodeRules(rules: Rules): Uint8Array {
  const { economics, measurement, timing } = rules;
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
    measurement.networkBucketInterval,
    measurement.computeBucketInterval,
    measurement.networkBytes,
    measurement.paidConclusivePpm,
    timing.commitPpm,
    timing.revealPpm,
    timing.viewTimeoutPpm,
  ];
  const lists = [
    encodeList(rules.latencyTargets, ({ nodeClass, service, targetMs }) => [nodeClass, service, targetMs]),
    encodeCurve(rules.availabilityCurve),
    encodeCurve(rules.latencyCurve),
  ];
  const offsets: AbiWord[] = [];
  let at = fixed.length + lists.length;
  for (const list of lists) {
    offsets.push(at * 32);
    at += list.length;
  }
  return encodeWords([32, ...fixed, ...offsets, ...lists.flat()]);
}

export function offers({ services }: Pick<NodeTerms, "services">, service: Service): boolean {
  return (services & SERVICE_BITS[service]) !== 0;
}

/** One bucket in this many holds a probe of the service. */
export function bucketIntervalOf({ measurement }: Pick<Rules, "measurement">, service: Service): number {
  switch (service) {
    case "storage":
      return measurement.storageBucketInterval;
    case "compute":
      return measurement.computeBucketInterval;
    case "network":
      return measurement.networkBucketInterval;
  }
}

/** A node's objective: its class's own, else that of class 0, in milliseconds. */
export function targetMsOf(
  { latencyTargets }: Pick<Rules, "latencyTargets">,
  service: Service,
  nodeClass: number,
): number {
  const ofService = latencyTargets.filter((target) => target.service === SERVICE_BITS[service]);
  const target =
    ofService.find((one) => one.nodeClass === nodeClass) ?? ofService.find((one) => one.nodeClass === 0);
  if (target === undefined)
    throw new OracleError("latency-target-missing", `the rules have no latency target for ${service}`);
  return target.targetMs;
}

function encodeCurve(curve: readonly CurvePoint[]): AbiWord[] {
  return encodeList(curve, ({ xPpm, yPpm }) => [xPpm, yPpm]);
}

function encodeList<T>(list: readonly T[], wordsOf: (one: T) => readonly AbiWord[]): AbiWord[] {
  return [list.length, ...list.flatMap(wordsOf)];
}
