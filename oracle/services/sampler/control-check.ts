import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { MeasurementStore } from "../../ports/measurements.ts";
import type { Metrics } from "../../ports/metrics.ts";
import type { ControlTargets } from "./control-targets.ts";

export interface BucketSlot {
  readonly epoch: number;
  readonly bucket: number;
}

export interface ControlCheckDependencies {
  readonly controls: Pick<ControlTargets, "areDown">;
  readonly measurements: MeasurementStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Voids buckets in which the attester's own network was down. */
export class ControlCheck {
  readonly #gapUs: number;
  readonly #dependencies: ControlCheckDependencies;
  #checkedUs = Number.NEGATIVE_INFINITY;
  #running: Promise<boolean> | undefined;

  /** @param options.gapMs How soon after a check a suspicion leads to the next one. */
  constructor({ gapMs }: { readonly gapMs: number }, dependencies: ControlCheckDependencies) {
    this.#gapUs = gapMs * 1_000;
    this.#dependencies = dependencies;
  }

  /** Checks because a node could not be reached: it may be the attester that is cut off. */
  async suspect(slot: BucketSlot, signal: AbortSignal): Promise<void> {
    const { clock } = this.#dependencies;
    if (this.#running === undefined && clock.monotonicUs() - this.#checkedUs < this.#gapUs) return;
    await this.check(slot, signal);
  }

  /** Checks now, or takes part in the check that is under way. */
  async check(slot: BucketSlot, signal: AbortSignal): Promise<void> {
    const { controls, measurements, log, metrics, clock } = this.#dependencies;
    this.#running ??= controls.areDown(signal).finally(() => {
      this.#running = undefined;
      this.#checkedUs = clock.monotonicUs();
    });
    const down = await this.#running;
    if (!down || signal.aborted) return;
    measurements.voidBucket(slot.epoch, slot.bucket);
    metrics.count("icn_oracle_void_buckets_total");
    log.warn("The control targets do not answer: this bucket counts for nobody.", { ...slot });
  }
}
