import { type Deadlines, deadlinesOf, quorum, seatOf, viewAt, viewsStartMs } from "../domain/agreement.ts";
import type { EpochContext, Hex, Member } from "../domain/types.ts";
import type { ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";

export interface AgendaOptions {
  readonly attesterId: number;
  /** Address of the own signing key. */
  readonly signingKey: Hex;
}

export interface AgendaDependencies {
  readonly chain: { readonly snapshot: ChainSnapshot | undefined };
  readonly clock: Clock;
}

/** Where agreeing on an epoch stands for this attester now. */
export interface Turn {
  readonly epoch: number;
  readonly context: EpochContext;
  readonly members: readonly Member[];
  readonly quorum: number;
  /** Own place in the committee; undefined for one that is no member, or has another key. */
  readonly seat: number | undefined;
  readonly generation: number;
  readonly deadlines: Deadlines;
  /** Start of view 0 in Unix milliseconds. */
  readonly startMs: number;
  /** Negative before the start of view 0. */
  readonly viewNumber: number;
}

/** The turn of the one epoch whose report comes next, and the root that it extends. */
export interface ReportTurn extends Turn {
  readonly previousLedgerRoot: Hex;
}

/** Tells every duty which epochs are to be agreed on, and where each of them stands. */
export class Agenda {
  readonly #options: AgendaOptions;
  readonly #dependencies: AgendaDependencies;

  constructor(options: AgendaOptions, dependencies: AgendaDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** The epoch that ended last; undefined before the first end, or while the chain is unknown. */
  get lastEnded(): number | undefined {
    const { chain, clock } = this.#dependencies;
    const last = chain.snapshot && chain.snapshot.state.clock.epochAt(clock.nowMs()) - 1;
    return last === undefined || last < 0 ? undefined : last;
  }

  /** Undefined while the chain may still change what the epoch's agreeing reads, and without a committee. */
  turnOf(epoch: number): Turn | undefined {
    const { chain, clock } = this.#dependencies;
    const state = chain.snapshot?.state;
    if (state === undefined || !state.isSettled(epoch)) return undefined;
    const context = state.contextOf(epoch);
    if (context === undefined) return undefined;
    const deadlines = deadlinesOf(state.clock, epoch, context.rules.timing);
    const startMs = viewsStartMs(deadlines, state.reports.vetoedAt(epoch));
    return {
      epoch,
      context,
      members: context.members,
      quorum: quorum(context.members.length),
      seat: this.#seatIn(context.members),
      generation: state.reports.generationOf(epoch),
      deadlines,
      startMs,
      viewNumber: viewAt(clock.nowMs(), startMs, deadlines.viewTimeoutMs),
    };
  }

  /** The epoch that no report on the chain covers, if it has ended. */
  reportTurn(): ReportTurn | undefined {
    const reports = this.#dependencies.chain.snapshot?.state.reports;
    const lastEnded = this.lastEnded;
    if (reports === undefined || lastEnded === undefined || reports.nextEpoch > lastEnded) return undefined;
    const turn = this.turnOf(reports.nextEpoch);
    const previousLedgerRoot = reports.previousLedgerRoot(reports.nextEpoch);
    if (turn === undefined || previousLedgerRoot === undefined) return undefined;
    return { ...turn, previousLedgerRoot };
  }

  /** What is to be agreed on now: the next epoch to report and the last that ended, unless the chain has its report. */
  open(): readonly Turn[] {
    const { lastEnded } = this;
    const next = this.reportTurn();
    if (next === undefined || lastEnded === undefined) return [];
    const last = lastEnded === next.epoch ? undefined : this.turnOf(lastEnded);
    return last === undefined ? [next] : [next, last];
  }

  #seatIn(members: readonly Member[]): number | undefined {
    const { attesterId, signingKey } = this.#options;
    const seat = seatOf(members, attesterId);
    return seat !== undefined && members[seat]?.signingKey === signingKey ? seat : undefined;
  }
}
