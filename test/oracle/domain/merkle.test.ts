import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SimpleMerkleTree, StandardMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { bundleTree, encodeBundle, rowLeafHashes } from "../../../oracle/domain/bundle.ts";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { ledgerLeafHash, ledgerTree } from "../../../oracle/domain/ledger.ts";
import { MerkleTree, verifyProof } from "../../../oracle/domain/merkle.ts";
import type { Hex, LedgerLeaf, Observation } from "../../../oracle/domain/types.ts";
import { LEAF_TYPES, OBSERVATION_TYPES } from "../../vectors/types.ts";
import { bundlesOver, holds, ledgerLeaves } from "./support.ts";

const leafRow = (leaf: LedgerLeaf) => Object.values(leaf).map(String);
const observationRow = (observation: Observation) => Object.values(observation).map(String);

const ledgers = fc.uniqueArray(ledgerLeaves, {
  minLength: 1,
  maxLength: 40,
  selector: (leaf) => leaf.nodeId,
});

describe("ledgerTree", () => {
  it("has the root and the proofs of @openzeppelin/merkle-tree", (t) => {
    const property = fc.property(ledgers, (leaves) => {
      const tree = ledgerTree(leaves);
      const reference = StandardMerkleTree.of(leaves.map(leafRow), LEAF_TYPES);
      assert.equal(tree.root, reference.root);
      leaves.forEach((leaf, index) => {
        assert.deepEqual(tree.proof(index), reference.getProof(index));
        const row = leafRow(leaf);
        assert.ok(StandardMerkleTree.verify(tree.root, LEAF_TYPES, row, tree.proof(index)));
        assert.ok(verifyProof(tree.root, ledgerLeafHash(leaf), tree.proof(index)));
      });
    });
    holds(t, property, 60);
  });

  it("proves no leaf that differs in one field", (t) => {
    const property = fc.property(ledgers, fc.nat(), (leaves, pick) => {
      const index = pick % leaves.length;
      const leaf = leaves[index];
      assert.ok(leaf !== undefined);
      const tree = ledgerTree(leaves);
      const changed = { ...leaf, rewardIndex: leaf.rewardIndex ^ 1n };
      assert.equal(verifyProof(tree.root, ledgerLeafHash(changed), tree.proof(index)), false);
    });
    holds(t, property, 60);
  });
});

describe("bundleTree", () => {
  it("has the root and the proofs of @openzeppelin/merkle-tree", (t) => {
    const property = fc.property(
      bundlesOver(24).filter((rows) => rows.length > 0),
      (rows) => {
        const tree = bundleTree(rows);
        const reference = StandardMerkleTree.of(rows.map(observationRow), OBSERVATION_TYPES);
        assert.equal(tree.root, reference.root);
        rows.forEach((row, index) => {
          assert.deepEqual(tree.proof(index), reference.getProof(index));
          assert.ok(verifyProof(tree.root, rowLeafHashes(encodeBundle([row], 24)), tree.proof(index)));
        });
      },
    );
    holds(t, property, 60);
  });
});

describe("MerkleTree", () => {
  it("is bytes32(0) over nothing", () => {
    assert.equal(new MerkleTree(new Uint8Array(0)).root, ZERO_HASH);
  });

  it("is the leaf itself over one", () => {
    const leaf = new Uint8Array(32).fill(7);
    const tree = new MerkleTree(leaf);
    assert.equal(tree.root, `0x${"07".repeat(32)}`);
    assert.deepEqual(tree.proof(0), []);
  });

  it("orders hashes that differ only late", (t) => {
    const tails = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 24 - 1 }), { minLength: 1, maxLength: 20 });
    const property = fc.property(tails, fc.integer({ min: 0, max: 29 }), (values, at) => {
      const hashes = values.map((value) => {
        const hash = Buffer.alloc(32, 5);
        hash.writeUIntBE(value, at, 3);
        return hash;
      });
      const tree = new MerkleTree(Buffer.concat(hashes));
      const reference = SimpleMerkleTree.of(hashes);
      assert.equal(tree.root, reference.root);
      hashes.forEach((hash, index) => {
        assert.deepEqual(tree.proof(index), reference.getProof(index));
        assert.ok(verifyProof(tree.root, hash, tree.proof(index)));
      });
    });
    holds(t, property, 100);
  });

  it("does not depend on the order of the leaves", (t) => {
    const property = fc.property(ledgers, (leaves) => {
      assert.equal(ledgerTree([...leaves].reverse()).root, ledgerTree(leaves).root);
    });
    holds(t, property, 60);
  });

  it("refuses half a hash, and a proof of a leaf it has not", () => {
    assert.throws(() => new MerkleTree(new Uint8Array(33)), { code: "merkle-leaves" });
    assert.throws(() => new MerkleTree(new Uint8Array(32)).proof(1), { code: "merkle-leaf-unknown" });
  });

  it("refuses a sibling that is not 32 bytes", () => {
    assert.throws(() => verifyProof(ZERO_HASH, new Uint8Array(32), ["0x00" as Hex]), { code: "hex-invalid" });
  });
});
