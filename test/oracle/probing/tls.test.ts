import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { TLS_CERTIFICATE } from "../../fixtures/tls.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { serveHttps, serveTcp, until } from "../../helpers/probing/servers.ts";

const never = new AbortController().signal;
const resolver = { resolve: async () => ["127.0.0.1"] };

describe("guarded HTTP client over TLS", () => {
  const get = (url: string, client = guardedHttp({ resolver }).http) =>
    client.request({ method: "GET", url, maxBodyBytes: 100 }, never);

  it("fails a certificate that nobody vouches for", async () => {
    await using server = await serveHttps((_request, response) => response.end("x"));
    await assert.rejects(get(`https://node.test:${server.port}/`), { reason: "tls" });
  });

  describe("given a trusted authority", () => {
    const trusted = getCACertificates("default");
    before(() => setDefaultCACertificates([TLS_CERTIFICATE]));
    after(() => setDefaultCACertificates(trusted));

    it("takes a certificate of the name that was asked", async () => {
      await using server = await serveHttps((request, response) => response.end(request.headers.host));
      const { body } = await get(`https://node.test:${server.port}/`);
      assert.equal(Buffer.from(body).toString(), `node.test:${server.port}`);
    });

    it("fails a certificate of another name", async () => {
      await using server = await serveHttps((_request, response) => response.end("x"));
      for (const host of ["other.test", "127.0.0.1"])
        await assert.rejects(get(`https://${host}:${server.port}/`), { reason: "tls" });
    });

    it("times from the finished handshake", async () => {
      const { http, clock } = guardedHttp({ resolver });
      await using server = await serveHttps((_request, response) => {
        clock.advance(40).then(() => response.end("x"));
      });
      assert.equal((await get(`https://node.test:${server.port}/`, http)).firstByteUs, 40_000);
    });
  });

  it("ends a handshake that does not proceed", async () => {
    await using server = await serveTcp(() => {});
    const { http, clock } = guardedHttp({ resolver });
    const pending = assert.rejects(get(`https://node.test:${server.port}/`, http), { reason: "idle" });
    await until(() => server.connections() === 1);
    await clock.advance(LIMITS.idleMs);
    await pending;
    assert.equal(clock.waiting, 0);
  });
});
