import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { SqliteTransactionJournal } from "../../../oracle/adapters/sqlite/journal.ts";
import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import type { Fees, Receipt, Refusal, TransactionNode } from "../../../oracle/ports/transactions.ts";
import { TransactionSender } from "../../../oracle/services/transaction-sender.ts";
import { noMetrics, silentLog } from "../../helpers/agreeing/silent.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";

const CALL = { to: "0xaa", data: "0x01" } as const;
const OTHER_CALL = { to: "0xaa", data: "0x02" } as const;
const CAP = 100n;
const BUMP_MS = 5_000;
const never = new AbortController().signal;

interface Sent extends Fees {
  readonly raw: Hex;
  readonly hash: Hex;
  readonly nonce: number;
  readonly data: Hex;
}

/** A node that mines on command. */
class TestNode implements TransactionNode {
  readonly pool: Sent[] = [];
  readonly #signed = new Map<Hex, Sent>();
  readonly #receipts = new Map<Hex, Receipt>();
  refusal: Refusal | undefined;
  nonce = 0;
  block = 10;
  finality = 0;
  baseFee = 10n;
  broken = false;

  simulate = () => Promise.resolve(this.refusal);
  balance = () => Promise.resolve(10n ** 18n);
  estimateGas = () => Promise.resolve(100_000n);
  fees = () => Promise.resolve({ baseFeePerGas: this.baseFee, tipPerGas: 1n });
  minedNonce = () => Promise.resolve(this.nonce);
  finalBlock = () => Promise.resolve(this.finality);
  receipt = (hash: Hex) => Promise.resolve(this.#receipts.get(hash));

  sign = (call: { readonly data: Hex }, nonce: number, _gas: bigint, fees: Fees) => {
    const hash = keccak256Text(`${call.data}/${nonce}/${fees.maxFeePerGas}/${fees.maxPriorityFeePerGas}`);
    this.#signed.set(hash, { ...fees, raw: hash, hash, nonce, data: call.data });
    return Promise.resolve({ raw: hash, hash });
  };

  broadcast = (raw: Hex) => {
    if (this.broken) return Promise.reject(new Error("connection lost"));
    const sent = this.#signed.get(raw);
    if (sent !== undefined) this.pool.push(sent);
    return Promise.resolve();
  };

  /** Mines the latest attempt of the next nonce. */
  mine(success = true): void {
    const sent = this.pool.findLast(({ nonce }) => nonce === this.nonce);
    assert.ok(sent !== undefined, "nothing to mine");
    this.nonce += 1;
    this.block += 1;
    const blockHash = keccak256Text(`block ${this.block}`);
    this.#receipts.set(sent.hash, { hash: sent.hash, blockNumber: this.block, blockHash, success });
  }

  /** Takes the last block back. */
  reorganise(): void {
    this.nonce -= 1;
    this.#receipts.clear();
  }
}

class World {
  readonly clock = new ManualClock(1_000_000);
  readonly node = new TestNode();
  readonly #root = mkdtempSync(join(tmpdir(), "icn-journal-"));
  #life = 0;
  journal: SqliteTransactionJournal;
  sender: TransactionSender;

