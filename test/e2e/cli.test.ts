// Every command of the command line, against a chain, with and without --json; every documented error.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ERROR_DOCS } from "../../scripts/ci/error-docs.ts";
import { commandCodes, contractCodes } from "../scripts/support/error-codes.ts";
import { attesterScenario } from "./cli/attester.ts";
import { coreScenario } from "./cli/core.ts";
import { evidenceScenario } from "./cli/evidence.ts";
import { governanceScenario } from "./cli/governance.ts";
import { guardianScenario } from "./cli/guardian.ts";
import { holderScenario } from "./cli/holder.ts";
import { keyScenario } from "./cli/keys.ts";
import { nodeScenario } from "./cli/node.ts";
import { proposalScenario } from "./cli/proposals.ts";
import { refuseWith } from "./cli/refusal.ts";
import { spendingScenario } from "./cli/spending.ts";
import { vestingScenario } from "./cli/vesting.ts";
import { World } from "./cli/world.ts";

const SCENARIOS = [
  ...[keyScenario, coreScenario, spendingScenario, holderScenario, vestingScenario],
  ...[nodeScenario, attesterScenario, evidenceScenario],
  ...[proposalScenario, governanceScenario, guardianScenario],
];

/** Commands that run until they are stopped, or print what is no result. */
const WITHOUT_JSON: ReadonlySet<string> = new Set(["oracle run", "completion"]);

/** Errors that no call can bring about on a healthy chain or without a terminal, with the test that meets them. */
const UNIT_ONLY: Readonly<Record<string, string>> = {
  unexpected: "test/scripts/cli.test.ts",
  "not-built": "test/scripts/cli.test.ts",
  declined: "test/scripts/terminal.test.ts",
  "passphrase-mismatch": "test/scripts/terminal.test.ts",
  "transaction-reverted": "test/scripts/send.test.ts",
  "transaction-replaced": "test/scripts/send.test.ts",
  "transaction-unconfirmed": "test/scripts/send.test.ts",
};

describe("the command line", () => {
  const world = new World();
  before(() => world.start());
  after(() => world.stop());

  for (const scenario of SCENARIOS) scenario(world);

  describe("as a whole", () => {
    const page = readFileSync(ERROR_DOCS, "utf8");

    it("was driven in every command, with and without --json", () => {
      assert.deepEqual(world.record.missing(WITHOUT_JSON), []);
    });

    it("tells errors of contracts, too, that its own checks leave to nobody", async () => {
      const unmet = contractCodes(page).filter((code) => !world.record.codes.has(code));
      for (const code of unmet) await refuseWith(world, code);
    });

    it("met every documented error", () => {
      const documented = [...commandCodes(page), ...contractCodes(page)];
      const unmet = documented.filter((code) => !world.record.codes.has(code) && !(code in UNIT_ONLY));
      assert.deepEqual(unmet, []);
      for (const [code, test] of Object.entries(UNIT_ONLY))
        assert.ok(existsSync(test) && documented.includes(code), `${code}, ${test}`);
    });
  });
});
