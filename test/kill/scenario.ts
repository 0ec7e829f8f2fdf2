// kill -9 of one attester at a named moment, on a network of real processes.
import { attesterEndpoint, type DevnetAttester } from "../../scripts/devnet/attesters.ts";
import { type Devnet, killAttester, restartAttester } from "../../scripts/devnet/devnet.ts";
import type { EpochResult, Follower } from "../../scripts/devnet/follower.ts";
import { untilHealthy } from "../../scripts/devnet/processes.ts";
import { nowMs, sleepUntil } from "../../scripts/lib/time.ts";
import { gather, StatementLog, type Statements, statementsOf } from "./statements.ts";

export const PHASES = ["probing", "committed", "revealed", "proposed", "signed", "submitted"] as const;
export type Phase = (typeof PHASES)[number];

export interface Scenario {
  readonly phase: Phase;
  /** Whether the victim leads the first view of the epoch. */
  readonly leader: boolean;
}

export interface Outcome extends Scenario {
  readonly epoch: number;
  readonly victim: number;
  /** Milliseconds after the epoch's end; negative while probing. */
  readonly killedAfterEndMs: number;
  /** By the block's time. */
  readonly reportedAfterEndSeconds: number;
  readonly view: number;
  readonly signers: readonly number[];
  /** Statements with two versions; must be empty. */
  readonly doubles: readonly string[];
}

export interface TwoKilled {
  readonly epoch: number;
  readonly victims: readonly number[];
  /** Must be false. */
  readonly reportedWithoutQuorum: boolean;
  /** Whether one that lived on said that a quorum is missing. */
  readonly saidSo: boolean;
  readonly reportedAfterEndSeconds: number;
  readonly doubles: readonly string[];
}

const POLL_MS = 15;
const CHAIN_POLL_MS = 100;
const RESTART_MS = 30_000;
/** Of an epoch: when a victim dies while probing. */
const MID_EPOCH = 0.5;
/** The others notice within this part of an epoch that too few are left. */
const NOTICE = 0.5;
/** A report that has not come by then has failed; in epochs after the end of its own. */
const PATIENCE_EPOCHS = 3;

export class KillRig {
  readonly #devnet: Devnet;
  readonly #follower: Follower;
  readonly #statements = new StatementLog();
  readonly #results: EpochResult[] = [];

  constructor(devnet: Devnet, follower: Follower) {
    this.#devnet = devnet;
    this.#follower = follower;
  }

  /** Every statement seen in all scenarios so far. */
  get statements(): StatementLog {
    return this.#statements;
  }

  get results(): readonly EpochResult[] {
    return this.#results;
  }

