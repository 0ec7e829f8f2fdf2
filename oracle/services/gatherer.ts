import { OracleError } from "../domain/errors.ts";
import type { Signed } from "../domain/slots.ts";
import { slotOf } from "../domain/slots.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { AgreementStore } from "../ports/agreement-store.ts";
import type { ChainSnapshot } from "../ports/chain.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { PEER_FAULTS, type PeerFault, type Peers } from "../ports/peers.ts";
import type { Agenda, Turn } from "./agenda.ts";
import type { BundleFetcher } from "./bundle-fetcher.ts";
import { commitmentsInTime } from "./holder.ts";
import { repeat } from "./loop.ts";
import type { Notary } from "./notary.ts";
import type { SigningGuard } from "./signing-guard.ts";
import { checkAuthorship, checkStatement } from "./statement-check.ts";

export interface GathererOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
  readonly intervalMs: number;
}

export interface GathererDependencies {
  readonly agenda: Agenda;
  readonly chain: { readonly snapshot: ChainSnapshot | undefined };
  readonly peers: Peers;
  readonly bundles: BundleFetcher;
  readonly store: AgreementStore;
  readonly notary: Notary;
  readonly guard: SigningGuard;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface Peer {
  readonly attesterId: number;
  readonly endpoint: string;
}

/**
 * Pulls what the other members signed, and their bundles. Each peer is visited on its own: one that hangs, lies or is
 * gone holds nobody up.
 */
export class Gatherer {
  readonly #options: GathererOptions;
  readonly #dependencies: GathererDependencies;
  readonly #visits = new Map<number, Promise<void>>();
  /** Whether a member answered when it was visited last. */
  readonly #answered = new Map<number, boolean>();
  /**
   * Signatures dealt with, good or bad, of the epochs that are open, each with who showed it: under a statement of its own
   * a liar can show anybody's signature.
   */
  readonly #seen = new Map<number, Set<string>>();
  /** Rejections that were logged, by epoch: a peer that repeats itself is counted, not quoted. */
  readonly #said = new Map<number, Set<string>>();
  #hasQuorum: boolean | undefined;

