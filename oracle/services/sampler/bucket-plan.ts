import type { EpochClock } from "../../domain/epochs.ts";
import { isServiceSlot, type ProbeSlot, probeAtMs } from "../../domain/plan.ts";
import { bucketIntervalOf, offers } from "../../domain/rules.ts";
import { type EpochContext, type NodeView, SERVICES } from "../../domain/types.ts";
import type { Probe } from "../../ports/measurements.ts";

/** No node has this id: the attester's own network is checked in its slot. */
const CONTROL_NODE_ID = 0;

export type PlannedProbe =
  | { readonly atMs: number; readonly probe: Probe; readonly node: NodeView }
  | { readonly atMs: number; readonly probe: "control" };

export interface PlanOptions {
  readonly secret: Uint8Array;
  readonly epochs: EpochClock;
}

/** Nodes planned without a pause: a few milliseconds. */
const SLICE = 250;

/**
 * What to probe in a bucket, in the order of time: every active node's challenge, those of its services that are due,
 * and the control targets. Pauses now and then, so that planning for many nodes holds up no probe that is under way.
 */
export async function planBucket(
  context: EpochContext,
  bucket: number,
  options: PlanOptions,
  pause: () => Promise<void>,
): Promise<readonly PlannedProbe[]> {
  const control = { nodeId: CONTROL_NODE_ID, epoch: context.epoch, bucket };
  const plan: PlannedProbe[] = [{ atMs: momentOf("challenge", control, options), probe: "control" }];
  const active = context.nodes.filter(({ status }) => status === "active");
  for (let from = 0; from < active.length; from += SLICE) {
    if (from > 0) await pause();
    for (const node of active.slice(from, from + SLICE))
      plan.push(...planNode(context, node, bucket, options));
  }
  return plan.sort((a, b) => a.atMs - b.atMs);
}

function planNode(
  { epoch, rules }: EpochContext,
  node: NodeView,
  bucket: number,
  options: PlanOptions,
): PlannedProbe[] {
  const slot = { nodeId: node.nodeId, epoch, bucket };
  const due = SERVICES.filter(
    (service) =>
      offers(node.terms, service) &&
      isServiceSlot(options.secret, service, slot, bucketIntervalOf(rules, service)),
  );
  return (["challenge", ...due] as const).map((probe) => ({
    atMs: momentOf(probe, slot, options),
    probe,
    node,
  }));
}

function momentOf(probe: Probe, slot: ProbeSlot, { secret, epochs }: PlanOptions): number {
  return probeAtMs(secret, epochs, probe, slot);
}
