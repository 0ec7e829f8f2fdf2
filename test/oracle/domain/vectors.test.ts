import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { indexDelta } from "../../../oracle/domain/accrual.ts";
import { bundleRoot, decodeBundle, encodeBundle } from "../../../oracle/domain/bundle.ts";
import { cumulativeEmission, emissionOf } from "../../../oracle/domain/emission.ts";
import { EpochClock } from "../../../oracle/domain/epochs.ts";
import { fromHex, toHex } from "../../../oracle/domain/hashing.ts";
import { nextLeaf } from "../../../oracle/domain/leaf.ts";
import { ledgerLeafHash, ledgerTree } from "../../../oracle/domain/ledger.ts";
import { attesterPay, commission, pay } from "../../../oracle/domain/pay.ts";
import { encodeRules, rulesHash } from "../../../oracle/domain/rules.ts";
import { curveAt, scorePpm } from "../../../oracle/domain/score.ts";
import { stakeLimit } from "../../../oracle/domain/stake.ts";
import * as typedData from "../../../oracle/domain/typed-data.ts";
import { allVectors, toJson } from "../../vectors/generate.ts";
import { parseVectors, readVectors, type Vectors } from "../../vectors/read.ts";
import { activeNode } from "./support.ts";

describe("golden vectors", () => {
  it("are those that test/vectors/generate.ts gives", () => {
    const generated = allVectors();
    for (const name of Object.keys(generated) as (keyof Vectors)[])
      assert.deepEqual(readVectors(name), parseVectors(toJson(generated[name])), `${name}.json`);
  });

  it("emission", () => {
    const { total, epochZero, monthlySharesPpm, cumulative, emissionOf: epochs } = readVectors("emission");
    const schedule = { total, monthlySharesPpm };
    for (const { timestamp, expected } of cumulative)
      assert.equal(cumulativeEmission(schedule, epochZero, timestamp), expected);
    for (const { epochLength, epoch, expected } of epochs)
      assert.equal(emissionOf(schedule, new EpochClock(epochZero, epochLength), epoch), expected);
  });

  it("rewards", () => {
    const rewards = readVectors("rewards");
    for (const { emission, totalStake, expected, ...economics } of rewards.indexDelta)
      assert.equal(
        indexDelta(emission, totalStake, { ...economics, bondFactor: 0, stakePerUnit: 0n }),
        expected,
      );
    for (const { amount, indexGain, cap, expected } of rewards.pay)
      assert.equal(pay(amount, indexGain, cap), expected);
    for (const one of rewards.commission) assert.equal(commission(one.pay, one.commissionPpm), one.expected);
    for (const { emission, attesterSharePpm, seats, expected } of rewards.attesterPay)
      assert.equal(attesterPay(emission, attesterSharePpm, seats), expected);
    for (const { bond, units, economics, expected } of rewards.limit)
      assert.equal(stakeLimit(bond, units, economics), expected);
  });

  it("ledger", () => {
    const { root, leaves } = readVectors("ledger");
    const tree = ledgerTree(leaves.map(({ leaf }) => leaf));
    assert.equal(tree.root, root);
    leaves.forEach(({ leaf, hash, proof }, index) => {
      assert.equal(toHex(ledgerLeafHash(leaf)), hash);
      assert.deepEqual(tree.proof(index), proof);
    });
  });

  it("bundles", () => {
    for (const { nodeCount, observations, bytes, root } of readVectors("bundles")) {
      assert.equal(toHex(encodeBundle(observations, nodeCount)), bytes);
      assert.deepEqual(decodeBundle(fromHex(bytes), nodeCount), observations);
      assert.equal(bundleRoot(observations), root);
    }
  });

  it("typed data", () => {
    for (const { type, domain, message, digest } of readVectors("typed-data"))
      assert.equal(DIGESTS[type](domain, message as never), digest);
  });

  it("rules", () => {
    for (const { rules, encoded, hash } of readVectors("rules")) {
      assert.equal(toHex(encodeRules(rules)), encoded);
      assert.equal(rulesHash(rules), hash);
    }
  });

  it("scoring", () => {
    const { rules, availabilityCurve, latencyCurve, scores, leaves } = readVectors("scoring");
    for (const { xPpm, expected } of availabilityCurve)
      assert.equal(curveAt(rules.availabilityCurve, xPpm), expected);
    for (const { xPpm, expected } of latencyCurve) assert.equal(curveAt(rules.latencyCurve, xPpm), expected);
    for (const { up, down, assigned, observations, expected } of scores)
      assert.equal(scorePpm(up, down, observations, assigned, rules), expected);
    for (const { before, stake, limit, assigned, indexDelta: delta, observations, after } of leaves) {
      const node = activeNode(before.nodeId, { stake, limit });
      assert.deepEqual(nextLeaf(before, node, observations, { rules, indexDelta: delta, assigned }), after);
    }
  });
});

const DIGESTS = {
  EpochReport: typedData.reportDigest,
  Commitment: typedData.commitmentDigest,
  Holdings: typedData.holdingsDigest,
  Proposal: typedData.proposalDigest,
  ProbeChallenge: typedData.challengeDigest,
  ServicesDocument: typedData.servicesDigest,
  CredentialsRequest: typedData.credentialsRequestDigest,
  SealedCredentials: typedData.sealedCredentialsDigest,
};
