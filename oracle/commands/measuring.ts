import { EventLoopLag } from "../adapters/clock/event-loop-lag.ts";
import { HpkeOpener } from "../adapters/credentials/hpke-opener.ts";
import { PngReader } from "../adapters/png/png-reader.ts";
import { S3Storage } from "../adapters/s3/s3-storage.ts";
import type { Config } from "../config/config.ts";
import { EpochClock } from "../domain/epochs.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { CanaryStore } from "../ports/canaries.ts";
import type { Clock, Timers } from "../ports/clock.ts";
import type { Contexts } from "../ports/contexts.ts";
import type { Logger } from "../ports/logger.ts";
import type { MeasurementStore } from "../ports/measurements.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Signer } from "../ports/signer.ts";
import { ChallengeProber } from "../services/probers/challenge.ts";
import { ComputeProber } from "../services/probers/compute.ts";
import { NetworkProber } from "../services/probers/network.ts";
import { ServiceDirectory } from "../services/probers/service-directory.ts";
import { StorageProber } from "../services/probers/storage.ts";
import { ControlTargets } from "../services/sampler/control-targets.ts";
import { Sampler } from "../services/sampler/sampler.ts";
import { createHttp } from "./http.ts";

export interface MeasuringParts {
  readonly time: Clock & Timers;
  readonly domain: SigningDomain;
  readonly signer: Signer;
  readonly boxKey: Uint8Array;
  readonly probeSecret: Uint8Array;
  readonly contexts: Contexts;
  readonly measurements: MeasurementStore;
  readonly canaries: CanaryStore;
  readonly clockIsSane: () => boolean;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const BUCKETS = 256;
const LAG_MS = 50;
/**
 * A request that hangs holds up the same node's probes of its kind for as long; a day's bucket leaves a slow server ten seconds.
 * Where buckets are shorter than the lower limit, a pause of a loaded machine must not look like a dead node. Making an image
 * takes its time: the compute prober sets its own limit, by the objective.
 */
const PROBE_MIN_MS = 1_000;
const PROBE_MAX_MS = 10_000;

/** The sampler with its probers, and the watch over the event loop that it needs. */
export function createMeasuring(
  config: Config,
  parts: MeasuringParts,
): { sampler: Sampler; lag: EventLoopLag } {
  const { attesterId, deployment, allowCidrs, controlTargets } = config;
  const { chainId, epochZero, epochLength } = deployment;
  const { time, domain, signer, probeSecret: secret } = parts;
  const bucketMs = (epochLength * 1_000) / BUCKETS;
  const totalMs = Math.min(Math.max(bucketMs, PROBE_MIN_MS), PROBE_MAX_MS);
  const http = createHttp({ chainId, allowCidrs, totalMs, bucketSeconds: bucketMs / 1_000 }, time);
  const controlHttp = createHttp({ chainId, allowCidrs, totalMs }, time);

  const identity = { attesterId, domain, secret };
  const boxOpener = new HpkeOpener(parts.boxKey);
  const directory = new ServiceDirectory(identity, { http, clock: time, signer, boxOpener });
  const storage = new S3Storage({ http, clock: time });
  const lag = new EventLoopLag({ thresholdMs: LAG_MS }, { clock: time, timers: time });
  const sampler = new Sampler(
    { epochs: new EpochClock(epochZero, epochLength), secret },
    {
      ...parts,
      clock: time,
      timers: time,
      lag,
      probers: {
        challenge: new ChallengeProber(identity, { http }),
        storage: new StorageProber({ secret }, { directory, storage, canaries: parts.canaries }),
        network: new NetworkProber({ secret }, { ...parts, directory, http }),
        compute: new ComputeProber({ secret }, { directory, http, images: new PngReader() }),
      },
      controls: new ControlTargets({ targets: controlTargets }, { http: controlHttp }),
    },
  );
  return { sampler, lag };
}
