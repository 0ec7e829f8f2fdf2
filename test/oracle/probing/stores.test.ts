import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { SqliteCanaries } from "../../../oracle/adapters/sqlite/canaries.ts";
import { encodeMeasurements } from "../../../oracle/adapters/sqlite/measurement-codec.ts";
import { SqliteMeasurements } from "../../../oracle/adapters/sqlite/measurements.ts";
import { openDatabase } from "../../../oracle/adapters/sqlite/open.ts";
import type { Canary } from "../../../oracle/ports/canaries.ts";
import type { Measurement } from "../../../oracle/ports/measurements.ts";
import { PROBE_REASONS } from "../../../oracle/ports/prober.ts";

const SEED = 20_261_120;

const measurements: fc.Arbitrary<Measurement> = fc.record(
  {
    epoch: fc.integer({ min: 0, max: 3 }),
    nodeId: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    bucket: fc.integer({ min: 0, max: 255 }),
    probe: fc.constantFrom("challenge", "storage", "network", "compute"),
    outcome: fc.constantFrom("ok", "fail", "inconclusive"),
    latencyUs: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 2 })),
    reason: fc.constantFrom("", ...PROBE_REASONS.map(([reason]) => reason)),
    integrityFailures: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  },
  { noNullPrototype: true },
);

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "icn-stores-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs TypeScript in a process that kills itself with SIGKILL at its end. */
function runAndKill(code: string): void {
  const script = `${code}; process.kill(process.pid, "SIGKILL"); await new Promise(() => {});`;
  const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script]);
  assert.equal(signal, "SIGKILL", stderr.toString());
}

const moduleUrl = (name: string) => import.meta.resolve(`../../../oracle/adapters/sqlite/${name}.ts`);

describe("measurement store", () => {
  const file = () => join(directory, "measurements.sqlite");
  const one: Measurement = {
    epoch: 1,
    nodeId: 1,
    bucket: 2,
    probe: "storage",
    outcome: "ok",
    latencyUs: 5,
    reason: "",
    integrityFailures: 0,
  };

  it(`returns what was recorded, in order (seed ${SEED})`, () => {
    const store = new SqliteMeasurements(file());
    const expected: Measurement[] = [];
    fc.assert(
      fc.property(fc.array(measurements, { maxLength: 40 }), (batch) => {
        store.record(batch);
        expected.push(...batch);
        for (const epoch of [0, 1, 2, 3])
          assert.deepEqual(
            store.ofEpoch(epoch).measurements,
            expected.filter((each) => each.epoch === epoch),
          );
      }),
      { seed: SEED, numRuns: 30 },
    );
    store.close();
  });

  it("keeps void buckets and forgets old epochs", () => {
    const store = new SqliteMeasurements(file());
    for (const bucket of [0, 255, 255]) store.voidBucket(7, bucket);
    store.voidBucket(6, 1);
    store.record([one, { ...one, epoch: 7 }]);
    assert.equal(store.ofEpoch(7).voidBuckets, 1n | (1n << 255n));
    store.prune(7);
    assert.deepEqual(store.ofEpoch(6), { measurements: [], voidBuckets: 0n });
    assert.deepEqual(store.ofEpoch(1).measurements, []);
    assert.equal(store.ofEpoch(7).measurements.length, 1);
    store.close();
  });

  it("stores probes by positions that never change", () => {
    const packed = encodeMeasurements(
      (["challenge", "storage", "network", "compute"] as const).map((probe) => ({ ...one, probe })),
    );
    assert.deepEqual(
      [13, 29, 45, 61].map((at) => packed[at]),
      [0, 1, 2, 3],
    );
  });

  it("reads what an oracle wrote that knew no other service, which then refuses the file", () => {
    const old = new SqliteMeasurements(file());
    old.record([one, { ...one, probe: "challenge" }]);
    old.close();
    const raw = new DatabaseSync(file());
    raw.exec("PRAGMA user_version = 1");
    raw.close();

    const store = new SqliteMeasurements(file());
    store.record([{ ...one, probe: "compute" }]);
    assert.deepEqual(
      store.ofEpoch(1).measurements.map(({ probe }) => probe),
      ["storage", "challenge", "compute"],
    );
    store.close();
    const openAsVersion1 = () => openDatabase(file(), { migrations: ["SELECT 1"], fullSync: false });
    assert.throws(openAsVersion1, { code: "state-newer" });
  });

  it("records all of a batch or nothing", () => {
    const store = new SqliteMeasurements(file());
    assert.throws(() => store.record([one, { ...one, epoch: 2, reason: "made up" }]), {
      code: "measurement-invalid",
    });
    assert.deepEqual(store.ofEpoch(1).measurements, []);
    store.close();
  });

  it("holds what was recorded before a kill -9", () => {
    runAndKill(`
      import { SqliteMeasurements } from ${JSON.stringify(moduleUrl("measurements"))};
      const store = new SqliteMeasurements(${JSON.stringify(file())});
      store.record([${JSON.stringify(one)}]);
      store.voidBucket(1, 9)`);
    const store = new SqliteMeasurements(file());
    assert.deepEqual(store.ofEpoch(1), { measurements: [one], voidBuckets: 1n << 9n });
    store.close();
  });
});

describe("canary store", () => {
  const file = () => join(directory, "canaries.sqlite");
  const canary: Canary = { nodeId: 1, epoch: 5, bucket: 8, sizeBytes: 4_096, lastEpoch: 7 };

  it("counts a canary from its confirmation to the end of its life", () => {
    const store = new SqliteCanaries(file());
    store.intend(canary);
    assert.deepEqual(store.live(1, 5), []);
    store.confirm(canary);
    for (const epoch of [5, 6, 7]) assert.deepEqual(store.live(1, epoch), [canary]);
    assert.deepEqual(store.live(1, 8), []);
    assert.deepEqual(store.live(2, 5), []);
    store.close();
  });

  it("offers for deletion what is past its life, retired, or unconfirmed and older", () => {
    const store = new SqliteCanaries(file());
    store.intend(canary);
    assert.equal(store.disposable(1, 5, 8), undefined, "the write may be under way");
    assert.deepEqual(store.disposable(1, 5, 9), canary);
    assert.deepEqual(store.disposable(1, 6, 0), canary);
    store.confirm(canary);
    assert.equal(store.disposable(1, 7, 255), undefined);
    assert.deepEqual(store.disposable(1, 8, 0), canary);
    store.retire(canary);
    assert.deepEqual(store.disposable(1, 5, 8), canary);
    store.forget(canary);
    assert.equal(store.disposable(1, 9, 0), undefined);
    store.close();
  });

  it("never makes a retired canary count again", () => {
    const store = new SqliteCanaries(file());
    store.intend(canary);
    store.retire(canary);
    store.intend(canary);
    store.confirm(canary);
    assert.deepEqual(store.live(1, 5), []);
    store.close();
  });

  it("INV-14 a kill -9 around a write or a deletion leaves no canary that could seem lost", () => {
    runAndKill(`
      import { SqliteCanaries } from ${JSON.stringify(moduleUrl("canaries"))};
      const store = new SqliteCanaries(${JSON.stringify(file())});
      const canary = ${JSON.stringify(canary)};
      store.intend(canary);
      store.intend({ ...canary, bucket: 9 });
      store.confirm({ ...canary, bucket: 9 });
      store.retire({ ...canary, bucket: 9 })`);
    const store = new SqliteCanaries(file());
    assert.deepEqual(store.live(1, 5), []);
    assert.deepEqual(store.disposable(1, 5, 200), canary);
    store.close();
  });
});
