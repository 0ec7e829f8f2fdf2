import type { EpochClock } from "../../domain/epochs.ts";
import type { EpochContext } from "../../domain/types.ts";
import type { Clock, Timers } from "../../ports/clock.ts";
import type { Contexts } from "../../ports/contexts.ts";
import type { LagMonitor } from "../../ports/lag.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Measurement, MeasurementStore, Probe } from "../../ports/measurements.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { ProbeReason, Prober } from "../../ports/prober.ts";
import { type PlannedProbe, planBucket } from "./bucket-plan.ts";
import { type BucketSlot, ControlCheck } from "./control-check.ts";
import type { ControlTargets } from "./control-targets.ts";
import { MeasurementBatch } from "./measurement-batch.ts";
import { ProbeRunner } from "./probe-runner.ts";

export interface SamplerOptions {
  readonly epochs: EpochClock;
  /** Of the PRF that chooses buckets and moments. */
  readonly secret: Uint8Array;
  /** A probe later than this, or in another bucket than planned, is dropped. */
  readonly maxLateMs?: number;
  /** How long measurements may wait to be recorded together. */
  readonly recordDelayMs?: number;
  /** How soon after a check of the control targets an unreachable node leads to the next one. */
  readonly controlGapMs?: number;
  /** Measurements of older epochs are forgotten. */
  readonly keepEpochs?: number;
}

export interface SamplerDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly contexts: Contexts;
  readonly measurements: MeasurementStore;
  readonly probers: Readonly<Record<Probe, Prober>>;
  readonly controls: Pick<ControlTargets, "areDown">;
  readonly lag: LagMonitor;
  /** Whether the wall clock agrees with the chain; a node would rightly refuse a challenge of another time. */
  readonly clockIsSane: () => boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const DEFAULTS = { maxLateMs: 250, recordDelayMs: 100, controlGapMs: 5_000, keepEpochs: 8 };
const MAX_PENDING = 100_000;
/** A wall clock that is set back is noticed after this long. */
const MAX_PAUSE_MS = 5_000;
const CONTEXT_POLL_MS = 250;
const RETRY_MS = 1_000;
const CLOCK_TOLERANCE_MS = 500;

/** Reasons that the attester's own network could also explain. */
const UNREACHABLE: ReadonlySet<string> = new Set<ProbeReason>([
  "dns",
  "connect",
  "tls",
  "timeout",
  "idle",
  "closed",
]);

/** Probes every active node in every bucket, at moments that only this attester knows, and records what it found. */
export class Sampler {
  readonly #options: Required<SamplerOptions>;
  readonly #dependencies: SamplerDependencies;
  readonly #runner: ProbeRunner;
  readonly #batch: MeasurementBatch;
  readonly #controlCheck: ControlCheck;
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #running: Promise<void> | undefined;
  #prunedAtEpoch = -1;

  constructor(options: SamplerOptions, dependencies: SamplerDependencies) {
    this.#options = { ...DEFAULTS, ...options };
    this.#dependencies = dependencies;
    const { recordDelayMs, controlGapMs } = this.#options;
    const limits = { delayMs: recordDelayMs, maxPending: MAX_PENDING };
    this.#batch = new MeasurementBatch(limits, dependencies);
    this.#controlCheck = new ControlCheck({ gapMs: controlGapMs }, dependencies);
    this.#runner = new ProbeRunner({ clockToleranceMs: CLOCK_TOLERANCE_MS }, dependencies);
  }

  /** Begins with the present bucket and goes on until the signal aborts or `stop` is called. */
  start(signal: AbortSignal): void {
    if (signal.aborted) this.#stop.abort();
    signal.addEventListener("abort", () => this.#stop.abort(), { once: true });
    this.#running = this.#run(this.#stop.signal);
  }

  /** Ends the probes in flight and records what was measured. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#presentBucket(signal);
      } catch (error) {
        if (!signal.aborted) await this.#recover(error, signal);
      }
    }
    await Promise.all(this.#inFlight);
    this.#batch.flush();
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    this.#dependencies.log.error("Sampling was interrupted.", { error });
    await this.#pause(RETRY_MS, signal).catch(() => undefined);
  }

  async #presentBucket(signal: AbortSignal): Promise<void> {
    const { clock, contexts, metrics } = this.#dependencies;
    const slot = this.#presentSlot();
    const context = slot.epoch < 0 ? undefined : contexts.contextOf(slot.epoch);
    if (context === undefined) {
      const endMs = this.#options.epochs.bucketEndMs(slot.epoch, slot.bucket);
      await this.#pause(Math.min(endMs - clock.nowMs(), CONTEXT_POLL_MS), signal);
      return;
    }
    metrics.gauge("icn_oracle_sampler_bucket", slot.bucket);
    this.#forgetOld(slot.epoch);
    await this.#sample(context, slot, signal);
  }

  async #sample(context: EpochContext, slot: BucketSlot, signal: AbortSignal): Promise<void> {
    const { epochs } = this.#options;
    const pause = () => this.#pause(1, signal);
    for (const planned of await planBucket(context, slot.bucket, this.#options, pause)) {
      await this.#waitUntil(planned.atMs, slot, signal);
      this.#launch(context, slot, planned, signal);
    }
    await this.#waitUntil(epochs.bucketEndMs(slot.epoch, slot.bucket), slot, signal);
  }

  /** Waits for a moment of the slot; a wall clock that is set meanwhile ends the wait. */
  async #waitUntil(atMs: number, slot: BucketSlot, signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies;
    while (clock.nowMs() < atMs && this.#isPresent(slot))
      await this.#pause(Math.min(atMs - clock.nowMs(), MAX_PAUSE_MS), signal);
    signal.throwIfAborted();
  }

  /** Lets monotonic time pass. Throws the signal's reason when aborted. */
  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(signal.reason);
      };
      const cancel = this.#dependencies.timers.after(ms, () => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  #launch(context: EpochContext, slot: BucketSlot, planned: PlannedProbe, signal: AbortSignal): void {
    const { clock, clockIsSane } = this.#dependencies;
    const late = clock.nowMs() - planned.atMs > this.#options.maxLateMs || !this.#isPresent(slot);
    if (planned.probe === "control") {
      if (!late) this.#track(this.#controlCheck.check(slot, signal));
      return;
    }
    const { probe, node } = planned;
    const task = { context, node, bucket: slot.bucket };
    if (late) this.#batch.add(this.#runner.skipped(probe, task, "late"));
    else if (!clockIsSane()) this.#batch.add(this.#runner.skipped(probe, task, "clock"));
    else this.#track(this.#runner.run(probe, task, signal).then((found) => this.#record(found, signal)));
  }

  async #record(measurement: Measurement, signal: AbortSignal): Promise<void> {
    this.#batch.add(measurement);
    if (UNREACHABLE.has(measurement.reason)) await this.#controlCheck.suspect(measurement, signal);
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#dependencies.log.error("A probe could not be recorded.", { error }))
      .finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  #forgetOld(epoch: number): void {
    if (epoch === this.#prunedAtEpoch) return;
    this.#dependencies.measurements.prune(epoch - this.#options.keepEpochs);
    this.#prunedAtEpoch = epoch;
  }

  #presentSlot(): BucketSlot {
    const { epochs } = this.#options;
    const nowMs = this.#dependencies.clock.nowMs();
    return { epoch: epochs.epochAt(nowMs), bucket: epochs.bucketAt(nowMs) };
  }

  #isPresent({ epoch, bucket }: BucketSlot): boolean {
    const present = this.#presentSlot();
    return present.epoch === epoch && present.bucket === bucket;
  }
}
