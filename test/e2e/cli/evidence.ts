// Evidence that is missing or wrong: nothing is claimed with it.
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { ROW_BYTES } from "../../../oracle/domain/bundle.ts";
import { bundlePath } from "../../../scripts/lib/bundles.ts";
import type { World } from "./world.ts";

/** Last byte of the buckets that were ok, in a row of a bundle (docs/wire.md). */
const OK_BITS_END = 39;

export function evidenceScenario(world: World): void {
  describe("evidence", () => {
    const claim = (...more: string[]) => ["claim", "--all-owners", "--yes", ...more];

    it("that nobody serves is asked for again later", async () => {
      await world.reporter.settle();
      const [bundles, hidden] = [join(world.evidence, "bundles"), join(world.evidence, "hidden")];
      renameSync(bundles, hidden);
      await world.fails("bundles-unavailable", claim(), { as: await world.person("claimant") });
      renameSync(hidden, bundles);
    });

    it("that was altered is not believed", async () => {
      const altered = join(world.directory, "altered");
      cpSync(world.evidence, altered, { recursive: true });
      const epoch = Number(await world.contracts().oracle.finalizedCount()) - 1;
      const path = bundlePath(altered, epoch, 1);
      const bytes = readFileSync(path);
      const row = bytes.subarray(0, ROW_BYTES);
      row[OK_BITS_END] = (row[OK_BITS_END] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      await world.fails("evidence-mismatch", claim("--bundles", altered), {
        as: await world.person("claimant"),
      });
    });
  });
}
