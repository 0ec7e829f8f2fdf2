import type { Service } from "../domain/types.ts";

export type Probe = "challenge" | Service;
export type Outcome = "ok" | "fail" | "inconclusive";

/** One probe's result. */
export interface Measurement {
  readonly epoch: number;
  readonly nodeId: number;
  /** The bucket in which the probe started. */
  readonly bucket: number;
  readonly probe: Probe;
  readonly outcome: Outcome;
  /** What the service's objective is about, in microseconds (docs/measuring.md); null where the probe has no latency. */
  readonly latencyUs: number | null;
  /** Closed set of words, such as "timeout" or "wrong-signature"; "" for ok. */
  readonly reason: string;
  /** Own canaries found lost or altered by this probe. */
  readonly integrityFailures: number;
}

export interface MeasurementStore {
  /** Durable against kill -9 when it returns. */
  record(measurements: readonly Measurement[]): void;
  /** Buckets of an epoch that are void for the attester's own reasons (control targets failed). */
  voidBucket(epoch: number, bucket: number): void;
  ofEpoch(epoch: number): { measurements: readonly Measurement[]; voidBuckets: bigint };
  /** Forgets epochs before this one. */
  prune(beforeEpoch: number): void;
}
