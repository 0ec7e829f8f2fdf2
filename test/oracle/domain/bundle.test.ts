import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  bundleRoot,
  checkObservations,
  decodeBundle,
  encodeBundle,
  ROW_BYTES,
} from "../../../oracle/domain/bundle.ts";
import { OracleError } from "../../../oracle/domain/errors.ts";
import type { Observation } from "../../../oracle/domain/types.ts";
import { bundlesOver, holds } from "./support.ts";

const NODES = 12;
const row: Observation = {
  nodeId: 3,
  okBits: 1n,
  conclusiveBits: 3n,
  latencyRatioPpm: 5,
  integrityFailures: 0,
};

describe("a bundle", () => {
  it("is 80 bytes a row and reads back as written", (t) => {
    const property = fc.property(bundlesOver(NODES), (rows) => {
      const bytes = encodeBundle(rows, NODES);
      assert.equal(bytes.length, rows.length * ROW_BYTES);
      assert.deepEqual(decodeBundle(bytes, NODES), rows);
    });
    holds(t, property);
  });

  it("has its fields where docs/wire.md puts them", () => {
    const bytes = encodeBundle([{ ...row, okBits: 1n << 255n, conclusiveBits: (1n << 255n) | 2n }], NODES);
    const hex = Buffer.from(bytes).toString("hex");
    const mask = (low: string) => `80${"00".repeat(30)}${low}`;
    assert.equal(hex, `0000000000000003${mask("00")}${mask("02")}0000000500000000`);
  });

  it("is read out of the middle of a larger buffer", () => {
    const bytes = encodeBundle([row], NODES);
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 5);
    assert.deepEqual(decodeBundle(larger.subarray(5), NODES), [row]);
  });

  it("with any bit flipped is refused or has another root", (t) => {
    const rows = bundlesOver(NODES).filter((all) => all.length > 0);
    const property = fc.property(rows, fc.nat(), (all, pick) => {
      const bytes = encodeBundle(all, NODES);
      const bit = pick % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      try {
        assert.notEqual(bundleRoot(decodeBundle(bytes, NODES)), bundleRoot(all));
      } catch (error) {
        assert.ok(error instanceof OracleError);
        assert.equal(error.code, "bundle-invalid");
      }
    });
    holds(t, property, 2000);
  });

  it("of random bytes is a valid bundle or refused, never anything else", (t) => {
    const property = fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        checkObservations(decodeBundle(bytes, NODES), NODES);
      } catch (error) {
        assert.ok(error instanceof OracleError);
        assert.equal(error.code, "bundle-invalid");
      }
    });
    holds(t, property, 2000);
  });

  const refused: [string, Observation[], string][] = [
    ["a node 0", [{ ...row, nodeId: 0 }], "nodeId"],
    ["a node above nodeCount", [{ ...row, nodeId: NODES + 1 }], "nodeId"],
    ["a fraction of a node", [{ ...row, nodeId: 1.5 }], "nodeId"],
    ["a node twice", [row, row], "nodeId"],
    ["nodes that descend", [row, { ...row, nodeId: 2 }], "nodeId"],
    ["ok outside conclusive", [{ ...row, okBits: 4n }], "okBits"],
    ["a negative mask", [{ ...row, okBits: -1n }], "okBits"],
    ["a mask of 257 bits", [{ ...row, conclusiveBits: 1n << 256n }], "conclusiveBits"],
    ["no evidence", [{ ...row, okBits: 0n, conclusiveBits: 0n }], "conclusiveBits"],
    ["a ratio of 33 bits", [{ ...row, latencyRatioPpm: 2 ** 32 }], "latencyRatioPpm"],
    ["a negative count", [{ ...row, integrityFailures: -1 }], "integrityFailures"],
  ];
  for (const [what, rows, field] of refused)
    it(`with ${what} is refused, naming row and field`, () => {
      assert.throws(
        () => checkObservations(rows, NODES),
        (error) => {
          assert.ok(error instanceof OracleError);
          assert.equal(error.code, "bundle-invalid");
          assert.equal(error.context["field"], field);
          assert.equal(error.context["row"], rows.length - 1);
          return true;
        },
      );
    });

  it("of a length that is not whole rows is refused", () => {
    assert.throws(() => decodeBundle(new Uint8Array(79), NODES), { code: "bundle-invalid" });
  });
});
