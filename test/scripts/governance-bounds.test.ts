// What a contract's refusals tell of a parameter's bounds, against a contract of a few lines.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ZeroAddress } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { rulesStruct } from "../../scripts/deploy/genesis.ts";
import { bookOf } from "../../scripts/governance/calls/book.ts";
import { plain } from "../../scripts/governance/calls/decode.ts";
import { type Ask, boundsOf, lengthsIn, refusedAs } from "../../scripts/governance/parameters/bounds.ts";
import { allFields, fieldIn, fieldsAt, rulesType } from "../../scripts/governance/parameters/rules.ts";
import { ENTRIES, scaleOf, scaleOfField } from "../../scripts/governance/parameters/scales.ts";
import { boundsWords } from "../../scripts/governance/parameters/show.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { CONTRACT_NAMES, type CompleteManifest } from "../../scripts/lib/manifest.ts";
import { DEVNET } from "./support/chains.ts";

const largest = 2n ** 32n - 1n;
const { abi } = artifactOf("SlaOracle");
const outOfBounds = (field: string, actual: bigint, min: bigint, max: bigint): string =>
  abi.encodeErrorResult("RulesOutOfBounds", [field, actual, min, max]);

/** Takes what lies within, and says so. */
const within =
  (min: bigint, max: bigint): Ask =>
  (value) =>
    Promise.resolve(value < min || value > max ? outOfBounds("it", value, min, max) : undefined);

describe("the bounds of a parameter", () => {
  it("are what the contract names in its refusal", async () => {
    for (const [min, max, present] of [
      [2n, 9n, 5n],
      [0n, 9n, 0n],
      [1n, largest, 7n],
      [0n, largest, 7n],
    ] as const)
      assert.deepEqual(await boundsOf({ present, largest, ask: within(min, max) }), {
        range: { min, max },
        refusal: undefined,
      });
  });

  it("without a least value begin at 0", async () => {
    const registry = artifactOf("NodeRegistry").abi;
    const ask: Ask = (value) =>
      Promise.resolve(value > 9n ? registry.encodeErrorResult("FeeTooHigh", [value, 9n]) : undefined);
    assert.deepEqual((await boundsOf({ present: 5n, largest, ask })).range, { min: 0n, max: 9n });
  });

  it("are as narrow as other parameters make them", async () => {
    const named = within(2n, 499_999n);
    const ask: Ask = async (value) =>
      (await named(value)) ??
      (value <= 125_000n ? outOfBounds("other", 125_000n, 1n, value - 1n) : undefined);
    assert.deepEqual((await boundsOf({ present: 200_000n, largest, ask })).range, {
      ...{ min: 125_001n, max: 499_999n },
    });
    const below: Ask = async (value) =>
      (await named(value)) ?? (value > 77n ? outOfBounds("other", 77n, value, 80n) : undefined);
    assert.deepEqual((await boundsOf({ present: 3n, largest, ask: below })).range, { min: 2n, max: 77n });
  });

  it("are those named where the present value is outside of them", async () => {
    const { range } = await boundsOf({ present: 12n, largest, ask: within(2n, 9n) });
    assert.deepEqual(range, { min: 2n, max: 9n });
  });

  it("are no limits of another value", async () => {
    const ask: Ask = () => Promise.resolve(outOfBounds("another", 77n, 1n, 5n));
    const { range, refusal } = await boundsOf({ present: 3n, largest, ask });
    assert.equal(range, undefined);
    assert.match(refusal ?? "", /another = 77 is not within 1 to 5/);
  });

  it("are not told by a chain that gives no reason", async () => {
    const bounds = await boundsOf({ present: 3n, largest, ask: () => Promise.resolve(null) });
    assert.deepEqual(bounds, { range: undefined, refusal: undefined });
    assert.equal(boundsWords(scaleOf("count"), bounds), "the chain does not tell");
  });

  it("of a list are how many entries it has", () => {
    const bounds = lengthsIn(outOfBounds("list.length", 0n, 1n, 16n));
    assert.deepEqual(bounds.range, { min: 1n, max: 16n });
    assert.equal(boundsWords(ENTRIES, bounds), "1 entry to 16 entries");
    assert.equal(lengthsIn(undefined).range, undefined);
  });

  it("of an address are why one is refused", () => {
    const registry = artifactOf("NodeRegistry").abi;
    const bounds = refusedAs(registry.encodeErrorResult("ZeroCreditPool"));
    assert.equal(boundsWords(scaleOf("address"), bounds), "not where the credit pool is the zero address");
  });
});

describe("a field of the rules", () => {
  const contracts = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, { address: ZeroAddress }]));
  const book = bookOf({ contracts } as unknown as CompleteManifest);
  const data = abi.encodeFunctionData("scheduleRules", [rulesStruct(DEVNET), 9]);
  const rules = plain(rulesType(book), abi.decodeFunctionData("scheduleRules", data)[0]);
  const paths = (path: string) => fieldsAt(book, rules, path).map((field) => field.path);

  it("is found alone, or with all that it consists of", () => {
    assert.deepEqual(paths("economics"), [
      ...["economics.attesterSharePpm", "economics.stakeFloor"],
      ...["economics.bondFactor", "economics.stakePerUnit"],
    ]);
    assert.deepEqual(paths("timing.commitPpm"), ["timing.commitPpm"]);
    assert.deepEqual(paths("latencyCurve").slice(0, 2), ["latencyCurve", "latencyCurve.0.xPpm"]);
    assert.deepEqual(paths("latencyTargets.1.targetMs"), ["latencyTargets.1.targetMs"]);
    assert.equal(fieldIn(book, rules, "latencyTargets.1.targetMs")?.type.type, "uint32");
  });

  it("is among all of them, lists whole", () => {
    const all = allFields(book, rules).map((field) => field.path);
    assert.deepEqual(all.slice(-3), ["latencyTargets", "availabilityCurve", "latencyCurve"]);
    assert.equal(new Set(all).size, all.length);
  });

  it("that the rules lack is none", () => {
    for (const path of ["", "nonsense", "economics.x", "latencyCurve.99", "toString", "timing.commitPpm.0"]) {
      assert.equal(fieldIn(book, rules, path), undefined, path);
      assert.throws(
        () => paths(path),
        (error) => error instanceof CliError && error.code === "rules-invalid",
      );
    }
  });

  it("is told in the unit that its name ends with", () => {
    const told = (path: string, value: bigint) => scaleOfField({ path }).words(value);
    assert.equal(told("economics.attesterSharePpm", 40_000n), "40000 ppm");
    assert.equal(told("economics.stakeFloor", 10n ** 18n), "1 ICNT");
    assert.equal(told("latencyTargets.0.targetMs", 75n), "75 ms");
    assert.equal(told("measurement.networkBytes", 1_024n), "1024 bytes");
    assert.equal(told("economics.bondFactor", 9n), "9");
  });
});