  /** Kills the scenario's victim in `epoch`, waits for the report, restarts the victim and waits until it serves. */
  async play(scenario: Scenario, epoch: number): Promise<Outcome> {
    const { attesters } = this.#devnet;
    const { clock } = this.#follower.history;
    const seat = (epoch + (scenario.leader ? 0 : 2)) % attesters.length;
    const victim = attesters[seat]!;
    const leader = attesters[epoch % attesters.length]!;
    await this.#until(scenario.phase, epoch, victim, leader);
    await killAttester(this.#devnet, victim.id);
    const killedAtMs = nowMs();
    const { posted } = await this.reportOf(epoch);
    await this.#restart(victim);
    await gather(this.#statements, attesters, epoch);
    return {
      ...scenario,
      epoch,
      victim: victim.id,
      killedAfterEndMs: killedAtMs - clock.endMs(epoch),
      reportedAfterEndSeconds: posted.origin.blockTimestamp - clock.endAt(epoch),
      view: posted.report.viewNumber,
      signers: attesters.filter((_, at) => (posted.signers >> BigInt(at)) & 1n).map(({ id }) => id),
      doubles: this.#statements.doubles,
    };
  }

  /** Kills two of four while probing: no report may come, and the others must say why, until one is back. */
  async playTwo(epoch: number): Promise<TwoKilled> {
    const { attesters } = this.#devnet;
    const { clock } = this.#follower.history;
    const victims = attesters.slice(0, 2);
    const witness = attesters[2]!;
    const lengthMs = clock.endMs(epoch) - clock.startMs(epoch);
    await this.#sleepUntil(clock.startMs(epoch) + lengthMs * MID_EPOCH);
    for (const { id } of victims) await killAttester(this.#devnet, id);
    await this.#sleepUntil(clock.endMs(epoch) + lengthMs * NOTICE);
    this.#results.push(...(await this.#follower.advance()));
    const reportedWithoutQuorum = this.#results.some(({ posted }) => posted.report.epoch === epoch);
    const metrics = await (await fetch(`${attesterEndpoint(witness)}/metrics`)).text();
    const [first, second] = victims;
    await this.#restart(first!);
    const { posted } = await this.reportOf(epoch);
    await this.#restart(second!);
    await gather(this.#statements, attesters, epoch);
    return {
      epoch,
      victims: victims.map(({ id }) => id),
      reportedWithoutQuorum,
      saidSo: /^icn_oracle_quorum 0$/m.test(metrics),
      reportedAfterEndSeconds: posted.origin.blockTimestamp - clock.endAt(epoch),
      doubles: this.#statements.doubles,
    };
  }

  /** Waits for the report of an epoch on the chain. */
  async reportOf(epoch: number): Promise<EpochResult> {
    const deadlineMs = this.#follower.history.clock.endMs(epoch + PATIENCE_EPOCHS);
    for (;;) {
      this.#results.push(...(await this.#follower.advance()));
      const found = this.#results.find(({ posted }) => posted.report.epoch === epoch);
      if (found !== undefined) return found;
      if (nowMs() > deadlineMs)
        throw new Error(`epoch ${epoch} was not reported within ${PATIENCE_EPOCHS} epochs`);
      await this.#pause(CHAIN_POLL_MS);
    }
  }

  /** Waits until the report of an epoch is final. */
  async finalityOf(epoch: number): Promise<void> {
    await this.reportOf(epoch);
    while (!this.#follower.isFinal(epoch)) {
      await this.#pause(CHAIN_POLL_MS);
      this.#results.push(...(await this.#follower.advance()));
    }
  }

  async #until(phase: Phase, epoch: number, victim: DevnetAttester, leader: DevnetAttester): Promise<void> {
    const { clock } = this.#follower.history;
    if (phase === "probing") {
      const midMs = clock.startMs(epoch) + (clock.endMs(epoch) - clock.startMs(epoch)) * MID_EPOCH;
      await this.#sleepUntil(midMs);
      return;
    }
    await this.#sleepUntil(clock.endMs(epoch));
    if (phase === "submitted") {
      await this.reportOf(epoch);
      return;
    }
    const author = phase === "proposed" ? leader : victim;
    const deadlineMs = clock.endMs(epoch + 1);
    for (;;) {
      const statements = await statementsOf(author, epoch);
      if (statements !== undefined) {
        this.#statements.add(statements);
        if (hasReached(phase, statements)) return;
      }
      if (nowMs() > deadlineMs) throw new Error(`attester ${author.id} has not ${phase} in epoch ${epoch}`);
      await this.#pause(POLL_MS);
    }
  }

  async #restart(attester: DevnetAttester): Promise<void> {
    const { processes } = this.#devnet;
    restartAttester(this.#devnet, attester.id);
    const health = `${attesterEndpoint(attester)}/healthz`;
    await untilHealthy(`attester ${attester.id}`, health, RESTART_MS, processes.failure);
  }

  #pause(ms: number): Promise<void> {
    return this.#sleepUntil(nowMs() + ms);
  }

  #sleepUntil(atMs: number): Promise<void> {
    return sleepUntil(atMs, this.#devnet.processes.failure);
  }
}

function hasReached(
  phase: Exclude<Phase, "probing" | "submitted">,
  { commitment, holdings, proposals, attestations }: Statements,
): boolean {
  switch (phase) {
    case "committed":
      return commitment !== null;
    case "revealed":
      return holdings.length > 0;
    case "proposed":
      return proposals.length > 0;
    case "signed":
      return attestations.length > 0;
  }
}
