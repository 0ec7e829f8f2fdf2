/**
 * Golden vectors: inputs and what both languages must make of them. The answers come from ethers, from
 * @openzeppelin/merkle-tree and from plain formulas, never from the code under test.
 * `node test/vectors/generate.ts` writes them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, keccak256, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import type { LedgerLeaf, Observation } from "../../oracle/domain/types.ts";
import { curveValue, leafAfter, scoreOf } from "../oracle/domain/model.ts";
import {
  activeNode,
  addresses,
  amounts,
  bundlesOver,
  DEFAULT_RULES,
  hashes,
  ids,
  ledgerLeaves,
  observationsOf,
  ppms,
  reports,
  uint32s,
  validRules,
} from "../oracle/domain/support.ts";
import { LEAF_TYPES, OBSERVATION_TYPES, RULES_TYPE, TYPED_DATA } from "./types.ts";

const SEED = 0x1c4;
const MONTH = 2_629_800n;
const PPM = 1_000_000n;
const SCALE = 10n ** 27n;
const coder = AbiCoder.defaultAbiCoder();

function samples<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  return fc.sample(arbitrary, { seed: SEED, numRuns });
}

function emission() {
  const main = JSON.parse(
    readFileSync(new URL("../../deployments/parameters/main.json", import.meta.url), "utf8"),
  );
  const shares: number[] = main.emission.sharesPpm;
  const total = 140_000_000n * 10n ** 18n;
  const epochZero = 1_800_000_000n;
  const cumulative = (timestamp: bigint) => {
    let parts = 0n;
    shares.forEach((share, month) => {
      const into = timestamp - epochZero - BigInt(month) * MONTH;
      parts += BigInt(share) * (into < 0n ? 0n : into > MONTH ? MONTH : into);
    });
    return (total * parts) / (PPM * MONTH);
  };
  const edges = [0n, 1n, 12n, 30n, 59n, 60n, 61n].flatMap((month) =>
    [-1n, 0n, 1n].map((by) => month * MONTH + by),
  );
  const within = samples(fc.bigInt(0n, 61n * MONTH), 40);
  return {
    total,
    epochZero: Number(epochZero),
    monthlySharesPpm: shares,
    cumulative: [...edges, ...within].map((elapsed) => {
      const timestamp = epochZero + elapsed;
      return { timestamp: Number(timestamp), expected: cumulative(timestamp) };
    }),
    emissionOf: [0n, 1n, 29n, 30n, 364n, 1000n, 1825n, 1826n, 1827n].map((epoch) => ({
      epochLength: 86_400,
      epoch: Number(epoch),
      expected: cumulative(epochZero + (epoch + 1n) * 86_400n) - cumulative(epochZero + epoch * 86_400n),
    })),
  };
}

function rewards() {
  const floors = fc.bigInt(10n ** 24n, 7n * 10n ** 26n);
  const indices = fc.bigInt(0n, 2n ** 112n - 1n);
  const max = (a: bigint, b: bigint) => (a > b ? a : b);
  const min = (a: bigint, b: bigint) => (a < b ? a : b);
  const shares = fc.integer({ min: 0, max: 100_000 });
  return {
    indexDelta: samples(fc.tuple(amounts, shares, amounts, floors), 50).map(
      ([emitted, share, stake, floor]) => ({
        emission: emitted,
        attesterSharePpm: share,
        totalStake: stake,
        stakeFloor: floor,
        expected: (emitted * (PPM - BigInt(share)) * SCALE) / (PPM * max(stake, floor)),
      }),
    ),
    pay: samples(fc.tuple(amounts, indices, indices), 50).map(([amount, indexGain, cap]) => ({
      amount,
      indexGain,
      cap,
      expected: (amount * min(indexGain, cap)) / SCALE,
    })),
    commission: samples(fc.tuple(amounts, ppms), 30).map(([pay, commissionPpm]) => ({
      pay,
      commissionPpm,
      expected: (pay * BigInt(commissionPpm)) / PPM,
    })),
    attesterPay: samples(fc.tuple(amounts, shares, fc.integer({ min: 1, max: 31 })), 30).map(
      ([emitted, share, seats]) => ({
        emission: emitted,
        attesterSharePpm: share,
        seats,
        expected: (emitted * BigInt(share)) / (PPM * BigInt(seats)),
      }),
    ),
    limit: samples(fc.tuple(amounts, fc.integer({ min: 0, max: 100_000 }), validRules), 30).map(
      ([bond, units, { economics }]) => ({
        bond,
        units,
        economics,
        expected: bond + min(bond * BigInt(economics.bondFactor), BigInt(units) * economics.stakePerUnit),
      }),
    ),
  };
}

function ledger() {
  const leaves = fc.uniqueArray(ledgerLeaves, {
    minLength: 17,
    maxLength: 17,
    selector: ({ nodeId }) => nodeId,
  });
  const [chosen = []] = samples(leaves, 1);
  const row = (leaf: LedgerLeaf) => Object.values(leaf).map(String);
  const tree = StandardMerkleTree.of(chosen.map(row), LEAF_TYPES);
  return {
    root: tree.root,
    leaves: chosen.map((leaf, index) => ({
      leaf,
      hash: tree.leafHash(row(leaf)),
      proof: tree.getProof(index),
    })),
  };
}

function bundles() {
  const nonEmpty = bundlesOver(20).filter((rows) => rows.length > 0);
  return samples(nonEmpty, 8).map((rows) => {
    const row = (observation: Observation) => Object.values(observation).map(String);
    const hex = rows.map(
      ({ nodeId, okBits, conclusiveBits, latencyRatioPpm, integrityFailures }) =>
        nodeId.toString(16).padStart(16, "0") +
        okBits.toString(16).padStart(64, "0") +
        conclusiveBits.toString(16).padStart(64, "0") +
        latencyRatioPpm.toString(16).padStart(8, "0") +
        integrityFailures.toString(16).padStart(8, "0"),
    );
    const { root } = StandardMerkleTree.of(rows.map(row), OBSERVATION_TYPES);
    return { nodeCount: 20, observations: rows, bytes: `0x${hex.join("")}` as const, root };
  });
}

function typedData() {
  const roots = fc.array(fc.record({ attesterId: uint32s, root: hashes }), { maxLength: 7 });
  const node = { nodeId: ids, attesterId: uint32s };
  const turn = { epoch: ids, generation: uint32s, attesterId: uint32s };
  const messages: Record<keyof typeof TYPED_DATA, fc.Arbitrary<object>> = {
    EpochReport: reports,
    Commitment: fc.record({ epoch: ids, attesterId: uint32s, observationRoot: hashes }),
    Holdings: fc.record({ ...turn, roots }),
    Proposal: fc.record({ ...turn, viewNumber: uint32s, holdingsHash: hashes, digest: hashes }),
    ProbeChallenge: fc.record({
      ...node,
      epoch: ids,
      bucket: fc.integer({ min: 0, max: 255 }),
      nonce: hashes,
    }),
    ServicesDocument: fc.record({ nodeId: ids, document: fc.string({ unit: "grapheme" }) }),
    CredentialsRequest: fc.record({ ...node, issuedAtMs: ids, nonce: hashes }),
    SealedCredentials: fc.record({ ...node, nonce: hashes, sealed: hashes }),
  };
  return (Object.keys(messages) as (keyof typeof TYPED_DATA)[]).flatMap((type) =>
    samples(fc.tuple(ids, addresses, messages[type]), 6).map(([chainId, verifyingContract, message]) => {
      const domain = { chainId, verifyingContract };
      const digest = TypedDataEncoder.hash({ name: "ICN", version: "1", ...domain }, TYPED_DATA[type], {
        ...message,
      });
      return { type, domain, message, digest };
    }),
  );
}

function rules() {
  return [DEFAULT_RULES, ...samples(validRules, 10)].map((one) => {
    const encoded = coder.encode([RULES_TYPE], [one]);
    return { rules: one, encoded, hash: keccak256(encoded) };
  });
}

function scoring() {
  const observations = fc.array(observationsOf(1), { maxLength: 7 });
  const points = [0, 949_999, 950_000, 970_001, 990_000, 992_187, 996_000, 999_999, 1_000_000];
  return {
    rules: DEFAULT_RULES,
    availabilityCurve: points.map((xPpm) => ({
      xPpm,
      expected: Number(curveValue(DEFAULT_RULES.availabilityCurve, BigInt(xPpm))),
    })),
    latencyCurve: [1, 1_000_000, 1_000_001, 2_000_000, 3_999_999, 4_000_000, 2 ** 32 - 1].map((xPpm) => ({
      xPpm,
      expected: Number(curveValue(DEFAULT_RULES.latencyCurve, BigInt(xPpm))),
    })),
    scores: samples(fc.tuple(fc.integer({ min: 0, max: 256 }), observations), 20).map(([up, rows]) => ({
      up,
      down: 257 - up,
      assigned: 7,
      observations: rows,
      expected: Number(scoreOf(BigInt(up), BigInt(257 - up), rows, DEFAULT_RULES, 7)),
    })),
    leaves: samples(fc.tuple(ledgerLeaves, observations, amounts, amounts), 20).map(
      ([before, rows, stake, limit]) => {
        const node = activeNode(before.nodeId, { stake, limit });
        const indexDelta = 10n ** 24n;
        const after = leafAfter(before, node, rows, DEFAULT_RULES, 7, indexDelta);
        return { before, stake, limit, assigned: 7, indexDelta, observations: rows, after };
      },
    ),
  };
}

/** All vector files by name. */
export function allVectors() {
  return {
    emission: emission(),
    rewards: rewards(),
    ledger: ledger(),
    bundles: bundles(),
    "typed-data": typedData(),
    rules: rules(),
    scoring: scoring(),
  };
}

/** Bigints become decimal strings. */
export function toJson(vectors: unknown): string {
  const decimal = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
  return `${JSON.stringify(vectors, decimal, 2)}\n`;
}

if (import.meta.main)
  for (const [name, vectors] of Object.entries(allVectors()))
    writeFileSync(new URL(`./${name}.json`, import.meta.url), toJson(vectors));
