import type { Signed, StatementKind, StatementOf } from "../domain/slots.ts";
import type { EpochReport, Hex, LedgerLeaf, ObservationRoot } from "../domain/types.ts";

/** A statement whose signature was checked. */
export interface Held<K extends StatementKind = StatementKind> extends Signed<StatementOf<K>> {
  /** What was signed. */
  readonly digest: Hex;
  /** Unix milliseconds of its first arrival. */
  readonly receivedAtMs: number;
}

/** A report that this attester computed itself. */
export interface StoredReport {
  readonly digest: Hex;
  readonly report: EpochReport;
  readonly roots: readonly ObservationRoot[];
}

/**
 * What an attester knows of agreeing: statements of all members (its own among them), bundles, computed reports and the
 * ledgers that came of reports on the chain. Durable against kill -9 when a call returns.
 */
export interface AgreementStore {
  /** Keeps the first statement of an author for a slot: "conflict" means that it has signed something else there. */
  put(held: Held): "stored" | "known" | "conflict";
  /** Statements of one kind for an epoch, by generation, view and author. */
  statements<K extends StatementKind>(kind: K, epoch: number): readonly Held<K>[];

  putBundle(epoch: number, root: Hex, bytes: Uint8Array): void;
  bundle(epoch: number, root: Hex): Uint8Array | undefined;
  hasBundle(epoch: number, root: Hex): boolean;

  putReport(report: StoredReport): void;
  report(digest: Hex): StoredReport | undefined;

  putLedger(epoch: number, root: Hex, leaves: readonly LedgerLeaf[]): void;
  ledger(epoch: number, root: Hex): readonly LedgerLeaf[] | undefined;
  /** Forgets ledgers before this epoch; bundles and statements stay as evidence. */
  pruneLedgers(beforeEpoch: number): void;
}
