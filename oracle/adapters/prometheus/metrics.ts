import { Counter, Gauge, Registry } from "prom-client";
import { OracleError } from "../../domain/errors.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { METRICS, type MetricDefinition } from "./definitions.ts";

type Labels = Readonly<Record<string, string>>;

/** Metrics of one process; names and label values outside the definitions are mistakes of ours. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();

  constructor() {
    for (const [name, definition] of Object.entries(METRICS)) this.#register(name, definition);
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    this.#counters.get(checked(name, "counter", labels))?.inc(labels, by);
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.#gauges.get(checked(name, "gauge", labels))?.set(labels, value);
  }

  /** Prometheus text and its content type. */
  async exposition(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #register(name: string, { type, help, labels }: MetricDefinition): void {
    const settings = { name, help, labelNames: Object.keys(labels), registers: [this.#registry] };
    if (type === "gauge") this.#gauges.set(name, new Gauge(settings));
    else this.#counters.set(name, zeroed(new Counter(settings), labels));
  }
}

/** Counters with one label start at zero for its every value, so that a first event is seen as an increase. */
function zeroed(counter: Counter, labels: MetricDefinition["labels"]): Counter {
  const [first, ...more] = Object.entries(labels);
  if (first === undefined || more.length > 0) return counter;
  const [label, values] = first;
  for (const value of values) counter.inc({ [label]: value }, 0);
  return counter;
}

function checked(name: string, type: MetricDefinition["type"], labels: Labels): string {
  const definition = METRICS[name];
  const fits =
    definition?.type === type &&
    Object.keys(labels).length === Object.keys(definition.labels).length &&
    Object.entries(labels).every(([label, value]) => definition.labels[label]?.includes(value));
  if (!fits)
    throw new OracleError(
      "metric-undefined",
      `Add ${type} ${name} with these labels to adapters/prometheus.`,
      {
        context: { name, labels },
      },
    );
  return name;
}
