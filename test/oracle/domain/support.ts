import type { TestContext } from "node:test";
import fc from "fast-check";
import type {
  EpochReport,
  Hex,
  LatencyTarget,
  LedgerLeaf,
  NodeView,
  Observation,
  Rules,
} from "../../../oracle/domain/types.ts";

const SEED = 0x1c4;

/** Checks a property over many cases from a fixed seed, which is printed. */
export function holds<T>(t: TestContext, property: fc.IProperty<T>, numRuns = 500): void {
  t.diagnostic(`seed ${SEED}, ${numRuns} runs`);
  fc.assert(property, { seed: SEED, numRuns });
}

/** Any mask of 256 buckets, often sparse or full. */
export const masks: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(0n, (1n << 256n) - 1n),
  fc.constant(0n),
  fc.constant((1n << 256n) - 1n),
  fc.integer({ min: 0, max: 255 }).map((bucket) => 1n << BigInt(bucket)),
  fc.integer({ min: 0, max: 255 }).map((bucket) => ((1n << 256n) - 1n) ^ (1n << BigInt(bucket))),
);

export const uint32s = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 1, 2 ** 32 - 1));
export const uint64s = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(0n, 1n, 2n ** 64n - 1n));
/** Of a node, an epoch or another id that fits a JSON number. */
export const ids = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 2 ** 53 - 1 }));
export const hashes: fc.Arbitrary<Hex> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const);
export const addresses: fc.Arbitrary<Hex> = hashes.map((hash) => `0x${hash.slice(26)}` as const);
/** Wei up to the supply. */
export const amounts = fc.oneof(fc.bigInt(0n, 700_000_000n * 10n ** 18n), fc.bigInt(0n, 1000n));
export const ppms = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.constantFrom(0, 1, 999_999, 1_000_000),
);

export function observationsOf(nodeId: number): fc.Arbitrary<Observation> {
  return fc
    .record({ ok: masks, conclusiveBits: masks, latencyRatioPpm: uint32s, integrityFailures: uint32s })
    .map(({ ok, ...rest }) => ({ nodeId, okBits: ok & rest.conclusiveBits, ...rest }))
    .filter((row) => row.conclusiveBits !== 0n || row.integrityFailures !== 0);
}

/** Valid bundles over nodes 1 … nodeCount. */
export function bundlesOver(nodeCount: number): fc.Arbitrary<Observation[]> {
  const nodeIds = Array.from({ length: nodeCount }, (_, index) => index + 1);
  return fc
    .subarray(nodeIds)
    .chain((chosen) => fc.tuple(...chosen.map(observationsOf)))
    .map((rows) => [...rows]);
}

export const ledgerLeaves: fc.Arbitrary<LedgerLeaf> = fc.record({
  nodeId: ids,
  upBuckets: uint64s,
  downBuckets: uint64s,
  measuredEpochs: uint64s,
  scoreSumPpm: uint64s,
  lastScorePpm: uint32s,
  staleEpochs: uint32s,
  rewardIndex: fc.bigInt(0n, 2n ** 256n - 1n),
});

const curves = fc
  .uniqueArray(fc.record({ xPpm: uint32s, yPpm: ppms }), {
    minLength: 1,
    maxLength: 8,
    selector: ({ xPpm }) => xPpm,
  })
  .map((points) => points.sort((a, b) => a.xPpm - b.xPpm));

const buckets = fc.integer({ min: 1, max: 256 });

const targetsMs = fc.integer({ min: 1, max: 60_000 });

/** Class 0 with all services, other classes with some. */
const latencyTargets: fc.Arbitrary<LatencyTarget[]> = fc
  .tuple(
    fc.tuple(targetsMs, targetsMs, targetsMs),
    fc.uniqueArray(
      fc.record({
        nodeClass: fc.integer({ min: 1, max: 255 }),
        service: fc.constantFrom(1, 2, 4),
        targetMs: targetsMs,
      }),
      { maxLength: 8, selector: ({ nodeClass, service }) => nodeClass * 8 + service },
    ),
  )
  .map(([ofAll, own]) => [
    ...ofAll.map((targetMs, place) => ({ nodeClass: 0, service: 2 ** place, targetMs })),
    ...own.sort((a, b) => a.nodeClass - b.nodeClass || a.service - b.service),
  ]);

