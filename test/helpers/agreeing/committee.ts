import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner } from "../../../oracle/adapters/keys/signer.ts";
import { parseStatements, serializeStatements } from "../../../oracle/adapters/peers/wire.ts";
import { SqliteTransactionJournal } from "../../../oracle/adapters/sqlite/journal.ts";
import { SqliteSigningLedger } from "../../../oracle/adapters/sqlite/signing-ledger.ts";
import { SqliteAgreementStore } from "../../../oracle/adapters/sqlite/state.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { OracleError } from "../../../oracle/domain/errors.ts";
import { fromHex, keccak256Text } from "../../../oracle/domain/hashing.ts";
import { type Signed, type Slot, type Statement, statementDigest } from "../../../oracle/domain/slots.ts";
import type { EpochContext, Hex, Observation } from "../../../oracle/domain/types.ts";
import type { Logger } from "../../../oracle/ports/logger.ts";
import type { PeerStatements, Peers } from "../../../oracle/ports/peers.ts";
import type { SigningLedger } from "../../../oracle/ports/signing-ledger.ts";
import type { TransactionJournal } from "../../../oracle/ports/transactions.ts";
import { type Agreeing, createAgreeing } from "../../../oracle/services/agreeing.ts";
import { DEFAULT_RULES } from "../../oracle/domain/support.ts";
import { ManualClock } from "../manual-clock.ts";
import { FakeChain } from "./fake-chain.ts";
import { fakeNode } from "./fake-node.ts";
import { noMetrics } from "./silent.ts";

export const EPOCH_ZERO = 1_800_000_000;
export const EPOCH_LENGTH = 16;
const DOMAIN = { chainId: 31_337, verifyingContract: "0x00000000000000000000000000000000000000aa" } as const;
const NODES = 3;
const EPOCHS = new EpochClock(EPOCH_ZERO, EPOCH_LENGTH);
const POLL_MS = 250;

/** A step of an attester's work, just done and on its disk: "record commitment", "attach attestation", "broadcast". */
export type Step = `${"record" | "attach"} ${Slot["kind"]}` | "intend" | "signed" | "broadcast" | "mined";
type OnStep = (attesterId: number, step: Step, epoch: number) => void;

export interface LogLine {
  readonly attesterId: number;
  readonly level: "warn" | "error" | "info";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A committee in one process: real services and stores, a fake chain, and messages that pass through the wire format. */
export class Committee {
  readonly clock = new ManualClock((EPOCH_ZERO - 5) * 1_000);
  readonly chain: FakeChain;
  readonly attesters: readonly SimulatedAttester[];
  readonly logs: LogLine[] = [];
  /** Everything that anybody ever signed, over all crashes: digest by attester and slot. */
  readonly signed = new Map<string, Set<Hex>>();
  /** Called after every step of anybody; a test crashes attesters here. */
  onStep: OnStep = () => undefined;
  readonly #directory = mkdtempSync(join(tmpdir(), "icn-committee-"));
  readonly #stop = new AbortController();
  readonly #mining: Promise<void>;

