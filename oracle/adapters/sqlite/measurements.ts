import type { DatabaseSync } from "node:sqlite";
import { bucketBit } from "../../domain/bits.ts";
import type { Measurement, MeasurementStore } from "../../ports/measurements.ts";
import { decodeMeasurements, encodeMeasurements } from "./measurement-codec.ts";
import { openDatabase, transact } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE measurements (id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, packed BLOB NOT NULL) STRICT;
   CREATE INDEX measurementsByEpoch ON measurements (epoch);
   CREATE TABLE voidBuckets (
     epoch INTEGER NOT NULL,
     bucket INTEGER NOT NULL,
     PRIMARY KEY (epoch, bucket)
   ) STRICT, WITHOUT ROWID`,
  // Rows may name network and compute, which an oracle of version 1 cannot read: it shall not start on them.
  "SELECT 2",
];

/** Measurements in SQLite, one row for everything of an epoch that is recorded together. */
export class SqliteMeasurements implements MeasurementStore {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: false });
  }

  record(measurements: readonly Measurement[]): void {
    const insert = this.#database.prepare("INSERT INTO measurements (epoch, packed) VALUES (?, ?)");
    const epochs = new Set(measurements.map(({ epoch }) => epoch));
    transact(this.#database, () => {
      for (const epoch of epochs)
        insert.run(epoch, encodeMeasurements(measurements.filter((one) => one.epoch === epoch)));
    });
  }

  voidBucket(epoch: number, bucket: number): void {
    this.#database
      .prepare("INSERT OR IGNORE INTO voidBuckets (epoch, bucket) VALUES (?, ?)")
      .run(epoch, bucket);
  }

  ofEpoch(epoch: number): { measurements: readonly Measurement[]; voidBuckets: bigint } {
    const rows = this.#database
      .prepare("SELECT packed FROM measurements WHERE epoch = ? ORDER BY id")
      .all(epoch);
    const buckets = this.#database.prepare("SELECT bucket FROM voidBuckets WHERE epoch = ?").all(epoch);
    return {
      measurements: rows.flatMap(({ packed }) =>
        packed instanceof Uint8Array ? decodeMeasurements(epoch, packed) : [],
      ),
      voidBuckets: buckets.reduce((mask, { bucket }) => mask | bucketBit(Number(bucket)), 0n),
    };
  }

  prune(beforeEpoch: number): void {
    this.#database.prepare("DELETE FROM measurements WHERE epoch < ?").run(beforeEpoch);
    this.#database.prepare("DELETE FROM voidBuckets WHERE epoch < ?").run(beforeEpoch);
  }

  close(): void {
    this.#database.close();
  }
}
