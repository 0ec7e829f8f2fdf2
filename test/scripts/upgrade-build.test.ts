// Whose code an upgrade's is, without a chain.
import assert from "node:assert/strict";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { getAddress, toBeHex } from "ethers";
import {
  type CompiledCode,
  compiledCodes,
  compiledCodesIn,
  immutableNames,
} from "../../scripts/deploy/artifacts.ts";
import { UPGRADEABLE } from "../../scripts/governance/calls/book.ts";
import {
  builtFrom,
  differingIn,
  immutablesIn,
  isCodeFor,
  strangeWords,
} from "../../scripts/governance/upgrades/build.ts";

const codes = compiledCodes();
const SELF = "UUPSUpgradeable.__self";
const compiled = (name: string): CompiledCode => {
  const found = codes.find(({ contractName }) => contractName === name);
  assert.ok(found, name);
  return found;
};

/** As a constructor leaves it, with a word of its own for every immutable. */
function constructed(of: CompiledCode, address: string, words: Readonly<Record<string, string>> = {}) {
  const names = immutableNames(of.buildInfoId);
  const bytes = Buffer.from(of.deployedBytecode.slice(2), "hex");
  for (const [id, places] of Object.entries(of.immutableReferences)) {
    const name = names.get(id) ?? "";
    const value = words[name] ?? (name === SELF ? address : toBeHex(id));
    const word = Buffer.from(toBeHex(value, 32).slice(2), "hex");
    for (const { start } of places) word.copy(bytes, start);
  }
  return { address, bytes: `0x${bytes.toString("hex")}` };
}

const [here, there] = [getAddress(`0x${"ab".repeat(20)}`), getAddress(`0x${"cd".repeat(20)}`)];

describe("the code of an upgrade", () => {
  it("is recognised whatever its immutables are", () => {
    for (const name of [...UPGRADEABLE, "SlaOracleNext"]) {
      const code = constructed(compiled(name), here);
      assert.equal(builtFrom(codes, code.bytes)?.contractName, name);
      assert.notEqual(code.bytes, compiled(name).deployedBytecode);
    }
  });

  it("is nobody's if one byte differs, that of the metadata's hash included", () => {
    const { bytes } = constructed(compiled("SlaOracle"), here);
    for (const place of [100, bytes.length - 40]) {
      const other = bytes[place] === "0" ? "1" : "0";
      const changed = { address: here, bytes: `${bytes.slice(0, place)}${other}${bytes.slice(place + 1)}` };
      assert.equal(builtFrom(codes, changed.bytes), undefined, `nibble ${place}`);
      assert.equal(strangeWords(codes, changed), "its code is not what this checkout builds");
    }
    assert.equal(builtFrom(codes, `${bytes}00`), undefined);
    assert.equal(builtFrom(codes, "0x"), undefined);
  });

  it("is for a contract only if it can do all that the contract can", () => {
    for (const name of UPGRADEABLE) assert.equal(isCodeFor(name, name), true);
    assert.equal(isCodeFor("SlaOracle", "SlaOracleNext"), true);
    assert.equal(isCodeFor("NodeStaking", "SlaOracle"), false);
    assert.equal(isCodeFor("SlaOracle", "NoSuchContract"), false);
  });

  it("is not told where nothing was built, and does not exist where there is none", () => {
    const empty = mkdtempSync(join(tmpdir(), "icn-unbuilt-"));
    const none = compiledCodesIn(pathToFileURL(`${empty}/`));
    rmdirSync(empty);
    assert.deepEqual(none, []);
    assert.match(strangeWords(none, { address: here, bytes: "0x12" }), /this checkout is not built/);
    assert.match(strangeWords(codes, { address: here, bytes: "0x" }), /no code/);
  });
});

describe("the immutables of an upgrade", () => {
  const now = compiled("SlaOracle");
  const next = compiled("SlaOracleNext");
  const expected = immutablesIn(now, constructed(now, there));
  const differing = (words: Readonly<Record<string, string>>) =>
    differingIn(immutablesIn(next, constructed(next, here, words)), expected).map(({ name }) => name);

  it("are equal if they are, each code knowing its own address", () => {
    assert.deepEqual([...expected.keys()].sort(), [
      ...["SlaOracle.CLOCK", "SlaOracle.COMMITTEE", "SlaOracle.REGISTRY", SELF],
    ]);
    assert.deepEqual(differing({}), []);
  });

  it("differ by value", () => {
    assert.deepEqual(differing({ "SlaOracle.COMMITTEE": there }), ["SlaOracle.COMMITTEE"]);
    assert.deepEqual(differing({ "SlaOracle.COMMITTEE": here }), ["SlaOracle.COMMITTEE"]);
    assert.deepEqual(differing({ [SELF]: there }), [SELF]);
  });

  it("differ where one holds several values", () => {
    const { address, bytes } = constructed(next, here);
    const names = immutableNames(next.buildInfoId);
    const [, places = []] =
      Object.entries(next.immutableReferences).find(([id]) => names.get(id) === "SlaOracle.CLOCK") ?? [];
    const last = 2 + 2 * (places.at(-1)?.start ?? 0);
    const word = toBeHex(1, 32).slice(2);
    const mixed = { address, bytes: `${bytes.slice(0, last)}${word}${bytes.slice(last + word.length)}` };
    const [found] = differingIn(immutablesIn(next, mixed), expected);
    assert.equal(found?.name, "SlaOracle.CLOCK");
    assert.match(found.value, / and 0x0+1$/);
  });

  it("differ where the other has none of that name", () => {
    const foreign = immutablesIn(compiled("NodeRegistry"), constructed(compiled("NodeRegistry"), there));
    const found = differingIn(immutablesIn(next, constructed(next, here)), foreign);
    assert.deepEqual(
      found.map(({ name, expected: other }) => [name, other]).sort(),
      ["CLOCK", "COMMITTEE", "REGISTRY"].map((name) => [`SlaOracle.${name}`, null]),
    );
  });
});
