import { quorum } from "../../../oracle/domain/agreement.ts";
import { ChainState } from "../../../oracle/domain/chain-state.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { ProtocolEvent } from "../../../oracle/domain/events.ts";
import { keccak256Text, ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { rulesHash } from "../../../oracle/domain/rules.ts";
import { recoverAddress } from "../../../oracle/domain/signatures.ts";
import type { SigningDomain } from "../../../oracle/domain/statements.ts";
import { observationsHash, reportDigest } from "../../../oracle/domain/typed-data.ts";
import type { EpochReport, Hex, Member, ObservationRoot, Rules } from "../../../oracle/domain/types.ts";
import type { Chain, ChainSnapshot, Duty } from "../../../oracle/ports/chain.ts";
import type { Call, Receipt, Refusal, ReportCalls } from "../../../oracle/ports/transactions.ts";
import type { ManualClock } from "../manual-clock.ts";

/** Without its origin, which the chain gives it. */
type Body = ProtocolEvent extends infer E ? (E extends unknown ? Omit<E, "origin"> : never) : never;

export interface FakeChainOptions {
  readonly clock: ManualClock;
  readonly domain: SigningDomain;
  readonly epochZero: number;
  readonly epochLength: number;
  readonly vetoWindow: number;
  readonly members: readonly Member[];
  readonly rules: Rules;
  readonly nodeCount: number;
}

interface Submission {
  readonly kind: "submit";
  readonly report: EpochReport;
  readonly roots: readonly ObservationRoot[];
  readonly signers: number;
  readonly signatures: readonly Hex[];
}
type Action = Submission | { readonly kind: "finalize"; readonly epoch: number };

export interface FakeTransaction {
  readonly hash: Hex;
  readonly from: Hex;
  readonly nonce: number;
  readonly call: Call;
}

const ORACLE: Hex = "0x00000000000000000000000000000000000000aa";
const BLOCK_MS = 1_000;
const ICNT = 10n ** 18n;

/** A chain in memory that judges reports as the contract does; blocks come every second of the manual clock. */
export class FakeChain {
  readonly #options: FakeChainOptions;
  readonly #events: ProtocolEvent[] = [];
  readonly #state: ChainState;
  readonly #mempool = new Map<Hex, FakeTransaction>();
  readonly #receipts = new Map<Hex, Receipt>();
  readonly #nonces = new Map<Hex, number>();
  #block = 1;
  #timestamp: number;
  #finalizableAt: number | null = null;
  #pausedUntil = 0;
  /** Transactions that were mined and failed. */
  reverted = 0;
  /** Calls that somebody tried, and would have sent if they passed. */
  tried = 0;

  constructor(options: FakeChainOptions) {
    this.#options = options;
    this.#timestamp = Math.floor(options.clock.nowMs() / 1_000);
    this.#state = this.#newState();
    this.#genesis();
  }

  /** Mines until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleepUntil(clock.nowMs() + BLOCK_MS, signal).catch(() => undefined);
      if (!signal.aborted) this.#mine();
    }
  }

  get reports(): ChainState["reports"] {
    return this.#state.reports;
  }

  /** A view of the chain of its own, as an attester's adapter gives it. */
  view(): Chain {
    const state = this.#newState();
    let applied = 0;
    return {
      sync: (): Promise<ChainSnapshot> => {
        for (const event of this.#events.slice(applied)) state.apply(event);
        applied = this.#events.length;
        state.advanceTo(this.#timestamp);
        const hash = keccak256Text(`block ${this.#block}`);
        const head = { number: this.#block, hash, timestamp: this.#timestamp };
        return Promise.resolve({ head, state, duty: this.#duty() });
      },
    };
  }

  calls(): ReportCalls {
    return {
      submit: (report, roots, signers, signatures) =>
        encode({ kind: "submit", report, roots, signers, signatures }),
      finalize: (epoch) => encode({ kind: "finalize", epoch }),
    };
  }

  /** The guardian's veto of the pending report. */
  veto(reason: string): void {
    const { epoch, generation, status } = this.#duty();
    if (status !== "reported") throw new Error("there is no pending report to veto");
    this.#finalizableAt = null;
    this.#emit({ type: "Vetoed", epoch, generation, guardian: ORACLE, reason });
  }

  /** The guardian's pause: no report and no finality meanwhile, an open veto window stands still. */
  pause(seconds: number): void {
    this.#pausedUntil = this.#timestamp + seconds;
    if ((this.#finalizableAt ?? 0) > this.#timestamp)
      this.#finalizableAt = (this.#finalizableAt ?? 0) + seconds;
  }

  unpause(): void {
    const remaining = this.#pausedUntil - this.#timestamp;
    if ((this.#finalizableAt ?? 0) > this.#pausedUntil)
      this.#finalizableAt = (this.#finalizableAt ?? 0) - remaining;
    this.#pausedUntil = this.#timestamp;
  }

  simulate(call: Call, on: "latest" | "pending"): Refusal | undefined {
    this.tried += 1;
    const action = decode(call);
    const ahead = [...this.#mempool.values()].map((transaction) => decode(transaction.call));
    if (on === "pending" && ahead.some(({ kind }) => kind === action.kind))
      return { error: "ReportPending", args: [] };
    return this.#refusal(action);
  }

  broadcast(transaction: FakeTransaction): void {
    if (transaction.nonce < this.minedNonce(transaction.from)) return;
    for (const { hash, from, nonce } of this.#mempool.values())
      if (from === transaction.from && nonce === transaction.nonce) this.#mempool.delete(hash);
    this.#mempool.set(transaction.hash, transaction);
  }

  minedNonce(from: Hex): number {
    return this.#nonces.get(from) ?? 0;
  }

  receipt(hash: Hex): Receipt | undefined {
    return this.#receipts.get(hash);
  }

  get blockNumber(): number {
    return this.#block;
  }

  #mine(): void {
    this.#block += 1;
    this.#timestamp = Math.floor(this.#options.clock.nowMs() / 1_000);
    this.#state.advanceTo(this.#timestamp);
    for (const transaction of [...this.#mempool.values()].sort((a, b) => a.nonce - b.nonce)) {
      const { hash, from, nonce, call } = transaction;
      if (nonce !== this.minedNonce(from)) continue;
      this.#mempool.delete(hash);
      this.#nonces.set(from, nonce + 1);
      const action = decode(call);
      const success = this.#refusal(action) === undefined;
      if (success) this.#execute(action, from);
      else this.reverted += 1;
      const blockHash = keccak256Text(`block ${this.#block}`);
      this.#receipts.set(hash, { hash, blockNumber: this.#block, blockHash, success });
    }
  }

  #execute(action: Action, submitter: Hex): void {
    if (action.kind === "finalize") {
      const ledgerRoot = this.#state.reports.postedOf(action.epoch)?.report.ledgerRoot ?? ZERO_HASH;
      this.#finalizableAt = null;
      this.#emit({ type: "Finalized", epoch: action.epoch, ledgerRoot });
      return;
    }
    const { report, roots, signers } = action;
    this.#finalizableAt = this.#timestamp + this.#options.vetoWindow;
    this.#emit({ type: "Reported", report, roots, signers: BigInt(signers), submitter });
  }

  #refusal(action: Action): Refusal | undefined {
    if (this.#timestamp < this.#pausedUntil) return refused("NewRiskPaused");
    const duty = this.#duty();
    if (action.kind === "finalize") {
      if (duty.status !== "reported" || duty.epoch !== action.epoch) return refused("NotReported");
      return this.#timestamp < (duty.finalizableAt ?? 0) ? refused("VetoWindowOpen") : undefined;
    }
    return duty.status === "reported" ? refused("ReportPending") : this.#refusalOf(action, duty);
  }

  #refusalOf({ report, roots, signers, signatures }: Submission, duty: Duty): Refusal | undefined {
    const { domain, members, epochZero, epochLength } = this.#options;
    if (this.#timestamp < epochZero + (report.epoch + 1) * epochLength) return refused("EpochNotOver");
    const fields = [
      "epoch",
      "generation",
      "committeeId",
      "rulesHash",
      "previousLedgerRoot",
      "nodeCount",
    ] as const;
    for (const field of fields) if (report[field] !== duty[field]) return refused(`Wrong:${field}`);
    if (report.observationsHash !== observationsHash(roots)) return refused("WrongObservationsHash");
    const digest = reportDigest(domain, report);
    const seats = members.filter((_, seat) => (signers & (1 << seat)) !== 0);
    if (seats.length < quorum(members.length)) return refused("QuorumNotReached");
    const signed = seats.every(
      ({ signingKey }, index) => recoverAddress(digest, signatures[index] ?? "0x") === signingKey,
    );
    return signed && seats.length === signatures.length ? undefined : refused("InvalidSignature");
  }

  /** The first epoch that is not final. */
  #duty(): Duty {
    const { reports } = this.#state;
    const pending = this.#finalizableAt !== null;
    const epoch = pending ? reports.nextEpoch - 1 : reports.nextEpoch;
    return {
      epoch,
      status: pending ? "reported" : "none",
      generation: reports.generationOf(epoch),
      committeeId: 1,
      rulesHash: rulesHash(this.#options.rules),
      previousLedgerRoot: reports.previousLedgerRoot(epoch) ?? ZERO_HASH,
      nodeCount: this.#options.nodeCount,
      vetoedAt: reports.vetoedAt(epoch),
      finalizableAt: this.#finalizableAt,
      pausedUntil: this.#pausedUntil,
    };
  }

  #emit(body: Body): void {
    const event = {
      ...body,
      origin: {
        blockNumber: this.#block,
        blockTimestamp: this.#timestamp,
        logIndex: this.#events.length,
        transactionHash: keccak256Text(`transaction ${this.#events.length}`),
      },
    };
    this.#events.push(event);
    this.#state.apply(event);
  }

  #newState(): ChainState {
    const { epochZero, epochLength } = this.#options;
    const emission = { total: 140_000_000n * ICNT, monthlySharesPpm: [1_000_000] };
    return new ChainState(new EpochClock(epochZero, epochLength), emission);
  }

  #genesis(): void {
    const { members, rules, nodeCount } = this.#options;
    this.#emit({ type: "RulesScheduled", rulesHash: rulesHash(rules), effectiveFrom: 0, rules });
    for (const { attesterId } of members) {
      this.#emit({ type: "AttesterAdmitted", attesterId, owner: ORACLE });
      this.#emit({ type: "AttesterEndpointChanged", attesterId, endpoint: `http://attester-${attesterId}` });
    }
    this.#emit({ type: "CommitteeChanged", committeeId: 1, effectiveFrom: 0, members });
    for (let nodeId = 1; nodeId <= nodeCount; nodeId++) this.#register(nodeId);
  }

  #register(nodeId: number): void {
    const at = { nodeId, effectiveFrom: 0 };
    this.#emit({ type: "NodeRegistered", ...at, operator: ORACLE });
    const terms = {
      nodeClass: 1,
      services: 1,
      country: "CH",
      storageUnits: 1,
      computeUnits: 0,
      networkUnits: 0,
      commissionPpm: 0,
    };
    this.#emit({ type: "NodeTermsChanged", ...at, status: "active", terms });
    this.#emit({ type: "NodeKeyChanged", ...at, nodeKey: ORACLE });
    this.#emit({ type: "NodeEndpointChanged", ...at, endpoint: `http://node-${nodeId}` });
    const stake = 2_000n * ICNT;
    this.#emit({ type: "StakeCheckpointed", ...at, stake, bond: stake, totalStake: stake * BigInt(nodeId) });
  }
}

function encode(action: Action): Call {
  return { to: ORACLE, data: `0x${Buffer.from(JSON.stringify(action)).toString("hex")}` };
}

function decode({ data }: Call): Action {
  return JSON.parse(Buffer.from(data.slice(2), "hex").toString()) as Action;
}

function refused(error: string): Refusal {
  return { error, args: [] };
}
