import { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { EpochContext, NodeView } from "../../../oracle/domain/types.ts";
import type { Measurement, Probe } from "../../../oracle/ports/measurements.ts";
import type { ProbeResult, Prober, ProbeTask } from "../../../oracle/ports/prober.ts";
import {
  Sampler,
  type SamplerDependencies,
  type SamplerOptions,
} from "../../../oracle/services/sampler/sampler.ts";
import { ManualClock } from "../manual-clock.ts";
import { contextOf, MemoryLog, MemoryMeasurements, MemoryMetrics, nodeView, SECRET } from "./world.ts";

export const OK: ProbeResult = { outcome: "ok", reason: "", latencyUs: null, integrityFailures: 0 };

export interface Call {
  readonly probe: Probe;
  readonly nodeId: number;
  readonly epoch: number;
  readonly bucket: number;
  readonly atMs: number;
}

/** A prober whose answers a test gives; it remembers when it was asked. */
export class ScriptedProber implements Prober {
  readonly probe: Probe;
  readonly calls: Call[] = [];
  readonly #clock: ManualClock;
  answer: (task: ProbeTask, signal: AbortSignal) => Promise<ProbeResult> = async () => OK;

  constructor(probe: Probe, clock: ManualClock) {
    this.probe = probe;
    this.#clock = clock;
  }

  run(task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const { context, node, bucket } = task;
    const atMs = this.#clock.nowMs();
    this.calls.push({ probe: this.probe, nodeId: node.nodeId, epoch: context.epoch, bucket, atMs });
    return this.answer(task, signal);
  }
}

export interface World {
  readonly nodes?: readonly NodeView[];
  readonly epochLength?: number;
  /** Unix milliseconds at which the test begins. */
  readonly nowMs?: number;
  readonly measurements?: MemoryMeasurements;
  readonly options?: Partial<SamplerOptions>;
  readonly dependencies?: Partial<SamplerDependencies>;
}

/** A sampler on a manual clock, with fakes for everything that it meets. */
export function samplerWorld(world: World = {}) {
  const { nodes = [nodeView({ nodeId: 1 })], epochLength = 64, nowMs = 0 } = world;
  const epochs = new EpochClock(0, epochLength);
  const clock = new ManualClock(nowMs);
  const challenge = new ScriptedProber("challenge", clock);
  const storage = new ScriptedProber("storage", clock);
  const network = new ScriptedProber("network", clock);
  const compute = new ScriptedProber("compute", clock);
  const measurements = world.measurements ?? new MemoryMeasurements();
  const log = new MemoryLog();
  const metrics = new MemoryMetrics();
  const lag = { stalled: false, stalledSince: () => lag.stalled };
  const controls = {
    down: false,
    checks: 0,
    areDown: async () => {
      controls.checks += 1;
      return controls.down;
    },
  };
  const contexts = new Map<number, EpochContext>();
  const contextAt = (epoch: number) =>
    contexts.get(epoch) ??
    contextOf(epoch, nodes, { startAt: epochs.startAt(epoch), endAt: epochs.endAt(epoch) });
  const sampler = new Sampler(
    { epochs, secret: SECRET, ...world.options },
    {
      clock,
      timers: clock,
      contexts: { contextOf: contextAt, isSettled: () => true },
      measurements,
      probers: { challenge, storage, network, compute },
      controls,
      lag,
      clockIsSane: () => true,
      log,
      metrics,
      ...world.dependencies,
    },
  );
  const recorded = (match: Partial<Measurement>) =>
    measurements.recorded.filter((one) =>
      Object.entries(match).every(([field, value]) => one[field as keyof Measurement] === value),
    );
  return {
    sampler,
    clock,
    epochs,
    challenge,
    storage,
    network,
    compute,
    measurements,
    log,
    metrics,
    lag,
    controls,
    contexts,
    recorded,
    contextAt,
  };
}
