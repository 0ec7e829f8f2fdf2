import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { SqliteSigningLedger } from "../../../oracle/adapters/sqlite/signing-ledger.ts";
import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import type { Slot, Statement } from "../../../oracle/domain/slots.ts";
import { holds } from "../domain/support.ts";

const OWNER = "attester 1";
const statement: Statement = { kind: "commitment", epoch: 0, attesterId: 1, observationRoot: "0x00" };
const slot = (kind: Slot["kind"], epoch: number, generation = 0, viewNumber = 0): Slot => ({
  kind,
  epoch,
  generation,
  viewNumber,
});
const digest = (name: string) => keccak256Text(name);

function newFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "icn-ledger-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "signing.sqlite");
}

function newLedger(t: TestContext, file = newFile(t)): SqliteSigningLedger {
  const ledger = new SqliteSigningLedger(file, OWNER);
  t.after(() => ledger.close());
  return ledger;
}

const refused = { code: "signing-refused" };

describe("INV-12 the signing ledger", () => {
  it("takes one root per epoch, for ever", (t) => {
    const ledger = newLedger(t);
    ledger.record(slot("commitment", 7), digest("a"), statement);
    ledger.record(slot("commitment", 7), digest("a"), statement);
    assert.throws(() => ledger.record(slot("commitment", 7), digest("b"), statement), refused);
  });

  it("takes one digest per epoch, generation and view", (t) => {
    const ledger = newLedger(t);
    ledger.record(slot("attestation", 7, 0, 3), digest("a"), statement);
    assert.throws(() => ledger.record(slot("attestation", 7, 0, 3), digest("b"), statement), refused);
    ledger.record(slot("attestation", 7, 0, 4), digest("b"), statement);
    ledger.record(slot("attestation", 7, 1, 0), digest("c"), statement);
    ledger.record(slot("attestation", 6, 0, 0), digest("d"), statement);
  });

  it("never goes back to a lower view or generation", (t) => {
    const ledger = newLedger(t);
    ledger.record(slot("attestation", 7, 1, 3), digest("a"), statement);
    assert.throws(() => ledger.record(slot("attestation", 7, 1, 2), digest("a"), statement), refused);
    assert.throws(() => ledger.record(slot("attestation", 7, 0, 9), digest("a"), statement), refused);
    ledger.record(slot("proposal", 7, 0, 9), digest("a"), statement);
  });

  it("holds over any sequence what a model of it says", (t) => {
    const step = fc.record({
      generation: fc.integer({ min: 0, max: 2 }),
      viewNumber: fc.integer({ min: 0, max: 4 }),
      name: fc.constantFrom("a", "b"),
    });
    const property = fc.property(fc.array(step, { maxLength: 24 }), (steps) => {
      const ledger = newLedger(t);
      const model = new Map<number, string>();
      for (const { generation, viewNumber, name } of steps) {
        const place = generation * 100 + viewNumber;
        const allowed = model.has(place)
          ? model.get(place) === name
          : [...model.keys()].every((known) => known < place);
        const record = () =>
          ledger.record(slot("attestation", 1, generation, viewNumber), digest(name), statement);
        if (allowed) {
          record();
          model.set(place, name);
        } else assert.throws(record, refused);
      }
    });
    holds(t, property, 40);
  });

  it("remembers after a crash between record and signature", (t) => {
    const file = newFile(t);
    const ledger = new SqliteSigningLedger(file, OWNER);
    ledger.record(slot("commitment", 1), digest("a"), statement);
    ledger.record(slot("holdings", 1), digest("h"), statement);
    ledger.attach(slot("holdings", 1), "0x11");
    ledger.close();

    const reopened = newLedger(t, file);
    const [unsigned, ...none] = reopened.unsigned();
    assert.deepEqual(none, []);
    assert.equal(unsigned?.digest, digest("a"));
    assert.deepEqual(unsigned.statement, statement);
    assert.throws(() => reopened.record(slot("commitment", 1), digest("b"), statement), refused);
    assert.equal(reopened.lastEpoch(), 1);
  });

  it("keeps its own entry when others show another", (t) => {
    const ledger = newLedger(t);
    ledger.record(slot("commitment", 1), digest("a"), statement);
    ledger.adopt({ ...slot("commitment", 1), digest: digest("b"), statement, signature: "0x22" });
    assert.equal(ledger.entry(slot("commitment", 1))?.digest, digest("a"));
    ledger.adopt({ ...slot("attestation", 2, 0, 5), digest: digest("c"), statement, signature: "0x22" });
    assert.throws(() => ledger.record(slot("attestation", 2, 0, 4), digest("c"), statement), refused);
  });
});

describe("The signing ledger's file", () => {
  it("is refused to another attester or deployment", (t) => {
    const file = newFile(t);
    new SqliteSigningLedger(file, OWNER).close();
    assert.throws(() => new SqliteSigningLedger(file, "attester 2"), { code: "state-foreign" });
  });

  it("is refused to a second process, with the advice to try again", (t) => {
    const file = newFile(t);
    newLedger(t, file);
    const module = new URL("../../../oracle/adapters/sqlite/signing-ledger.ts", import.meta.url).href;
    const program = `
      const { SqliteSigningLedger } = await import(${JSON.stringify(module)});
      try { new SqliteSigningLedger(${JSON.stringify(file)}, ${JSON.stringify(OWNER)}); console.log("opened"); }
      catch (error) { console.log(error.code, error.retryable); }`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
    });
    assert.equal(stdout.trim(), "state-locked true");
  });
});
