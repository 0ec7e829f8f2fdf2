import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Canary, CanaryStore } from "../../ports/canaries.ts";
import { openDatabase, transact } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE canaries (
     nodeId INTEGER NOT NULL,
     epoch INTEGER NOT NULL,
     bucket INTEGER NOT NULL,
     sizeBytes INTEGER NOT NULL,
     lastEpoch INTEGER NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('intended', 'confirmed', 'retired')),
     PRIMARY KEY (nodeId, epoch, bucket)
   ) STRICT, WITHOUT ROWID`,
  "CREATE TABLE origin (secretName TEXT NOT NULL) STRICT",
];
const FIELDS = "nodeId, epoch, bucket, sizeBytes, lastEpoch";
const KEY = "nodeId = :nodeId AND epoch = :epoch AND bucket = :bucket";

/** Which canaries exist, in SQLite. */
export class SqliteCanaries implements CanaryStore {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: false });
  }

  useFor(secretName: string): void {
    const known = this.#database.prepare("SELECT secretName FROM origin").get();
    if (known?.["secretName"] === secretName) return;
    transact(this.#database, () => {
      this.#database.exec("DELETE FROM canaries; DELETE FROM origin");
      this.#database.prepare("INSERT INTO origin VALUES (?)").run(secretName);
    });
  }

  intend({ nodeId, epoch, bucket, sizeBytes, lastEpoch }: Canary): void {
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO canaries (${FIELDS}, state)
         VALUES (:nodeId, :epoch, :bucket, :sizeBytes, :lastEpoch, 'intended')`,
      )
      .run({ nodeId, epoch, bucket, sizeBytes, lastEpoch });
  }

  confirm(canary: Canary): void {
    this.#database
      .prepare(`UPDATE canaries SET state = 'confirmed' WHERE ${KEY} AND state = 'intended'`)
      .run(keyOf(canary));
  }

  live(nodeId: number, epoch: number): readonly Canary[] {
    return this.#database
      .prepare(
        `SELECT ${FIELDS} FROM canaries
         WHERE nodeId = ? AND state = 'confirmed' AND lastEpoch >= ? ORDER BY epoch, bucket`,
      )
      .all(nodeId, epoch)
      .map(toCanary);
  }

  retire(canary: Canary): void {
    this.#database.prepare(`UPDATE canaries SET state = 'retired' WHERE ${KEY}`).run(keyOf(canary));
  }

  disposable(nodeId: number, epoch: number, bucket: number): Canary | undefined {
    const row = this.#database
      .prepare(
        `SELECT ${FIELDS} FROM canaries
         WHERE nodeId = :nodeId AND (
           lastEpoch < :epoch OR state = 'retired' OR (state = 'intended' AND (epoch, bucket) < (:epoch, :bucket)))
         ORDER BY epoch, bucket LIMIT 1`,
      )
      .get({ nodeId, epoch, bucket });
    return row === undefined ? undefined : toCanary(row);
  }

  forget(canary: Canary): void {
    this.#database.prepare(`DELETE FROM canaries WHERE ${KEY}`).run(keyOf(canary));
  }

  close(): void {
    this.#database.close();
  }
}

function keyOf({ nodeId, epoch, bucket }: Canary) {
  return { nodeId, epoch, bucket };
}

function toCanary(row: Record<string, SQLOutputValue>): Canary {
  return {
    nodeId: Number(row["nodeId"]),
    epoch: Number(row["epoch"]),
    bucket: Number(row["bucket"]),
    sizeBytes: Number(row["sizeBytes"]),
    lastEpoch: Number(row["lastEpoch"]),
  };
}