  constructor(t: TestContext) {
    this.journal = this.#open();
    this.sender = this.#newSender();
    t.after(() => {
      this.journal.close();
      rmSync(this.#root, { recursive: true, force: true });
    });
  }

  /** kill -9 and a new process on the same disk. */
  restart(): void {
    const before = this.journal;
    const disk = join(this.#root, String(this.#life));
    this.#life += 1;
    cpSync(disk, join(this.#root, String(this.#life)), { recursive: true });
    before.close();
    this.journal = this.#open();
    this.sender = this.#newSender();
  }

  send = (purpose = "submit:0:0", call: typeof CALL | typeof OTHER_CALL = CALL) =>
    this.sender.send(purpose, call, never);
  advance = () => this.sender.advance(never);

  #open(): SqliteTransactionJournal {
    return new SqliteTransactionJournal(join(this.#root, String(this.#life), "journal.sqlite"));
  }

  #newSender(): TransactionSender {
    const { journal, node, clock } = this;
    const options = { maxFeePerGas: CAP, bumpAfterMs: BUMP_MS };
    return new TransactionSender(options, { journal, node, clock, log: silentLog, metrics: noMetrics });
  }
}

describe("The transaction sender", () => {
  it("takes a transaction from intent to finality", async (t) => {
    const world = new World(t);
    assert.deepEqual(await world.send(), { status: "sent" });
    assert.equal(world.journal.active()[0]?.state, "broadcast");
    world.node.mine();
    await world.advance();
    assert.equal(world.journal.active()[0]?.state, "mined");
    world.node.finality = 11;
    await world.advance();
    assert.deepEqual(world.journal.active(), []);
  });

  it("sends nothing that would revert, and says why", async (t) => {
    const world = new World(t);
    world.node.refusal = { error: "WrongEpoch", args: [4n, 5n] };
    const refusal = { error: "WrongEpoch", args: [4n, 5n] };
    assert.deepEqual(await world.send(), { status: "refused", refusal });
    assert.deepEqual(world.node.pool, []);
    assert.deepEqual(world.journal.active(), []);
  });

  it("sends one purpose once, and one transaction at a time", async (t) => {
    const world = new World(t);
    await world.send();
    assert.deepEqual(await world.send(), { status: "busy" });
    assert.deepEqual(await world.send("finalize:0:0", OTHER_CALL), { status: "busy" });
    world.node.mine();
    await world.advance();
    assert.deepEqual(await world.send(), { status: "busy" });
    assert.deepEqual(await world.send("finalize:0:0", OTHER_CALL), { status: "sent" });
    assert.deepEqual(
      world.node.pool.map(({ nonce, data }) => [nonce, data]),
      [
        [0, "0x01"],
        [1, "0x02"],
      ],
    );
  });

  it("bids more for the same nonce when time passes, up to the cap", async (t) => {
    const world = new World(t);
    await world.send();
    for (let i = 0; i < 12; i++) {
      await world.clock.advance(BUMP_MS);
      await world.advance();
    }
    const { pool } = world.node;
    const hashes = new Set(pool.map(({ hash }) => hash));
    assert.ok(hashes.size > 5);
    assert.ok(pool.every(({ nonce, data }) => nonce === 0 && data === CALL.data));
    const bids = pool.map(({ maxFeePerGas }) => maxFeePerGas);
    assert.deepEqual(
      bids,
      [...bids].sort((a, b) => Number(a - b)),
    );
    assert.equal(bids.at(-1), CAP);
    for (const [index, bid] of bids.slice(1).entries()) {
      const before = bids[index] ?? 0n;
      assert.ok(bid === CAP || bid * 10n >= before * 11n, "a replacement bids 10 % more");
    }
  });

  it("gives up a waiting transaction that would revert by now, and outbids it with the next", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.refusal = { error: "ReportPending", args: [] };
    await world.clock.advance(BUMP_MS);
    await world.advance();
    assert.deepEqual(world.journal.active(), []);
    world.node.refusal = undefined;
    await world.send("finalize:0:0", OTHER_CALL);
    const [first, second] = world.node.pool;
    assert.equal(second?.nonce, 0);
    assert.ok(second.maxFeePerGas * 10n >= (first?.maxFeePerGas ?? 0n) * 11n);
  });

  it("records a revert", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.mine(false);
    await world.advance();
    assert.equal(world.journal.active()[0]?.receipt?.success, false);
  });

  it("follows a transaction whose block the chain took back", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.mine();
    await world.advance();
    world.node.reorganise();
    await world.advance();
    assert.equal(world.journal.active()[0]?.state, "broadcast");
    world.node.mine();
    await world.advance();
    assert.equal(world.journal.active()[0]?.state, "mined");
  });
});

describe("A restart of the transaction sender", () => {
  it("drops an intent that was never signed", async (t) => {
    const world = new World(t);
    world.journal.intend("submit:0:0", CALL);
    world.restart();
    await world.advance();
    assert.deepEqual(world.journal.active(), []);
    assert.deepEqual(await world.send(), { status: "sent" });
  });

  it("broadcasts what was signed but not sent", async (t) => {
    const world = new World(t);
    world.node.broken = true;
    await assert.rejects(world.send());
    assert.equal(world.journal.active()[0]?.state, "signed");
    world.restart();
    world.node.broken = false;
    assert.deepEqual(await world.send(), { status: "busy" });
    await world.advance();
    assert.equal(world.node.pool.length, 1);
    assert.equal(world.journal.active()[0]?.state, "broadcast");
  });

  it("finds what was mined while it was away", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.mine();
    world.restart();
    await world.advance();
    assert.equal(world.journal.active()[0]?.state, "mined");
    assert.equal(world.node.pool.length, 1);
  });

  it("finds an earlier attempt mined though a later one was signed", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.mine();
    world.node.broken = true;
    const entry = world.journal.active()[0];
    assert.ok(entry !== undefined);
    const late = { hash: "0x99", raw: "0x99", gas: 1n, maxFeePerGas: 50n, maxPriorityFeePerGas: 5n } as const;
    world.journal.signed(entry.id, 0, { ...late, signedAtMs: world.clock.nowMs() });
    world.restart();
    await world.advance();
    assert.equal(world.journal.active()[0]?.state, "mined");
  });

  it("gives up when another transaction took its nonce", async (t) => {
    const world = new World(t);
    await world.send();
    world.node.nonce = 1;
    world.restart();
    await world.advance();
    assert.deepEqual(world.journal.active(), []);
  });
});
