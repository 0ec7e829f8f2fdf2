import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { HttpPeers } from "../../../oracle/adapters/peers/http-peers.ts";
import { PrometheusMetrics } from "../../../oracle/adapters/prometheus/metrics.ts";
import { RateLimit } from "../../../oracle/adapters/server/rate-limit.ts";
import { OracleServer } from "../../../oracle/adapters/server/server.ts";
import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import type { Signed } from "../../../oracle/domain/slots.ts";
import type { Evidence, Readiness } from "../../../oracle/ports/evidence.ts";
import { silentLog } from "../../helpers/agreeing/silent.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";

const ROOT = keccak256Text("a root");
const EARLY = keccak256Text("an early root");
const SIGNATURE = `0x${"5a".repeat(64)}` as const;
const BYTES = Uint8Array.from({ length: 80 }, (_, index) => index);
const never = new AbortController().signal;

const STATEMENTS: readonly Signed[] = [
  {
    statement: { kind: "commitment", epoch: 5, attesterId: 2, observationRoot: ROOT },
    signature: SIGNATURE,
  },
  {
    statement: {
      kind: "holdings",
      epoch: 5,
      generation: 1,
      attesterId: 2,
      roots: [{ attesterId: 1, root: ROOT }],
    },
    signature: SIGNATURE,
  },
  {
    statement: {
      kind: "proposal",
      epoch: 5,
      generation: 1,
      viewNumber: 3,
      attesterId: 2,
      holdings: [{ attesterId: 2, roots: [{ attesterId: 1, root: ROOT }], signature: SIGNATURE }],
      digest: ROOT,
    },
    signature: SIGNATURE,
  },
  {
    statement: { kind: "attestation", epoch: 5, generation: 1, viewNumber: 3, attesterId: 2, digest: ROOT },
    signature: SIGNATURE,
  },
];

class World {
  readonly clock = new ManualClock();
  readonly metrics = new PrometheusMetrics();
  readiness: Readiness = { ready: true, reasons: [] };
  evidence: Evidence = {
    statements: (epoch, attesterId = 2) => ({ epoch, attesterId, statements: STATEMENTS }),
    bundle: (_epoch, root) => (root === ROOT ? BYTES : root === EARLY ? "early" : undefined),
  };
  readonly #server: OracleServer;
  url = "";

