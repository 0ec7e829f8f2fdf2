// All nodes in a table, with the score that the newest evidence gives them.
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { NodeView } from "../../oracle/domain/types.ts";
import { logsOf } from "../holder/logs.ts";
import { accountOf } from "../lib/account.ts";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import type { Session, SignerOptions } from "../lib/command.ts";
import { table } from "../lib/output.ts";
import { lastScore, nodeEpochs } from "./epochs.ts";
import type { Evidence } from "./evidence.ts";
import { serviceNames } from "./nodes.ts";

export interface ListedNode extends NodeView {
  /** Of the newest epoch in which it was measured, among the last few; null without one. */
  readonly lastScorePpm: number | null;
}

/** Ascending by id, unless the larger is the better. */
export const SORTS = {
  id: (a: ListedNode, b: ListedNode) => a.nodeId - b.nodeId,
  score: (a: ListedNode, b: ListedNode) => (b.lastScorePpm ?? -1) - (a.lastScorePpm ?? -1),
  stake: (a: ListedNode, b: ListedNode) => compare(b.stake, a.stake),
  room: (a: ListedNode, b: ListedNode) => compare(roomOf(b), roomOf(a)),
  bond: (a: ListedNode, b: ListedNode) => compare(b.bond, a.bond),
  commission: (a: ListedNode, b: ListedNode) => a.terms.commissionPpm - b.terms.commissionPpm,
} as const;
export type Sort = keyof typeof SORTS;

const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a < b ? -1 : 1);

/** What may still be delegated to it, in wei. */
export const roomOf = ({ stake, limit }: Pick<NodeView, "stake" | "limit">): bigint =>
  limit > stake ? limit - stake : 0n;

export interface Listing {
  readonly history: ChainState;
  readonly evidence: Evidence;
  /** Reported epochs that were read, [from, until). */
  readonly range: readonly [number, number];
  readonly nodes: readonly NodeView[];
}

export const withScores = ({ history, evidence, range, nodes }: Listing): ListedNode[] =>
  nodes.map((node) => ({
    ...node,
    lastScorePpm: lastScore(nodeEpochs(history, evidence, node.nodeId, range)),
  }));

/** Ids of the nodes that the signing account operates. */
export async function ownNodeIds(session: Session, options: SignerOptions): Promise<ReadonlySet<number>> {
  const { registry } = session.contracts;
  const { address } = accountOf(session.chainId, options);
  const found = await Promise.all([
    logsOf(session, registry, registry.filters.NodeRegistered(undefined, address)),
    logsOf(session, registry, registry.filters.OperatorChanged(undefined, undefined, address)),
  ]);
  const ids = [...new Set(found.flat().map(({ topics }) => Number(topics[1])))];
  const operators = await Promise.all(ids.map((id) => registry.operatorOf(id)));
  return new Set(ids.filter((_, place) => operators[place] === address));
}

const score = (ppm: number | null): string => (ppm === null ? "–" : formatPpm(ppm));

export const listWords = (nodes: readonly ListedNode[]): string =>
  table([
    [
      "node",
      "status",
      "score",
      "services",
      "country",
      "bond",
      "stake",
      "limit",
      "room",
      "commission",
      "endpoint",
    ],
    ...nodes.map((node) => [
      String(node.nodeId),
      node.status,
      score(node.lastScorePpm),
      serviceNames(node.terms.services),
      node.terms.country,
      formatIcnt(node.bond, 2),
      formatIcnt(node.stake, 2),
      formatIcnt(node.limit, 2),
      formatIcnt(roomOf(node), 2),
      formatPpm(node.terms.commissionPpm),
      node.endpoint,
    ]),
  ]);