/** Rules within the bounds that the contract enforces. */
export const validRules: fc.Arbitrary<Rules> = fc.record({
  algorithmVersion: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  economics: fc.record({
    attesterSharePpm: fc.integer({ min: 0, max: 100_000 }),
    stakeFloor: fc.bigInt(10n ** 24n, 7n * 10n ** 26n),
    bondFactor: fc.integer({ min: 0, max: 100 }),
    stakePerUnit: fc.bigInt(0n, 7n * 10n ** 26n),
  }),
  measurement: fc.record({
    measuredBucketsMin: buckets,
    latencyBucketsMin: buckets,
    staleEpochsPaid: fc.integer({ min: 0, max: 30 }),
    assignedAttesters: fc.integer({ min: 7, max: 31 }),
    storageBucketInterval: buckets,
    networkBucketInterval: buckets,
    computeBucketInterval: buckets,
    networkBytes: fc.integer({ min: 1024, max: 4 * 1024 * 1024 }),
    paidConclusivePpm: ppms,
  }),
  timing: fc.record({
    commitPpm: fc.integer({ min: 1, max: 200_000 }),
    revealPpm: fc.integer({ min: 200_001, max: 499_999 }),
    viewTimeoutPpm: fc.integer({ min: 1_000, max: 1_000_000 }),
  }),
  availabilityCurve: curves,
  latencyCurve: curves,
  latencyTargets,
});

export const reports: fc.Arbitrary<EpochReport> = fc.record({
  epoch: ids,
  generation: uint32s,
  viewNumber: uint32s,
  committeeId: uint32s,
  rulesHash: hashes,
  observationsHash: hashes,
  previousLedgerRoot: hashes,
  ledgerRoot: hashes,
  nodeCount: ids,
  paidMask: uint32s,
});

/** The rules that the design names as default. */
export const DEFAULT_RULES: Rules = {
  algorithmVersion: 1,
  economics: {
    attesterSharePpm: 50_000,
    stakeFloor: 35_000_000n * 10n ** 18n,
    bondFactor: 9,
    stakePerUnit: 1_000n * 10n ** 18n,
  },
  measurement: {
    measuredBucketsMin: 64,
    latencyBucketsMin: 16,
    staleEpochsPaid: 3,
    assignedAttesters: 7,
    storageBucketInterval: 4,
    networkBucketInterval: 16,
    computeBucketInterval: 32,
    networkBytes: 65_536,
    paidConclusivePpm: 500_000,
  },
  timing: { commitPpm: 50_000, revealPpm: 100_000, viewTimeoutPpm: 100_000 },
  availabilityCurve: [
    { xPpm: 949_999, yPpm: 0 },
    { xPpm: 950_000, yPpm: 0 },
    { xPpm: 990_000, yPpm: 500_000 },
    { xPpm: 996_000, yPpm: 1_000_000 },
  ],
  latencyCurve: [
    { xPpm: 1_000_000, yPpm: 1_000_000 },
    { xPpm: 4_000_000, yPpm: 0 },
  ],
  latencyTargets: [
    { nodeClass: 0, service: 1, targetMs: 200 },
    { nodeClass: 0, service: 2, targetMs: 2_000 },
    { nodeClass: 0, service: 4, targetMs: 1_000 },
  ],
};

export function activeNode(nodeId: number, change: Partial<NodeView> = {}): NodeView {
  return {
    nodeId,
    status: "active",
    terms: {
      nodeClass: 1,
      services: 1,
      country: "CH",
      storageUnits: 10,
      computeUnits: 0,
      networkUnits: 0,
      commissionPpm: 100_000,
    },
    nodeKey: `0x${(nodeId + 0x1000).toString(16).padStart(40, "0")}`,
    endpoint: "http://node.invalid",
    stake: 2_000n * 10n ** 18n,
    bond: 2_000n * 10n ** 18n,
    limit: 12_000n * 10n ** 18n,
    ...change,
  };
}
