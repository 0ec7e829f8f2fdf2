// Calls inside of calls, found without a chain.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { getAddress, toBeHex } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { type Book, bookOf, changingFunctions } from "../../scripts/governance/calls/book.ts";
import { CARRIERS, carriedBy } from "../../scripts/governance/calls/carried.ts";
import { decodeCall } from "../../scripts/governance/calls/decode.ts";
import { CONTRACT_NAMES, type CompleteManifest } from "../../scripts/lib/manifest.ts";
import { sampleOf } from "./support/error-codes.ts";

const addressAt = (place: number): string => toBeHex(place + 1, 20);
const manifest = {
  contracts: Object.fromEntries(CONTRACT_NAMES.map((name, place) => [name, { address: addressAt(place) }])),
} as unknown as CompleteManifest;
const book: Book = bookOf(manifest);

describe("a call that hands on others", () => {
  const [inner, other] = ["0x12345678", "0x87654321"];
  const target = addressAt(70);
  /** By the names of its inputs. */
  const values: Readonly<Record<string, unknown>> = {
    ...{ target, targets: [target, addressAt(71)], value: 5n, values: [5n, 6n] },
    ...{ payload: inner, payloads: [inner, other], calls: [inner, other] },
  };
  const carried = (name: string) => {
    const [contract, method = ""] = name.split(".") as [(typeof CONTRACT_NAMES)[number], string];
    const { abi } = artifactOf(contract);
    const inputs = abi.getFunction(method)?.inputs ?? [];
    const args = inputs.map((input) => {
      if (input.name === "data") return input.type === "bytes" ? inner : [inner, other];
      return values[input.name] ?? sampleOf(input.type);
    });
    const data = abi.encodeFunctionData(method, args);
    return carriedBy(decodeCall(book, { target: book.addressOf(contract), value: 0n, data }));
  };

  it("is read with all of them", () => {
    for (const name of CARRIERS) {
      const [first, second] = carried(name);
      assert.equal(first?.data, inner, name);
      const [contract] = name.split(".") as [(typeof CONTRACT_NAMES)[number]];
      const isOwn = /multicall|upgradeToAndCall/.test(name);
      assert.equal(first.target, isOwn ? book.addressOf(contract) : getAddress(target), name);
      assert.equal(second?.data, /Batch|multicall/.test(name) ? other : undefined, name);
    }
    assert.deepEqual(
      carried("IcnTimelock.executeBatch").map(({ value }) => value),
      [5n, 6n],
    );
    assert.deepEqual(carried("NodeRegistry.setFee"), []);
    const bare = artifactOf("SlaOracle").abi.encodeFunctionData("upgradeToAndCall", [target, "0x"]);
    assert.deepEqual(
      carriedBy(decodeCall(book, { target: book.addressOf("SlaOracle"), value: 0n, data: bare })),
      [],
    );
  });

  it("is read where its last word is not filled up, as contracts read it", () => {
    const data = artifactOf("SlaOracle").abi.encodeFunctionData("upgradeToAndCall", [target, inner]);
    const short = data.replace(/0{56}$/, "");
    assert.equal(short.length, data.length - 56);
    const decoded = decodeCall(book, { target: book.addressOf("SlaOracle"), value: 0n, data: short });
    assert.equal(decoded.method, "upgradeToAndCall");
    assert.deepEqual(
      carriedBy(decoded).map((call) => call.data),
      [inner],
    );
  });

  it("is every one that holds calls, but for those of proposals and what cancels", () => {
    const holding = CONTRACT_NAMES.flatMap((contract) =>
      changingFunctions(artifactOf(contract).abi)
        .filter(({ inputs }) => {
          const has = (type: string, name?: string) =>
            inputs.some((input) => input.type === type && (name === undefined || input.name === name));
          return has("bytes[]") || (has("address", "target") && has("bytes"));
        })
        .map(({ name }) => `${contract}.${name}`),
    );
    assert.deepEqual(holding.filter((name) => !CARRIERS.has(name)).sort(), [
      ...["AccessManager.cancel", "IcnGovernor.cancel", "IcnGovernor.execute"],
      ...["IcnGovernor.propose", "IcnGovernor.queue"],
    ]);
  });
});
