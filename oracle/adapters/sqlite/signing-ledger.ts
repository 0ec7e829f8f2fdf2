import type { DatabaseSync } from "node:sqlite";
import { OracleError } from "../../domain/errors.ts";
import type { Slot, Statement, StatementKind } from "../../domain/slots.ts";
import type { Hex } from "../../domain/types.ts";
import type { LedgerEntry, SigningLedger } from "../../ports/signing-ledger.ts";
import { openDatabase, Statements, transact } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE signed (
     kind TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     generation INTEGER NOT NULL,
     view INTEGER NOT NULL,
     digest TEXT NOT NULL,
     statement TEXT NOT NULL,
     signature TEXT,
     PRIMARY KEY (epoch, kind, generation, view)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE owner (name TEXT NOT NULL) STRICT`,
];

interface Row {
  readonly kind: string;
  readonly epoch: number;
  readonly generation: number;
  readonly view: number;
  readonly digest: string;
  readonly statement: string;
  readonly signature: string | null;
}

const COLUMNS = "kind, epoch, generation, view, digest, statement, signature";
const SLOT = "epoch = ? AND kind = ? AND generation = ? AND view = ?";

/** The signing ledger in a file of its own, which no second process can open. */
export class SqliteSigningLedger implements SigningLedger {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  /**
   * @param owner The attester and deployment that this ledger is for.
   * @throws OracleError `state-foreign` if the file is another's, and as `openDatabase`.
   */
  constructor(file: string, owner: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: true, exclusive: true });
    this.#sql = new Statements(this.#database);
    this.#claim(file, owner);
  }

  record(slot: Slot, digest: Hex, statement: Statement): void {
    transact(this.#database, () => {
      const known = this.entry(slot);
      if (known !== undefined) {
        if (known.digest !== digest) throw refused("another digest is recorded", slot, digest, known);
        return;
      }
      if (slot.kind === "proposal" || slot.kind === "attestation") this.#refuseLower(slot, digest);
      this.#sql
        .prepare(`INSERT INTO signed (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, NULL)`)
        .run(slot.kind, slot.epoch, slot.generation, slot.viewNumber, digest, JSON.stringify(statement));
    });
  }

  adopt({ kind, epoch, generation, viewNumber, digest, statement, signature }: LedgerEntry): void {
    this.#sql
      .prepare(`INSERT OR IGNORE INTO signed (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`)
      .run(kind, epoch, generation, viewNumber, digest, JSON.stringify(statement), signature);
  }

  attach(slot: Slot, signature: Hex): void {
    this.#sql
      .prepare(`UPDATE signed SET signature = ? WHERE ${SLOT}`)
      .run(signature, slot.epoch, slot.kind, slot.generation, slot.viewNumber);
  }

  entry(slot: Slot): LedgerEntry | undefined {
    const row = this.#sql
      .prepare(`SELECT ${COLUMNS} FROM signed WHERE ${SLOT}`)
      .get(slot.epoch, slot.kind, slot.generation, slot.viewNumber);
    return row === undefined ? undefined : toEntry(row as unknown as Row);
  }

  entries(epoch: number): readonly LedgerEntry[] {
    return this.#select("WHERE epoch = ? ORDER BY kind, generation, view", epoch);
  }

  unsigned(): readonly LedgerEntry[] {
    return this.#select("WHERE signature IS NULL ORDER BY epoch, kind, generation, view");
  }

  lastEpoch(): number {
    return Number(this.#sql.prepare("SELECT max(epoch) AS last FROM signed").get()?.["last"] ?? -1);
  }

  close(): void {
    this.#database.close();
  }

  #claim(file: string, owner: string): void {
    const known = this.#sql.prepare("SELECT name FROM owner").get()?.["name"];
    if (known === undefined) this.#sql.prepare("INSERT INTO owner VALUES (?)").run(owner);
    else if (known !== owner)
      throw new OracleError(
        "state-foreign",
        `${file} is of ${known}, not of ${owner}: set another ICN_STATE_DIR`,
        {
          context: { file, known, owner },
        },
      );
  }

  #refuseLower(slot: Slot, digest: Hex): void {
    const [highest] = this.#select(
      "WHERE epoch = ? AND kind = ? ORDER BY generation DESC, view DESC LIMIT 1",
      slot.epoch,
      slot.kind,
    );
    if (highest === undefined) return;
    const lower =
      slot.generation < highest.generation ||
      (slot.generation === highest.generation && slot.viewNumber < highest.viewNumber);
    if (lower) throw refused("a higher generation or view is recorded", slot, digest, highest);
  }

  #select(clause: string, ...values: (number | string)[]): readonly LedgerEntry[] {
    const rows = this.#sql.prepare(`SELECT ${COLUMNS} FROM signed ${clause}`).all(...values);
    return rows.map((row) => toEntry(row as unknown as Row));
  }
}

function toEntry(row: Row): LedgerEntry {
  return {
    kind: row.kind as StatementKind,
    epoch: row.epoch,
    generation: row.generation,
    viewNumber: row.view,
    digest: row.digest as Hex,
    statement: JSON.parse(row.statement) as Statement,
    signature: row.signature as Hex | null,
  };
}

function refused(reason: string, slot: Slot, digest: Hex, recorded: LedgerEntry): OracleError {
  return new OracleError("signing-refused", `The ledger refuses the signature: ${reason}.`, {
    context: {
      ...slot,
      digest,
      recordedGeneration: recorded.generation,
      recordedView: recorded.viewNumber,
      recordedDigest: recorded.digest,
    },
  });
}