  constructor(options: GathererOptions, dependencies: GathererDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  async start(signal: AbortSignal): Promise<void> {
    const loop = { duty: "ask the other attesters", intervalMs: this.#options.intervalMs };
    await repeat(loop, this.#dependencies, signal, () => this.#work(signal));
    await Promise.all(this.#visits.values());
  }

  /** Whether enough members answer to agree on anything; undefined before anybody was asked. */
  get hasQuorum(): boolean | undefined {
    return this.#hasQuorum;
  }

  #work(signal: AbortSignal): void {
    const turns = this.#dependencies.agenda.open();
    const peers = this.#peersOf(turns);
    this.#forgetClosed(turns);
    for (const peer of peers)
      if (!this.#visits.has(peer.attesterId)) {
        const visit = this.#visit(peer, turns, signal).finally(() => this.#visits.delete(peer.attesterId));
        this.#visits.set(peer.attesterId, visit);
      }
    const [turn] = turns;
    const wereAsked = peers.every(({ attesterId }) => this.#answered.has(attesterId));
    if (turn !== undefined && wereAsked) this.#judgeQuorum(turn);
  }

  #peersOf(turns: readonly Turn[]): readonly Peer[] {
    const peers = new Map<number, Peer>();
    for (const { members } of turns)
      for (const { attesterId } of members) {
        const endpoint = this.#dependencies.chain.snapshot?.state.attesterOf(attesterId)?.endpoint;
        if (attesterId !== this.#options.attesterId && endpoint)
          peers.set(attesterId, { attesterId, endpoint });
      }
    return [...peers.values()];
  }

  /** Never rejects. */
  async #visit(peer: Peer, turns: readonly Turn[], signal: AbortSignal): Promise<void> {
    const { log, metrics } = this.#dependencies;
    try {
      for (const turn of turns) {
        if (!turn.members.some(({ attesterId }) => attesterId === peer.attesterId)) continue;
        await this.#recall(peer, turn, signal);
        await this.#pullStatements(peer, turn, signal);
        await this.#pullBundles(peer, turn, signal);
      }
      this.#answered.set(peer.attesterId, true);
    } catch (error) {
      if (signal.aborted) return;
      const wasSilent = this.#answered.get(peer.attesterId) === false;
      this.#answered.set(peer.attesterId, false);
      const fault = faultOf(error);
      metrics.count("icn_oracle_rejected_total", { reason: fault });
      if (!wasSilent)
        log.warn("Another attester does not answer rightly.", {
          peer: peer.attesterId,
          endpoint: peer.endpoint,
          fault,
          error,
        });
    }
  }

  async #pullStatements(peer: Peer, turn: Turn, signal: AbortSignal): Promise<void> {
    const { peers } = this.#dependencies;
    const answer = await peers.statements(peer.endpoint, turn.epoch, undefined, signal);
    if (answer.epoch !== turn.epoch) return this.#reject(peer, turn, "wrong-epoch");
    if (answer.attesterId !== peer.attesterId) return this.#reject(peer, turn, "wrong-author");
    // What a liar shows after its first lie is not worth the time: checking signatures holds up the probes.
    for (const signed of answer.statements) if (!this.#accept(peer, turn, signed)) return;
  }

  /** Says whether an honest attester may have shown it. */
  #accept(peer: Peer, turn: Turn, signed: Signed): boolean {
    const { store, clock, log, metrics } = this.#dependencies;
    const seen = setOf(this.#seen, turn.epoch);
    const shown = `${peer.attesterId}/${signed.signature}`;
    if (seen.has(shown)) return true;
    const checked = checkStatement(this.#options.domain, turn, peer.attesterId, signed);
    if ("rejection" in checked) {
      const early = checked.rejection === "view" || checked.rejection === "generation";
      // What is early now may be in time later.
      if (!early) seen.add(shown);
      this.#reject(peer, turn, checked.rejection);
      return early;
    }
    seen.add(shown);
    const { digest } = checked;
    const held = { ...signed, digest, receivedAtMs: clock.nowMs() };
    switch (store.put(held)) {
      case "stored":
        metrics.count("icn_oracle_statements_total", { kind: signed.statement.kind });
        log.debug("Received a statement.", { ...slotOf(signed.statement), author: peer.attesterId });
        return true;
      case "conflict":
        log.error("An attester signed two statements where one is allowed.", {
          ...held,
          author: peer.attesterId,
        });
        metrics.count("icn_oracle_rejected_total", { reason: "equivocation" });
        return false;
      case "known":
        return true;
    }
  }

  /** Asks what the peer holds of this attester's own signatures, where the ledger may have forgotten them. */
  async #recall(peer: Peer, turn: Turn, signal: AbortSignal): Promise<void> {
    const { guard, peers, notary } = this.#dependencies;
    const { attesterId, domain } = this.#options;
    if (!guard.concerns(turn) || !guard.awaits(turn.epoch, peer.attesterId)) return;
    const answer = await peers.statements(peer.endpoint, turn.epoch, attesterId, signal);
    if (answer.epoch !== turn.epoch) return this.#reject(peer, turn, "wrong-epoch");
    if (answer.attesterId !== attesterId) return this.#reject(peer, turn, "wrong-author");
    for (const signed of answer.statements) {
      // Whatever it says: a clock that was ahead may have signed for a view that has yet to begin.
      const checked = checkAuthorship(domain, turn, attesterId, signed);
      if ("digest" in checked) notary.adopt(signed, checked.digest);
      else this.#reject(peer, turn, checked.rejection);
    }
    guard.answered(turn, peer.attesterId);
  }

  /** The peer's own bundle, and those that its Holdings list. */
  async #pullBundles(peer: Peer, turn: Turn, signal: AbortSignal): Promise<void> {
    const { store, bundles, clock } = this.#dependencies;
    if (clock.nowMs() < turn.deadlines.commitMs) return;
    const own = commitmentsInTime(store, turn).filter(({ attesterId }) => attesterId === peer.attesterId);
    const listed = store
      .statements("holdings", turn.epoch)
      .filter(({ statement }) => statement.attesterId === peer.attesterId)
      .flatMap(({ statement }) => statement.roots);
    for (const { root } of [...own, ...listed]) await bundles.fetch(turn.context, root, peer, signal);
  }

  #reject(peer: Peer, turn: Turn, reason: string): void {
    const { log, metrics } = this.#dependencies;
    const { epoch } = turn;
    metrics.count("icn_oracle_rejected_total", { reason });
    const said = setOf(this.#said, epoch);
    const rejection = `${peer.attesterId}/${reason}`;
    if (said.has(rejection)) return;
    said.add(rejection);
    log.warn("Rejected a message of another attester.", { peer: peer.attesterId, epoch, reason });
  }

  #judgeQuorum({ members, quorum, epoch }: Turn): void {
    const { log, metrics } = this.#dependencies;
    const others = members.filter(({ attesterId }) => attesterId !== this.#options.attesterId);
    const answering = others.filter(({ attesterId }) => this.#answered.get(attesterId) === true).length;
    const own = members.length - others.length;
    const hasQuorum = answering + own >= quorum;
    metrics.gauge("icn_oracle_peers_answering", answering);
    metrics.gauge("icn_oracle_peers_stale", others.length - answering);
    metrics.gauge("icn_oracle_quorum", hasQuorum ? 1 : 0);
    if (hasQuorum === this.#hasQuorum) return;
    const fields = { epoch, answering, others: others.length, quorum };
    if (hasQuorum) log.info("A quorum of attesters answers.", fields);
    else log.warn("Too few attesters answer to agree: waiting for a quorum.", fields);
    this.#hasQuorum = hasQuorum;
  }

  #forgetClosed(turns: readonly Turn[]): void {
    for (const remembered of [this.#seen, this.#said])
      for (const epoch of remembered.keys())
        if (!turns.some((turn) => turn.epoch === epoch)) remembered.delete(epoch);
  }
}

function faultOf(error: unknown): PeerFault {
  const fault = error instanceof OracleError ? error.context["fault"] : undefined;
  return PEER_FAULTS.find((known) => known === fault) ?? "unreachable";
}

function setOf<T>(sets: Map<number, Set<T>>, epoch: number): Set<T> {
  const known = sets.get(epoch) ?? new Set<T>();
  sets.set(epoch, known);
  return known;
}
