import type { Slot, Statement } from "../domain/slots.ts";
import type { Hex } from "../domain/types.ts";

export interface LedgerEntry extends Slot {
  /** EIP-712 digest. */
  readonly digest: Hex;
  readonly statement: Statement;
  /** Null between the record and the signature. */
  readonly signature: Hex | null;
}

/**
 * The memory that keeps an attester from ever signing two things where one is allowed (INV-12). Everything is durable,
 * against a power cut too, when a call returns.
 */
export interface SigningLedger {
  /**
   * Records what is about to be signed; the same digest again is no error.
   * @throws OracleError signing-refused if another digest is recorded for the slot, or for a proposal or attestation a
   * higher view of the generation or a higher generation of the epoch.
   */
  record(slot: Slot, digest: Hex, statement: Statement): void;
  /** Takes an entry over that was signed before this ledger's memory; nothing happens if its slot is taken. */
  adopt(entry: LedgerEntry): void;
  /** Keeps the signature of a recorded entry. */
  attach(slot: Slot, signature: Hex): void;
  entry(slot: Slot): LedgerEntry | undefined;
  /** All entries of an epoch, by kind, generation and view. */
  entries(epoch: number): readonly LedgerEntry[];
  /** Entries recorded but not signed when the process ended. */
  unsigned(): readonly LedgerEntry[];
  /** The highest epoch with an entry, or -1. */
  lastEpoch(): number;
}
