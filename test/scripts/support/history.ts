// A protocol's history in memory: a committee, nodes with stake, and reports of what was seen.
import { bundleRoot, encodeBundle } from "../../../oracle/domain/bundle.ts";
import { ChainState } from "../../../oracle/domain/chain-state.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import type { EventOrigin, ProtocolEvent } from "../../../oracle/domain/events.ts";
import { ZERO_HASH } from "../../../oracle/domain/hashing.ts";
import { computeReport } from "../../../oracle/domain/report.ts";
import { rulesHash } from "../../../oracle/domain/rules.ts";
import type { LedgerLeaf, NodeStatus, Observation } from "../../../oracle/domain/types.ts";
import type { BundleSource } from "../../../scripts/lib/bundles.ts";
import { activeNode, DEFAULT_RULES } from "../../oracle/domain/support.ts";

export const CLOCK = new EpochClock(1_700_000_000, 86_400);
export const EMISSION = { total: 140_000_000n * 10n ** 18n, monthlySharesPpm: [184_000, 816_000] };
export const ICNT = 10n ** 18n;
const OWNER = `0x${"0a".repeat(20)}` as const;

type Undated = ProtocolEvent extends infer E ? (E extends ProtocolEvent ? Omit<E, "origin"> : never) : never;

export class MemoryHistory {
  readonly state = new ChainState(CLOCK, EMISSION);
  /** After each reported epoch. */
  readonly ledgers: (readonly LedgerLeaf[])[] = [];
  readonly #bundles = new Map<string, Uint8Array>();
  #block = 0;

  constructor(attesters: number) {
    const rules = DEFAULT_RULES;
    this.#add({ type: "RulesScheduled", rulesHash: rulesHash(rules), effectiveFrom: 0, rules });
    this.seat(
      Array.from({ length: attesters }, (_, place) => place + 1),
      0,
    );
  }

  seat(attesterIds: readonly number[], effectiveFrom: number): void {
    const members = attesterIds.map((attesterId) => ({ attesterId, signingKey: OWNER }));
    this.#add({ type: "CommitteeChanged", committeeId: effectiveFrom + 1, effectiveFrom, members });
  }

  /** An active node from epoch 0 on, with a bond and a delegation at 10 %. */
  node(nodeId: number, bond: bigint, delegation: bigint): void {
    const { terms, nodeKey, endpoint } = activeNode(nodeId);
    const effectiveFrom = 0;
    this.#add({ type: "NodeRegistered", nodeId, operator: OWNER, effectiveFrom });
    this.#add({ type: "NodeTermsChanged", nodeId, effectiveFrom, status: "active", terms });
    this.#add({ type: "NodeKeyChanged", nodeId, effectiveFrom, nodeKey });
    this.#add({ type: "NodeEndpointChanged", nodeId, effectiveFrom, endpoint });
    const position = { nodeId, owner: OWNER, from: 0, to: null };
    const positionId = 2 * nodeId;
    this.#add({
      ...position,
      type: "PositionChanged",
      positionId,
      bond: true,
      amount: bond,
      commissionPpm: 0,
    });
    const delegated = { amount: delegation, bond: false, commissionPpm: 100_000 };
    this.#add({ ...position, ...delegated, type: "PositionChanged", positionId: positionId + 1 });
    const stake = bond + delegation;
    this.#add({ type: "StakeCheckpointed", nodeId, effectiveFrom, stake, bond, totalStake: stake });
  }

  status(nodeId: number, status: NodeStatus, effectiveFrom: number): void {
    this.#add({ type: "NodeTermsChanged", nodeId, effectiveFrom, status, terms: activeNode(nodeId).terms });
  }

  /** Reports the next epoch from what each attester of the set saw. */
  report(seen: ReadonlyMap<number, readonly Observation[]>, finalized = true): void {
    const epoch = this.ledgers.length;
    const context = this.state.contextOf(epoch);
    if (context === undefined) throw new Error(`epoch ${epoch} has no context`);
    const bundles = [...seen].map(([attesterId, observations]) => ({
      ...{ attesterId, observations, root: bundleRoot(observations) },
    }));
    const { report, roots, leaves } = computeReport({
      ...{ context, bundles, generation: 0, viewNumber: 0 },
      previousLeaves: this.ledgers.at(-1) ?? [],
      previousLedgerRoot: ZERO_HASH,
    });
    for (const { root, observations } of bundles)
      this.#bundles.set(root, encodeBundle(observations, context.nodes.length));
    this.#add({ type: "Reported", report, roots, signers: 7n, submitter: OWNER });
    if (finalized) this.#add({ type: "Finalized", epoch, ledgerRoot: report.ledgerRoot });
    this.ledgers.push(leaves);
  }

  /** All bundles but those of the epochs that are named. */
  source(without: ReadonlySet<number> = new Set()): BundleSource {
    return (epoch, { root }) => {
      const bytes = without.has(epoch) ? undefined : this.#bundles.get(root);
      return bytes === undefined
        ? Promise.reject(new Error(`nobody serves ${epoch}`))
        : Promise.resolve(bytes);
    };
  }

  #add(event: Undated): void {
    const origin: EventOrigin = {
      ...{ blockNumber: ++this.#block, blockTimestamp: CLOCK.epochZero - 1, logIndex: 0 },
      transactionHash: ZERO_HASH,
    };
    this.state.apply({ ...event, origin } as ProtocolEvent);
  }
}
