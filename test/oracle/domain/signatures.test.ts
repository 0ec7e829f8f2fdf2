import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { computeAddress, keccak256, Signature, SigningKey, toBeHex } from "ethers";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { addressOfKey, recoverAddress, signDigest } from "../../../oracle/domain/signatures.ts";
import type { Hex } from "../../../oracle/domain/types.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("signatures", () => {
  it("are those of ethers, in ERC-2098 form, and recover to the address", () => {
    for (let i = 1; i <= 40; i++) {
      const key = keccak256(toBeHex(i)) as Hex;
      const digest = keccak256(key) as Hex;
      const signature = signDigest(digest, fromHex(key));
      assert.equal(signature, new SigningKey(key).sign(digest).compactSerialized);
      assert.equal(addressOfKey(fromHex(key)), computeAddress(key).toLowerCase());
      assert.equal(recoverAddress(digest, signature), computeAddress(key).toLowerCase());
    }
  });

  it("with a high s, of another length or in upper case never recover to the signer", () => {
    const key = keccak256("0x01") as Hex;
    const digest = keccak256("0x02") as Hex;
    const low = Signature.from(new SigningKey(key).sign(digest));
    const highS = toBeHex(ORDER - BigInt(low.s), 32).slice(2);
    const signature = signDigest(digest, fromHex(key));
    assert.notEqual(recoverAddress(digest, `${low.r}${highS}` as Hex), addressOfKey(fromHex(key)));
    assert.equal(recoverAddress(digest, `${signature}00`), undefined);
    assert.equal(recoverAddress(digest, signature.toUpperCase().replace("0X", "0x") as Hex), undefined);
    assert.equal(recoverAddress(digest, `0x${"00".repeat(64)}`), undefined);
  });
});
