import { addressOfKey, signDigest } from "../../../oracle/domain/signatures.ts";
import type { SigningDomain } from "../../../oracle/domain/statements.ts";
import type { EpochContext, Hex, NodeStatus, NodeView, Rules } from "../../../oracle/domain/types.ts";
import type { LogFields, Logger } from "../../../oracle/ports/logger.ts";
import type { Measurement, MeasurementStore } from "../../../oracle/ports/measurements.ts";
import type { Metrics } from "../../../oracle/ports/metrics.ts";
import type { Signer } from "../../../oracle/ports/signer.ts";

export const DOMAIN: SigningDomain = { chainId: 31_337, verifyingContract: `0x${"0a".repeat(20)}` };
export const SECRET = new Uint8Array(32).fill(7);
export const ATTESTER_ID = 2;

/** A private key that is the same in every run. */
export function keyOf(number: number): Uint8Array {
  return new Uint8Array(32).fill(number);
}

export function hexKeyOf(number: number): Hex {
  return `0x${Buffer.from(keyOf(number)).toString("hex")}`;
}

export function signerOf(key: Uint8Array): Signer {
  return { address: addressOfKey(key), sign: (digest) => signDigest(digest, key) };
}

const RULES: Rules = {
  algorithmVersion: 1,
  economics: { attesterSharePpm: 50_000, stakeFloor: 1n, bondFactor: 9, stakePerUnit: 1n },
  measurement: {
    measuredBucketsMin: 64,
    latencyBucketsMin: 16,
    staleEpochsPaid: 3,
    assignedAttesters: 7,
    storageBucketInterval: 4,
    networkBucketInterval: 16,
    computeBucketInterval: 32,
    networkBytes: 65_536,
    paidConclusivePpm: 500_000,
  },
  timing: { commitPpm: 50_000, revealPpm: 100_000, viewTimeoutPpm: 50_000 },
  availabilityCurve: [],
  latencyCurve: [],
  latencyTargets: [
    { nodeClass: 0, service: 1, targetMs: 100 },
    { nodeClass: 0, service: 2, targetMs: 2_000 },
    { nodeClass: 0, service: 4, targetMs: 1_000 },
  ],
};

export interface NodeOfTest {
  readonly nodeId: number;
  readonly endpoint?: string;
  readonly status?: NodeStatus;
  readonly services?: number;
}

/** A node whose key is `keyOf(nodeId)`. */
export function nodeView({ nodeId, endpoint, status = "active", services = 1 }: NodeOfTest): NodeView {
  return {
    nodeId,
    status,
    terms: {
      nodeClass: 1,
      services,
      country: "CH",
      storageUnits: 1,
      computeUnits: 0,
      networkUnits: 0,
      commissionPpm: 0,
    },
    nodeKey: addressOfKey(keyOf(nodeId)),
    endpoint: endpoint ?? `http://node-${nodeId}.test`,
    stake: 1n,
    bond: 1n,
    limit: 1n,
  };
}

export function contextOf(
  epoch: number,
  nodes: readonly NodeView[],
  times = { startAt: 0, endAt: 64 },
): EpochContext {
  return {
    epoch,
    ...times,
    rulesHash: `0x${"00".repeat(32)}`,
    rules: RULES,
    committeeId: 1,
    members: [],
    nodes,
    index: 0n,
    previousIndex: 0n,
  };
}

/** Remembers what was logged. */
export class MemoryLog implements Logger {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: LogFields }[] = [];

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "debug", message, fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "error", message, fields });
  }

  child(): Logger {
    return this;
  }
}

/** Sums counters by name. */
export class MemoryMetrics implements Metrics {
  readonly counts = new Map<string, number>();

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = [name, ...Object.values(labels)].join(" ");
    this.counts.set(key, (this.counts.get(key) ?? 0) + by);
  }

  gauge(): void {}
}

export class MemoryMeasurements implements MeasurementStore {
  readonly recorded: Measurement[] = [];
  readonly voided = new Map<number, bigint>();
  /** Whether `record` throws, as on a full disk. */
  broken = false;

  record(measurements: readonly Measurement[]): void {
    if (this.broken) throw new Error("disk full");
    this.recorded.push(...measurements);
  }

  voidBucket(epoch: number, bucket: number): void {
    this.voided.set(epoch, (this.voided.get(epoch) ?? 0n) | (1n << BigInt(bucket)));
  }

  ofEpoch(epoch: number) {
    return {
      measurements: this.recorded.filter((measurement) => measurement.epoch === epoch),
      voidBuckets: this.voided.get(epoch) ?? 0n,
    };
  }

  prune(beforeEpoch: number): void {
    const kept = this.recorded.filter(({ epoch }) => epoch >= beforeEpoch);
    this.recorded.splice(0, this.recorded.length, ...kept);
  }
}
