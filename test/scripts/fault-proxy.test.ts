import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, it } from "node:test";
import { faultProxy, listen } from "../../scripts/devnet/fault-proxy.ts";
import { type Fault, faultsOf, LABELS, SIDES } from "../../scripts/devnet/faults.ts";

const setting = { epochZero: 1_000, epochLength: 64, storageTargetMs: 40, networkTargetMs: 60 };
const BUCKET_MS = 250;
const START_MS = setting.epochZero * 1_000;

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function proxied(fault: Fault, now: () => number = () => START_MS): Promise<string> {
  const target = createServer((asked, reply) => {
    reply.writeHead(200, { "content-length": "5" });
    reply.end(asked.method === "HEAD" ? undefined : "hello");
  });
  open.push(target);
  const proxy = faultProxy({ host: "127.0.0.1", port: await listen(target, 0) }, fault, now);
  open.push(Object.assign(proxy, { closeAllConnections: () => undefined }) as Server);
  return `http://127.0.0.1:${await listen(proxy, 0)}`;
}

async function isReset(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  const outcome = await Promise.race([
    once(socket, "data").then(() => false),
    once(socket, "end").then(() => true),
  ]).catch((error: NodeJS.ErrnoException) => error.code === "ECONNRESET");
  socket.destroy();
  return outcome;
}

describe("given a proxy without a fault", () => {
  it("passes requests and answers on unchanged", async () => {
    assert.equal(await (await fetch(await proxied({}))).text(), "hello");
  });
});

describe("given a proxy that is down", () => {
  it("resets new connections", async () => {
    const url = new URL(await proxied({ isDown: () => true }));
    assert.equal(await isReset(Number(url.port)), true);
  });

  it("resets an open connection that asks for something", async () => {
    let down = false;
    const url = new URL(await proxied({ isDown: () => down }));
    const socket = connect(Number(url.port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "data");
    down = true;
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNRESET");
  });

  it("passes on again when the outage is over", async () => {
    let down = true;
    const url = await proxied({ isDown: () => down });
    assert.equal(await isReset(Number(new URL(url).port)), true);
    down = false;
    assert.equal(await (await fetch(url)).text(), "hello");
  });
});

describe("given a proxy that delays", () => {
  it("holds an answer back for that long", async () => {
    const url = await proxied({ delayMs: 60 });
    const before = process.hrtime.bigint();
    await (await fetch(url)).text();
    assert.ok(process.hrtime.bigint() - before >= 55_000_000n);
  });
});

describe("given a proxy that alters bodies", () => {
  it("flips a bit of what is read and keeps its length", async () => {
    const answer = await fetch(await proxied({ altersBodies: true }));
    assert.equal(answer.headers.get("content-length"), "5");
    assert.equal(await answer.text(), "iello");
  });

  it("leaves answers to other methods alone", async () => {
    const url = await proxied({ altersBodies: true });
    assert.equal(await (await fetch(url, { method: "PUT", body: "x" })).text(), "hello");
    assert.equal((await fetch(url, { method: "HEAD" })).status, 200);
  });
});

describe("faultsOf", () => {
  const downBuckets = (fault: Fault): number[] =>
    Array.from({ length: 256 }, (_, bucket) => bucket).filter(
      (bucket) => fault.isDown?.(START_MS + (bucket + 0.5) * BUCKET_MS) === true,
    );

  it("takes flaky down in every 50th bucket", () => {
    assert.deepEqual(downBuckets(faultsOf("flaky", setting).http), [49, 99, 149, 199, 249]);
  });

  it("takes half down in half of the buckets, for every service", () => {
    for (const side of SIDES) assert.equal(downBuckets(faultsOf("half", setting)[side]).length, 128);
  });

  it("gives each of no-compute and slow-network one service that is at fault", () => {
    const fine = { http: {}, s3: {}, network: {}, compute: {} };
    const { compute, ...others } = faultsOf("no-compute", setting);
    assert.deepEqual({ ...others, compute: {} }, fine);
    assert.equal(downBuckets(compute).length, 256);
    const { delayMs = 0 } = faultsOf("slow-network", setting).network;
    assert.deepEqual(faultsOf("slow-network", setting), { ...fine, network: { delayMs } });
    assert.ok(delayMs >= 1.5 * setting.networkTargetMs && delayMs <= 2 * setting.networkTargetMs);
  });

  it("takes nothing down before epoch 0", () => {
    for (const label of LABELS) assert.notEqual(faultsOf(label, setting).http.isDown?.(START_MS - 1), true);
  });

  it("delays slow by about twice the objective, well under a bucket", () => {
    const { delayMs = 0 } = faultsOf("slow", setting).s3;
    assert.ok(delayMs >= 1.5 * setting.storageTargetMs && delayMs <= 2 * setting.storageTargetMs);
    assert.ok(delayMs < BUCKET_MS / 2);
  });

  it("alters only what corrupt stores", () => {
    const fine = { http: {}, network: {}, compute: {} };
    assert.deepEqual(faultsOf("corrupt", setting), { ...fine, s3: { altersBodies: true } });
  });
});
