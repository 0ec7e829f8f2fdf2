// Compares the JSON that a devnet run wrote with the audit of its evidence.
import type { Audit } from "./audit.ts";

/** The parts of the devnet's `--json` file that the evidence implies. Amounts are decimal strings. */
export interface Summary {
  readonly nodes: readonly {
    id: number;
    upBuckets: number | string;
    downBuckets: number | string;
    lastScorePpm: number;
    rewardIndex: string;
  }[];
  readonly reports: readonly { epoch: number; ledgerRoot: string }[];
  readonly positions: readonly { id: number; paid: string }[];
}

export function compareSummary(audit: Audit, summary: Summary): string[] {
  const differences: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown): void => {
    if (String(actual) !== String(expected)) {
      differences.push(`${what}: the summary says ${actual}, the evidence ${expected}`);
    }
  };
  const ledger = audit.ledgers.get(BigInt(audit.ledgers.size - 1)) ?? [];
  expect("number of nodes", summary.nodes.length, ledger.length);
  for (const node of summary.nodes) {
    const leaf = ledger.find((candidate) => candidate.node === BigInt(node.id));
    expect(`rewardIndex of node ${node.id}`, node.rewardIndex, leaf?.index);
    expect(`upBuckets of node ${node.id}`, node.upBuckets, leaf?.up);
    expect(`downBuckets of node ${node.id}`, node.downBuckets, leaf?.down);
    expect(`lastScorePpm of node ${node.id}`, node.lastScorePpm, leaf?.lastScore);
  }
  for (const position of summary.positions) {
    expect(`paid of position ${position.id}`, position.paid, audit.paid.get(BigInt(position.id)) ?? 0n);
  }
  return differences;
}
