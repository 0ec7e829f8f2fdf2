import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SystemClock } from "../../../oracle/adapters/clock/system-clock.ts";
import { HpkeOpener } from "../../../oracle/adapters/credentials/hpke-opener.ts";
import { PngReader } from "../../../oracle/adapters/png/png-reader.ts";
import { PrometheusMetrics } from "../../../oracle/adapters/prometheus/metrics.ts";
import { S3Storage } from "../../../oracle/adapters/s3/s3-storage.ts";
import { SqliteCanaries } from "../../../oracle/adapters/sqlite/canaries.ts";
import { createHttp } from "../../../oracle/commands/http.ts";
import type { Service } from "../../../oracle/domain/types.ts";
import type { Prober } from "../../../oracle/ports/prober.ts";
import { ComputeProber } from "../../../oracle/services/probers/compute.ts";
import { NetworkProber } from "../../../oracle/services/probers/network.ts";
import { ServiceDirectory } from "../../../oracle/services/probers/service-directory.ts";
import { StorageProber } from "../../../oracle/services/probers/storage.ts";
import { faultProxy, listen } from "../../../scripts/devnet/fault-proxy.ts";
import { faultsOf, type Label, type Side } from "../../../scripts/devnet/faults.ts";
import { createImageServer } from "../../../scripts/node/reference/images/server.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { BOX_KEY, EPOCHS, SIGNING_KEY, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { startS3 } from "../../helpers/probing/s3.ts";
import {
  ATTESTER_ID,
  contextOf,
  DOMAIN,
  MemoryLog,
  nodeView,
  SECRET,
  signerOf,
} from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
const TARGET_MS = 100;
const MODEL = "procedural";
const time = new SystemClock();

/** A node of the devnet in this process: real servers behind the proxies that make its fault. */
async function startNode(label: Label) {
  const stack = new AsyncDisposableStack();
  const setting = { epochZero: 0, epochLength: 64, storageTargetMs: TARGET_MS, networkTargetMs: TARGET_MS };
  const front = async (side: Side, url: string) => {
    const target = { host: "127.0.0.1", port: Number(new URL(url).port) };
    const proxy: Server = faultProxy(target, faultsOf(label, setting)[side]);
    stack.defer(() => {
      proxy.close();
    });
    return `http://127.0.0.1:${await listen(proxy, 0)}`;
  };
  const s3 = stack.use(await startS3());
  const images = createImageServer(
    { model: MODEL, apiKeys: ["key"], requestsPerSecond: 100, logLevel: "silent" },
    { now: () => time.nowMs() },
  );
  const imagesUrl = await images.listen({ host: "127.0.0.1", port: 0 });
  stack.defer(() => images.close());
  const network = { advertisedEndpoint: "" };
  const node = stack.use(
    await startReferenceNode({
      clock: new ManualClock(time.nowMs()),
      s3Url: s3.url,
      storage: { advertisedEndpoint: await front("s3", s3.url) },
      network,
      compute: {
        advertisedEndpoint: `${await front("compute", imagesUrl)}/v1`,
        model: MODEL,
        size: "256x256",
        access: { kind: "shared", apiKey: "key" },
      },
    }),
  );
  network.advertisedEndpoint = `${await front("network", node.url)}/.well-known/icn/download`;
  return { url: await front("http", node.url), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The probers as `oracle run` composes them. */
function probersWith(canaries: SqliteCanaries): Readonly<Record<Service, Prober>> {
  const http = createHttp({ chainId: 31_337, allowCidrs: ["127.0.0.0/8"], totalMs: 10_000 }, time);
  const identity = { attesterId: ATTESTER_ID, domain: DOMAIN, secret: SECRET };
  const boxOpener = new HpkeOpener(BOX_KEY);
  const directory = new ServiceDirectory(identity, {
    http,
    clock: time,
    signer: signerOf(SIGNING_KEY),
    boxOpener,
  });
  const storage = new S3Storage({ http, clock: time });
  const [log, metrics] = [new MemoryLog(), new PrometheusMetrics()];
  return {
    storage: new StorageProber({ secret: SECRET }, { directory, storage, canaries }),
    network: new NetworkProber({ secret: SECRET }, { directory, http, log, metrics }),
    compute: new ComputeProber({ secret: SECRET }, { directory, http, images: new PngReader() }),
  };
}

/** What each service's probe of such a node finds. */
async function found(label: Label) {
  const directory = mkdtempSync(join(tmpdir(), "icn-faults-"));
  const canaries = new SqliteCanaries(join(directory, "canaries.sqlite"));
  try {
    await using served = await startNode(label);
    const probers = probersWith(canaries);
    const node = nodeView({ nodeId: 1, endpoint: served.url, services: 7 });
    const task = { context: contextOf(EPOCHS.epochAt(time.nowMs()), [node]), node, bucket: 0 };
    const outcomeOf = (service: Service) =>
      probers[service].run(task, never).then(
        ({ outcome, latencyUs }) => ({ outcome, latencyMs: (latencyUs ?? 0) / 1_000 }),
        (error) => ({ outcome: String(error.reason), latencyMs: 0 }),
      );
    return {
      storage: await outcomeOf("storage"),
      network: await outcomeOf("network"),
      compute: await outcomeOf("compute"),
    };
  } finally {
    canaries.close();
    rmSync(directory, { recursive: true });
  }
}

describe("real servers behind the devnet's proxies", () => {
  it("are ok in every service where nothing is wrong", async () => {
    const services = await found("good");
    for (const { outcome, latencyMs } of Object.values(services)) {
      assert.equal(outcome, "ok");
      assert.ok(latencyMs > 0);
    }
  });

  it("fail compute alone where the image server is cut off", async () => {
    const { storage, network, compute } = await found("no-compute");
    assert.deepEqual([storage.outcome, network.outcome], ["ok", "ok"]);
    assert.match(compute.outcome, /^(closed|connect)$/);
  });

  it("are late with downloads alone where the network is slow", async () => {
    const { storage, network, compute } = await found("slow-network");
    assert.deepEqual([storage.outcome, network.outcome, compute.outcome], ["ok", "ok", "ok"]);
    assert.ok(network.latencyMs >= 1.8 * TARGET_MS, `${network.latencyMs} ms`);
    assert.ok(network.latencyMs - storage.latencyMs > TARGET_MS, `storage took ${storage.latencyMs} ms`);
  });

  it("fail storage alone where objects are altered", async () => {
    const { storage, network, compute } = await found("corrupt");
    assert.deepEqual([storage.outcome, network.outcome, compute.outcome], ["fail", "ok", "ok"]);
  });
});