  constructor({ size = 4, vetoWindow = 8 } = {}) {
    const keys = Array.from({ length: size }, (_, seat) => fromHex(keccak256Text(`attester ${seat + 1}`)));
    const members = keys.map((key, seat) => ({
      attesterId: seat + 1,
      signingKey: createSigner(key).address,
    }));
    this.chain = new FakeChain({
      clock: this.clock,
      domain: DOMAIN,
      epochZero: EPOCH_ZERO,
      epochLength: EPOCH_LENGTH,
      vetoWindow,
      members,
      rules: DEFAULT_RULES,
      nodeCount: NODES,
    });
    this.attesters = keys.map((key, seat) => new SimulatedAttester(this, seat + 1, key, this.#directory));
    this.#mining = this.chain.run(this.#stop.signal);
  }

  attester(attesterId: number): SimulatedAttester {
    const attester = this.attesters[attesterId - 1];
    if (attester === undefined) throw new Error(`there is no attester ${attesterId}`);
    return attester;
  }

  startAll(): void {
    for (const attester of this.attesters) attester.start();
  }

  /** Lets time pass until so many seconds after the start of epoch 0. */
  async until(seconds: number): Promise<void> {
    await this.clock.advanceTo((EPOCH_ZERO + seconds) * 1_000);
  }

  /** Lets time pass until the condition holds; fails after so many seconds of epoch time. */
  async untilTrue(condition: () => boolean, deadlineSeconds: number, what: string): Promise<void> {
    while (!condition()) {
      if (this.clock.nowMs() >= (EPOCH_ZERO + deadlineSeconds) * 1_000)
        throw new Error(`not in time: ${what}`);
      await this.clock.advance(100);
    }
  }

  noteSignature(attesterId: number, { kind, epoch, generation, viewNumber }: Slot, digest: Hex): void {
    const slot = `${attesterId}/${kind}/${epoch}/${generation}/${viewNumber}`;
    this.signed.set(slot, (this.signed.get(slot) ?? new Set()).add(digest));
  }

  /** Slots in which somebody signed two things. */
  get doublySigned(): readonly string[] {
    return [...this.signed].filter(([, digests]) => digests.size > 1).map(([slot]) => slot);
  }

  messages(attesterId: number, message: string): readonly LogLine[] {
    return this.logs.filter((line) => line.attesterId === attesterId && line.message === message);
  }

  async dispose(): Promise<void> {
    this.#stop.abort();
    await this.#mining;
    for (const attester of this.attesters) await attester.dispose();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Ends the code that runs an attester which has just crashed. */
class Crash extends Error {}

interface Incarnation {
  readonly agreeing: Agreeing;
  readonly stop: AbortController;
  readonly running: Promise<void>;
  readonly close: () => void;
}

export class SimulatedAttester {
  readonly attesterId: number;
  readonly #committee: Committee;
  readonly #key: Uint8Array;
  readonly #root: string;
  readonly #ended: Incarnation[] = [];
  #life = 0;
  #incarnation: Incarnation | undefined;
  /** Whether its network answers, while it runs. */
  reachable = true;
  /** What it shows instead of what it signed. */
  lie: (shown: PeerStatements, asker: number) => PeerStatements | Promise<PeerStatements> = (shown) => shown;
  lieAboutBundle: (bytes: Uint8Array | undefined) => Uint8Array | undefined = (bytes) => bytes;

  constructor(committee: Committee, attesterId: number, key: Uint8Array, root: string) {
    this.#committee = committee;
    this.attesterId = attesterId;
    this.#key = key;
    this.#root = root;
  }

  get isUp(): boolean {
    return this.#incarnation !== undefined;
  }

  get agreeing(): Agreeing {
    if (this.#incarnation === undefined) throw new Error(`attester ${this.attesterId} is down`);
    return this.#incarnation.agreeing;
  }

  /** Starts on the disk that it has. */
  start(): void {
    const { clock, chain, logs } = this.#committee;
    const { attesterId } = this;
    const life = this.#life;
    const file = (name: string) => join(this.#disk(), `${name}.sqlite`);
    const ledger = new SqliteSigningLedger(file("signing"), `attester ${attesterId}`);
    const store = new SqliteAgreementStore(file("agreement"));
    const journal = new SqliteTransactionJournal(file("journal"));
    const signer = createSigner(this.#key);
    const stop = new AbortController();
    const step = (name: Step, epoch: number) => {
      this.#committee.onStep(attesterId, name, epoch);
      if (this.#life !== life) throw new Crash(`attester ${attesterId} crashed after ${name}`);
    };
    const agreeing = createAgreeing(
      { attesterId, domain: DOMAIN, epochs: EPOCHS, maxFeePerGas: 1_000n, pollMs: POLL_MS },
      {
        chain: chain.view(),
        peers: this.#peers(),
        store,
        ledger: watchedLedger(ledger, (name, slot, digest) => {
          if (name === "attach") this.#committee.noteSignature(attesterId, slot, digest);
          step(`${name} ${slot.kind}`, slot.epoch);
        }),
        journal: watchedJournal(journal, step),
        node: fakeNode(chain, signer.address),
        calls: chain.calls(),
        signer,
        observer: { observe: (context) => observationsOf(attesterId, life, context) },
        clock,
        log: loggerTo(logs, attesterId),
        metrics: noMetrics,
      },
    );
    const close = () => {
      for (const opened of [ledger, store, journal]) opened.close();
    };
    this.#incarnation = { agreeing, stop, running: agreeing.run(stop.signal), close };
  }

  /** kill -9: what is on disk at this moment is all that is left. */
  crash(): void {
    const incarnation = this.#incarnation;
    if (incarnation === undefined) return;
    const disk = this.#disk();
    this.#life += 1;
    cpSync(disk, this.#disk(), { recursive: true });
    this.#incarnation = undefined;
    this.#ended.push(incarnation);
    incarnation.stop.abort();
  }

  /** Loses a file of its disk, or all of it; only while it is down. */
  lose(name: "signing" | "agreement" | "everything"): void {
    const path = name === "everything" ? this.#disk() : join(this.#disk(), `${name}.sqlite`);
    for (const suffix of name === "everything" ? [""] : ["", "-wal", "-shm"])
      rmSync(`${path}${suffix}`, { recursive: true, force: true });
  }

  /** Keeps a copy of the signing ledger as it is now; the result puts it back. */
  backUp(): () => void {
    const backup = join(this.#root, `backup-${this.attesterId}-${this.#life}`);
    cpSync(this.#disk(), backup, { recursive: true });
    return () => {
      this.lose("signing");
      for (const suffix of ["", "-wal"])
        cpSync(join(backup, `signing.sqlite${suffix}`), join(this.#disk(), `signing.sqlite${suffix}`), {
          force: true,
        });
    };
  }

  async dispose(): Promise<void> {
    this.crash();
    for (const { running, close } of this.#ended) {
      await running.catch(() => undefined);
      close();
    }
  }

  /** Signs what it likes, past its own ledger. */
  forge<S extends Statement>(statement: S): Signed<S> {
    return { statement, signature: createSigner(this.#key).sign(statementDigest(DOMAIN, statement)) };
  }

  #disk(): string {
    return join(this.#root, `attester-${this.attesterId}`, `life-${this.#life}`);
  }

  #peers(): Peers {
    const target = (endpoint: string) => {
      const peer = this.#committee.attester(Number(endpoint.replace("http://attester-", "")));
      if (!peer.isUp || !peer.reachable || !this.reachable) throw unreachable(endpoint);
      return peer;
    };
    return {
      statements: async (endpoint, epoch, author, signal) => {
        const peer = target(endpoint);
        const answer = peer.lie(peer.agreeing.evidence.statements(epoch, author), this.attesterId);
        const shown = await Promise.race([answer, rejectedBy(signal)]);
        return parseStatements(JSON.parse(serializeStatements(shown)));
      },
      bundle: async (endpoint, epoch, root) => {
        const peer = target(endpoint);
        const bundle = peer.agreeing.evidence.bundle(epoch, root);
        return peer.lieAboutBundle(bundle === "early" ? undefined : bundle);
      },
    };
  }
}

/**
 * Every attester saw nearly the same: node 1 always up, node 2 down in 6 buckets, node 3 down in half of them. What a
 * process saw dies with it, so that whoever observes anew after a crash observes something else.
 */
function observationsOf(attesterId: number, life: number, { nodes }: EpochContext): Observation[] {
  const all = (1n << 256n) - 1n;
  const down = [0n, 0b111111n << 40n, (1n << 128n) - 1n];
  return nodes.map(({ nodeId }) => ({
    nodeId,
    okBits: (all ^ (down[nodeId - 1] ?? 0n)) & ~(1n << BigInt(attesterId)),
    conclusiveBits: all & ~(1n << BigInt(attesterId)),
    latencyRatioPpm: 500_000 + attesterId + 100 * life,
    integrityFailures: 0,
  }));
}

function watchedLedger(
  ledger: SqliteSigningLedger,
  done: (name: "record" | "attach", slot: Slot, digest: Hex) => void,
): SigningLedger {
  return {
    record: (slot, digest, statement) => {
      const isNew = ledger.entry(slot) === undefined;
      ledger.record(slot, digest, statement);
      if (isNew) done("record", slot, digest);
    },
    attach: (slot, signature) => {
      ledger.attach(slot, signature);
      done("attach", slot, ledger.entry(slot)?.digest ?? "0x");
    },
    adopt: (entry) => ledger.adopt(entry),
    entry: (slot) => ledger.entry(slot),
    entries: (epoch) => ledger.entries(epoch),
    unsigned: () => ledger.unsigned(),
    lastEpoch: () => ledger.lastEpoch(),
  };
}

function watchedJournal(
  journal: SqliteTransactionJournal,
  done: (step: Step, epoch: number) => void,
): TransactionJournal {
  const epochOf = (id: number) =>
    Number(
      journal
        .active()
        .find((entry) => entry.id === id)
        ?.purpose.split(":")[1] ?? -1,
    );
  return {
    intend: (purpose, call) => {
      const entry = journal.intend(purpose, call);
      done("intend", epochOf(entry.id));
      return entry;
    },
    signed: (id, nonce, attempt) => {
      journal.signed(id, nonce, attempt);
      done("signed", epochOf(id));
    },
    broadcast: (id) => {
      journal.broadcast(id);
      done("broadcast", epochOf(id));
    },
    mined: (id, receipt) => {
      journal.mined(id, receipt);
      done("mined", epochOf(id));
    },
    unmined: (id) => journal.unmined(id),
    final: (id) => journal.final(id),
    abandon: (id, reason) => journal.abandon(id, reason),
    active: () => journal.active(),
    feesOf: (nonce) => journal.feesOf(nonce),
  };
}

function loggerTo(logs: LogLine[], attesterId: number): Logger {
  const at =
    (level: LogLine["level"]) =>
    (message: string, fields: LogLine["fields"] = {}) => {
      logs.push({ attesterId, level, message, fields });
    };
  const log: Logger = {
    debug: () => undefined,
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => log,
  };
  return log;
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function unreachable(endpoint: string): OracleError {
  return new OracleError("peer-unreachable", "A peer's answer is of no use.", {
    context: { fault: "unreachable", endpoint },
    retryable: true,
  });
}
