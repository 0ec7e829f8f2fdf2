// The whole audit: events and bundles in, every number that they imply out, and every place where the chain differs.
import { type Evidence, readEvidence } from "./evidence.ts";
import { type History, historyOf, inForce, type Rules, stakeOf, totalStakeOf } from "./history.ts";
import {
  accrual,
  advance,
  bitCount,
  bundleRoot,
  emissionOf,
  emptyLeaf,
  judge,
  type Leaf,
  ledgerRoot,
  limitOf,
  payOf,
  type Row,
  rowsOf,
} from "./recompute.ts";

const ACTIVE = 2n;
const PPM = 1_000_000n;

export interface Audit {
  /** Where the chain differs from what the evidence implies; empty if all is well. */
  readonly discrepancies: string[];
  /** Ledger leaves after each reported epoch. */
  readonly ledgers: Map<bigint, Leaf[]>;
  /** A(e). */
  readonly accrued: Map<bigint, bigint>;
  /** All that was paid for a position, commission included. */
  readonly paid: Map<bigint, bigint>;
  readonly reports: number;
  readonly claims: number;
}

export interface AuditOptions {
  /** Changes a recomputed leaf before its root is compared: shows that the audit can fail. */
  readonly tamper?: (epoch: bigint, leaf: Leaf) => Leaf;
}

export function auditDirectory(directory: string, options: AuditOptions = {}): Audit {
  return audit(readEvidence(directory), options);
}

export function audit(evidence: Evidence, options: AuditOptions = {}): Audit {
  const history = historyOf(evidence.logs);
  const discrepancies: string[] = [];
  const expect = (what: string, actual: unknown, expected: unknown): void => {
    if (actual !== expected)
      discrepancies.push(`${what}: the chain says ${actual}, the evidence ${expected}`);
  };
  const ledgers = new Map<bigint, Leaf[]>();
  const accrued = new Map<bigint, bigint>();
  let leaves: Leaf[] = [];
  let index = 0n;
  for (let epoch = 0n; history.reports.has(epoch); epoch++) {
    const before = index;
    index += indexDeltaOf(evidence, history, epoch);
    accrued.set(epoch, index);
    const previousRoot = ledgerRoot(leaves);
    leaves = auditEpoch({ evidence, history, epoch, leaves, indexDelta: index - before, expect });
    if (options.tamper !== undefined) {
      const { tamper } = options;
      leaves = leaves.map((leaf) => tamper(epoch, leaf));
    }
    ledgers.set(epoch, leaves);
    const { report } = history.reports.get(epoch)!;
    expect(`previous root of epoch ${epoch}`, report.previousLedgerRoot, previousRoot);
    expect(`ledger root of epoch ${epoch}`, report.ledgerRoot, ledgerRoot(leaves));
    if (history.finalized.has(epoch)) {
      expect(`final root of epoch ${epoch}`, history.finalized.get(epoch), report.ledgerRoot);
    }
  }
  for (const [epoch, value] of history.accrued) expect(`A(${epoch})`, value, accrued.get(epoch));
  const paid = auditClaims(history, ledgers, accrued, expect);
  auditAttesterPay(evidence, history, expect);
  return { discrepancies, ledgers, accrued, paid, reports: ledgers.size, claims: history.claims.length };
}

type Expect = (what: string, actual: unknown, expected: unknown) => void;

function rulesAt(history: History, epoch: bigint) {
  const found = inForce(history.rules, epoch);
  if (found === undefined) throw new Error(`no rules in force in epoch ${epoch}`);
  return found;
}

function membersAt(history: History, epoch: bigint): bigint[] {
  const found = inForce(history.committees, epoch);
  if (found === undefined) throw new Error(`no committee in force in epoch ${epoch}`);
  return found.members;
}

function indexDeltaOf(evidence: Evidence, history: History, epoch: bigint): bigint {
  const { economics } = rulesAt(history, epoch).rules;
  return accrual(emissionOf(evidence.deployment, epoch), economics, totalStakeOf(history, epoch));
}

interface EpochInput {
  evidence: Evidence;
  history: History;
  epoch: bigint;
  leaves: readonly Leaf[];
  indexDelta: bigint;
  expect: Expect;
}

