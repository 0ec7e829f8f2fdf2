// What is wrong with each of the devnet's nodes.
import { EpochClock } from "../../oracle/domain/epochs.ts";

export const LABELS = ["good", "flaky", "slow", "half", "corrupt", "dead"] as const;
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

export interface NodeFaults {
  /** In front of the node's own HTTP. */
  readonly http: Fault;
  /** In front of its S3. */
  readonly s3: Fault;
}

export interface FaultSetting {
  readonly epochZero: number;
  readonly epochLength: number;
  /** Objective for the time to first byte. */
  readonly storageTargetMs: number;
}

const BUCKETS = 256;
const FLAKY_EVERY = 50;
/** Of the objective; with the store's own few milliseconds a read takes about twice the objective. */
const SLOW_DELAY = 1.9;

export function faultsOf(label: Label, setting: FaultSetting): NodeFaults {
  const both = (fault: Fault): NodeFaults => ({ http: fault, s3: fault });
  const downIn = (buckets: (bucket: number) => boolean): Fault => ({ isDown: outage(setting, buckets) });
  switch (label) {
    case "good":
    case "dead":
      return both({});
    case "flaky":
      return both(downIn((bucket) => bucket % FLAKY_EVERY === FLAKY_EVERY - 1));
    case "slow":
      return both({ delayMs: Math.round(setting.storageTargetMs * SLOW_DELAY) });
    case "half":
      return both(downIn((bucket) => bucket >= BUCKETS / 2));
    case "corrupt":
      return { http: {}, s3: { altersBodies: true } };
  }
}

/** Down in the named buckets of every epoch, up before epoch 0. */
function outage(setting: FaultSetting, isDown: (bucket: number) => boolean): (nowMs: number) => boolean {
  const clock = new EpochClock(setting.epochZero, setting.epochLength);
  return (nowMs) => clock.epochAt(nowMs) >= 0 && isDown(clock.bucketAt(nowMs));
}
