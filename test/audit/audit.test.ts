// The audit against the recorded evidence of one devnet run (test/fixtures/evidence: what `npm start` left behind).
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { auditDirectory } from "./audit.ts";
import type { Leaf } from "./recompute.ts";
import { compareSummary, type Summary } from "./summary.ts";

const FIXTURE = "test/fixtures/evidence";
const summary = JSON.parse(readFileSync("test/fixtures/evidence-summary.json", "utf8")) as Summary;

describe("audit of recorded evidence", () => {
  const copies: string[] = [];
  after(() => {
    for (const copy of copies) rmSync(copy, { recursive: true });
  });
  const copyWith = (change: (directory: string) => void): string => {
    const directory = mkdtempSync(join(tmpdir(), "icn-audit-"));
    copies.push(directory);
    cpSync(FIXTURE, directory, { recursive: true });
    change(directory);
    return directory;
  };

  it("recomputes every root, index and payment to the wei", () => {
    const audit = auditDirectory(FIXTURE);
    assert.deepEqual(audit.discrepancies, []);
    assert.deepEqual(compareSummary(audit, summary), []);
    assert.ok(audit.reports >= 2);
    assert.ok([...audit.paid.values()].some((paid) => paid > 0n));
  });

  it("fails when any field of any leaf changes by 1", () => {
    const fields = Object.keys(auditDirectory(FIXTURE).ledgers.get(0n)![0]!) as (keyof Leaf)[];
    for (const { id } of summary.nodes)
      for (const field of fields) {
        const { discrepancies } = auditDirectory(FIXTURE, {
          tamper: (epoch, leaf) =>
            epoch === 1n && leaf.node === BigInt(id) ? { ...leaf, [field]: leaf[field] + 1n } : leaf,
        });
        assert.ok(
          discrepancies.some((line) => line.startsWith("ledger root of epoch 1")),
          `node ${id}, ${field}`,
        );
      }
  });

  it("fails when a bit of a bundle flips", () => {
    const directory = copyWith((copy) => {
      const epoch = join(copy, "bundles", "1");
      const path = join(epoch, readdirSync(epoch)[0]!);
      const bytes = readFileSync(path);
      bytes[20]! ^= 1;
      writeFileSync(path, bytes);
    });
    assert.ok(auditDirectory(directory).discrepancies.some((line) => line.startsWith("bundle of attester")));
  });

  it("fails when a bundle is missing", () => {
    const directory = copyWith((copy) => {
      const epoch = join(copy, "bundles", "0");
      rmSync(join(epoch, readdirSync(epoch)[0]!));
    });
    assert.ok(auditDirectory(directory).discrepancies.some((line) => line.startsWith("bundle of attester")));
  });

  it("fails when the summary claims one wei more", () => {
    const audit = auditDirectory(FIXTURE);
    const [first, ...rest] = summary.positions;
    const changed = {
      ...summary,
      positions: [{ ...first!, paid: String(BigInt(first!.paid) + 1n) }, ...rest],
    };
    assert.equal(compareSummary(audit, changed).length, 1);
    const [node, ...others] = summary.nodes;
    const index = String(BigInt(node!.rewardIndex) + 1n);
    assert.equal(
      compareSummary(audit, { ...summary, nodes: [{ ...node!, rewardIndex: index }, ...others] }).length,
      1,
    );
  });
});
