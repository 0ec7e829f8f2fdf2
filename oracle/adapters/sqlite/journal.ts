import type { DatabaseSync } from "node:sqlite";
import { OracleError } from "../../domain/errors.ts";
import type { Hex } from "../../domain/types.ts";
import type {
  Attempt,
  Call,
  Fees,
  JournalEntry,
  Receipt,
  TransactionJournal,
  TransactionState,
} from "../../ports/transactions.ts";
import { openDatabase, Statements, transact } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE transactions (
     id INTEGER PRIMARY KEY,
     purpose TEXT NOT NULL,
     to_address TEXT NOT NULL,
     data TEXT NOT NULL,
     state TEXT NOT NULL,
     nonce INTEGER,
     receipt TEXT,
     reason TEXT
   ) STRICT;
   CREATE UNIQUE INDEX under_way ON transactions (purpose) WHERE state NOT IN ('final', 'abandoned');
   CREATE INDEX of_nonce ON transactions (nonce);
   CREATE TABLE attempts (
     hash TEXT PRIMARY KEY,
     transaction_id INTEGER NOT NULL REFERENCES transactions (id),
     raw TEXT NOT NULL,
     gas TEXT NOT NULL,
     max_fee TEXT NOT NULL,
     tip TEXT NOT NULL,
     signed_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX of_transaction ON attempts (transaction_id)`,
];

type Row = Readonly<Record<string, unknown>>;

/** The transaction journal in a file of its own. */
export class SqliteTransactionJournal implements TransactionJournal {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  constructor(file: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: true });
    this.#sql = new Statements(this.#database);
  }

  intend(purpose: string, call: Call): JournalEntry {
    const { to, data } = call;
    if (this.active().some((entry) => entry.purpose === purpose))
      throw new OracleError("purpose-under-way", `A transaction for ${purpose} is under way.`, {
        context: { purpose },
      });
    const { lastInsertRowid } = this.#sql
      .prepare("INSERT INTO transactions (purpose, to_address, data, state) VALUES (?, ?, ?, 'intent')")
      .run(purpose, to, data);
    const id = Number(lastInsertRowid);
    return { id, purpose, to, data, state: "intent", nonce: null, attempts: [], receipt: null };
  }

  signed(id: number, nonce: number, attempt: Attempt): void {
    const { hash, raw, gas, maxFeePerGas, maxPriorityFeePerGas, signedAtMs } = attempt;
    transact(this.#database, () => {
      this.#sql.prepare("UPDATE transactions SET state = 'signed', nonce = ? WHERE id = ?").run(nonce, id);
      this.#sql
        .prepare("INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?)")
        .run(
          hash,
          id,
          raw,
          gas.toString(),
          maxFeePerGas.toString(),
          maxPriorityFeePerGas.toString(),
          signedAtMs,
        );
    });
  }

  broadcast(id: number): void {
    this.#move(id, "broadcast");
  }

  mined(id: number, receipt: Receipt): void {
    this.#sql
      .prepare("UPDATE transactions SET state = 'mined', receipt = ? WHERE id = ?")
      .run(JSON.stringify(receipt), id);
  }

  unmined(id: number): void {
    this.#sql.prepare("UPDATE transactions SET state = 'broadcast', receipt = NULL WHERE id = ?").run(id);
  }

  final(id: number): void {
    this.#move(id, "final");
  }

  abandon(id: number, reason: string): void {
    this.#sql.prepare("UPDATE transactions SET state = 'abandoned', reason = ? WHERE id = ?").run(reason, id);
  }

  active(): readonly JournalEntry[] {
    return this.#sql
      .prepare("SELECT * FROM transactions WHERE state NOT IN ('final', 'abandoned') ORDER BY id")
      .all()
      .map((row) => this.#entry(row));
  }

  feesOf(nonce: number): Fees | undefined {
    const attempts = this.#sql
      .prepare(
        "SELECT a.* FROM attempts a JOIN transactions t ON t.id = a.transaction_id WHERE t.nonce = ? ORDER BY a.rowid",
      )
      .all(nonce)
      .map(toAttempt);
    return attempts.reduce<Fees | undefined>(
      (highest, { maxFeePerGas, maxPriorityFeePerGas }) =>
        highest === undefined || maxFeePerGas > highest.maxFeePerGas
          ? { maxFeePerGas, maxPriorityFeePerGas }
          : highest,
      undefined,
    );
  }

  close(): void {
    this.#database.close();
  }

  #move(id: number, state: TransactionState): void {
    this.#sql.prepare("UPDATE transactions SET state = ? WHERE id = ?").run(state, id);
  }

  #entry(row: Row): JournalEntry {
    const id = Number(row["id"]);
    const attempts = this.#sql
      .prepare("SELECT * FROM attempts WHERE transaction_id = ? ORDER BY rowid")
      .all(id)
      .map(toAttempt);
    return {
      id,
      purpose: String(row["purpose"]),
      to: row["to_address"] as Hex,
      data: row["data"] as Hex,
      state: row["state"] as TransactionState,
      nonce: row["nonce"] === null ? null : Number(row["nonce"]),
      attempts,
      receipt: row["receipt"] === null ? null : (JSON.parse(String(row["receipt"])) as Receipt),
    };
  }
}

function toAttempt(row: Row): Attempt {
  return {
    hash: row["hash"] as Hex,
    raw: row["raw"] as Hex,
    gas: BigInt(String(row["gas"])),
    maxFeePerGas: BigInt(String(row["max_fee"])),
    maxPriorityFeePerGas: BigInt(String(row["tip"])),
    signedAtMs: Number(row["signed_at_ms"]),
  };
}
