import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DnsResolver } from "../../../oracle/adapters/http-probe/resolver.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";

const never = new AbortController().signal;

/** A resolver whose servers give these answers, or fail with these codes. */
function resolverOf(four: string[] | string, six: string[] | string) {
  const asked: string[] = [];
  const reply = async (answer: string[] | string) => {
    if (typeof answer !== "string") return answer;
    throw Object.assign(new Error("no answer"), { code: answer });
  };
  const queries = {
    resolve4: (hostname: string) => {
      asked.push(`A ${hostname}`);
      return reply(four);
    },
    resolve6: (hostname: string) => {
      asked.push(`AAAA ${hostname}`);
      return reply(six);
    },
  };
  return { asked, resolver: new DnsResolver({ timeoutMs: 1_000 }, queries) };
}

describe("DNS resolver", () => {
  it("takes addresses as they are", async () => {
    const { asked, resolver } = resolverOf([], []);
    assert.deepEqual(await resolver.resolve("192.0.2.1", never), ["192.0.2.1"]);
    assert.deepEqual(await resolver.resolve("2001:db8::1", never), ["2001:db8::1"]);
    assert.deepEqual(asked, []);
  });

  it("prefers IPv4 and falls back to IPv6", async () => {
    const both = resolverOf(["192.0.2.1", "192.0.2.2"], ["2001:db8::1"]);
    assert.deepEqual(await both.resolver.resolve("n.test", never), ["192.0.2.1", "192.0.2.2"]);
    assert.deepEqual(both.asked, ["A n.test"]);
    const six = resolverOf("ENODATA", ["2001:db8::1"]);
    assert.deepEqual(await six.resolver.resolve("n.test", never), ["2001:db8::1"]);
  });

  it("blames the node for a name that does not resolve", async () => {
    const answers: readonly (readonly [string[] | string, string[] | string])[] = [
      ["ENOTFOUND", "ENOTFOUND"],
      ["ENODATA", "ENODATA"],
      ["ESERVFAIL", "ESERVFAIL"],
      ["ETIMEOUT", "ECONNREFUSED"],
      [[], []],
    ];
    for (const [four, six] of answers)
      await assert.rejects(resolverOf(four, six).resolver.resolve("n.test", never), {
        reason: "dns",
      });
  });

  it("does not blame it when there is no DNS server to ask", async () => {
    await assert.rejects(resolverOf("ECONNREFUSED", "ECONNREFUSED").resolver.resolve("n.test", never), {
      reason: "own-limit",
    });
  });

  it("holds up nobody while name servers are silent", async () => {
    const silent = () => new Promise<string[]>(() => {});
    const resolver = new DnsResolver({ timeoutMs: 1_000 }, { resolve4: silent, resolve6: silent });
    const { http, clock } = guardedHttp({ resolver });
    const request = { method: "GET", url: "http://n.test/", maxBodyBytes: 1 } as const;
    const pending = assert.rejects(http.request(request, never), { reason: "timeout" });
    await clock.advance(LIMITS.totalMs);
    await pending;
    assert.equal(clock.waiting, 0);
  });
});
