import type { DatabaseSync } from "node:sqlite";
import type { Hex } from "../../domain/types.ts";
import type { RawLog } from "../chain/raw-log.ts";
import { openDatabase, transact } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE logs (
     block INTEGER NOT NULL,
     log_index INTEGER NOT NULL,
     timestamp INTEGER NOT NULL,
     transaction_hash TEXT NOT NULL,
     address TEXT NOT NULL,
     topics TEXT NOT NULL,
     data TEXT NOT NULL,
     PRIMARY KEY (block, log_index)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE checkpoints (
     block INTEGER PRIMARY KEY,
     hash TEXT NOT NULL,
     timestamp INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE origin (genesis TEXT NOT NULL) STRICT`,
];
const CHECKPOINTS_KEPT = 256;

/** A block up to which all logs are stored. */
export interface Checkpoint {
  readonly number: number;
  readonly hash: Hex;
  readonly timestamp: number;
}

/** The contracts' logs as read so far: a copy of the chain, which may be deleted and read again. */
export class ChainLog {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: false });
  }

  /** Empties the copy unless it is of the chain with this identity (its genesis and the oracle's address). */
  useFor(identity: string): void {
    if (this.#database.prepare("SELECT genesis FROM origin").get()?.["genesis"] === identity) return;
    transact(this.#database, () => {
      this.#database.exec("DELETE FROM logs; DELETE FROM checkpoints; DELETE FROM origin");
      this.#database.prepare("INSERT INTO origin VALUES (?)").run(identity);
    });
  }

  append(logs: readonly RawLog[], through: Checkpoint): void {
    transact(this.#database, () => {
      const insert = this.#database.prepare("INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)");
      for (const log of logs)
        insert.run(
          log.blockNumber,
          log.logIndex,
          log.blockTimestamp,
          log.transactionHash,
          log.address,
          log.topics.join(","),
          log.data,
        );
      const { number, hash, timestamp } = through;
      this.#database
        .prepare("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)")
        .run(number, hash, timestamp);
      this.#database
        .prepare(
          "DELETE FROM checkpoints WHERE block NOT IN (SELECT block FROM checkpoints ORDER BY block DESC LIMIT ?)",
        )
        .run(CHECKPOINTS_KEPT);
    });
  }

  /** Newest first. */
  checkpoints(): readonly Checkpoint[] {
    return this.#database
      .prepare("SELECT block, hash, timestamp FROM checkpoints ORDER BY block DESC")
      .all()
      .map((row) => ({
        number: Number(row["block"]),
        hash: row["hash"] as Hex,
        timestamp: Number(row["timestamp"]),
      }));
  }

  /** Forgets everything after a block (-1: everything). */
  rewindTo(block: number): void {
    transact(this.#database, () => {
      this.#database.prepare("DELETE FROM logs WHERE block > ?").run(block);
      this.#database.prepare("DELETE FROM checkpoints WHERE block > ?").run(block);
    });
  }

  /** In chain order. */
  *logs(): Generator<RawLog> {
    const rows = this.#database.prepare("SELECT * FROM logs ORDER BY block, log_index").iterate();
    for (const row of rows)
      yield {
        blockNumber: Number(row["block"]),
        blockTimestamp: Number(row["timestamp"]),
        transactionHash: row["transaction_hash"] as Hex,
        logIndex: Number(row["log_index"]),
        address: row["address"] as Hex,
        topics: String(row["topics"]).split(",") as Hex[],
        data: row["data"] as Hex,
      };
  }

  close(): void {
    this.#database.close();
  }
}
