import type { EpochClock } from "../domain/epochs.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Chain } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Evidence } from "../ports/evidence.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Observer } from "../ports/observer.ts";
import type { Peers } from "../ports/peers.ts";
import type { Signer } from "../ports/signer.ts";
import type { SigningLedger } from "../ports/signing-ledger.ts";
import type { ReportCalls, TransactionJournal, TransactionNode } from "../ports/transactions.ts";
import { Agenda } from "./agenda.ts";
import { Attester } from "./attester.ts";
import { BundleFetcher } from "./bundle-fetcher.ts";
import { ChainFollower } from "./chain-follower.ts";
import { Committer } from "./committer.ts";
import { Gatherer } from "./gatherer.ts";
import { Holder } from "./holder.ts";
import { Notary } from "./notary.ts";
import { Proposer } from "./proposer.ts";
import { PublicEvidence } from "./public-evidence.ts";
import { ReportBuilder } from "./report-builder.ts";
import { SigningGuard } from "./signing-guard.ts";
import { Status } from "./status.ts";
import { Submitter } from "./submitter.ts";
import { TransactionSender } from "./transaction-sender.ts";
import { Watcher } from "./watcher.ts";

export interface AgreeingOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
  readonly epochs: EpochClock;
  /** How often chain and peers are asked; by default a fraction of the epoch. */
  readonly pollMs?: number | undefined;
  /** In wei. */
  readonly maxFeePerGas: bigint;
}

export interface AgreeingPorts {
  readonly chain: Chain;
  readonly peers: Peers;
  readonly store: AgreementStore;
  readonly ledger: SigningLedger;
  readonly journal: TransactionJournal;
  readonly node: TransactionNode;
  readonly calls: ReportCalls;
  readonly signer: Signer;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The six steps of one attester, wired to its ports. */
export interface Agreeing {
  readonly chain: ChainFollower;
  readonly evidence: Evidence;
  readonly status: Status;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Short enough that a view of an epoch of 16 s sees several turns; long enough to spare nodes where epochs are days. */
export function pollIntervalMs(epochLength: number): number {
  return Math.min(Math.max(Math.floor((epochLength * 1_000) / 128), 50), 15_000);
}

const BUMP_MIN_MS = 5_000;
const BUMP_MAX_MS = 120_000;

export function createAgreeing(options: AgreeingOptions, ports: AgreeingPorts): Agreeing {
  const { attesterId, domain, epochs, maxFeePerGas } = options;
  const { epochLength } = epochs;
  const { store, ledger, signer, observer, peers, clock, log, metrics } = ports;
  const intervalMs = options.pollMs ?? pollIntervalMs(epochLength);
  const startedAtMs = clock.nowMs();
  const own = { attesterId, intervalMs, startedAtMs, domain, epochs };

  const chain = new ChainFollower({ intervalMs }, ports);
  const agenda = new Agenda({ attesterId, signingKey: signer.address }, { chain, clock });
  const guard = new SigningGuard({ clock, log });
  const notary = new Notary(own, { ledger, guard, store, signer, clock, log, metrics });
  const builder = new ReportBuilder(domain, store);
  const bundles = new BundleFetcher(ports);
  const common = { agenda, chain, store, builder, bundles, notary, guard, clock, log, metrics };

  const bumpAfterMs = Math.min(Math.max((epochLength * 1_000) / 64, BUMP_MIN_MS), BUMP_MAX_MS);
  const sender = new TransactionSender({ maxFeePerGas, bumpAfterMs }, ports);
  const gatherer = new Gatherer(own, { ...common, peers });
  const watcher = new Watcher(own, common);
  const duties = [
    chain,
    gatherer,
    watcher,
    new Committer(own, { ...common, observer }),
    new Holder(own, common),
    new Proposer(own, common),
    new Attester(own, common),
    new Submitter(own, { ...common, calls: ports.calls, sender }),
  ];

  return {
    chain,
    evidence: new PublicEvidence(own, common),
    status: new Status({ ...common, gatherer, watcher }),
    run: async (signal) => {
      notary.resume(ledger.lastEpoch() - 1);
      await Promise.all(duties.map((duty) => duty.start(signal)));
    },
  };
}
