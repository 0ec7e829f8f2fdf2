import { BUCKETS } from "./bits.ts";
import { OracleError } from "./errors.ts";

/** The protocol's calendar: epoch e = [epochZero + e·L, epochZero + (e+1)·L), each of 256 buckets. */
export class EpochClock {
  /** Unix seconds. */
  readonly epochZero: number;
  /** L in seconds. */
  readonly epochLength: number;

  /** @throws OracleError `clock-invalid` unless epochZero ≥ 0 and L ≥ 1 are whole seconds. */
  constructor(epochZero: number, epochLength: number) {
    if (!Number.isSafeInteger(epochZero) || epochZero < 0)
      throw new OracleError("clock-invalid", `epochZero must be whole Unix seconds: ${epochZero}`);
    if (!Number.isSafeInteger(epochLength) || epochLength < 1)
      throw new OracleError(
        "clock-invalid",
        `epoch length must be whole seconds, at least 1: ${epochLength}`,
      );
    this.epochZero = epochZero;
    this.epochLength = epochLength;
  }

  /** Epoch of a Unix time in milliseconds; negative before epochZero. */
  epochAt(tMs: number): number {
    return Math.floor((tMs - this.epochZero * 1000) / (this.epochLength * 1000));
  }

  /** Unix seconds. */
  startAt(epoch: number): number {
    return this.epochZero + epoch * this.epochLength;
  }

  endAt(epoch: number): number {
    return this.startAt(epoch + 1);
  }

  startMs(epoch: number): number {
    return this.startAt(epoch) * 1000;
  }

  endMs(epoch: number): number {
    return this.endAt(epoch) * 1000;
  }

  /** Bucket (0 … 255) of a time within its epoch: ⌊(tMs − startMs)·256 / (1000·L)⌋. */
  bucketAt(tMs: number): number {
    const sinceStart = tMs - this.startMs(this.epochAt(tMs));
    return Math.floor((sinceStart * BUCKETS) / (this.epochLength * 1000));
  }

  /** First whole millisecond of a bucket; bucket 256 is the epoch's end. */
  bucketStartMs(epoch: number, bucket: number): number {
    return this.startMs(epoch) + Math.ceil((bucket * this.epochLength * 1000) / BUCKETS);
  }

  bucketEndMs(epoch: number, bucket: number): number {
    return this.bucketStartMs(epoch, bucket + 1);
  }
}
