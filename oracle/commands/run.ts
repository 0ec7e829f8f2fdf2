import { join } from "node:path";
import { createReportCalls } from "../adapters/chain/calls.ts";
import { ViemChain } from "../adapters/chain/chain.ts";
import { Rpc } from "../adapters/chain/rpc.ts";
import { ViemTransactionNode } from "../adapters/chain/transaction-node.ts";
import { deriveProbeSecret, keyBytes, loadKey } from "../adapters/keys/load.ts";
import { createSigner } from "../adapters/keys/signer.ts";
import { HttpPeers } from "../adapters/peers/http-peers.ts";
import { PrometheusMetrics } from "../adapters/prometheus/metrics.ts";
import { RateLimit } from "../adapters/server/rate-limit.ts";
import { OracleServer } from "../adapters/server/server.ts";
import { SqliteCanaries } from "../adapters/sqlite/canaries.ts";
import { ChainLog } from "../adapters/sqlite/chain-log.ts";
import { SqliteTransactionJournal } from "../adapters/sqlite/journal.ts";
import { SqliteMeasurements } from "../adapters/sqlite/measurements.ts";
import { SqliteSigningLedger } from "../adapters/sqlite/signing-ledger.ts";
import { SqliteAgreementStore } from "../adapters/sqlite/state.ts";
import type { Config } from "../config/config.ts";
import { EpochClock } from "../domain/epochs.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { Clock, Timers } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import { type Agreeing, createAgreeing } from "../services/agreeing.ts";
import { MeasurementObserver } from "../services/observer.ts";
import { createHttp } from "./http.ts";
import { checkKeys } from "./key-check.ts";
import { createMeasuring } from "./measuring.ts";
import { Shutdown } from "./shutdown.ts";

export interface RunDependencies {
  readonly time: Clock & Timers;
  readonly log: Logger;
}

const RPC_TIMEOUT_MS = 10_000;
const PEER_MIN_MS = 1_000;
const PEER_MAX_MS = 10_000;
const SHUTDOWN_MS = 10_000;
const REQUESTS = { perSecond: 200, burst: 400, clientsMax: 10_000 };

/** One attester: measures, agrees, signs and submits until the signal aborts. */
export async function run(
  config: Config,
  { time, log }: RunDependencies,
  signal: AbortSignal,
): Promise<void> {
  const shutdown = new Shutdown();
  const stopping = new AbortController();
  const stop = () => stopping.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await serve(config, { time, log }, shutdown, stopping.signal);
  } catch (error) {
    // To be stopped while starting is no failure.
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    stopping.abort();
    await shutdown.unwind(time, log, SHUTDOWN_MS);
    log.info("The oracle has stopped.");
  }
}

async function serve(
  config: Config,
  { time, log }: RunDependencies,
  shutdown: Shutdown,
  signal: AbortSignal,
): Promise<void> {
  const { chainId, contracts, epochLength, epochZero } = config.deployment;
  const domain = { chainId, verifyingContract: contracts.SlaOracle.address };
  const keys = await openKeys(config);
  const signer = createSigner(keys.signing);
  const stores = openStores(config, shutdown);
  const metrics = new PrometheusMetrics();
  const rpc = new Rpc({ urls: config.rpcUrls, timeoutMs: RPC_TIMEOUT_MS });
  const peerMs = Math.min(Math.max((epochLength * 1_000) / 64, PEER_MIN_MS), PEER_MAX_MS);

  const agreeing = createAgreeing(
    { ...config, domain, epochs: new EpochClock(epochZero, epochLength) },
    {
      ...stores,
      chain: new ViemChain(config, { rpc, copy: stores.copy, log }),
      peers: new HttpPeers(createHttp({ chainId, allowCidrs: config.allowCidrs, totalMs: peerMs }, time)),
      node: new ViemTransactionNode({ chainId, head: config.head, privateKey: keys.submitter }, rpc),
      calls: createReportCalls(contracts.SlaOracle.address),
      signer,
      observer: new MeasurementObserver(stores),
      clock: time,
      log,
      metrics,
    },
  );
  await agreeing.chain.checkIdentity(signal);
  const state = agreeing.chain.snapshot?.state;
  const own = { attesterId: config.attesterId, signingKey: signer.address, boxKey: keys.boxKey };
  if (state !== undefined) checkKeys(state, state.clock.epochAt(time.nowMs()), own, log);
  const address = await startServer(config, agreeing, { time, log, metrics }, shutdown);
  startMeasuring(
    config,
    { ...stores, ...keys, time, domain, signer, agreeing, metrics, log },
    shutdown,
    signal,
  );
  log.info("The oracle runs.", {
    signingKey: signer.address,
    address,
    chainId,
    epochZero,
    epochLength,
  });
  const running = agreeing.run(signal);
  shutdown.add("agreeing", () => running);
  await running;
}

