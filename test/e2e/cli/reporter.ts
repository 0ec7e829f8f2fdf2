// Reports epochs as a committee would that measured what the scenario says; its bundles are served and kept.

import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import type { JsonRpcProvider, Wallet } from "ethers";
import { BUCKETS } from "../../../oracle/domain/bits.ts";
import { bundleRoot, encodeBundle } from "../../../oracle/domain/bundle.ts";
import type { ChainState } from "../../../oracle/domain/chain-state.ts";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { computeReport } from "../../../oracle/domain/report.ts";
import { signDigest } from "../../../oracle/domain/signatures.ts";
import { reportDigest } from "../../../oracle/domain/typed-data.ts";
import type {
  EpochContext,
  EpochReport,
  Hex,
  LedgerLeaf,
  Observation,
} from "../../../oracle/domain/types.ts";
import { attesterKeys } from "../../../scripts/devnet/keys.ts";
import { bundlePath } from "../../../scripts/lib/bundles.ts";
import { type Contracts, connectContracts } from "../../../scripts/lib/chain.ts";
import { applyLogs, emptyHistory } from "../../../scripts/lib/history.ts";
import { readLogs } from "../../../scripts/lib/logs.ts";
import { addressesOf, type CompleteManifest, manifestPath } from "../../../scripts/lib/manifest.ts";

/** What every attester saw of a node in an epoch. */
export interface Seen {
  readonly up: number;
  readonly down: number;
  /** Default: no latency measured. */
  readonly latencyRatioPpm?: number;
}

const PERFECT: Seen = { up: BUCKETS, down: 0 };

export interface ReporterOptions {
  readonly provider: JsonRpcProvider;
  readonly manifest: CompleteManifest;
  /** Pays the gas. */
  readonly wallet: Wallet;
  /** Evidence directory. */
  readonly directory: string;
  readonly warpTo: (timestamp: number) => Promise<void>;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #contracts: Contracts;
  readonly #ledgers: (readonly LedgerLeaf[])[] = [];
  /** By signing address, in lower case. */
  readonly #keys = new Map<string, Uint8Array>();

  constructor(options: ReporterOptions, attesterCount: number) {
    this.#options = options;
    this.#contracts = connectContracts(addressesOf(options.manifest), options.wallet);
    for (let place = 0; place < attesterCount; place++) this.addSigner(attesterKeys(place).signing);
  }

  /** Lets an attester sign with a key that is not the devnet's, as after a rotation. */
  addSigner({ address, privateKey }: { readonly address: string; readonly privateKey: string }): void {
    this.#keys.set(address.toLowerCase(), fromHex(privateKey as Hex, 32));
  }

  /** Lets the next epoch end, reports and finalizes it; nodes not named were up all the time. Returns the epoch. */
  async settle(seen: Readonly<Record<number, Seen>> = {}): Promise<number> {
    const epoch = await this.report(seen);
    const { oracle } = this.#contracts;
    const { finalizableAt } = await oracle.duty();
    await this.#options.warpTo(Number(finalizableAt));
    await (await oracle.finalize(epoch)).wait();
    return epoch;
  }

  /** Lets the next epoch end and reports it; the veto window stays open. */
  async report(seen: Readonly<Record<number, Seen>> = {}): Promise<number> {
    const { oracle } = this.#contracts;
    const { epochZero, epochLength } = this.#options.manifest;
    const duty = await oracle.duty();
    const epoch = Number(duty.epoch);
    await this.#options.warpTo(epochZero + (epoch + 1) * epochLength);
    const context = (await this.#history()).contextOf(epoch);
    if (context === undefined) throw new Error(`epoch ${epoch} has no rules or no committee`);
    const observations = observationsOf(context, seen);
    const root = bundleRoot(observations);
    const { report, roots, leaves } = computeReport({
      context,
      bundles: context.members.map(({ attesterId }) => ({ attesterId, root, observations })),
      previousLeaves: this.#ledgers[epoch - 1] ?? [],
      generation: Number(duty.generation),
      viewNumber: 0,
      previousLedgerRoot: duty.previousLedgerRoot as Hex,
    });
    this.#keep(context, encodeBundle(observations, context.nodes.length));
    const { signers, signatures } = this.#sign(context, report);
    await (await oracle.submit(report, [...roots], signers, signatures)).wait();
    this.#ledgers[epoch] = leaves;
    return epoch;
  }

  /** Completes the evidence directory for offline use (docs/wire.md). */
  async writeEvidence(): Promise<string> {
    const { provider, manifest, directory } = this.#options;
    const { logs } = await readLogs(provider, manifest);
    mkdirSync(directory, { recursive: true });
    writeFileSync(manifestPath(directory), JSON.stringify(manifest));
    writeFileSync(join(directory, "events.jsonl"), logs.map((log) => `${JSON.stringify(log)}\n`).join(""));
    return directory;
  }

  async #history(): Promise<ChainState> {
    const { provider, manifest } = this.#options;
    const { logs, head } = await readLogs(provider, manifest);
    const history = emptyHistory(manifest);
    applyLogs(history, manifest, logs);
    history.advanceTo(head.timestamp);
    return history;
  }

  #keep({ epoch, members }: EpochContext, bytes: Uint8Array): void {
    for (const { attesterId } of members) {
      const path = bundlePath(this.#options.directory, epoch, attesterId);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  }

  #sign({ members }: EpochContext, report: EpochReport): { signers: number; signatures: string } {
    const { chainId, contracts } = this.#options.manifest;
    const digest = reportDigest({ chainId, verifyingContract: contracts.SlaOracle.address as Hex }, report);
    const quorum = members.slice(0, Math.floor((2 * members.length) / 3) + 1);
    const signatures = quorum.map(({ attesterId, signingKey }) => {
      const key = this.#keys.get(signingKey.toLowerCase());
      if (key === undefined) throw new Error(`attester ${attesterId} signs with a key that is unknown here`);
      return signDigest(digest, key).slice(2);
    });
    return { signers: 2 ** quorum.length - 1, signatures: `0x${signatures.join("")}` };
  }
}

function observationsOf({ nodes }: EpochContext, seen: Readonly<Record<number, Seen>>): Observation[] {
  return nodes.flatMap(({ nodeId, status }) => {
    const { up, down, latencyRatioPpm = 0 } = seen[nodeId] ?? PERFECT;
    if (status !== "active" || up + down === 0) return [];
    return [
      {
        nodeId,
        okBits: (1n << BigInt(up)) - 1n,
        conclusiveBits: (1n << BigInt(up + down)) - 1n,
        ...{ latencyRatioPpm, integrityFailures: 0 },
      },
    ];
  });
}

/** Serves the bundles of an evidence directory as the attesters do (docs/wire.md); all bundles of an epoch are one. */
export async function serveBundles(directory: string): Promise<{ server: Server; url: string }> {
  const server = createServer(({ url = "" }, response) => {
    const epoch = /^\/v1\/epochs\/(\d+)\/bundles\//.exec(url)?.[1];
    try {
      const of = join(directory, "bundles", String(epoch));
      const bytes = readFileSync(join(of, readdirSync(of)[0] ?? ""));
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
