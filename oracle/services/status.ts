import type { ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Readiness } from "../ports/evidence.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Agenda } from "./agenda.ts";
import type { ChainFollower } from "./chain-follower.ts";
import type { Gatherer } from "./gatherer.ts";
import type { SigningGuard } from "./signing-guard.ts";
import type { Watcher } from "./watcher.ts";

export interface StatusDependencies {
  readonly chain: ChainFollower;
  readonly agenda: Agenda;
  readonly guard: SigningGuard;
  readonly gatherer: Gatherer;
  readonly watcher: Watcher;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** A head from the future means a wrong clock; up to this is drift. */
const CLOCK_TOLERANCE_MS = 15_000;

/** Whether this attester can do its work, and why not. */
export class Status {
  readonly #dependencies: StatusDependencies;

  constructor(dependencies: StatusDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether the wall clock fits the chain's; true until the chain is known. */
  get clockIsSane(): boolean {
    const { snapshot } = this.#dependencies.chain;
    return snapshot === undefined || this.#lagMs(snapshot) >= -CLOCK_TOLERANCE_MS;
  }

  readiness(): Readiness {
    const reasons = this.#reasons();
    this.#dependencies.metrics.gauge("icn_oracle_ready", reasons.length === 0 ? 1 : 0);
    return { ready: reasons.length === 0, reasons };
  }

  #reasons(): readonly string[] {
    const { chain, agenda, guard, gatherer, watcher } = this.#dependencies;
    const { snapshot } = chain;
    if (snapshot === undefined) return ["the chain was not read yet"];
    const epochMs = snapshot.state.clock.epochLength * 1_000;
    const turn = agenda.reportTurn();
    const reasons = {
      "the chain cannot be read": chain.failing,
      "the chain stands still": this.#lagMs(snapshot) > epochMs / 4 + CLOCK_TOLERANCE_MS,
      "the clock is behind the chain": !this.clockIsSane,
      "too few attesters answer to agree": gatherer.hasQuorum === false,
      "a quorum has yet to show what it holds of our signatures":
        turn !== undefined && !guard.isConfirmed(turn),
      "a posted report differs from the recomputation": watcher.problem === "report-differs",
      "bundles of a posted report are missing": watcher.problem === "bundles-missing",
    };
    return Object.entries(reasons)
      .filter(([, holds]) => holds)
      .map(([reason]) => reason);
  }

  #lagMs({ head }: ChainSnapshot): number {
    return this.#dependencies.clock.nowMs() - head.timestamp * 1_000;
  }
}
