// What a devnet run leaves in numbers: the file of --json, and a few lines to read.
import type { StakePosition } from "../../oracle/domain/events.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { table } from "../lib/output.ts";
import type { EpochResult } from "./follower.ts";
import type { DevnetNode } from "./servers.ts";
import type { Settlement } from "./settle.ts";
import { leafSummary, type ReportLine } from "./tables.ts";

export interface Summary {
  readonly nodes: readonly ({ readonly id: number; readonly label: string } & ReturnType<
    typeof leafSummary
  >)[];
  readonly reports: readonly ReportLine[];
  readonly positions: readonly {
    readonly id: number;
    readonly node: number;
    readonly owner: string;
    /** Wei, decimal. */
    readonly amount: string;
    /** Commission included, in wei, decimal. */
    readonly paid: string;
  }[];
}

export interface SummaryInput {
  readonly nodes: readonly DevnetNode[];
  readonly reports: readonly ReportLine[];
  readonly last: EpochResult;
  readonly positions: readonly StakePosition[];
  readonly settlement: Settlement;
}

export function summaryOf({ nodes, reports, last, positions, settlement }: SummaryInput): Summary {
  const paidFor = (positionId: number): bigint =>
    settlement.paid.reduce((sum, paid) => (paid.positionId === positionId ? sum + paid.pay : sum), 0n);
  return {
    nodes: last.leaves.map((leaf) => ({
      id: leaf.nodeId,
      label: nodes.find(({ id }) => id === leaf.nodeId)?.label ?? "",
      ...leafSummary(leaf),
    })),
    reports,
    positions: positions.map(({ positionId, nodeId, owner, amount }) => ({
      id: positionId,
      node: nodeId,
      owner,
      amount: amount.toString(),
      paid: paidFor(positionId).toString(),
    })),
  };
}

export function summaryWords(summary: Summary, settlement: Settlement): string {
  const rows = summary.positions.map(({ id, node, owner, amount, paid }) => [
    String(id),
    `${node} (${summary.nodes.find((one) => one.id === node)?.label ?? "yours"})`,
    owner,
    formatIcnt(BigInt(amount), 2),
    formatIcnt(BigInt(paid), 6),
  ]);
  const attesters = settlement.attesters.map(
    ({ attesterId, pay }) => `attester ${attesterId}: ${formatIcnt(pay, 6)} ICNT`,
  );
  return `${table([["position", "node", "owner", "amount", "paid"], ...rows])}\n\n${attesters.join("\n")}`;
}
