import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChainState } from "../../oracle/domain/chain-state.ts";
import { EpochClock } from "../../oracle/domain/epochs.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { extendLedgers } from "../../scripts/lib/ledgers.ts";

describe("the ledger of an epoch", () => {
  it("is not there before the epoch's report", async () => {
    const history = new ChainState(new EpochClock(0, 64), { total: 0n, monthlySharesPpm: [] });
    const source = () => Promise.reject(new Error("no bundle is asked for"));
    await assert.rejects(
      extendLedgers([], 0, history, source),
      (error) => error instanceof CliError && error.code === "report-missing",
    );
  });
});
