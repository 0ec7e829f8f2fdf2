import type { Timers } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Measurement, MeasurementStore } from "../../ports/measurements.ts";
import type { Metrics } from "../../ports/metrics.ts";

export interface MeasurementBatchOptions {
  /** How long the first of a batch waits for others. */
  readonly delayMs: number;
  /** While the store fails, the oldest beyond this many are dropped, which is an abstention. */
  readonly maxPending: number;
}

export interface MeasurementBatchDependencies {
  readonly timers: Timers;
  readonly measurements: MeasurementStore;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Records measurements in few transactions, each soon after it was made. */
export class MeasurementBatch {
  readonly #options: MeasurementBatchOptions;
  readonly #dependencies: MeasurementBatchDependencies;
  #pending: Measurement[] = [];
  #cancel: (() => void) | undefined;

  constructor(options: MeasurementBatchOptions, dependencies: MeasurementBatchDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  add(measurement: Measurement): void {
    this.#pending.push(measurement);
    this.#cancel ??= this.#dependencies.timers.after(this.#options.delayMs, () => this.flush());
  }

  /** Records what is pending; what the store refuses stays for the next time. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#pending.length === 0) return;
    const { measurements, log } = this.#dependencies;
    try {
      measurements.record(this.#pending);
      this.#pending = [];
    } catch (error) {
      log.error("Measurements could not be recorded.", { pending: this.#pending.length, error });
      this.#dropExcess();
    }
  }

  #dropExcess(): void {
    const excess = this.#pending.length - this.#options.maxPending;
    if (excess <= 0) return;
    this.#pending.splice(0, excess);
    this.#dependencies.metrics.count("icn_oracle_measurements_dropped_total", {}, excess);
  }
}
