import { type Checkpoint, valueAt, withCheckpoint } from "./checkpoints.ts";
import type { EmissionSchedule } from "./emission.ts";
import type { EpochClock } from "./epochs.ts";
import { OracleError } from "./errors.ts";
import type { CommitteeEvent, EventOrigin, ProtocolEvent, StakePosition, StakingEvent } from "./events.ts";
import { IndexBook } from "./index-book.ts";
import { NodeBook } from "./node-book.ts";
import { ReportBook } from "./report-book.ts";
import type { EpochContext, Hex, Member } from "./types.ts";

/** Contexts are large where nodes are many; the services ask for the present epoch and those not reported yet. */
const CONTEXTS_KEPT = 8;

/** What an attester published of itself. */
export interface AttesterProfile {
  readonly attesterId: number;
  readonly owner: Hex;
  /** X25519 public key. */
  readonly boxKey: Hex | null;
  readonly endpoint: string | null;
}

interface CommitteeInForce {
  readonly committeeId: number;
  readonly members: readonly Member[];
}

/** The protocol's state as its events tell it, from the deployment block on. */
export class ChainState {
  readonly clock: EpochClock;
  readonly reports = new ReportBook();
  readonly #nodes = new NodeBook();
  readonly #index: IndexBook;
  readonly #positions = new Map<number, StakePosition>();
  readonly #attesters = new Map<number, AttesterProfile>();
  readonly #contexts = new Map<number, EpochContext>();
  #committee: Checkpoint<CommitteeInForce> | undefined;
  #last: EventOrigin | undefined;
  #headTimestamp = 0;

  constructor(clock: EpochClock, emission: EmissionSchedule) {
    this.clock = clock;
    this.#index = new IndexBook(clock, emission);
  }

  /**
   * Takes the next event in chain order.
   * @throws OracleError `events-out-of-order` or `events-incomplete`; the state is then unusable.
   */
  apply(event: ProtocolEvent): void {
    this.#checkOrder(event.origin);
    if ("effectiveFrom" in event) this.#forgetContextsFrom(event.effectiveFrom);
    switch (event.type) {
      case "NodeRegistered":
      case "NodeTermsChanged":
      case "NodeKeyChanged":
      case "NodeEndpointChanged":
        this.#nodes.apply(event);
        break;
      case "PositionChanged":
      case "StakeCheckpointed":
        this.#applyStaking(event);
        break;
      case "AttesterAdmitted":
      case "BoxKeyChanged":
      case "AttesterEndpointChanged":
      case "CommitteeChanged":
        this.#applyCommittee(event);
        break;
      case "RulesScheduled":
        this.#index.scheduleRules(event.effectiveFrom, event.rulesHash, event.rules);
        break;
      case "Reported":
      case "Vetoed":
      case "Finalized":
        this.reports.apply(event, event.origin);
        break;
    }
  }

  /** Says that every event up to a block was applied. @param blockTimestamp Its Unix seconds. */
  advanceTo(blockTimestamp: number): void {
    this.#headTimestamp = Math.max(this.#headTimestamp, blockTimestamp);
  }

  /** Unix seconds of the last block seen. */
  get headTimestamp(): number {
    return this.#headTimestamp;
  }

  /** Whether no later event can change `contextOf(epoch)`: whatever comes now acts from a later epoch on. */
  isSettled(epoch: number): boolean {
    return this.#headTimestamp >= this.clock.startAt(epoch);
  }

  /** All that the epoch's measuring and computing read; undefined without rules or committee. */
  contextOf(epoch: number): EpochContext | undefined {
    const known = this.#contexts.get(epoch);
    if (known !== undefined) return known;
    const rules = this.#index.rulesAt(epoch);
    const committee = valueAt(this.#committee, epoch);
    if (rules === undefined || committee === undefined) return undefined;
    const context: EpochContext = {
      epoch,
      startAt: this.clock.startAt(epoch),
      endAt: this.clock.endAt(epoch),
      rulesHash: rules.rulesHash,
      rules: rules.rules,
      committeeId: committee.committeeId,
      members: committee.members,
      nodes: this.#nodes.viewsAt(epoch, rules.rules.economics),
      index: this.#index.indexAt(epoch),
      previousIndex: this.#index.indexAt(epoch - 1),
    };
    this.#keep(context);
    return context;
  }

  /** Σ of all positions that span an epoch, in wei. */
  totalStakeAt(epoch: number): bigint {
    return this.#index.totalStakeAt(epoch);
  }

  attesterOf(attesterId: number): AttesterProfile | undefined {
    return this.#attesters.get(attesterId);
  }

  positionOf(positionId: number): StakePosition | undefined {
    return this.#positions.get(positionId);
  }

  /** All positions that ever were, in their present state. */
  positions(): IterableIterator<StakePosition> {
    return this.#positions.values();
  }

  #applyStaking(event: StakingEvent): void {
    if (event.type === "PositionChanged") {
      const { positionId, nodeId, owner, bond, amount, from, to, commissionPpm } = event;
      this.#positions.set(positionId, { positionId, nodeId, owner, bond, amount, from, to, commissionPpm });
      return;
    }
    this.#nodes.checkpointStake(event.nodeId, event.effectiveFrom, event.stake, event.bond);
    this.#index.checkpointTotalStake(event.effectiveFrom, event.totalStake);
  }

  #applyCommittee(event: CommitteeEvent): void {
    if (event.type === "CommitteeChanged") {
      const { committeeId, members, effectiveFrom } = event;
      this.#committee = withCheckpoint(this.#committee, effectiveFrom, { committeeId, members });
      return;
    }
    const { attesterId } = event;
    if (event.type === "AttesterAdmitted") {
      this.#attesters.set(attesterId, { attesterId, owner: event.owner, boxKey: null, endpoint: null });
      return;
    }
    const attester = this.#attesters.get(attesterId);
    if (attester === undefined)
      throw new OracleError(
        "events-incomplete",
        `an event of attester ${attesterId} comes before its admission: read the events from the deployment block on`,
      );
    const change = event.type === "BoxKeyChanged" ? { boxKey: event.boxKey } : { endpoint: event.endpoint };
    this.#attesters.set(attesterId, { ...attester, ...change });
  }

  #keep(context: EpochContext): void {
    this.#contexts.set(context.epoch, context);
    if (this.#contexts.size > CONTEXTS_KEPT) this.#contexts.delete(Math.min(...this.#contexts.keys()));
  }

  #forgetContextsFrom(epoch: number): void {
    for (const known of this.#contexts.keys()) if (known >= epoch) this.#contexts.delete(known);
  }

  #checkOrder(origin: EventOrigin): void {
    const last = this.#last;
    if (
      last !== undefined &&
      (origin.blockNumber < last.blockNumber ||
        (origin.blockNumber === last.blockNumber && origin.logIndex <= last.logIndex))
    )
      throw new OracleError(
        "events-out-of-order",
        `log ${origin.logIndex} of block ${origin.blockNumber} comes after log ${last.logIndex} of block ${last.blockNumber}`,
      );
    this.#last = origin;
    this.advanceTo(origin.blockTimestamp);
  }
}