async function openKeys(config: Config) {
  const signing = await loadKey(config.signingKey, "ICN_SIGNING_KEYSTORE");
  const { submitterKey, probeSecret } = config;
  return {
    signing,
    boxKey: await loadKey(config.boxKey, "ICN_BOX_KEYSTORE"),
    submitter: submitterKey === undefined ? signing : await loadKey(submitterKey, "ICN_SUBMITTER_KEYSTORE"),
    probeSecret: probeSecret === undefined ? deriveProbeSecret(signing) : keyBytes(probeSecret.reveal()),
  };
}

/** The signing ledger first: it admits one process to the directory. */
function openStores({ stateDir, attesterId, deployment }: Config, shutdown: Shutdown) {
  const { chainId, contracts, epochZero } = deployment;
  const owner = `attester ${attesterId} of ${contracts.SlaOracle.address} on chain ${chainId} since ${epochZero}`;
  const file = (name: string) => join(stateDir, `${name}.sqlite`);
  return {
    ledger: shutdown.closing("signing ledger", new SqliteSigningLedger(file("signing"), owner)),
    store: shutdown.closing("agreement", new SqliteAgreementStore(file("agreement"))),
    journal: shutdown.closing("journal", new SqliteTransactionJournal(file("journal"))),
    copy: shutdown.closing("chain", new ChainLog(file("chain"))),
    measurements: shutdown.closing("measurements", new SqliteMeasurements(file("measurements"))),
    canaries: shutdown.closing("canaries", new SqliteCanaries(file("canaries"))),
  };
}

async function startServer(
  { listen }: Config,
  { evidence, status }: Agreeing,
  { time, log, metrics }: RunDependencies & { readonly metrics: PrometheusMetrics },
  shutdown: Shutdown,
): Promise<string> {
  const server = new OracleServer(listen, {
    evidence,
    readiness: () => status.readiness(),
    exposition: () => metrics.exposition(),
    rateLimit: new RateLimit(REQUESTS, { clock: time }),
    log,
    metrics,
  });
  shutdown.add("server", () => server.stop());
  return await server.start();
}

interface MeasuringRun extends RunDependencies {
  readonly measurements: SqliteMeasurements;
  readonly canaries: SqliteCanaries;
  readonly boxKey: Uint8Array;
  readonly probeSecret: Uint8Array;
  readonly domain: SigningDomain;
  readonly signer: ReturnType<typeof createSigner>;
  readonly agreeing: Agreeing;
  readonly metrics: PrometheusMetrics;
}

function startMeasuring(config: Config, parts: MeasuringRun, shutdown: Shutdown, signal: AbortSignal): void {
  const { agreeing } = parts;
  const { sampler, lag } = createMeasuring(config, {
    ...parts,
    contexts: agreeing.chain,
    clockIsSane: () => agreeing.status.clockIsSane,
  });
  lag.start();
  shutdown.add("event loop watch", () => lag.stop());
  sampler.start(signal);
  shutdown.add("sampler", () => sampler.stop());
}
