import { OracleError } from "./errors.ts";
import type { EventOrigin, ReportEvent } from "./events.ts";
import { ZERO_HASH } from "./hashing.ts";
import type { EpochReport, Hex, ObservationRoot } from "./types.ts";

/** A report that the chain took and no veto removed. */
export interface PostedReport {
  readonly report: EpochReport;
  readonly roots: readonly ObservationRoot[];
  /** Bitmap of the seats that signed. */
  readonly signers: bigint;
  readonly submitter: Hex;
  readonly finalized: boolean;
  readonly origin: EventOrigin;
}

export interface Veto {
  readonly generation: number;
  readonly reason: string;
  readonly origin: EventOrigin;
}

interface EpochRecord {
  posted: PostedReport | undefined;
  readonly vetoes: Veto[];
}

/** What the chain says of each epoch's report. */
export class ReportBook {
  readonly #epochs = new Map<number, EpochRecord>();
  #nextEpoch = 0;

  apply(event: ReportEvent, origin: EventOrigin): void {
    switch (event.type) {
      case "Reported": {
        const { report, roots, signers, submitter } = event;
        this.#record(report.epoch).posted = { report, roots, signers, submitter, finalized: false, origin };
        this.#nextEpoch = report.epoch + 1;
        break;
      }
      case "Vetoed": {
        const record = this.#record(event.epoch);
        record.posted = undefined;
        record.vetoes.push({ generation: event.generation, reason: event.reason, origin });
        this.#nextEpoch = event.epoch;
        break;
      }
      case "Finalized": {
        const record = this.#record(event.epoch);
        if (record.posted === undefined)
          throw new OracleError(
            "events-incomplete",
            `epoch ${event.epoch} is finalized without a report: read the events from the deployment block on`,
          );
        record.posted = { ...record.posted, finalized: true };
        break;
      }
    }
  }

  /** First epoch that no standing report covers. */
  get nextEpoch(): number {
    return this.#nextEpoch;
  }

  postedOf(epoch: number): PostedReport | undefined {
    return this.#epochs.get(epoch)?.posted;
  }

  vetoesOf(epoch: number): readonly Veto[] {
    return this.#epochs.get(epoch)?.vetoes ?? [];
  }

  /** Generation of the epoch's present or next report: how often it was vetoed. */
  generationOf(epoch: number): number {
    return this.vetoesOf(epoch).length;
  }

  /** Unix seconds of the epoch's last veto, null without one. */
  vetoedAt(epoch: number): number | null {
    return this.vetoesOf(epoch).at(-1)?.origin.blockTimestamp ?? null;
  }

  /** The root that a report of `epoch` extends; undefined while the epoch before has no report. */
  previousLedgerRoot(epoch: number): Hex | undefined {
    return epoch === 0 ? ZERO_HASH : this.postedOf(epoch - 1)?.report.ledgerRoot;
  }

  #record(epoch: number): EpochRecord {
    let record = this.#epochs.get(epoch);
    if (record === undefined) {
      record = { posted: undefined, vetoes: [] };
      this.#epochs.set(epoch, record);
    }
    return record;
  }
}
