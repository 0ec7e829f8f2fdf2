// CPU time of what every attester computes once an epoch in a large network: npm run bench:oracle
import { mkdir, writeFile } from "node:fs/promises";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { Command } from "commander";
import { bundleBytesRoot, decodeBundle, encodeBundle } from "../oracle/domain/bundle.ts";
import { keccak256, ZERO_HASH } from "../oracle/domain/hashing.ts";
import { ledgerTree } from "../oracle/domain/ledger.ts";
import { type CommitteeBundle, computeLeaves } from "../oracle/domain/report.ts";
import type { EpochContext, LedgerLeaf, Observation } from "../oracle/domain/types.ts";
import { print, table } from "../scripts/lib/output.ts";
import { activeNode, DEFAULT_RULES } from "../test/oracle/domain/support.ts";
import { LEAF_TYPES } from "../test/vectors/types.ts";

const ATTESTERS = 7;
const ALL_BUCKETS = (1n << 256n) - 1n;
/** The anchor takes minutes over all nodes, so both are measured over a part, too. */
const ANCHOR_SHARE = 10;

interface Row {
  readonly work: string;
  readonly nodes: number;
  /** CPU seconds, user and system. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Always the same pseudo-random 256 bits for a number. */
function bits(seed: number): bigint {
  const hash = keccak256(new Uint8Array(Uint32Array.of(seed).buffer));
  return BigInt(`0x${Buffer.from(hash).toString("hex")}`);
}

function numbered<T>(count: number, make: (nodeId: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}

function leafOf(nodeId: number): LedgerLeaf {
  return {
    nodeId,
    upBuckets: BigInt(nodeId * 200),
    downBuckets: BigInt(nodeId),
    measuredEpochs: BigInt(nodeId),
    scoreSumPpm: BigInt(nodeId) * 990_000n,
    lastScorePpm: 990_000,
    staleEpochs: 0,
    rewardIndex: bits(nodeId) >> 160n,
  };
}

/** Mostly up, some buckets without conclusion and a few down, other ones for each attester. */
function observationOf(nodeId: number, attester: number): Observation {
  const noise = bits(nodeId) & bits(nodeId + 7 * attester) & bits(nodeId + 9) & bits(nodeId + 11);
  const failed = noise & bits(nodeId + 13 * attester);
  const conclusiveBits = ALL_BUCKETS ^ noise ^ failed;
  const okBits = conclusiveBits ^ failed;
  return { nodeId, okBits, conclusiveBits, latencyRatioPpm: 900_000 + attester, integrityFailures: 0 };
}

function contextOf(nodes: number): EpochContext {
  return {
    epoch: 1,
    startAt: 0,
    endAt: 86_400,
    rulesHash: ZERO_HASH,
    rules: DEFAULT_RULES,
    committeeId: 1,
    members: numbered(ATTESTERS, (attesterId) => ({
      attesterId,
      signingKey: activeNode(attesterId).nodeKey,
    })),
    nodes: numbered(nodes, (nodeId) => activeNode(nodeId)),
    index: 10n ** 25n,
    previousIndex: 10n ** 24n,
  };
}

function cpuSeconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}

/** Runs the works of one group in turn, so that a busy machine slows all of them alike. */
function measure(nodes: number, runs: number, works: Record<string, () => unknown>): Row[] {
  const times = new Map<string, number[]>(Object.keys(works).map((work) => [work, []]));
  for (let run = 0; run < runs; run++)
    for (const [work, once] of Object.entries(works)) times.get(work)?.push(cpuSeconds(once));
  return [...times].map(([work, unsorted]) => {
    const sorted = unsorted.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
    return { work, nodes, median: at(0.5), min: at(0), max: at(1) };
  });
}

function measureAll(nodes: number, runs: number): Row[] {
  const leaves = numbered(nodes, leafOf);
  const part = leaves.slice(0, Math.ceil(nodes / ANCHOR_SHARE));
  const partRows = part.map((leaf) => Object.values(leaf).map(String));
  const tree = ledgerTree(leaves);
  const bundles = numbered(ATTESTERS, (attesterId): CommitteeBundle => {
    return {
      attesterId,
      root: ZERO_HASH,
      observations: numbered(nodes, (id) => observationOf(id, attesterId)),
    };
  });
  const context = contextOf(nodes);
  const bytes = encodeBundle(bundles[0]?.observations ?? [], nodes);
  return [
    ...measure(part.length, runs, {
      "ledger tree, @openzeppelin/merkle-tree": () => StandardMerkleTree.of(partRows, LEAF_TYPES),
      "ledger tree, ours": () => ledgerTree(part),
    }),
    ...measure(nodes, runs, {
      "ledger tree, ours": () => ledgerTree(leaves),
      "every proof": () => leaves.map((_, index) => tree.proof(index).length),
      [`leaves from ${ATTESTERS} bundles`]: () => computeLeaves(context, bundles, leaves),
      "decode and check a bundle": () => decodeBundle(bytes, nodes),
      "root of a bundle": () => bundleBytesRoot(bytes),
    }),
  ];
}

const { nodes, runs } = new Command("npm run bench:oracle --")
  .description("Measures trees and aggregation and writes bench/results/oracle.json.")
  .option("--nodes <count>", "nodes of the network", Number, 250_000)
  .option("--runs <count>", "runs of each, in turn", Number, 7)
  .parse()
  .opts<{ nodes: number; runs: number }>();

const rows = measureAll(nodes, runs);
const cells = rows.map((row) => [
  row.work,
  row.nodes.toLocaleString("en"),
  ...[row.median, row.min, row.max].map((seconds) => seconds.toFixed(3)),
]);
print(table([["work", "nodes", "CPU s, median", "min", "max"], ...cells]));
const [anchor, ours] = rows;
if (anchor !== undefined && ours !== undefined)
  print(`ours is ${(anchor.median / ours.median).toFixed(1)} times as fast as the anchor`);
await mkdir("bench/results", { recursive: true });
await writeFile("bench/results/oracle.json", `${JSON.stringify({ runs, rows }, null, 2)}\n`);
