// The guardian vetoes and pauses, by command line; what it may not do is test/contracts/governance's.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { World } from "./world.ts";

const DAY = 86_400;
const PAUSE_DAYS = 21;
const REASON = ["--reason", "the ledger differs from the bundles at node 1", "--yes"] as const;

interface Standing {
  readonly vetoesLeft: number;
  readonly pauseLeft: boolean;
  readonly pausedUntilAt: number | null;
  readonly pending: {
    readonly epoch: number;
    readonly generation: number;
    readonly ledgerRoot: string;
  } | null;
  readonly vetoable: boolean;
  readonly deeds: readonly {
    readonly what: string;
    readonly by: string;
    readonly epoch: number | null;
    readonly generation: number | null;
    readonly reason: string | null;
  }[];
}

export function guardianScenario(world: World): void {
  describe("the guardian", () => {
    const as = world.role("guardian");
    const guardian = (...args: string[]) => ["guardian", ...args];
    const veto = (epoch: number, ...more: string[]) => guardian("veto", String(epoch), ...REASON, ...more);
    const standing = async (): Promise<Standing> =>
      (await world.done(guardian("show", "--json"))).json as Standing;

    it("sees its rights, and nothing to veto", async () => {
      assert.deepEqual(await standing(), {
        ...{ vetoesLeft: 3, pauseLeft: true, pausedUntilAt: null, pending: null, vetoable: false },
        ...{ guardians: [as.address], deeds: [] },
      });
      assert.match((await world.done(guardian("show"))).stdout, /pending report +none/);
      const next = Number((await world.contracts().oracle.duty()).epoch);
      await world.fails("not-pending", veto(next), { as });
    });

    it("must say why", async () => {
      for (const reason of [[], ["--reason", "  "], ["--reason", "x".repeat(1_001)]]) {
        await world.fails("usage", guardian("veto", "0", ...reason), { as });
        await world.fails("usage", guardian("pause", ...reason), { as });
      }
    });

    it("vetoes the pending report, and its epoch is reported again", async () => {
      const epoch = await world.reporter.report();
      const { pending, vetoable } = await standing();
      assert.deepEqual([pending?.epoch, pending?.generation, vetoable], [epoch, 0, true]);
      const { stdout } = await world.done(guardian("show"));
      assert.match(stdout, /veto window +open until .* \((12 h|11 h 59 min)\)/);
      const other = await world.fails("not-pending", veto(epoch + 1), { as });
      assert.match(other.message, new RegExp(`that of epoch ${epoch} is`));
      const stranger = await world.person("stranger");
      const told = await world.fails("access-managed-unauthorized", veto(epoch), { as: stranger });
      assert.match(told.remedy, /for the guardian: sign with its key/);
      const stale = `0x${"11".repeat(32)}`;
      await world.fails("not-pending", veto(epoch, "--ledger-root", stale), { as });
      await world.fails("usage", veto(epoch, "--ledger-root", "0x11"), { as });
      assert.match(stdout, new RegExp(`icn guardian veto ${epoch} --ledger-root ${pending?.ledgerRoot}`));
      const foretold = await world.done(veto(epoch, "--dry-run"), { as });
      assert.match(foretold.stdout, new RegExp(`${pending?.ledgerRoot} falls[^]*vetoes left +3 +→ +2`));
      assert.equal((await standing()).vetoesLeft, 3);

      const { json } = await world.done(veto(epoch, "--json", "--ledger-root", pending?.ledgerRoot ?? ""), {
        as,
      });
      const { vetoesLeft, pending: left } = json as Standing;
      assert.deepEqual([vetoesLeft, left], [2, null]);
      assert.equal(await world.reporter.report(), epoch);
      assert.match((await world.done(guardian("show"))).stdout, /vetoed before +1 time;/);
      const again = (await standing()).pending;
      assert.deepEqual([again?.epoch, again?.generation], [epoch, 1]);
    });

    it("vetoes no report whose window is over, and no fourth", async () => {
      const { oracle } = world.contracts();
      await world.warpTo(Number((await oracle.duty()).finalizableAt));
      const epoch = Number((await oracle.duty()).epoch);
      await world.fails("veto-window-over", veto(epoch), { as });
      assert.match((await world.done(guardian("show"))).stdout, /over: anybody can make the report final/);
      assert.equal((await standing()).vetoable, false);

      await (await world.contracts(as).oracle.finalize(epoch)).wait();
      for (const left of [1, 0]) {
        await world.done(veto(await world.reporter.report()), { as });
        assert.equal((await standing()).vetoesLeft, left);
      }
      await world.fails("no-veto-left", veto(await world.reporter.report()), { as });
      assert.equal((await standing()).vetoable, false);
      assert.match((await world.done(guardian("show"))).stdout, /none: a vote renews it .*--renew-vetoes/);
    });

    it("pauses new risk once, and ends the pause", async () => {
      const before = await world.now();
      const { stdout } = await world.done(guardian("pause", ...REASON, "--dry-run"), { as });
      assert.match(stdout, /Unbonding, withdrawals, claims, releases and votes go on/);
      const { json } = await world.done(guardian("pause", ...REASON, "--json"), { as });
      const until = (json as Standing).pausedUntilAt ?? 0;
      assert.ok(until >= before + PAUSE_DAYS * DAY && until < before + PAUSE_DAYS * DAY + 60, `${until}`);
      assert.match(
        (await world.done(guardian("show"))).stdout,
        /new risk +paused until .* \((21 d|20 d 23 h)\)/,
      );
      await assert.rejects(world.contracts().oracle.requireNotPaused());
      const again = await world.fails("new-risk-paused", guardian("pause", ...REASON), { as });
      assert.match(again.remedy, /--renew-pause/);

      const sooner = await world.done(guardian("unpause", "--dry-run", "--json"), { as });
      const [end] = (sooner.json as { changes: { name: string; before: string; after: string }[] }).changes;
      assert.equal(end?.name, "pausedUntilAt");
      assert.ok(Number(end.before) === until && Number(end.after) < before + DAY, `${end.after}`);
      const ended = await world.done(guardian("unpause", "--yes"), { as });
      assert.match(ended.stdout, /new risk +not paused/);
      assert.match(ended.stdout, /pause left +none: a vote renews it .*--renew-pause/);
      const { deeds } = await standing();
      assert.deepEqual(
        deeds.map(({ what }) => what),
        ["unpause", "pause", "veto", "veto", "veto"],
      );
      const [, pause, , , first] = deeds;
      assert.deepEqual([pause?.reason, pause?.by, pause?.epoch], [REASON[1], as.address, null]);
      assert.deepEqual([first?.generation, first?.reason], [0, REASON[1]]);
      const told = await world.done(guardian("show"));
      assert.match(told.stdout, new RegExp(`guardian: ${as.address}\n\nWhat it did:\n.+ unpause`));
      assert.match(told.stdout, / veto +epoch \d+, generation 0 +"the ledger differs from the bundles/);
      await world.fails("no-pause-left", guardian("pause", ...REASON), { as });
      await world.fails("not-paused", guardian("unpause", "--yes"), { as });
      await world.contracts().oracle.requireNotPaused();
    });
  });
}