  constructor(burst: number) {
    this.#server = new OracleServer(
      { host: "127.0.0.1", port: 0 },
      {
        evidence: {
          statements: (...q) => this.evidence.statements(...q),
          bundle: (...q) => this.evidence.bundle(...q),
        },
        readiness: () => this.readiness,
        exposition: () => this.metrics.exposition(),
        rateLimit: new RateLimit({ perSecond: 1, burst, clientsMax: 100 }, { clock: this.clock }),
        log: silentLog,
        metrics: this.metrics,
      },
    );
  }

  static async start(t: TestContext, { burst = 1_000 } = {}): Promise<World> {
    const world = new World(burst);
    world.url = await world.#server.start();
    t.after(() => world.#server.stop());
    return world;
  }

  get = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${this.url}${path}`, init);
    return { status: answer.status, body: await answer.text(), headers: answer.headers };
  };

  /** Sends bytes as they are; what comes back until the server hangs up. */
  raw(text: string): Promise<string> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let answer = "";
      socket.on("data", (chunk) => {
        answer += String(chunk);
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
  }
}

describe("The attester's server", () => {
  it("shows statements and bundles that the client reads back the same", async (t) => {
    const world = await World.start(t);
    const peers = new HttpPeers(guardedHttp().http);
    const shown = await peers.statements(`${world.url}/`, 5, undefined, never);
    assert.deepEqual(shown, { epoch: 5, attesterId: 2, statements: STATEMENTS });
    assert.equal((await peers.statements(world.url, 5, 7, never)).attesterId, 7);
    assert.deepEqual(await peers.bundle(world.url, 5, ROOT, 80, never), Buffer.from(BYTES));
    assert.equal(await peers.bundle(world.url, 5, EARLY, 80, never), undefined);
    assert.equal(await peers.bundle(world.url, 5, keccak256Text("unknown"), 80, never), undefined);
  });

  it("answers 425 before the commit deadline and 404 for what it does not hold", async (t) => {
    const world = await World.start(t);
    assert.equal((await world.get(`/v1/epochs/5/bundles/${EARLY}`)).status, 425);
    assert.equal((await world.get(`/v1/epochs/5/bundles/${keccak256Text("unknown")}`)).status, 404);
    assert.equal((await world.get("/v1/epochs/5")).status, 404);
  });

  it("refuses malformed parameters", async (t) => {
    const world = await World.start(t);
    for (const path of [
      "/v1/epochs/-1/statements",
      "/v1/epochs/1e3/statements",
      "/v1/epochs/99999999999999999999/statements",
      "/v1/epochs/5/statements?author=0",
      "/v1/epochs/5/statements?author=2&extra=1",
      "/v1/epochs/5/statements?author=2&author=3",
      "/v1/epochs/5/bundles/0x12",
      `/v1/epochs/5/bundles/${ROOT.toUpperCase()}`,
    ])
      assert.equal((await world.get(path)).status, 400, path);
  });

  it("takes GET alone, and no body", async (t) => {
    const world = await World.start(t);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      assert.equal((await world.get("/healthz", { method })).status, 405, method);
    const head = "GET /healthz HTTP/1.1\r\nhost: x\r\n";
    assert.match(await world.raw(`${head}content-length: 3\r\n\r\nabc`), /^HTTP\/1.1 413/);
    assert.match(await world.raw(`${head}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n`), /^HTTP\/1.1 413/);
  });

  it("refuses oversized headers", async (t) => {
    const world = await World.start(t);
    const answer = await world.raw(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(9_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1.1 431/);
  });

  it("limits the rate of a client, which recovers", async (t) => {
    const world = await World.start(t, { burst: 3 });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await world.get("/healthz")).status);
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    await world.clock.advance(1_000);
    assert.equal((await world.get("/healthz")).status, 200);
  });

  it("says whether it is ready, and why not", async (t) => {
    const world = await World.start(t);
    assert.equal((await world.get("/readyz")).status, 200);
    world.readiness = { ready: false, reasons: ["the chain cannot be read"] };
    const { status, body } = await world.get("/readyz");
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(body), { ready: false, reasons: ["the chain cannot be read"] });
  });

  it("counts what it did under /metrics", async (t) => {
    const world = await World.start(t);
    await world.get("/v1/epochs/5/statements");
    await world.get("/nowhere");
    const { body } = await world.get("/metrics");
    assert.match(body, /icn_oracle_requests_total\{outcome="statements"\} 1/);
    assert.match(body, /icn_oracle_requests_total\{outcome="refused-path"\} 1/);
  });

  it("stays under 256 KiB by leaving out the oldest views", async (t) => {
    const world = await World.start(t);
    const attestations: Signed[] = Array.from({ length: 4_000 }, (_, viewNumber) => ({
      statement: { kind: "attestation", epoch: 5, generation: 0, viewNumber, attesterId: 2, digest: ROOT },
      signature: SIGNATURE,
    }));
    world.evidence = {
      ...world.evidence,
      statements: () => ({ epoch: 5, attesterId: 2, statements: attestations }),
    };
    const { body } = await world.get("/v1/epochs/5/statements");
    assert.ok(body.length <= 256 * 1_024);
    assert.equal(JSON.parse(body).attestations[0].viewNumber, 3_999);
  });

  it("an internal failure shows no detail", async (t) => {
    const world = await World.start(t);
    world.evidence = {
      ...world.evidence,
      statements: () => {
        throw new Error("disk secret");
      },
    };
    const { status, body } = await world.get("/v1/epochs/5/statements");
    assert.equal(status, 500);
    assert.ok(!body.includes("secret"));
  });
});
