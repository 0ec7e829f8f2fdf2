import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keccak_256 } from "@noble/hashes/sha3";
import fc from "fast-check";
import { keccak256, keccak256Text } from "../../../oracle/domain/hashing.ts";
import { holds } from "./support.ts";

describe("keccak256", () => {
  it("is that of @noble/hashes at every length around the block size", () => {
    for (let length = 0; length <= 600; length++) {
      const data = Uint8Array.from({ length }, (_, index) => index * 7 + length);
      assert.deepEqual(keccak256(data), keccak_256(data), `${length} bytes`);
    }
  });

  it("is that of @noble/hashes for any bytes", (t) => {
    const property = fc.property(fc.uint8Array({ maxLength: 500 }), (data) => {
      assert.deepEqual(keccak256(data), keccak_256(data));
    });
    holds(t, property, 1000);
  });

  it("takes more than its memory held before", () => {
    for (const length of [65_000, 65_536, 1_000_000, 10]) {
      const data = new Uint8Array(length).fill(3);
      assert.deepEqual(keccak256(data), keccak_256(data), `${length} bytes`);
    }
  });

  it("has the known answers", () => {
    assert.equal(keccak256Text(""), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assert.equal(keccak256Text("abc"), "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  });
});
