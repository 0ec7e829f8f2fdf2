import type { DatabaseSync } from "node:sqlite";
import { type Statement, type StatementKind, type StatementOf, slotOf } from "../../domain/slots.ts";
import type { EpochReport, Hex, LedgerLeaf, ObservationRoot } from "../../domain/types.ts";
import type { AgreementStore, Held, StoredReport } from "../../ports/agreement-store.ts";
import { openDatabase, Statements } from "./open.ts";

const MIGRATIONS = [
  `CREATE TABLE statements (
     epoch INTEGER NOT NULL,
     kind TEXT NOT NULL,
     generation INTEGER NOT NULL,
     view INTEGER NOT NULL,
     attester INTEGER NOT NULL,
     digest TEXT NOT NULL,
     statement TEXT NOT NULL,
     signature TEXT NOT NULL,
     received_at_ms INTEGER NOT NULL,
     PRIMARY KEY (epoch, kind, generation, view, attester)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE bundles (
     epoch INTEGER NOT NULL,
     root TEXT NOT NULL,
     bytes BLOB NOT NULL,
     PRIMARY KEY (epoch, root)
   ) STRICT;
   CREATE TABLE reports (
     digest TEXT PRIMARY KEY,
     report TEXT NOT NULL,
     roots TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE ledgers (
     epoch INTEGER NOT NULL,
     root TEXT NOT NULL,
     leaves TEXT NOT NULL,
     PRIMARY KEY (epoch, root)
   ) STRICT`,
];

/**
 * What an attester knows of agreeing, in one file. It survives kill -9; after a power cut the newest may be missing, which
 * others can show again: what must never be forgotten is in the signing ledger.
 */
export class SqliteAgreementStore implements AgreementStore {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;

  constructor(file: string) {
    this.#database = openDatabase(file, { migrations: MIGRATIONS, fullSync: false });
    this.#sql = new Statements(this.#database);
  }

  put(held: Held): "stored" | "known" | "conflict" {
    const { statement, digest, signature, receivedAtMs } = held;
    const { epoch, kind, generation, viewNumber } = slotOf(statement);
    const slot = [epoch, kind, generation, viewNumber, statement.attesterId];
    const known = this.#sql
      .prepare(
        "SELECT digest FROM statements WHERE epoch = ? AND kind = ? AND generation = ? AND view = ? AND attester = ?",
      )
      .get(...slot);
    if (known !== undefined) return known["digest"] === digest ? "known" : "conflict";
    this.#sql
      .prepare("INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(...slot, digest, JSON.stringify(statement), signature, receivedAtMs);
    return "stored";
  }

  statements<K extends StatementKind>(kind: K, epoch: number): readonly Held<K>[] {
    const rows = this.#sql
      .prepare("SELECT * FROM statements WHERE epoch = ? AND kind = ? ORDER BY generation, view, attester")
      .all(epoch, kind);
    return rows.map((row) => ({
      statement: JSON.parse(String(row["statement"])) as Statement as StatementOf<K>,
      digest: row["digest"] as Hex,
      signature: row["signature"] as Hex,
      receivedAtMs: Number(row["received_at_ms"]),
    }));
  }

  putBundle(epoch: number, root: Hex, bytes: Uint8Array): void {
    this.#sql.prepare("INSERT OR IGNORE INTO bundles VALUES (?, ?, ?)").run(epoch, root, bytes);
  }

  bundle(epoch: number, root: Hex): Uint8Array | undefined {
    const row = this.#sql.prepare("SELECT bytes FROM bundles WHERE epoch = ? AND root = ?").get(epoch, root);
    return row === undefined ? undefined : (row["bytes"] as Uint8Array);
  }

  hasBundle(epoch: number, root: Hex): boolean {
    return (
      this.#sql.prepare("SELECT 1 FROM bundles WHERE epoch = ? AND root = ?").get(epoch, root) !== undefined
    );
  }

  putReport({ digest, report, roots }: StoredReport): void {
    this.#sql
      .prepare("INSERT OR IGNORE INTO reports VALUES (?, ?, ?)")
      .run(digest, JSON.stringify(report), JSON.stringify(roots));
  }

  report(digest: Hex): StoredReport | undefined {
    const row = this.#sql.prepare("SELECT report, roots FROM reports WHERE digest = ?").get(digest);
    if (row === undefined) return undefined;
    return {
      digest,
      report: JSON.parse(String(row["report"])) as EpochReport,
      roots: JSON.parse(String(row["roots"])) as ObservationRoot[],
    };
  }

  putLedger(epoch: number, root: Hex, leaves: readonly LedgerLeaf[]): void {
    this.#sql
      .prepare("INSERT OR IGNORE INTO ledgers VALUES (?, ?, ?)")
      .run(epoch, root, JSON.stringify(leaves.map(toRow)));
  }

  ledger(epoch: number, root: Hex): readonly LedgerLeaf[] | undefined {
    const row = this.#sql.prepare("SELECT leaves FROM ledgers WHERE epoch = ? AND root = ?").get(epoch, root);
    return row === undefined ? undefined : (JSON.parse(String(row["leaves"])) as LeafRow[]).map(toLeaf);
  }

  pruneLedgers(beforeEpoch: number): void {
    this.#sql.prepare("DELETE FROM ledgers WHERE epoch < ?").run(beforeEpoch);
  }

  close(): void {
    this.#database.close();
  }
}

type LeafRow = readonly [number, string, string, string, string, number, number, string];

function toRow(leaf: LedgerLeaf): LeafRow {
  return [
    leaf.nodeId,
    leaf.upBuckets.toString(),
    leaf.downBuckets.toString(),
    leaf.measuredEpochs.toString(),
    leaf.scoreSumPpm.toString(),
    leaf.lastScorePpm,
    leaf.staleEpochs,
    leaf.rewardIndex.toString(),
  ];
}

function toLeaf(row: LeafRow): LedgerLeaf {
  const [nodeId, up, down, measured, scoreSum, lastScorePpm, staleEpochs, rewardIndex] = row;
  return {
    nodeId,
    upBuckets: BigInt(up),
    downBuckets: BigInt(down),
    measuredEpochs: BigInt(measured),
    scoreSumPpm: BigInt(scoreSum),
    lastScorePpm,
    staleEpochs,
    rewardIndex: BigInt(rewardIndex),
  };
}
