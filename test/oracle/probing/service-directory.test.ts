import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { signDigest } from "../../../oracle/domain/signatures.ts";
import { sealedCredentialsDigest, servicesDigest } from "../../../oracle/domain/typed-data.ts";
import type { Service } from "../../../oracle/domain/types.ts";
import { ProbeFault, type ProbeResult } from "../../../oracle/ports/prober.ts";
import type { ServiceAccess } from "../../../oracle/ports/services.ts";
import { seal } from "../../../scripts/node/reference/seal.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp } from "../../helpers/probing/guarded.ts";
import { ATTESTER } from "../../helpers/probing/reference-node.ts";
import { serveHttp } from "../../helpers/probing/servers.ts";
import { directoryWith, EPOCH } from "../../helpers/probing/services.ts";
import { ATTESTER_ID, contextOf, DOMAIN, keyOf, nodeView } from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
const OK: ProbeResult = { outcome: "ok", reason: "", latencyUs: 1, integrityFailures: 0 };
const STORAGE = { service: "storage", protocol: "s3", endpoint: "https://s3.test", region: "eu" };
const NETWORK = { service: "network", protocol: "http", endpoint: "https://n.test/download" };
const COMPUTE = {
  service: "compute",
  protocol: "openai-images",
  endpoint: "https://c.test/v1",
  model: "m",
  size: "512x256",
};
const KEYS = { bucket: "mine", accessKeyId: "id", secretAccessKey: "secret" };
const ALL = { storage: KEYS, network: { token: "t" }, compute: { apiKey: "k" } };

/** A node that signs and seals whatever it is told to. */
async function world({
  services = [STORAGE, NETWORK, COMPUTE] as readonly object[],
  credentials = ALL as object,
  document = {} as object,
}) {
  const { http, clock } = guardedHttp({ clock: new ManualClock(1_000_000) });
  const asked: string[] = [];
  const server = await serveHttp(async (request, response) => {
    asked.push(request.url?.split("/").at(-1) ?? "");
    const text = JSON.stringify({ schema: "icn-services-1", nodeId: 1, services, ...document });
    if (request.method === "GET") {
      const signature = signDigest(servicesDigest(DOMAIN, { nodeId: 1, document: text }), keyOf(1));
      response.end(JSON.stringify({ document: text, signature }));
      return;
    }
    const { nonce } = JSON.parse(await new Response(request).text());
    const aad = `${DOMAIN.chainId}:1:${ATTESTER_ID}`;
    const sealed = await seal(JSON.stringify(credentials), ATTESTER.boxKey, aad);
    const digest = sealedCredentialsDigest(DOMAIN, { nodeId: 1, attesterId: ATTESTER_ID, nonce, sealed });
    assert.ok(fromHex(sealed).length > 0);
    response.end(JSON.stringify({ sealed, signature: signDigest(digest, keyOf(1)) }));
  });
  const directory = directoryWith(http, clock);
  const node = nodeView({ nodeId: 1, endpoint: server.url, services: 7 });
  const use = async <S extends Service>(
    service: S,
    probe: (access: ServiceAccess[S]) => Promise<ProbeResult> = async () => OK,
    epoch = EPOCH,
  ) => {
    await clock.advance(1);
    return directory.probe(service, { context: contextOf(epoch, [node]), node, bucket: 0 }, never, probe);
  };
  const reasonOf = (service: Service) =>
    use(service).then(
      ({ outcome }) => outcome,
      (error) => (error instanceof ProbeFault ? error.reason : String(error)),
    );
  return { use, reasonOf, asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

describe("service directory", () => {
  it("joins each service's place with this attester's credentials", async () => {
    await using made = await world({});
    const seen: unknown[] = [];
    const look = async (access: unknown) => {
      seen.push(access);
      return OK;
    };
    await made.use("storage", look);
    await made.use("network", look);
    await made.use("compute", look);
    assert.deepEqual(seen, [
      { ...STORAGE, ...KEYS },
      { ...NETWORK, token: "t" },
      { ...COMPUTE, size: { width: 512, height: 256 }, apiKey: "k" },
    ]);
  });

  it("asks once an epoch for all services together, even at once", async () => {
    await using made = await world({});
    await Promise.all([made.use("storage"), made.use("network"), made.use("compute")]);
    await made.use("storage");
    assert.deepEqual(made.asked, ["services", "credentials"]);
    await made.use("network", undefined, EPOCH + 1);
    assert.equal(made.asked.length, 4);
  });

  it("asks anew after a probe that was not ok, and after one that broke off", async () => {
    await using made = await world({});
    await made.use("compute", async () => ({ ...OK, outcome: "fail", reason: "canary-lost" }));
    await made.use("compute");
    assert.equal(made.asked.length, 4);
    const broken = made.use("network", async () => {
      throw new ProbeFault("connect");
    });
    await assert.rejects(broken, { reason: "connect" });
    await made.use("network");
    assert.equal(made.asked.length, 6);
  });

  it("fails a service that the node does not list, and only that", async () => {
    await using made = await world({ services: [STORAGE, COMPUTE] });
    assert.equal(await made.reasonOf("network"), "no-service");
    assert.equal(await made.reasonOf("storage"), "ok");
    assert.equal(await made.reasonOf("compute"), "ok");
  });

  it("fails a service without credentials for this attester, and only that", async () => {
    await using made = await world({ credentials: { storage: KEYS, network: { token: "t" } } });
    assert.equal(await made.reasonOf("compute"), "credentials");
    assert.equal(await made.reasonOf("network"), "ok");
  });

  const documents: readonly (readonly [string, Parameters<typeof world>[0]])[] = [
    ["a service twice", { services: [STORAGE, STORAGE] }],
    ["a service nobody knows", { services: [STORAGE, { ...NETWORK, service: "mail" }] }],
    ["another protocol", { services: [{ ...COMPUTE, protocol: "grpc" }] }],
    ["an unknown field", { services: [{ ...NETWORK, more: 1 }] }],
    ["an endpoint that is no URL", { services: [{ ...NETWORK, endpoint: "n.test" }] }],
    ["an endpoint of another scheme", { services: [{ ...NETWORK, endpoint: "file:///etc/passwd" }] }],
    ["images too small to tell", { services: [{ ...COMPUTE, size: "64x64" }] }],
    ["images too large", { services: [{ ...COMPUTE, size: "513x512" }] }],
    ["no size", { services: [{ ...COMPUTE, size: "big" }] }],
    ["another schema", { document: { schema: "icn-services-2" } }],
    ["credentials of unknown services", { credentials: { ...ALL, mail: {} } }],
    ["the credentials of the schema before", { credentials: { service: "storage", ...KEYS } }],
    ["a token with a line break", { credentials: { network: { token: "a\r\nhost: b" } } }],
    ["a key too long", { credentials: { compute: { apiKey: "k".repeat(257) } } }],
  ];
  for (const [title, options] of documents)
    it(`refuses ${title}`, async () => {
      await using made = await world(options);
      assert.equal(await made.reasonOf("storage"), "wrong-content");
    });

  it("refuses the document of another node", async () => {
    await using made = await world({ document: { nodeId: 2 } });
    assert.equal(await made.reasonOf("storage"), "wrong-node");
  });
});
