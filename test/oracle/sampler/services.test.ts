import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SERVICE_BITS, type Service } from "../../../oracle/domain/types.ts";
import { ProbeFault } from "../../../oracle/ports/prober.ts";
import { OK, samplerWorld } from "../../helpers/probing/sampling.ts";
import { nodeView } from "../../helpers/probing/world.ts";

const never = new AbortController().signal;
const ALL = nodeView({ nodeId: 1, services: 7 });
/** One bucket in so many, as the rules of test/helpers say. */
const INTERVALS: Readonly<Record<Service, number>> = { storage: 4, network: 16, compute: 32 };
const SERVICES = Object.keys(INTERVALS) as Service[];

describe("sampler, given nodes with several services", () => {
  it("probes each service of the terms once in its interval, and no other", async () => {
    const nodes = [
      ALL,
      ...SERVICES.map((service, i) => nodeView({ nodeId: i + 2, services: SERVICE_BITS[service] })),
    ];
    const made = samplerWorld({ nodes });
    made.sampler.start(never);
    await made.clock.advance(2 * 64_000 - 1);
    await made.sampler.stop();
    for (const [place, service] of SERVICES.entries())
      for (const { nodeId } of nodes) {
        const buckets = made[service].calls
          .filter((call) => call.nodeId === nodeId && call.epoch === 1)
          .map(({ bucket }) => Math.floor(bucket / INTERVALS[service]));
        const groups = 256 / INTERVALS[service];
        if (nodeId !== 1 && nodeId !== place + 2) assert.equal(buckets.length, 0);
        else assert.ok(new Set(buckets).size === buckets.length && buckets.length >= groups - 1);
      }
  });

  it("probes none of them before the node has consented", async () => {
    const made = samplerWorld({ nodes: [ALL] });
    made.challenge.answer = async () => {
      throw new ProbeFault("wrong-signature");
    };
    made.sampler.start(never);
    await made.clock.advance(64_000 - 1);
    await made.sampler.stop();
    for (const service of SERVICES) {
      assert.equal(made[service].calls.length, 0);
      assert.ok(made.recorded({ probe: service, reason: "no-consent" }).length > 0);
    }
  });

  it("lets an image take many buckets, and counts it for the bucket in which it was asked for", async () => {
    const made = samplerWorld({ nodes: [ALL] });
    const tookMs = 7_900;
    made.compute.answer = async (_task, signal) => {
      await made.clock.sleepUntil(made.clock.nowMs() + tookMs, signal);
      return { ...OK, latencyUs: tookMs * 1_000 };
    };
    made.sampler.start(never);
    await made.clock.advance(64_000 - 1);
    await made.sampler.stop();
    const ok = made.recorded({ probe: "compute", outcome: "ok" });
    assert.ok(ok.length >= 4);
    const asked = new Set(made.compute.calls.map(({ bucket }) => bucket));
    assert.ok(ok.every(({ bucket, latencyUs }) => asked.has(bucket) && latencyUs === tookMs * 1_000));
    const challenged = made.recorded({ probe: "challenge", outcome: "ok" }).length;
    assert.equal(challenged, 256, "other probes of the node go on meanwhile");
  });

  it("keeps one probe of a service in flight at a node, and the others going", async () => {
    const made = samplerWorld({ nodes: [ALL, nodeView({ nodeId: 2, services: 7 })] });
    made.compute.answer = async ({ node }, signal) => {
      if (node.nodeId === 1) await made.clock.sleepUntil(made.clock.nowMs() + 30_000, signal);
      return OK;
    };
    made.sampler.start(never);
    await made.clock.advance(64_000 - 1);
    await made.sampler.stop();
    const of = (nodeId: number, probe: Service) => made.recorded({ nodeId, probe, reason: "busy" }).length;
    assert.ok(of(1, "compute") >= 4);
    assert.equal(of(1, "network") + of(1, "storage") + of(2, "compute"), 0);
    assert.ok(
      made.recorded({ nodeId: 1, probe: "compute", reason: "busy", outcome: "inconclusive" }).length >= 4,
    );
  });

  it("ends an image that is under way when it is stopped, as nobody's fault", async () => {
    const made = samplerWorld({ nodes: [ALL] });
    made.compute.answer = (_task, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new ProbeFault("timeout")));
      });
    made.sampler.start(never);
    while (made.compute.calls.length === 0) await made.clock.advance(250);
    await made.sampler.stop();
    assert.equal(made.recorded({ probe: "compute", reason: "aborted", outcome: "inconclusive" }).length, 1);
  });
});
