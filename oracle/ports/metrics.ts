/** Counters and gauges under icn_oracle_*; names and label sets are closed in adapters/prometheus. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
