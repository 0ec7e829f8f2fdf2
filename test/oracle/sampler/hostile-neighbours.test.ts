import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EventLoopLag } from "../../../oracle/adapters/clock/event-loop-lag.ts";
import { ChallengeProber } from "../../../oracle/services/probers/challenge.ts";
import { ProbeRunner } from "../../../oracle/services/sampler/probe-runner.ts";
import { ManualClock } from "../../helpers/manual-clock.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { EPOCHS, startReferenceNode } from "../../helpers/probing/reference-node.ts";
import { ScriptedProber } from "../../helpers/probing/sampling.ts";
import { type RunningServer, serveBytes, serveHttp, serveTcp, until } from "../../helpers/probing/servers.ts";
import {
  ATTESTER_ID,
  contextOf,
  DOMAIN,
  MemoryLog,
  MemoryMetrics,
  nodeView,
  SECRET,
} from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
const EPOCH = 3;
const BUCKET = 17;

/** Servers that answer a challenge as badly as they can, and the reason that each must end with. */
const HOSTILE: readonly (readonly [reason: string, start: () => Promise<RunningServer>])[] = [
  ["malformed", () => serveBytes((socket) => socket.write("\0garbage\r\n\r\n"))],
  ["body-too-large", () => serveHttp((_request, response) => response.end("x".repeat(10_000_000)))],
  ["redirect", () => serveHttp((_request, response) => response.writeHead(302, { location: "/" }).end())],
  [
    "headers-too-large",
    () => serveBytes((socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(99_999)}`)),
  ],
  ["wrong-content", () => serveHttp((_request, response) => response.end('{"signature":1}'))],
  [
    "wrong-signature",
    () =>
      serveHttp((_request, response) => response.end(JSON.stringify({ signature: `0x${"ab".repeat(64)}` }))),
  ],
  ["closed", () => serveTcp((socket) => socket.destroy())],
  ["idle", () => serveTcp(() => {})],
  ["idle", () => serveBytes((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"))],
];

describe("nodes that answer as badly as they can", () => {
  it("fail with their reason, and the good node among them is ok at once", async () => {
    const clock = new ManualClock(EPOCHS.bucketStartMs(EPOCH, BUCKET));
    const { http } = guardedHttp({ clock });
    const identity = { attesterId: ATTESTER_ID, domain: DOMAIN, secret: SECRET };
    const metrics = new MemoryMetrics();
    const lag = new EventLoopLag({ thresholdMs: 50 }, { clock, timers: clock });
    lag.start();
    const runner = new ProbeRunner(
      { clockToleranceMs: 500 },
      {
        probers: {
          challenge: new ChallengeProber(identity, { http }),
          storage: new ScriptedProber("storage", clock),
          network: new ScriptedProber("network", clock),
          compute: new ScriptedProber("compute", clock),
        },
        clock,
        lag,
        log: new MemoryLog(),
        metrics,
      },
    );
    await using stack = new AsyncDisposableStack();
    await using good = await startReferenceNode({ clock });
    const servers = [];
    for (const [, start] of HOSTILE) servers.push(stack.use(await start()));
    const nodes = [good, ...servers].map(({ url }, i) => nodeView({ nodeId: i + 1, endpoint: url }));
    const context = contextOf(EPOCH, nodes);

    const outcomes = new Map<number, string>();
    const probes = nodes.map(async (node) => {
      const { outcome, reason } = await runner.run("challenge", { context, node, bucket: BUCKET }, never);
      outcomes.set(node.nodeId, `${outcome} ${reason}`);
    });
    const silent = HOSTILE.filter(([reason]) => reason === "idle").length;
    await until(() => outcomes.size === nodes.length - silent);
    assert.equal(outcomes.get(1), "ok ");
    await clock.advance(LIMITS.idleMs);
    await Promise.all(probes);
    lag.stop();

    HOSTILE.forEach(([reason], i) => {
      assert.equal(outcomes.get(i + 2), `fail ${reason}`);
    });
    assert.equal(metrics.counts.get("icn_oracle_probes_total challenge fail"), HOSTILE.length);
    assert.equal(clock.waiting, 0);
  });
});
