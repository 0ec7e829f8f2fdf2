// The design's formulas, written out the slow and obvious way.
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import type { Deployment } from "./evidence.ts";
import type { CurvePoint, Economics, Rules } from "./history.ts";

const PPM = 1_000_000n;
const MONTH = 2_629_800n;
const INDEX_SCALE = 10n ** 27n;
const BUCKETS = 256n;

export interface Row {
  readonly node: bigint;
  readonly ok: bigint;
  readonly conclusive: bigint;
  readonly latencyPpm: bigint;
  readonly integrityFailures: bigint;
}

export interface Leaf {
  node: bigint;
  up: bigint;
  down: bigint;
  measured: bigint;
  scoreSum: bigint;
  lastScore: bigint;
  stale: bigint;
  index: bigint;
}

export const emptyLeaf = (node: bigint): Leaf => ({
  node,
  up: 0n,
  down: 0n,
  measured: 0n,
  scoreSum: 0n,
  lastScore: 0n,
  stale: 0n,
  index: 0n,
});

const treeRoot = (rows: bigint[][], types: string[]): string =>
  rows.length === 0 ? `0x${"0".repeat(64)}` : StandardMerkleTree.of(rows, types).root;

export const ledgerRoot = (leaves: readonly Leaf[]): string =>
  treeRoot(
    leaves.map((l) => [l.node, l.up, l.down, l.measured, l.scoreSum, l.lastScore, l.stale, l.index]),
    ["uint64", "uint64", "uint64", "uint64", "uint64", "uint32", "uint32", "uint256"],
  );

export const bundleRoot = (rows: readonly Row[]): string =>
  treeRoot(
    rows.map((r) => [r.node, r.ok, r.conclusive, r.latencyPpm, r.integrityFailures]),
    ["uint64", "uint256", "uint256", "uint32", "uint32"],
  );

export function rowsOf(bytes: Uint8Array): Row[] {
  if (bytes.length % 80 !== 0) throw new Error(`a bundle of ${bytes.length} bytes is not made of rows of 80`);
  const hex = Buffer.from(bytes).toString("hex");
  const rows: Row[] = [];
  for (let at = 0; at < hex.length; at += 160) {
    const field = (start: number, end: number): bigint =>
      BigInt(`0x${hex.slice(at + 2 * start, at + 2 * end)}`);
    rows.push({
      node: field(0, 8),
      ok: field(8, 40),
      conclusive: field(40, 72),
      latencyPpm: field(72, 76),
      integrityFailures: field(76, 80),
    });
  }
  return rows;
}

export function cumulativeEmission(deployment: Deployment, at: bigint): bigint {
  const zero = BigInt(deployment.epochZero);
  if (at <= zero) return 0n;
  const months = (at - zero) / MONTH;
  if (months >= 60n) return deployment.emissionTotal;
  let weighted = 0n;
  for (let month = 0n; month < months; month++) {
    weighted += deployment.monthlySharesPpm[Number(month)]! * MONTH;
  }
  weighted += deployment.monthlySharesPpm[Number(months)]! * ((at - zero) % MONTH);
  return (deployment.emissionTotal * weighted) / (PPM * MONTH);
}

export function emissionOf(deployment: Deployment, epoch: bigint): bigint {
  const length = BigInt(deployment.epochLength);
  const start = BigInt(deployment.epochZero) + epoch * length;
  return cumulativeEmission(deployment, start + length) - cumulativeEmission(deployment, start);
}

export function accrual(emission: bigint, economics: Economics, totalStake: bigint): bigint {
  const divisor = totalStake > economics.stakeFloor ? totalStake : economics.stakeFloor;
  return (emission * (PPM - economics.attesterSharePpm) * INDEX_SCALE) / (PPM * divisor);
}

export const payOf = (amount: bigint, indexDelta: bigint, capDelta: bigint): bigint =>
  (amount * (indexDelta < capDelta ? indexDelta : capDelta)) / INDEX_SCALE;

const bit = (mask: bigint, bucket: bigint): boolean => ((mask >> bucket) & 1n) === 1n;

export const bitCount = (mask: bigint): bigint => BigInt(mask.toString(2).replaceAll("0", "").length);

function curveAt(curve: readonly CurvePoint[], x: bigint): bigint {
  const points = curve.map((point) => ({ x: point.xPpm, y: point.yPpm }));
  if (x <= points[0]!.x) return points[0]!.y;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!;
    const b = points[i]!;
    if (x > b.x) continue;
    // Floor of the value itself, on falling curves too.
    return (a.y * (b.x - a.x) + (b.y - a.y) * (x - a.x)) / (b.x - a.x);
  }
  return points.at(-1)!.y;
}

/** What the bundles of an epoch say of one node; rows of attesters without one are absent. */
export function judge(rules: Rules, assigned: bigint, rows: readonly Row[]) {
  const threshold = (assigned - 1n) / 3n + 1n;
  let up = 0n;
  let down = 0n;
  for (let bucket = 0n; bucket < BUCKETS; bucket++) {
    const voters = rows.filter((row) => bit(row.conclusive, bucket));
    const ok = BigInt(voters.filter((row) => bit(row.ok, bucket)).length);
    const fail = BigInt(voters.length) - ok;
    if (ok > fail && ok >= threshold) up++;
    else if (fail > ok && fail >= threshold) down++;
  }
  const latencies = rows
    .filter((row) => row.latencyPpm > 0n && bitCount(row.ok) >= rules.measurement.latencyBucketsMin)
    .map((row) => row.latencyPpm)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = latencies[Math.floor((latencies.length - 1) / 2)];
  const lost = BigInt(rows.filter((row) => row.integrityFailures > 0n).length) >= threshold;
  return { up, down, score: () => scoreOf(rules, up, down, median, lost) };
}

function scoreOf(rules: Rules, up: bigint, down: bigint, latency: bigint | undefined, lost: boolean): bigint {
  if (lost) return 0n;
  const availability = curveAt(rules.availabilityCurve, (up * PPM) / (up + down));
  const speed = latency === undefined ? PPM : curveAt(rules.latencyCurve, latency);
  return availability < speed ? availability : speed;
}

/** The next leaf of an Active node. */
export function advance(
  leaf: Leaf,
  rules: Rules,
  verdict: ReturnType<typeof judge>,
  funds: { indexDelta: bigint; stake: bigint; limit: bigint },
): Leaf {
  const paid = funds.stake < funds.limit ? funds.stake : funds.limit;
  const growth = (score: bigint): bigint =>
    funds.stake === 0n ? 0n : (funds.indexDelta * paid * score) / (funds.stake * PPM);
  if (verdict.up + verdict.down < rules.measurement.measuredBucketsMin) {
    const stale = leaf.stale + 1n;
    const grows = stale <= rules.measurement.staleEpochsPaid;
    return { ...leaf, stale, index: leaf.index + (grows ? growth(leaf.lastScore) : 0n) };
  }
  const score = verdict.score();
  return {
    node: leaf.node,
    up: leaf.up + verdict.up,
    down: leaf.down + verdict.down,
    measured: leaf.measured + 1n,
    scoreSum: leaf.scoreSum + score,
    lastScore: score,
    stale: 0n,
    index: leaf.index + growth(score),
  };
}

export function limitOf(economics: Economics, bond: bigint, units: bigint): bigint {
  const byBond = economics.bondFactor * bond;
  const byUnits = units * economics.stakePerUnit;
  return bond + (byBond < byUnits ? byBond : byUnits);
}
