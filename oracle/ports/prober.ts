import { OracleError, type OracleErrorOptions } from "../domain/errors.ts";
import type { ProbeSlot } from "../domain/plan.ts";
import type { EpochContext, NodeView } from "../domain/types.ts";
import type { Outcome, Probe } from "./measurements.ts";

/**
 * Why a probe was not ok, and whom it counts against: whatever a node can cause is `fail`, what only the attester can
 * cause is `inconclusive`. Stored by position: append, never reorder.
 */
export const PROBE_REASONS = [
  ["bad-endpoint", "fail"],
  ["dns", "fail"],
  ["address-refused", "fail"],
  ["connect", "fail"],
  ["tls", "fail"],
  ["timeout", "fail"],
  ["idle", "fail"],
  ["closed", "fail"],
  ["malformed", "fail"],
  ["headers-too-large", "fail"],
  ["body-too-large", "fail"],
  ["encoded", "fail"],
  ["redirect", "fail"],
  ["wrong-status", "fail"],
  ["wrong-content", "fail"],
  ["wrong-signature", "fail"],
  ["wrong-node", "fail"],
  ["no-service", "fail"],
  ["credentials", "fail"],
  ["canary-lost", "fail"],
  ["canary-altered", "fail"],
  ["no-consent", "inconclusive"],
  ["late", "inconclusive"],
  ["busy", "inconclusive"],
  ["rate-limited", "inconclusive"],
  ["own-limit", "inconclusive"],
  ["aborted", "inconclusive"],
  ["lag", "inconclusive"],
  ["clock", "inconclusive"],
  ["internal", "inconclusive"],
  ["repeated", "fail"],
] as const satisfies readonly (readonly [string, Exclude<Outcome, "ok">])[];

export type ProbeReason = (typeof PROBE_REASONS)[number][0];

const OUTCOMES = new Map<string, Exclude<Outcome, "ok">>(PROBE_REASONS);

/** The outcome that a reason stands for. */
export function outcomeOf(reason: ProbeReason): Exclude<Outcome, "ok"> {
  return OUTCOMES.get(reason) ?? "inconclusive";
}

/** Ends a probe. `context` and `cause` are for the log only; the reason decides. */
export class ProbeFault extends OracleError {
  readonly reason: ProbeReason;

  constructor(reason: ProbeReason, options: OracleErrorOptions = {}) {
    super("probe-fault", `The probe ended: ${reason}.`, options);
    this.name = "ProbeFault";
    this.reason = reason;
  }
}

export interface ProbeTask {
  readonly context: EpochContext;
  readonly node: NodeView;
  readonly bucket: number;
}

/** The slot that a task probes. */
export function slotOf({ context, node, bucket }: ProbeTask): ProbeSlot {
  return { nodeId: node.nodeId, epoch: context.epoch, bucket };
}

export interface ProbeResult {
  readonly outcome: Outcome;
  /** "" for ok. */
  readonly reason: ProbeReason | "";
  /** Of what the service's objective is about, in microseconds; null where the probe times nothing. */
  readonly latencyUs: number | null;
  /** Own canaries found lost or altered. */
  readonly integrityFailures: number;
}

export interface Prober {
  readonly probe: Probe;
  /** Probes once, within the prober's own limits. Throws `ProbeFault` when the probe could not be completed. */
  run(task: ProbeTask, signal: AbortSignal): Promise<ProbeResult>;
}
