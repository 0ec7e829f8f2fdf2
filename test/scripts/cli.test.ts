import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { Interface } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { describe as describeRevert, explain } from "../../scripts/lib/decode.ts";
import { CliError } from "../../scripts/lib/errors.ts";

const KEY = `0x${"1".repeat(64)}`;
const NOBODY = "http://127.0.0.1:1";

function icn(...args: string[]) {
  const { PATH = "", HOME = "" } = process.env;
  return spawnSync(process.execPath, ["scripts/icn.ts", ...args], { encoding: "utf8", env: { PATH, HOME } });
}

describe("given a mistake on the command line", () => {
  const cases: readonly (readonly [string, string[], number, RegExp])[] = [
    ["an unknown command", ["deplo"], 1, /Did you mean deploy\?/],
    ["a missing option", ["deploy"], 1, /--parameters <file>' not specified/],
    ["an amount that is none", ["delegate", "1", "1e3"], 1, /positive amount of ICNT such as 1_000 or 1\.5/],
    ["a node that is no number", ["claim", "--node", "first"], 1, /Write a whole number/],
    ["a country in words", ["node", "register", "--country", "Germany"], 1, /two capital letters/],
    [
      "parameters that do not exist",
      ["deploy", "--parameters", "nowhere.json", "--key", KEY],
      1,
      /nowhere\.json cannot be read as JSON/,
    ],
    [
      "parameters without addresses",
      ["deploy", "--parameters", "deployments/parameters/main.json", "--rpc", NOBODY, "--key", KEY],
      1,
      /has 10 problems:\n {2}guardian = "0x0+": is not set: write the party's address/,
    ],
  ];
  for (const [what, args, code, message] of cases)
    it(`says what to do about ${what}`, () => {
      const { status, stderr, stdout } = icn(...args);
      assert.match(stderr, message);
      assert.equal(status, code);
      assert.equal(stdout, "");
    });
});

describe("help", () => {
  for (const command of [["deploy"], ["node", "register"], ["delegate"], ["claim"], ["oracle", "verify"]])
    it(`of ${command.join(" ")} has an example`, () => {
      const { status, stdout } = icn(...command, "--help");
      assert.equal(status, 0);
      assert.match(stdout, /Examples?:\n {2}(.+ )?npm run (-s )?icn -- /);
    });

  it("shows a default in the unit of its option", () => {
    assert.match(icn("delegate", "--help").stdout, /--max-commission <percent>[^(]*\(default: 10\)/);
  });
});

describe("a checkout without compiled contracts", () => {
  it("says how to compile them", () => {
    assert.throws(
      () => artifactOf("ICNT", new URL("file:///nowhere/")),
      (error) => error instanceof CliError && error.code === "not-built",
    );
  });
});

describe("contract errors", () => {
  const staking = new Interface(["error StakeAboveLimit(uint64 nodeId, uint256 stake, uint256 limit)"]);
  const data = staking.encodeErrorResult("StakeAboveLimit", [3, 57_000n * 10n ** 18n, 12_000n * 10n ** 18n]);
  const revert = Object.assign(new Error("reverted"), {
    code: "CALL_EXCEPTION",
    shortMessage: "reverted",
    reason: null,
    data,
  });

  it("are found by their selector", () => {
    assert.equal(describeRevert(data)?.name, "StakeAboveLimit");
    assert.equal(describeRevert("0x12345678"), undefined);
  });

  it("become words with a remedy", () => {
    const { message, remedy } = explain(revert);
    assert.equal(message, "node 3 would hold 57_000 ICNT, its limit is 12_000");
    assert.match(remedy, /delegate less/);
  });

  it("give shares in percent", () => {
    const commission = new Interface(["error CommissionAboveMax(uint256 commissionPpm, uint256 max)"]);
    const tooHigh = commission.encodeErrorResult("CommissionAboveMax", [50_000, 25_000]);
    assert.equal(
      explain(Object.assign(new Error("reverted"), { ...revert, data: tooHigh })).message,
      "the node takes a commission of 5 %, more than your 2.5 %",
    );
  });

  it("that nobody declared keep what the chain said", () => {
    assert.match(
      explain(Object.assign(revert, { data: "0x12345678" })).message,
      /the contract refused the call/,
    );
  });

  it("of nobody's making say that they should not happen", () => {
    assert.equal(explain(new Error("a mistake of ours")).code, "unexpected");
  });

  it("leave errors that explain themselves alone", () => {
    const own = new CliError("a", "b");
    assert.equal(explain(own), own);
  });
});
