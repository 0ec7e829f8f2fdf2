import { observe } from "../domain/observe.ts";
import type { EpochContext, Observation } from "../domain/types.ts";
import type { MeasurementStore } from "../ports/measurements.ts";
import type { Observer } from "../ports/observer.ts";

/**
 * Observes from the recorded measurements; only of active nodes and of services that they offered, whatever was probed
 * before that was known.
 */
export class MeasurementObserver implements Observer {
  readonly #measurements: MeasurementStore;

  constructor({ measurements }: { readonly measurements: MeasurementStore }) {
    this.#measurements = measurements;
  }

  observe({ epoch, nodes, rules }: EpochContext): readonly Observation[] {
    const active = nodes.filter(({ status }) => status === "active");
    const { measurements, voidBuckets } = this.#measurements.ofEpoch(epoch);
    return observe(measurements, {
      voidBuckets,
      rules,
      nodes: new Map(active.map(({ nodeId, terms }) => [nodeId, terms])),
    });
  }
}