function auditEpoch({ evidence, history, epoch, leaves, indexDelta, expect }: EpochInput): Leaf[] {
  const { report, roots } = history.reports.get(epoch)!;
  const { rules, hash } = rulesAt(history, epoch);
  const members = membersAt(history, epoch);
  expect(`rules of epoch ${epoch}`, report.rulesHash, hash);
  const bundles = new Map<bigint, Row[]>();
  for (const { attester, root } of roots) {
    const bytes = evidence.bundle(Number(epoch), Number(attester));
    const rows = bytes === undefined ? [] : rowsOf(bytes);
    expect(`bundle of attester ${attester} in epoch ${epoch}`, root, bundleRoot(rows));
    bundles.set(attester, rows);
  }
  const nodes = [...history.registeredFrom].filter(([, from]) => from <= epoch).map(([node]) => node);
  expect(`nodes of epoch ${epoch}`, report.nodeCount, BigInt(nodes.length));
  const active = nodes.filter((node) => inForce(history.terms.get(node) ?? [], epoch)?.status === ACTIVE);
  expect(`paid mask of epoch ${epoch}`, report.paidMask, paidMaskOf(members, bundles, active, rules));
  const rowsByNode = new Map<bigint, Row[]>();
  for (const row of [...bundles.values()].flat()) {
    rowsByNode.set(row.node, [...(rowsByNode.get(row.node) ?? []), row]);
  }
  const previous = new Map(leaves.map((leaf) => [leaf.node, leaf]));
  return nodes
    .sort((a, b) => (a < b ? -1 : 1))
    .map((node) => {
      const leaf = previous.get(node) ?? emptyLeaf(node);
      if (!active.includes(node)) return leaf;
      const { stake, bond } = stakeOf(history, node, epoch);
      const units = inForce(history.terms.get(node)!, epoch)!.units;
      const verdict = judge(rules, BigInt(members.length), rowsByNode.get(node) ?? []);
      return advance(leaf, rules, verdict, {
        indexDelta,
        stake,
        limit: limitOf(rules.economics, bond, units),
      });
    });
}

function paidMaskOf(
  members: readonly bigint[],
  bundles: ReadonlyMap<bigint, Row[]>,
  active: readonly bigint[],
  rules: Rules,
): bigint {
  const assigned = BigInt(active.length) * 256n;
  let mask = 0n;
  members.forEach((member, seat) => {
    const rows = (bundles.get(member) ?? []).filter((row) => active.includes(row.node));
    const conclusive = rows.reduce((sum, row) => sum + bitCount(row.conclusive), 0n);
    const enough = conclusive * PPM >= assigned * rules.measurement.paidConclusivePpm;
    if (bundles.has(member) && enough) mask |= 1n << BigInt(seat);
  });
  return mask;
}

function auditClaims(
  history: History,
  ledgers: ReadonlyMap<bigint, Leaf[]>,
  accrued: ReadonlyMap<bigint, bigint>,
  expect: Expect,
): Map<bigint, bigint> {
  const paid = new Map<bigint, bigint>();
  const cursor = new Map<bigint, bigint>();
  const indexAt = (node: bigint, epoch: bigint): bigint =>
    ledgers.get(epoch)?.find((leaf) => leaf.node === node)?.index ?? 0n;
  for (const claim of history.claims) {
    const position = history.positions.get(claim.position)!;
    const from = cursor.get(position.id) ?? position.from;
    expect(`first claimed epoch of position ${position.id}`, claim.from, from);
    const indexDelta = indexAt(position.node, claim.through) - indexAt(position.node, from - 1n);
    const capDelta = (accrued.get(claim.through) ?? 0n) - (accrued.get(from - 1n) ?? 0n);
    const pay = payOf(position.amount, indexDelta, capDelta);
    expect(`pay of position ${position.id} through epoch ${claim.through}`, claim.pay, pay);
    expect(`commission of position ${position.id}`, claim.commission, (pay * position.commissionPpm) / PPM);
    if (!history.finalized.has(claim.through)) expect(`epoch ${claim.through}`, "claimed", "final");
    cursor.set(position.id, claim.through + 1n);
    paid.set(position.id, (paid.get(position.id) ?? 0n) + pay);
  }
  return paid;
}

function auditAttesterPay(evidence: Evidence, history: History, expect: Expect): void {
  for (const { attester, from, until, pay } of history.attesterPays) {
    let sum = 0n;
    for (let epoch = from; epoch < until; epoch++) {
      const members = membersAt(history, epoch);
      const seat = members.indexOf(attester);
      const mask = history.reports.get(epoch)!.report.paidMask;
      if (seat < 0 || ((mask >> BigInt(seat)) & 1n) === 0n) continue;
      const share = rulesAt(history, epoch).rules.economics.attesterSharePpm;
      sum += (emissionOf(evidence.deployment, epoch) * share) / PPM / BigInt(members.length);
    }
    expect(`pay of attester ${attester} for [${from}, ${until})`, pay, sum);
  }
}
