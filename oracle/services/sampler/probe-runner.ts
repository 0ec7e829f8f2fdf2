import type { Clock } from "../../ports/clock.ts";
import type { LagMonitor } from "../../ports/lag.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Measurement, Probe } from "../../ports/measurements.ts";
import type { Metrics } from "../../ports/metrics.ts";
import {
  outcomeOf,
  ProbeFault,
  type ProbeReason,
  type ProbeResult,
  type Prober,
  type ProbeTask,
} from "../../ports/prober.ts";

export interface ProbeRunnerOptions {
  /** Wall and monotonic time may differ by this much over a probe before the wall clock counts as set. */
  readonly clockToleranceMs: number;
}

export interface ProbeRunnerDependencies {
  readonly probers: Readonly<Record<Probe, Prober>>;
  readonly clock: Clock;
  readonly lag: LagMonitor;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Runs single probes: never two at once of one kind at a node, and services only where the node consented. */
export class ProbeRunner {
  readonly #options: ProbeRunnerOptions;
  readonly #dependencies: ProbeRunnerDependencies;
  readonly #inFlight = new Set<string>();
  #epoch = -1;
  /** The endpoint whose valid answer was seen in this epoch, per node. */
  readonly #consents = new Map<number, string>();

  constructor(options: ProbeRunnerOptions, dependencies: ProbeRunnerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Probes now, or says why not. Never throws. */
  async run(probe: Probe, task: ProbeTask, signal: AbortSignal): Promise<Measurement> {
    this.#enterEpoch(task.context.epoch);
    const key = `${probe}:${task.node.nodeId}`;
    if (this.#inFlight.has(key)) return this.skipped(probe, task, "busy");
    if (probe !== "challenge" && this.#consents.get(task.node.nodeId) !== task.node.endpoint)
      return this.skipped(probe, task, "no-consent");

    this.#inFlight.add(key);
    try {
      const result = await this.#probe(this.#dependencies.probers[probe], task, signal);
      const { outcome, reason } = result;
      this.#dependencies.metrics.count("icn_oracle_probes_total", { probe, outcome });
      if (reason !== "") this.#dependencies.metrics.count("icn_oracle_probe_faults_total", { reason });
      this.#dependencies.log.debug("A probe ended.", { ...identityOf(probe, task), outcome, reason });
      return { ...identityOf(probe, task), ...result };
    } finally {
      this.#inFlight.delete(key);
    }
  }

  /** The measurement of a probe that was not made, which counts for nobody. */
  skipped(probe: Probe, task: ProbeTask, reason: ProbeReason): Measurement {
    this.#dependencies.metrics.count("icn_oracle_probes_skipped_total", { probe, reason });
    return { ...identityOf(probe, task), ...resultOf(reason) };
  }

  async #probe(prober: Prober, task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const { clock } = this.#dependencies;
    const startUs = clock.monotonicUs();
    const startMs = clock.nowMs();
    const result = await this.#attempt(prober, task, signal);
    if (prober.probe === "challenge" && result.outcome === "ok") this.#consent(task);
    const own = this.#ownFault(startUs, startMs, signal);
    if (own === undefined || result.outcome === "inconclusive") return result;
    return { ...result, outcome: "inconclusive", reason: own, latencyUs: null };
  }

  async #attempt(prober: Prober, task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    try {
      return await prober.run(task, signal);
    } catch (error) {
      if (error instanceof ProbeFault) return resultOf(error.reason);
      this.#dependencies.log.error("A probe ended with an unexpected error.", {
        ...identityOf(prober.probe, task),
        error,
      });
      return resultOf("internal");
    }
  }

  /** What on the attester's side spoils any result of a probe. */
  #ownFault(startUs: number, startMs: number, signal: AbortSignal): ProbeReason | undefined {
    const { clock, lag } = this.#dependencies;
    if (signal.aborted) return "aborted";
    if (lag.stalledSince(startUs)) return "lag";
    const wallMs = clock.nowMs() - startMs;
    const passedMs = (clock.monotonicUs() - startUs) / 1_000;
    return Math.abs(wallMs - passedMs) > this.#options.clockToleranceMs ? "clock" : undefined;
  }

  #enterEpoch(epoch: number): void {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    this.#consents.clear();
  }

  #consent({ context, node }: ProbeTask): void {
    if (context.epoch === this.#epoch) this.#consents.set(node.nodeId, node.endpoint);
  }
}

function identityOf(probe: Probe, { context, node, bucket }: ProbeTask) {
  return { epoch: context.epoch, nodeId: node.nodeId, bucket, probe };
}

function resultOf(reason: ProbeReason): ProbeResult {
  return { outcome: outcomeOf(reason), reason, latencyUs: null, integrityFailures: 0 };
}
