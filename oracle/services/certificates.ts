import { seatOf } from "../domain/agreement.ts";
import type { Hex } from "../domain/types.ts";
import type { AgreementStore, StoredReport } from "../ports/agreement-store.ts";
import type { ReportTurn } from "./agenda.ts";

/** A report of this attester's own computing with a quorum of signatures. */
export interface QuorumCertificate extends StoredReport {
  /** Bitmap of the seats that signed. */
  readonly signers: number;
  /** In seat order. */
  readonly signatures: readonly Hex[];
}

/** A certificate for the report that the chain waits for, of the lowest view that has one. */
export function findCertificate(store: AgreementStore, turn: ReportTurn): QuorumCertificate | undefined {
  const { epoch, generation, members, previousLedgerRoot } = turn;
  const signaturesOf = new Map<Hex, Map<number, Hex>>();
  for (const { statement, signature } of store.statements("attestation", epoch)) {
    const seat = seatOf(members, statement.attesterId);
    if (statement.generation !== generation || seat === undefined) continue;
    const known = signaturesOf.get(statement.digest) ?? new Map<number, Hex>();
    signaturesOf.set(statement.digest, known.set(seat, signature));
  }
  for (const [digest, bySeat] of signaturesOf) {
    const stored = bySeat.size < turn.quorum ? undefined : store.report(digest);
    if (stored?.report.previousLedgerRoot !== previousLedgerRoot) continue;
    const seats = [...bySeat].sort(([a], [b]) => a - b);
    return {
      ...stored,
      signers: seats.reduce((bits, [seat]) => bits | (1 << seat), 0),
      signatures: seats.map(([, signature]) => signature),
    };
  }
  return undefined;
}
