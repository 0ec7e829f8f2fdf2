import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { LogReader } from "../../../oracle/adapters/chain/log-reader.ts";
import { Rpc } from "../../../oracle/adapters/chain/rpc.ts";
import { ChainLog } from "../../../oracle/adapters/sqlite/chain-log.ts";
import { silentLog } from "../../helpers/agreeing/silent.ts";
import { StubEthereum, type StubLog } from "../../helpers/agreeing/stub-ethereum.ts";

const never = new AbortController().signal;
const ADDRESS = `0x${"aa".repeat(20)}` as const;
const log = (name: string): StubLog => ({
  address: ADDRESS,
  topics: [],
  data: `0x${Buffer.from(name).toString("hex")}`,
});
const nameOf = ({ data }: { readonly data: string }) => Buffer.from(data.slice(2), "hex").toString();

class World {
  readonly chain = new StubEthereum();
  readonly #file: string;
  copy: ChainLog;
  #urls: readonly string[] = [];

  constructor(t: TestContext) {
    const directory = mkdtempSync(join(tmpdir(), "icn-chain-"));
    this.#file = join(directory, "chain.sqlite");
    this.copy = new ChainLog(this.#file);
    t.after(() => {
      this.copy.close();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  async reader(
    t: TestContext,
    { firstBlock = 0, rangeMax = 100, chains = [this.chain] } = {},
  ): Promise<LogReader> {
    const servers = await Promise.all(chains.map((chain) => chain.serve()));
    for (const server of servers) t.after(() => server[Symbol.asyncDispose]());
    this.#urls = servers.map(({ url }) => url);
    return this.sameReader({ firstBlock, rangeMax });
  }

  sameReader({ firstBlock = 0, rangeMax = 100 } = {}): LogReader {
    const rpc = new Rpc({ urls: this.#urls, timeoutMs: 5_000 });
    const options = { head: "latest", firstBlock, rangeMax, addresses: [ADDRESS] } as const;
    return new LogReader(options, { rpc, copy: this.copy, log: silentLog });
  }

  /** A new process on the same disk. */
  reopen(): void {
    this.copy.close();
    this.copy = new ChainLog(this.#file);
  }

  get stored(): readonly string[] {
    return [...this.copy.logs()].map(nameOf);
  }
}

describe("Reading the chain's logs", () => {
  it("goes from the deployment's block to the head in bounded ranges", async (t) => {
    const world = new World(t);
    world.chain.grow(20, [log("a")]);
    world.chain.grow(30, [log("b"), log("c")]);
    const reader = await world.reader(t, { firstBlock: 15, rangeMax: 10 });
    const { head, logs, rewound } = await reader.read(never);
    assert.deepEqual(world.chain.ranges, [
      [15, 24],
      [25, 34],
      [35, 44],
      [45, 49],
    ]);
    assert.equal(head.number, 49);
    assert.equal(rewound, false);
    assert.deepEqual(logs.map(nameOf), ["a", "b", "c"]);
    assert.deepEqual(world.stored, ["a", "b", "c"]);
    assert.equal(logs[0]?.blockTimestamp, 1_019);
  });

  it("asks for less where the endpoint refuses", async (t) => {
    const world = new World(t);
    world.chain.grow(64, [log("a")]);
    world.chain.rangeMax = 10;
    const reader = await world.reader(t, { rangeMax: 64 });
    assert.deepEqual((await reader.read(never)).logs.map(nameOf), ["a"]);
  });

  it("brings only what is new, also after a restart", async (t) => {
    const world = new World(t);
    world.chain.grow(5, [log("a")]);
    const reader = await world.reader(t);
    await reader.read(never);
    world.chain.grow(5, [log("b")]);
    assert.deepEqual((await reader.read(never)).logs.map(nameOf), ["b"]);
    world.chain.grow(5, [log("c")]);
    world.reopen();
    const { logs } = await world.sameReader().read(never);
    assert.deepEqual(logs.map(nameOf), ["c"]);
    assert.deepEqual(world.stored, ["a", "b", "c"]);
    assert.deepEqual((await world.sameReader().read(never)).logs, []);
  });

  it("dates logs by their block where the endpoint does not", async (t) => {
    const world = new World(t);
    world.chain.datesLogs = false;
    world.chain.grow(7, [log("a"), log("b")]);
    const { logs } = await (await world.reader(t)).read(never);
    assert.deepEqual(
      logs.map(({ blockTimestamp }) => blockTimestamp),
      [1_006, 1_006],
    );
  });

  it("takes back what the chain took back", async (t) => {
    const world = new World(t);
    const reader = await world.reader(t);
    world.chain.grow(5, [log("a")]);
    await reader.read(never);
    world.chain.grow(2, [log("lost")]);
    await reader.read(never);
    world.chain.shrink(2);
    world.chain.grow(3, [log("b")], "other");
    const { rewound, logs } = await reader.read(never);
    assert.equal(rewound, true);
    assert.deepEqual(logs.map(nameOf), ["b"]);
    assert.deepEqual(world.stored, ["a", "b"]);
  });

  it("starts anew on a chain that has nothing in common", async (t) => {
    const world = new World(t);
    const reader = await world.reader(t);
    world.chain.grow(5, [log("a")]);
    await reader.read(never);
    world.chain.shrink(5);
    world.chain.grow(9, [log("b")], "other");
    assert.equal((await reader.read(never)).rewound, true);
    assert.deepEqual(world.stored, ["b"]);
  });

  it("stores nothing when the chain changes while it is read", async (t) => {
    const world = new World(t);
    const reader = await world.reader(t);
    world.chain.grow(5, [log("a")]);
    world.chain.onRequest = (method) => {
      if (method !== "eth_getLogs") return;
      world.chain.shrink(1);
      world.chain.grow(1, [log("b")], "other");
    };
    await assert.rejects(reader.read(never), { code: "rpc-failed", retryable: true });
    assert.deepEqual(world.stored, []);
    world.chain.onRequest = () => undefined;
    await reader.read(never);
    assert.deepEqual(world.stored, ["b"]);
  });

  it("waits for an endpoint that fell behind", async (t) => {
    const world = new World(t);
    const reader = await world.reader(t);
    world.chain.grow(5, [log("a")]);
    await reader.read(never);
    world.chain.shrink(2);
    const { head, rewound } = await reader.read(never);
    assert.deepEqual([head.number, rewound], [4, false]);
  });
});

describe("Two endpoints", () => {
  it("are believed up to the block that both know", async (t) => {
    const world = new World(t);
    const behind = new StubEthereum();
    for (const chain of [world.chain, behind]) chain.grow(5, [log("a")]);
    world.chain.grow(2, [log("b")]);
    const reader = await world.reader(t, { chains: [world.chain, behind] });
    const { head, logs } = await reader.read(never);
    assert.equal(head.number, 4);
    assert.deepEqual(logs.map(nameOf), ["a"]);
  });

  it("that disagree are not believed", async (t) => {
    const world = new World(t);
    const liar = new StubEthereum();
    world.chain.grow(5, [log("a")]);
    liar.grow(5, [log("forged")]);
    const reader = await world.reader(t, { chains: [world.chain, liar] });
    await assert.rejects(reader.read(never), { code: "rpc-disagree", retryable: true });
    assert.deepEqual(world.stored, []);
  });

  it("on two branches are not believed", async (t) => {
    const world = new World(t);
    const other = new StubEthereum();
    world.chain.grow(5);
    other.grow(5, [], "other");
    const reader = await world.reader(t, { chains: [world.chain, other] });
    await assert.rejects(reader.read(never), { code: "rpc-disagree" });
  });
});
