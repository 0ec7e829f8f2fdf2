import { OracleError } from "../domain/errors.ts";
import type { EpochContext } from "../domain/types.ts";
import type { Chain, ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Contexts } from "../ports/contexts.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { repeat } from "./loop.ts";

export interface ChainFollowerDependencies {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Keeps the latest picture of the chain for everybody else. */
export class ChainFollower implements Contexts {
  readonly #intervalMs: number;
  readonly #dependencies: ChainFollowerDependencies;
  #snapshot: ChainSnapshot | undefined;
  #failing = true;

  constructor({ intervalMs }: { readonly intervalMs: number }, dependencies: ChainFollowerDependencies) {
    this.#intervalMs = intervalMs;
    this.#dependencies = dependencies;
  }

  start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "follow the chain", intervalMs: this.#intervalMs };
    return repeat(loop, this.#dependencies, signal, () => this.sync(signal));
  }

  /**
   * Reads the chain for the first time. One that does not answer yet is waited for later; one that is not the
   * deployment's is an error.
   */
  async checkIdentity(signal: AbortSignal): Promise<void> {
    try {
      await this.sync(signal);
    } catch (error) {
      if (!(error instanceof OracleError) || !error.retryable) throw error;
      this.#dependencies.log.warn("The chain cannot be read yet.", { error });
    }
  }

  /** Reads what is new. */
  async sync(signal: AbortSignal): Promise<void> {
    const { chain, clock, metrics } = this.#dependencies;
    try {
      this.#snapshot = await chain.sync(signal);
      this.#failing = false;
    } catch (error) {
      this.#failing = true;
      metrics.count("icn_oracle_rpc_failures_total");
      throw error;
    } finally {
      if (this.#snapshot !== undefined) this.#measure(this.#snapshot, clock.nowMs());
    }
  }

  /** Undefined until the chain was read once. */
  get snapshot(): ChainSnapshot | undefined {
    return this.#snapshot;
  }

  /** Whether the last reading failed. */
  get failing(): boolean {
    return this.#failing;
  }

  contextOf(epoch: number): EpochContext | undefined {
    return this.#snapshot?.state.contextOf(epoch);
  }

  isSettled(epoch: number): boolean {
    return this.#snapshot?.state.isSettled(epoch) ?? false;
  }

  #measure({ head, duty, state }: ChainSnapshot, nowMs: number): void {
    const { metrics } = this.#dependencies;
    metrics.gauge("icn_oracle_head_age_seconds", Math.max(0, nowMs / 1_000 - head.timestamp));
    metrics.gauge("icn_oracle_epoch", Math.max(0, state.clock.epochAt(nowMs)));
    metrics.gauge("icn_oracle_duty_epoch", duty.epoch);
  }
}
