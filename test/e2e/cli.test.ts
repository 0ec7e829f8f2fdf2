// Every command of the command line, against a chain, with and without --json; every documented error.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ERROR_DOCS } from "../../scripts/ci/error-docs.ts";
import { commandCodes, contractCodes } from "../scripts/support/error-codes.ts";
import { World } from "./cli/world.ts";

const SCENARIOS = ["keys", "core", "spending", "holder", "vesting", "node", "attester", "evidence"];
/** True once all scenarios are there. */
const STRICT = false;
/** Commands that run until they are stopped, or print what is no result. */
const WITHOUT_JSON: ReadonlySet<string> = new Set(["oracle run", "completion"]);

/** Errors that no call can bring about on a healthy chain, with the test that meets them. */
const UNIT_ONLY: Readonly<Record<string, string>> = {
  unexpected: "test/scripts/cli.test.ts",
  "not-built": "test/scripts/cli.test.ts",
  declined: "test/scripts/terminal.test.ts",
  "passphrase-mismatch": "test/scripts/terminal.test.ts",
  "transaction-reverted": "test/scripts/send.test.ts",
  "transaction-replaced": "test/scripts/send.test.ts",
  "transaction-unconfirmed": "test/scripts/send.test.ts",
};

type Scenario = (world: World) => void;
const scenarios = await Promise.all(
  SCENARIOS.map((name) => new URL(`cli/${name}.ts`, import.meta.url))
    .filter((url) => existsSync(url))
    .map(async (url) => {
      const found = Object.values((await import(url.href)) as Record<string, unknown>);
      return found.find((value): value is Scenario => typeof value === "function");
    }),
);

describe("the command line", () => {
  const world = new World();
  before(() => world.start());
  after(() => world.stop());

  for (const scenario of scenarios) scenario?.(world);

  describe("as a whole", () => {
    const check = (what: string, missing: readonly string[]) => {
      if (STRICT) assert.deepEqual(missing, [], what);
      else if (missing.length > 0) console.log(`${what}:\n  ${missing.join("\n  ")}`);
    };

    it("was driven in every command, with and without --json", () => {
      check("not driven", world.record.missing(WITHOUT_JSON));
    });

    it("met every documented error", () => {
      const page = readFileSync(ERROR_DOCS, "utf8");
      const documented = [...commandCodes(page), ...contractCodes(page)];
      const unmet = documented.filter((code) => !world.record.codes.has(code) && !(code in UNIT_ONLY));
      check("never met", unmet);
      for (const [code, test] of Object.entries(UNIT_ONLY))
        assert.ok(existsSync(test) && documented.includes(code), `${code}, ${test}`);
    });
  });
});
