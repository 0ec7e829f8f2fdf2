import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder } from "ethers";
import fc from "fast-check";
import { encodeWords, WordBuffer } from "../../../oracle/domain/abi.ts";
import { fromHex, toHex } from "../../../oracle/domain/hashing.ts";
import { addresses, hashes, holds } from "./support.ts";

const uints = fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n), fc.bigInt(0n, 2n ** 64n));

describe("encodeWords", () => {
  it("is abi.encode of static values", (t) => {
    const property = fc.property(uints, fc.maxSafeNat(), addresses, hashes, (uint, number, address, hash) => {
      const expected = AbiCoder.defaultAbiCoder().encode(
        ["uint256", "uint64", "address", "bytes32"],
        [uint, number, address, hash],
      );
      assert.equal(toHex(encodeWords([uint, number, address, hash])), expected);
    });
    holds(t, property);
  });

  it("leaves nothing of a word that it overwrites", (t) => {
    const property = fc.property(uints, fc.maxSafeNat(), addresses, (uint, number, address) => {
      const words = new WordBuffer(1);
      for (const value of [uint, number, uint, address, number, uint]) {
        words.set(0, value);
        assert.deepEqual(words.bytes, encodeWords([value]));
      }
    });
    holds(t, property, 200);
  });

  it("refuses what is no unsigned integer of 256 bits and no word of hex", () => {
    for (const value of [-1, 1.5, 2 ** 53, Number.NaN, -1n, 1n << 256n, `0x${"00".repeat(33)}`] as const)
      assert.throws(() => encodeWords([value]), { code: "abi-range" });
    for (const value of ["0x1", "0xzz"] as const)
      assert.throws(() => encodeWords([value]), { code: "hex-invalid" });
  });
});

describe("fromHex", () => {
  it("checks the length where one is asked for", () => {
    assert.deepEqual(fromHex("0xff00"), Uint8Array.of(255, 0));
    assert.throws(() => fromHex("0xff00", 3), { code: "hex-invalid" });
  });
});
