import { STATEMENT_KINDS } from "../../domain/slots.ts";
import { PEER_FAULTS } from "../../ports/peers.ts";
import { PROBE_REASONS } from "../../ports/prober.ts";

export interface MetricDefinition {
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** Every label with all of its values. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

/** Why a peer's message was rejected. */
const REJECTIONS = [
  ...PEER_FAULTS,
  "wrong-author",
  "wrong-epoch",
  "wrong-signature",
  "generation",
  "view",
  "equivocation",
  "bundle",
  "proposal",
];

const PROBES = ["challenge", "storage", "network", "compute"];

const counter = (help: string, labels: MetricDefinition["labels"] = {}): MetricDefinition => ({
  type: "counter",
  help,
  labels,
});
const gauge = (help: string, labels: MetricDefinition["labels"] = {}): MetricDefinition => ({
  type: "gauge",
  help,
  labels,
});

/** All metrics of the oracle. */
export const METRICS: Readonly<Record<string, MetricDefinition>> = {
  icn_oracle_probes_total: counter("Probes made, by outcome.", {
    probe: PROBES,
    outcome: ["ok", "fail", "inconclusive"],
  }),
  icn_oracle_probe_faults_total: counter("Probes made that were not ok, by reason.", {
    reason: PROBE_REASONS.map(([reason]) => reason),
  }),
  icn_oracle_probes_skipped_total: counter("Probes not made, by the reason on this side.", {
    probe: PROBES,
    reason: PROBE_REASONS.map(([reason]) => reason),
  }),
  icn_oracle_download_bytes_total: counter("Bytes of network probes that were ok."),
  icn_oracle_download_seconds_total: counter("What they took, from the request to the last byte."),
  icn_oracle_measurements_dropped_total: counter("Measurements dropped because the store failed."),
  icn_oracle_void_buckets_total: counter("Buckets in which the control targets did not answer."),
  icn_oracle_sampler_bucket: gauge("Present bucket of the epoch."),
  icn_oracle_requests_total: counter("Requests of others, by what became of them.", {
    outcome: [
      "statements",
      "bundle",
      ...["method", "body", "rate", "path", "parameters", "early", "unknown"].map((why) => `refused-${why}`),
    ],
  }),
  icn_oracle_statements_total: counter("Statements of other attesters that were accepted.", {
    kind: STATEMENT_KINDS,
  }),
  icn_oracle_rejected_total: counter("Messages of other attesters that were rejected.", {
    reason: REJECTIONS,
  }),
  icn_oracle_bundles_total: counter("Bundles of other attesters that were checked and stored."),
  icn_oracle_signatures_total: counter("Statements signed.", { kind: STATEMENT_KINDS }),
  icn_oracle_signing_refused_total: counter("Signatures that the signing ledger refused."),
  icn_oracle_transactions_total: counter("Transactions, by step or end.", {
    outcome: ["sent", "mined", "reverted", "refused", "abandoned"],
  }),
  icn_oracle_rpc_failures_total: counter("Readings of the chain that failed."),
  icn_oracle_report_mismatches_total: counter("Posted reports that differ from the recomputation."),
  icn_oracle_submitter_balance_gwei: gauge("What the submitter's key has left to pay with."),
  icn_oracle_head_age_seconds: gauge("Age of the newest block seen."),
  icn_oracle_epoch: gauge("Present epoch."),
  icn_oracle_duty_epoch: gauge("Epoch to report next, or whose report waits for its finality."),
  icn_oracle_view: gauge("Present view of the epoch that is being agreed."),
  icn_oracle_peers_answering: gauge("Other members of the committee that answered last time."),
  icn_oracle_peers_stale: gauge("Other members of the committee that did not answer last time."),
  icn_oracle_quorum: gauge("1 while enough members answer to agree on a report, else 0."),
  icn_oracle_ready: gauge("1 while /readyz answers 200, else 0."),
};
