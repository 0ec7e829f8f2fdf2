import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ControlTargets } from "../../../oracle/services/sampler/control-targets.ts";
import { guardedHttp, LIMITS } from "../../helpers/probing/guarded.ts";
import { serveHttp, serveTcp, until } from "../../helpers/probing/servers.ts";

const never = new AbortController().signal;

describe("control targets", () => {
  it("are up whatever they answer", async () => {
    const { http } = guardedHttp();
    await using error = await serveHttp((_request, response) => response.writeHead(500).end());
    await using redirect = await serveHttp((_request, response) => response.writeHead(301).end());
    await using large = await serveHttp((_request, response) => response.end("x".repeat(1_000_000)));
    const controls = new ControlTargets({ targets: [error.url, redirect.url, large.url] }, { http });
    assert.equal(await controls.areDown(never), false);
  });

  it("are down only when more than half are silent", async () => {
    const { http, clock } = guardedHttp();
    await using up = await serveHttp((_request, response) => response.end());
    await using silent = await serveTcp(() => {});
    const ask = async (targets: readonly string[], silentOnes: number) => {
      const before = silent.connections();
      const down = new ControlTargets({ targets }, { http }).areDown(never);
      await until(() => silent.connections() === before + silentOnes);
      await clock.advance(LIMITS.idleMs);
      return await down;
    };
    assert.equal(await ask([up.url, silent.url], 1), false);
    assert.equal(await ask([up.url, silent.url, silent.url], 2), true);
  });

  it("that do not exist never count as down", async () => {
    assert.equal(
      await new ControlTargets({ targets: [] }, { http: guardedHttp().http }).areDown(never),
      false,
    );
  });
});
