// Every error of the command line has a documented code; every error of the contracts has words and a remedy.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type ErrorFragment, Interface } from "ethers";
import { ERROR_DOCS, errorDocs } from "../../scripts/ci/error-docs.ts";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { KNOWN_ERRORS, MODULES } from "../../scripts/lib/decode/modules.ts";
import { misplaced } from "../../scripts/lib/decode/words.ts";
import { explainRevert } from "../../scripts/lib/decode.ts";
import { CONTRACT_NAMES } from "../../scripts/lib/manifest.ts";
import { commandCodes, sampleOf } from "./support/error-codes.ts";

const INTERFACES = "artifacts/contracts/interfaces";
/** Programs of their own, which print their errors otherwise. */
const ELSEWHERE = /^(ci|devnet|node\/reference)\b/;

const declared = readdirSync(INTERFACES).flatMap((file): ErrorFragment[] => {
  const path = join(INTERFACES, file, file.replace(".sol", ".json"));
  const { abi } = JSON.parse(readFileSync(path, "utf8")) as { abi: string };
  const found: ErrorFragment[] = [];
  new Interface(abi).forEachError((fragment) => found.push(fragment));
  return found;
});

describe("contract errors", () => {
  it("of all contracts of a deployment have words", () => {
    for (const contract of CONTRACT_NAMES)
      artifactOf(contract).abi.forEachError(({ selector, name }) => {
        const known = KNOWN_ERRORS.get(selector)?.words;
        assert.ok(known, `${name} of ${contract} has no words: add them in scripts/lib/decode/`);
      });
  });

  it("of all interfaces have words", () => {
    assert.ok(declared.length > 100);
    for (const { selector, name } of declared)
      assert.ok(KNOWN_ERRORS.get(selector)?.words, `${name} has no words: add them in scripts/lib/decode/`);
  });

  for (const { fragment, words, code } of KNOWN_ERRORS.values())
    it(`${fragment.name} is explained with its own values`, () => {
      assert.ok(words);
      for (const template of words) assert.deepEqual(misplaced(template, fragment), []);
      const data = new Interface([fragment]).encodeErrorResult(
        fragment,
        fragment.inputs.map(({ type }) => sampleOf(type)),
      );
      const told = explainRevert(data, "reverted");
      assert.equal(told.code, code);
      for (const text of [told.message, told.remedy]) assert.match(text, /^[^{}]{3,}$/);
    });

  it("have no words for errors that no contract has", () => {
    for (const { errors, words, rare, name } of MODULES)
      for (const error of Object.keys({ ...words, ...rare }))
        assert.ok(errors.getError(error), `${name} has no error ${error}`);
  });
});

describe("docs/cli/errors.md", () => {
  const page = readFileSync(ERROR_DOCS, "utf8");
  const sources = readdirSync("scripts", { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !ELSEWHERE.test(path),
  );

  it("lists the contracts' errors as they are explained", () => {
    assert.equal(page, errorDocs(page), "run `npx node scripts/ci/error-docs.ts`");
  });

  it("lists exactly the codes that the command line gives", () => {
    const given = new Map<string, string>();
    for (const path of sources)
      for (const [, code = ""] of readFileSync(join("scripts", path), "utf8").matchAll(
        /\bcode: "([a-z0-9-]+)"/g,
      ))
        if (code !== "custom") given.set(code, path);
    const documented = new Set(commandCodes(page));
    const ofContracts = new Set([...KNOWN_ERRORS.values()].map(({ code }) => code));
    for (const [code, path] of given)
      assert.ok(
        documented.has(code) || ofContracts.has(code),
        `${code} of scripts/${path} is not documented`,
      );
    for (const code of documented) assert.ok(given.has(code), `${code} is documented and never given`);
  });

  it("leaves no error without a code", () => {
    for (const path of sources)
      for (const [call] of readFileSync(join("scripts", path), "utf8").matchAll(
        /new CliError\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g,
      ))
        assert.match(call, /\bcode\b|badAnswer/, `scripts/${path}: ${call}`);
  });
});
