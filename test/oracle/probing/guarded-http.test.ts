import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { Writable } from "node:stream";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { createAddressRules } from "../../../oracle/adapters/http-probe/address-rules.ts";
import { GuardedHttp } from "../../../oracle/adapters/http-probe/guarded-http.ts";
import { RateCaps } from "../../../oracle/adapters/http-probe/rate-caps.ts";
import type { ProbeReason } from "../../../oracle/ports/prober.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { type RunningServer, serveBytes, serveHttp, serveTcp, until } from "../../helpers/probing/servers.ts";

const never = new AbortController().signal;
const MAX_BODY_BYTES = 100;

function get(http: GuardedHttp, url: string, signal = never) {
  return http.request({ method: "GET", url, maxBodyBytes: MAX_BODY_BYTES }, signal);
}

describe("guarded HTTP client", () => {
  describe("given an honest server", () => {
    it("sends the request as given and returns status and body", async () => {
      let seen = "";
      await using server = await serveHttp((request, response) => {
        seen = `${request.method} ${request.url} ${request.headers["x-test"]} ${request.headers["accept-encoding"]}`;
        request.pipe(response.writeHead(404));
      });
      const { http } = guardedHttp();
      const answer = await http.request(
        {
          method: "POST",
          url: `${server.url}/a?b=c`,
          headers: { "x-test": "yes" },
          body: Buffer.from("hello"),
          maxBodyBytes: 5,
        },
        never,
      );
      assert.equal(seen, "POST /a?b=c yes identity");
      assert.equal(answer.status, 404);
      assert.equal(Buffer.from(answer.body).toString(), "hello");
    });

    it("times from the open connection to the first byte of the body", async () => {
      const { http, clock } = guardedHttp();
      await using server = await serveHttp((_request, response) => {
        response.flushHeaders();
        clock.advance(25).then(() => response.write("x", () => response.end("y")));
      });
      const { firstByteUs } = await get(http, server.url);
      assert.equal(firstByteUs, 25_000);
    });

    it("times to the last byte of the body, too", async () => {
      const { http, clock } = guardedHttp();
      await using server = await serveHttp((_request, response) => {
        response.write("x");
        setImmediate(() => clock.advance(40).then(() => response.end("y")));
      });
      assert.equal((await get(http, server.url)).lastByteUs, 40_000);
    });

    it("waits as long as a request says, instead of its own limits", async () => {
      for (const [timeoutMs, answersAfterMs, expected] of [
        [3 * LIMITS.totalMs, 2 * LIMITS.totalMs, "ok"],
        [LIMITS.idleMs / 2, LIMITS.idleMs / 2, "timeout"],
      ] as const) {
        const { http, clock } = guardedHttp();
        let answer: (() => void) | undefined;
        await using server = await serveHttp((_request, response) => {
          answer = () => response.end("x");
        });
        const request = { method: "GET", url: server.url, maxBodyBytes: MAX_BODY_BYTES, timeoutMs } as const;
        const asked = http.request(request, never).then(
          () => "ok",
          (error) => error.reason,
        );
        await until(() => answer !== undefined);
        await clock.advance(answersAfterMs);
        answer?.();
        assert.equal(await asked, expected);
      }
    });

    it("opens a connection for every request and leaves none open", async () => {
      await using server = await serveHttp((_request, response) => response.end("x"));
      const { http, clock } = guardedHttp();
      await get(http, server.url);
      await get(http, server.url);
      assert.equal(server.connections(), 2);
      assert.equal(clock.waiting, 0);
    });

    it("takes an empty answer", async () => {
      await using server = await serveHttp((_request, response) => response.writeHead(204).end());
      const answer = await get(guardedHttp().http, server.url);
      assert.deepEqual([answer.status, answer.body.length], [204, 0]);
    });
  });

  describe("given a hostile server", () => {
    const bytes = (text: string) => serveBytes((socket) => socket.write(text));
    const answer = (listener: RequestListener) => serveHttp(listener);
    const endless = (stream: Writable) => {
      const again = (error?: Error | null) => {
        if (!error && !stream.destroyed) stream.write("x".repeat(1_000), again);
      };
      again();
    };
    const cases: readonly (readonly [string, ProbeReason, () => Promise<RunningServer>])[] = [
      ["garbage", "malformed", () => bytes("\0\x01\x02 this is no HTTP\r\n\r\n")],
      ["an SSH banner before any request", "malformed", () => serveTcp((s) => s.write("SSH-2.0-x\r\n"))],
      ["a status line without end", "headers-too-large", () => bytes(`HTTP/1.1 200 ${"x".repeat(9_000)}`)],
      [
        "oversized headers",
        "headers-too-large",
        () => bytes(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(9_000)}\r\n`),
      ],
      [
        "endless headers",
        "headers-too-large",
        () => bytes(`HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(20_000)}`),
      ],
      [
        "a body longer than announced as allowed",
        "body-too-large",
        () => answer((_request, response) => response.end("x".repeat(MAX_BODY_BYTES + 1))),
      ],
      [
        "a huge announced body",
        "body-too-large",
        () => bytes("HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n"),
      ],
      ["an endless chunked body", "body-too-large", () => answer((_request, response) => endless(response))],
      [
        "an endless body until close",
        "body-too-large",
        () =>
          serveBytes((socket) => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            endless(socket);
          }),
      ],
      [
        "two lengths",
        "malformed",
        () => bytes("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx"),
      ],
      [
        "a redirect",
        "redirect",
        () =>
          answer((_request, response) => response.writeHead(302, { location: "http://127.0.0.1/" }).end()),
      ],
      [
        "a compressed body",
        "encoded",
        () =>
          answer((_request, response) =>
            response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(1_000_000))),
          ),
      ],
      [
        "a body cut short",
        "closed",
        () => serveBytes((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx")),
      ],
      ["a connection closed without an answer", "closed", () => serveBytes((socket) => socket.end())],
      ["a connection reset", "closed", () => serveBytes((socket) => socket.resetAndDestroy())],
      [
        "a switch of protocols",
        "closed",
        () => bytes("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      ],
    ];

    for (const [title, reason, start] of cases) {
      it(`ends ${title} with "${reason}"`, async () => {
        await using server = await start();
        const { http, clock } = guardedHttp();
        await assert.rejects(get(http, server.url), { code: "probe-fault", reason });
        assert.equal(clock.waiting, 0, "no timer is left");
      });
    }

    it("gives up a body in countless pieces long before its end", async () => {
      const body = "1\r\nx\r\n".repeat(1_000_000);
      await using server = await serveBytes((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`),
      );
      const { http, clock } = guardedHttp();
      const request = http.request({ method: "GET", url: server.url, maxBodyBytes: 2_000_000 }, never);
      await assert.rejects(request, { code: "probe-fault", reason: "malformed" });
      assert.equal(clock.waiting, 0, "no timer is left");
    });

    it("does not follow a redirect", async () => {
      await using target = await serveHttp((_request, response) => response.end());
      await using server = await serveHttp((_request, response) =>
        response.writeHead(307, { location: target.url }).end(),
      );
      await assert.rejects(get(guardedHttp().http, server.url), { reason: "redirect" });
      assert.equal(target.connections(), 0);
    });

    it("ends silence when it lasts too long", async () => {
      await using server = await serveTcp(() => {});
      const { http, clock } = guardedHttp();
      const pending = assert.rejects(get(http, server.url), { reason: "idle" });
      await until(() => server.connections() === 1);
      await clock.advance(LIMITS.idleMs);
      await pending;
      assert.equal(clock.waiting, 0);
    });

    it("ends a slow drip of the body when it takes too long in all", async () => {
      let drip = () => {};
      await using server = await serveBytes((socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n");
        drip = () => socket.write("x");
      });
      const { http, clock, timers } = guardedHttp();
      let settled = false;
      const pending = assert.rejects(get(http, server.url), { reason: "timeout" }).finally(() => {
        settled = true;
      });
      // Total, idle, connected, head.
      await until(() => timers.armed === 4);
      for (let spentMs = 0; spentMs < LIMITS.totalMs; spentMs += LIMITS.idleMs - 1) {
        assert.equal(settled, false);
        await timers.rearmed(drip);
        await clock.advance(LIMITS.idleMs - 1);
      }
      await pending;
    });

    it("ends a slow drip of the head when that lasts too long", async () => {
      let dripped = 0;
      let drip: (() => void) | undefined;
      await using server = await serveBytes((socket) => {
        drip = () => socket.write("a: b\r\n", () => dripped++);
        socket.write("HTTP/1.1 200 OK\r\n");
      });
      const { http, clock } = guardedHttp();
      const pending = assert.rejects(get(http, server.url), { reason: "idle" });
      await until(() => drip !== undefined);
      for (const sent of [1, 2]) {
        drip?.();
        await until(() => dripped === sent);
        await clock.advance(LIMITS.idleMs / 2);
      }
      await pending;
    });

    it("ends interim answers that no answer follows", async () => {
      let sent = 0;
      await using server = await serveBytes((socket) => {
        const hint = "HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n";
        socket.write(hint, () => socket.write(hint, () => sent++));
      });
      const { http, clock } = guardedHttp();
      const pending = assert.rejects(get(http, server.url), { reason: "idle" });
      await until(() => sent === 1);
      await clock.advance(LIMITS.idleMs);
      await pending;
    });

    it("says so when nobody listens", async () => {
      const server = await serveTcp(() => {});
      await server[Symbol.asyncDispose]();
      await assert.rejects(get(guardedHttp().http, server.url), { reason: "connect" });
    });

    it("says so when TLS is not spoken", async () => {
      await using server = await serveHttp((_request, response) => response.end());
      await assert.rejects(get(guardedHttp().http, server.url.replace("http:", "https:")), { reason: "tls" });
    });
  });

  describe("given a target that must not be reached", () => {
    for (const url of [
      "ftp://1.1.1.1/",
      "file:///etc/passwd",
      "http://",
      "nonsense",
      "http://user:password@1.1.1.1/",
      "http://1.1.1.1:0/",
      "http://1.1.1.1:99999/",
    ])
      it(`refuses ${url}`, async () => {
        await assert.rejects(get(guardedHttp().http, url), { reason: "bad-endpoint" });
      });

    for (const host of [
      "127.0.0.1",
      "0x7f.1",
      "2130706433",
      "017700000001",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "0",
    ])
      it(`refuses the private address ${host}`, async () => {
        await using server = await serveHttp((_request, response) => response.end());
        const { http } = guardedHttp({ allow: [] });
        await assert.rejects(get(http, `http://${host}:${server.port}/`), { reason: "address-refused" });
        assert.equal(server.connections(), 0);
      });

    it("refuses a name if any of its addresses is private", async () => {
      await using server = await serveHttp((_request, response) => response.end());
      const resolver = { resolve: async () => ["1.1.1.1", "127.0.0.1"] };
      const { http } = guardedHttp({ resolver, allow: [] });
      await assert.rejects(get(http, `http://name.test:${server.port}/`), { reason: "address-refused" });
    });

    it("resolves once and connects to what it checked", async () => {
      await using server = await serveHttp((request, response) => response.end(request.headers.host));
      const answers = [["127.0.0.1"], ["10.0.0.1"]];
      let asked = 0;
      const resolver = { resolve: async () => answers[asked++] ?? [] };
      const { http } = guardedHttp({ resolver });
      const { body } = await get(http, `http://rebinding.test:${server.port}/`);
      assert.equal(asked, 1);
      assert.equal(Buffer.from(body).toString(), `rebinding.test:${server.port}`);
    });
  });

  describe("given a fault of the attester's side", () => {
    it("ends at once when it is told to stop", async () => {
      await using server = await serveTcp(() => {});
      const stop = new AbortController();
      const { http, clock } = guardedHttp();
      const pending = assert.rejects(get(http, server.url, stop.signal), { reason: "aborted" });
      await until(() => server.connections() === 1);
      stop.abort();
      await pending;
      await assert.rejects(get(http, server.url, stop.signal), { reason: "aborted" });
      assert.equal(clock.waiting, 0);
    });

    it("refuses what is beyond its own rate", async () => {
      await using server = await serveHttp((_request, response) => response.end());
      const clock = new ManualClock();
      const cap = { perSecond: 1, burst: 1 };
      const http = new GuardedHttp(LIMITS, {
        clock,
        timers: clock,
        resolver: { resolve: async () => ["127.0.0.1"] },
        addressRules: createAddressRules({ chainId: 31_337, allow: ["127.0.0.0/8"] }),
        rateCaps: new RateCaps({ perAddress: cap, perNetwork: cap }, { clock }),
      });
      await get(http, server.url);
      await assert.rejects(get(http, server.url), { reason: "rate-limited" });
    });
  });
});
