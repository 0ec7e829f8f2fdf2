import { OracleError } from "../domain/errors.ts";
import { type Signed, type Slot, type Statement, slotOf, statementDigest } from "../domain/slots.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { Hex } from "../domain/types.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Signer } from "../ports/signer.ts";
import type { SigningLedger } from "../ports/signing-ledger.ts";
import type { Turn } from "./agenda.ts";
import type { SigningGuard } from "./signing-guard.ts";

export interface NotaryOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
}

export interface NotaryDependencies {
  readonly ledger: SigningLedger;
  readonly guard: SigningGuard;
  readonly store: AgreementStore;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The only place that signs statements: record, then sign, then publish. */
export class Notary {
  readonly #options: NotaryOptions;
  readonly #dependencies: NotaryDependencies;

  constructor(options: NotaryOptions, dependencies: NotaryDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Finishes and publishes what was recorded before a crash, from an epoch on. */
  resume(fromEpoch: number): void {
    const { ledger } = this.#dependencies;
    for (const { statement, digest } of ledger.unsigned()) this.#finish(statement, digest);
    for (let epoch = Math.max(0, fromEpoch); epoch <= ledger.lastEpoch(); epoch++)
      for (const { statement, digest, signature } of ledger.entries(epoch))
        if (signature !== null) this.#publish(statement, digest, signature);
  }

  /** Whether the slot is taken, by whatever was signed there. What a full disk left recorded only is finished now. */
  hasSigned(slot: Slot): boolean {
    const entry = this.#dependencies.ledger.entry(slot);
    if (entry?.signature === null) this.#finish(entry.statement, entry.digest);
    return entry !== undefined;
  }

  /**
   * Signs a statement of this attester and publishes it. Says whether it did: the guard or the ledger may forbid it.
   */
  sign(turn: Turn, statement: Statement): boolean {
    const { guard, ledger, log, metrics } = this.#dependencies;
    const slot = slotOf(statement);
    if (turn.seat === undefined || !guard.permits(turn, slot)) return false;
    const digest = statementDigest(this.#options.domain, statement);
    try {
      ledger.record(slot, digest, statement);
    } catch (error) {
      if (!(error instanceof OracleError) || error.code !== "signing-refused") throw error;
      log.error("The signing ledger refused a signature.", { error });
      metrics.count("icn_oracle_signing_refused_total");
      return false;
    }
    this.#finish(statement, digest);
    log.info("Signed a statement.", { ...slot, digest });
    return true;
  }

  /** Takes over what others hold of this attester's signatures. */
  adopt({ statement, signature }: Signed, digest: Hex): void {
    const { ledger, log } = this.#dependencies;
    const slot = slotOf(statement);
    const known = ledger.entry(slot);
    if (known === undefined) {
      ledger.adopt({ ...slot, digest, statement, signature });
      log.warn("Adopted a signature of ours that the ledger lacked.", { ...slot, digest });
      this.#publish(statement, digest, signature);
    } else if (known.digest !== digest) {
      log.error("Somebody else signs with our key: rotate it.", { ...slot, digest, recorded: known.digest });
    }
  }

  #finish(statement: Statement, digest: Hex): void {
    const { ledger, signer, metrics } = this.#dependencies;
    const signature = signer.sign(digest);
    // Attached last: an entry without a signature is tried again.
    this.#publish(statement, digest, signature);
    ledger.attach(slotOf(statement), signature);
    metrics.count("icn_oracle_signatures_total", { kind: statement.kind });
  }

  #publish(statement: Statement, digest: Hex, signature: Hex): void {
    const { store, clock } = this.#dependencies;
    store.put({ statement, digest, signature, receivedAtMs: clock.nowMs() });
  }
}
