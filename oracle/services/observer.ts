import { observe } from "../domain/observe.ts";
import { targetMsOf } from "../domain/rules.ts";
import type { EpochContext, Observation } from "../domain/types.ts";
import type { MeasurementStore } from "../ports/measurements.ts";
import type { Observer } from "../ports/observer.ts";

/** Observes from the recorded measurements; only of nodes that were active, whatever was probed before that was known. */
export class MeasurementObserver implements Observer {
  readonly #measurements: MeasurementStore;

  constructor({ measurements }: { readonly measurements: MeasurementStore }) {
    this.#measurements = measurements;
  }

  observe({ epoch, nodes, rules }: EpochContext): readonly Observation[] {
    const active = new Set(nodes.filter(({ status }) => status === "active").map(({ nodeId }) => nodeId));
    const { measurements, voidBuckets } = this.#measurements.ofEpoch(epoch);
    const ofActive = measurements.filter(({ nodeId }) => active.has(nodeId));
    return observe(ofActive, voidBuckets, targetMsOf(rules, "storage", 0));
  }
}
