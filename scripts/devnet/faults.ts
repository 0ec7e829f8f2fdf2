// What is wrong with each of the devnet's nodes.
import { EpochClock } from "../../oracle/domain/epochs.ts";

export const LABELS = [
  "good",
  "flaky",
  "slow",
  "half",
  "corrupt",
  "dead",
  "no-compute",
  "slow-network",
] as const;
export type Label = (typeof LABELS)[number];

/** How a proxy in front of a port misbehaves; nothing set is no fault. */
export interface Fault {
  /** Whether connections are reset at that time (Unix milliseconds). */
  readonly isDown?: (nowMs: number) => boolean;
  /** Added to every piece of an answer. */
  readonly delayMs?: number;
  /** Alters the bodies of answers to GET. */
  readonly altersBodies?: true;
}

/** What stands behind a proxy: the node's own HTTP, its S3, its downloads, its image server. */
export const SIDES = ["http", "s3", "network", "compute"] as const;
export type Side = (typeof SIDES)[number];
export type NodeFaults = Readonly<Record<Side, Fault>>;

export interface FaultSetting {
  readonly epochZero: number;
  readonly epochLength: number;
  /** Objectives. */
  readonly storageTargetMs: number;
  readonly networkTargetMs: number;
}

const BUCKETS = 256;
const FLAKY_EVERY = 50;
/** Of the objective; with the server's own few milliseconds an answer takes about twice the objective. */
const SLOW_DELAY = 1.9;

export function faultsOf(label: Label, setting: FaultSetting): NodeFaults {
  const fine: NodeFaults = { http: {}, s3: {}, network: {}, compute: {} };
  const all = (fault: Fault): NodeFaults => ({ http: fault, s3: fault, network: fault, compute: fault });
  const late = (targetMs: number): Fault => ({ delayMs: Math.round(targetMs * SLOW_DELAY) });
  const downIn = (buckets: (bucket: number) => boolean): Fault => ({ isDown: outage(setting, buckets) });
  switch (label) {
    case "good":
    case "dead":
      return fine;
    case "flaky":
      return all(downIn((bucket) => bucket % FLAKY_EVERY === FLAKY_EVERY - 1));
    case "slow":
      return { ...fine, http: late(setting.storageTargetMs), s3: late(setting.storageTargetMs) };
    case "half":
      return all(downIn((bucket) => bucket >= BUCKETS / 2));
    case "corrupt":
      return { ...fine, s3: { altersBodies: true } };
    case "no-compute":
      return { ...fine, compute: { isDown: () => true } };
    case "slow-network":
      return { ...fine, network: late(setting.networkTargetMs) };
  }
}

/** Down in the named buckets of every epoch, up before epoch 0. */
function outage(setting: FaultSetting, isDown: (bucket: number) => boolean): (nowMs: number) => boolean {
  const clock = new EpochClock(setting.epochZero, setting.epochLength);
  return (nowMs) => clock.epochAt(nowMs) >= 0 && isDown(clock.bucketAt(nowMs));
}
