import { indexDelta } from "./accrual.ts";
import { type Checkpoint, valueAt, withCheckpoint } from "./checkpoints.ts";
import { type EmissionSchedule, emissionOf } from "./emission.ts";
import type { EpochClock } from "./epochs.ts";
import type { Hex, Rules } from "./types.ts";

export interface RulesInForce {
  readonly rulesHash: Hex;
  readonly rules: Rules;
}

/** Rules, total stake and what follows from them: A(e), computed as NodeRewards does. */
export class IndexBook {
  readonly #clock: EpochClock;
  readonly #emission: EmissionSchedule;
  /** A(e) at e, as far as it was asked for. */
  readonly #indices: bigint[] = [];
  #rules: Checkpoint<RulesInForce> | undefined;
  #totalStake: Checkpoint<bigint> | undefined;

  constructor(clock: EpochClock, emission: EmissionSchedule) {
    this.#clock = clock;
    this.#emission = emission;
  }

  scheduleRules(from: number, rulesHash: Hex, rules: Rules): void {
    this.#rules = withCheckpoint(this.#rules, from, { rulesHash, rules });
    this.#forgetFrom(from);
  }

  checkpointTotalStake(from: number, totalStake: bigint): void {
    this.#totalStake = withCheckpoint(this.#totalStake, from, totalStake);
    this.#forgetFrom(from);
  }

  rulesAt(epoch: number): RulesInForce | undefined {
    return valueAt(this.#rules, epoch);
  }

  totalStakeAt(epoch: number): bigint {
    return valueAt(this.#totalStake, epoch) ?? 0n;
  }

  /** A(epoch), scaled by 10^27; A(−1) = 0. Epochs without rules add nothing. */
  indexAt(epoch: number): bigint {
    for (let e = this.#indices.length; e <= epoch; e++) {
      const economics = this.rulesAt(e)?.rules.economics;
      const delta =
        economics === undefined
          ? 0n
          : indexDelta(emissionOf(this.#emission, this.#clock, e), this.totalStakeAt(e), economics);
      this.#indices.push((this.#indices[e - 1] ?? 0n) + delta);
    }
    return this.#indices[epoch] ?? 0n;
  }

  #forgetFrom(epoch: number): void {
    if (this.#indices.length > epoch) this.#indices.length = epoch;
  }
}
