import assert from "node:assert/strict";
import { getCreateAddress } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { indexDelta } from "../../oracle/domain/accrual.ts";
import { quorum } from "../../oracle/domain/agreement.ts";
import { cumulativeEmission } from "../../oracle/domain/emission.ts";
import { EpochClock } from "../../oracle/domain/epochs.ts";
import { toHex } from "../../oracle/domain/hashing.ts";
import { ledgerLeafHash, ledgerTree } from "../../oracle/domain/ledger.ts";
import { attesterPay, commission, pay } from "../../oracle/domain/pay.ts";
import { rulesHash } from "../../oracle/domain/rules.ts";
import { stakeLimit } from "../../oracle/domain/stake.ts";
import { observationsHash, reportDigest } from "../../oracle/domain/typed-data.ts";
import type { Hex, Rules } from "../../oracle/domain/types.ts";
import type { DifferentialHarness } from "../../types/ethers-contracts/index.ts";
import {
  amounts,
  hashes,
  ledgerLeaves,
  ppms,
  reports,
  uint32s,
  validRules,
} from "../oracle/domain/support.ts";
import { readVectors } from "../vectors/read.ts";

const SEED = 0x1c4;
/** Cases in one eth_call, well under its gas limit. */
const BATCH = 250;
const MONTH = 2_629_800;
const TOTAL = 140_000_000n * 10n ** 18n;
const SUPPLY = 700_000_000n * 10n ** 18n;

describe("INV-13: Solidity and TypeScript compute the same", () => {
  let harness: DifferentialHarness;
  let connection: Awaited<ReturnType<typeof network.create>>;
  let compared = 0;

  before(async () => {
    connection = await network.create();
    harness = await connection.ethers.deployContract("DifferentialHarness");
  });

  after(async () => {
    await connection.close();
  });

  /** Compares batch by batch; `solidity` answers a whole batch, `typescript` one case. */
  async function compare<Case, Result>(
    arbitrary: fc.Arbitrary<Case>,
    count: number,
    solidity: (cases: Case[]) => Promise<Result[]>,
    typescript: (one: Case) => Result,
  ): Promise<void> {
    const cases = fc.sample(arbitrary, { seed: SEED, numRuns: count });
    for (let from = 0; from < count; from += BATCH) {
      const batch = cases.slice(from, from + BATCH);
      const answers = await solidity(batch);
      assert.equal(answers.length, batch.length);
      batch.forEach((one, index) => {
        assert.deepEqual(typescript(one), answers[index], `case ${from + index} of seed ${SEED}`);
        compared++;
      });
    }
  }

  describe("money", () => {
    const economics = validRules.map((rules) => rules.economics);
    const indices = fc.oneof(fc.bigInt(0n, 2n ** 112n - 1n), fc.bigInt(0n, 10n ** 27n));

    it("A(e) − A(e − 1)", async () => {
      await compare(
        fc.record({ emission: amounts, totalStake: amounts, economics }),
        2000,
        (cases) => harness.indexGrowths(cases),
        (one) => indexDelta(one.emission, one.totalStake, one.economics),
      );
    });

    it("pay and commission", async () => {
      await compare(
        fc.record({ amount: amounts, indexGrowth: indices, indexCap: indices, commissionPpm: ppms }),
        2500,
        async (cases) => {
          const { pays, commissions } = await harness.paysAndCommissions(cases);
          return pays.map((paid, index) => [paid, commissions[index]]);
        },
        (one) => {
          const paid = pay(one.amount, one.indexGrowth, one.indexCap);
          return [paid, commission(paid, one.commissionPpm)];
        },
      );
    });

    it("an attester's pay", async () => {
      const attesterSharePpm = fc.integer({ min: 0, max: 100_000 });
      await compare(
        fc.record({ emission: amounts, attesterSharePpm, seats: fc.integer({ min: 1, max: 31 }) }),
        1000,
        (cases) => harness.attesterPays(cases),
        (one) => attesterPay(one.emission, one.attesterSharePpm, one.seats),
      );
    });

    it("the limit of a node's stake", async () => {
      await compare(
        fc.record({ bond: amounts, units: fc.integer({ min: 0, max: 3 * (2 ** 32 - 1) }), economics }),
        1000,
        (cases) => harness.limits(cases),
        (one) => stakeLimit(one.bond, one.units, one.economics),
      );
    });
  });

  describe("emission and time", () => {
    const epochZero = 4_000_000_000;

    /** The reserve itself, holding what it emits. */
    async function deployReserve(sharesPpm: readonly number[]): Promise<string> {
      const [deployer] = await connection.ethers.getSigners();
      assert.ok(deployer !== undefined);
      const nonce = await deployer.getNonce();
      const reserve = getCreateAddress({ from: deployer.address, nonce: nonce + 1 });
      const icnt = await connection.ethers.deployContract("ICNT", [
        [
          { to: reserve, amount: TOTAL },
          { to: deployer.address, amount: SUPPLY - TOTAL },
        ],
      ]);
      await connection.ethers.deployContract("EmissionReserve", [
        icnt,
        deployer.address,
        deployer.address,
        epochZero,
        TOTAL,
        [...sharesPpm],
      ]);
      return reserve;
    }

    const times = fc.oneof(
      fc.integer({ min: -10, max: 62 * MONTH }),
      fc.tuple(fc.integer({ min: 0, max: 61 }), fc.constantFrom(-1, 0, 1)).map(([m, by]) => m * MONTH + by),
    );
    /** Months 2 … 60 share what the first leaves, in proportion to month^-p. */
    function fallingTable(p: number): number[] {
      const weights = Array.from({ length: 59 }, (_, month) => (month + 2) ** -p);
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const shares = weights.map((weight) => Math.floor((816_000 * weight) / sum));
      const rest = 816_000 - shares.reduce((total, share) => total + share, 0);
      return [184_000, (shares[0] ?? 0) + rest, ...shares.slice(1)];
    }

    it("cumulativeEmission of the default table and of others", async () => {
      const { monthlySharesPpm: main } = readVectors("emission");
      for (const monthlySharesPpm of [main, ...[0, 0.3, 0.7, 1.1].map(fallingTable)]) {
        const reserve = await deployReserve(monthlySharesPpm);
        await compare(
          times.map((elapsed) => epochZero + elapsed),
          300,
          (timestamps) => harness.cumulativeEmissions(reserve, timestamps),
          (timestamp) => cumulativeEmission({ total: TOTAL, monthlySharesPpm }, epochZero, timestamp),
        );
      }
    });

    it("epochAt, startOf and endOf", async () => {
      const clocks = fc.record({
        epochZero: fc.integer({ min: 0, max: 2 ** 33 }),
        length: fc.integer({ min: 1, max: 100_000 }),
        since: fc.integer({ min: 0, max: 2 ** 33 }),
      });
      await compare(
        clocks.map(({ since, ...clock }) => ({ ...clock, timestamp: clock.epochZero + since })),
        1000,
        async (cases) => {
          const { epochs, starts, ends } = await harness.epochTimes(cases);
          return epochs.map((epoch, index) => [Number(epoch), Number(starts[index]), Number(ends[index])]);
        },
        (one) => {
          const clock = new EpochClock(one.epochZero, one.length);
          const epoch = clock.epochAt(one.timestamp * 1000);
          return [epoch, clock.startAt(epoch), clock.endAt(epoch)];
        },
      );
    });

    it("the quorum", async () => {
      await compare(
        fc.integer({ min: 1, max: 31 }),
        100,
        async (sizes) => (await harness.quorums(sizes)).map(Number),
        quorum,
      );
    });
  });

  describe("hashes", () => {
    it("of ledger leaves", async () => {
      await compare(
        ledgerLeaves,
        1000,
        (leaves) => harness.leafHashes(leaves),
        (leaf) => toHex(ledgerLeafHash(leaf)),
      );
    });

    it("of rules", async () => {
      await compare(validRules, 300, (rules) => harness.rulesHashes(rules.map(writable)), rulesHash);
    });

    it("of reports, as they are signed", async () => {
      const verifyingContract = (await harness.getAddress()).toLowerCase() as Hex;
      const { chainId } = await connection.ethers.provider.getNetwork();
      const domain = { chainId: Number(chainId), verifyingContract };
      await compare(
        reports,
        500,
        (batch) => harness.digests(batch, verifyingContract),
        (report) => reportDigest(domain, report),
      );
    });

    it("of sets of observation roots", async () => {
      await compare(
        fc.array(fc.record({ attesterId: uint32s, root: hashes }), { maxLength: 31 }),
        200,
        (sets) => harness.observationHashes(sets),
        observationsHash,
      );
    });

    it("of ledgers: every proof of ours convinces MerkleProof, for its own leaf alone", async () => {
      const ledgers = fc.uniqueArray(ledgerLeaves, {
        minLength: 1,
        maxLength: 60,
        selector: ({ nodeId }) => nodeId,
      });
      for (const leaves of fc.sample(ledgers, { seed: SEED, numRuns: 20 })) {
        const tree = ledgerTree(leaves);
        const cases = leaves.flatMap((leaf, index) => {
          const proof = tree.proof(index);
          return [
            { leaf, proof },
            { leaf: { ...leaf, rewardIndex: leaf.rewardIndex ^ 1n }, proof },
          ];
        });
        const answers = await harness.proven(tree.root, cases);
        assert.deepEqual(
          [...answers],
          leaves.flatMap(() => [true, false]),
        );
        compared += cases.length;
      }
    });
  });

  describe("golden vectors", () => {
    it("rewards", async () => {
      const rewards = readVectors("rewards");
      const deltas = rewards.indexDelta.map(({ attesterSharePpm, stakeFloor, ...one }) => ({
        ...one,
        economics: { attesterSharePpm, stakeFloor, bondFactor: 0, stakePerUnit: 0n },
      }));
      assert.deepEqual([...(await harness.indexGrowths(deltas))], expectedOf(deltas));
      const pays = rewards.pay.map((one) => ({
        amount: one.amount,
        indexGrowth: one.indexGain,
        indexCap: one.cap,
        commissionPpm: 0,
      }));
      assert.deepEqual([...(await harness.paysAndCommissions(pays)).pays], expectedOf(rewards.pay));
      assert.deepEqual(
        [...(await harness.attesterPays(rewards.attesterPay))],
        expectedOf(rewards.attesterPay),
      );
      assert.deepEqual([...(await harness.limits(rewards.limit))], expectedOf(rewards.limit));
    });

    it("ledger and rules", async () => {
      const { root, leaves } = readVectors("ledger");
      const hashesOfLeaves = await harness.leafHashes(leaves.map(({ leaf }) => leaf));
      assert.deepEqual(
        [...hashesOfLeaves],
        leaves.map(({ hash }) => hash),
      );
      assert.ok((await harness.proven(root, leaves)).every((one) => one));
      const rules = readVectors("rules");
      const hashesOfRules = await harness.rulesHashes(rules.map((one) => writable(one.rules)));
      assert.deepEqual(
        [...hashesOfRules],
        rules.map(({ hash }) => hash),
      );
    });
  });

  // Mocha runs the tests of a suite before its inner suites.
  describe("in all", () => {
    it("at least 10,000 cases a run", () => {
      console.log(`      seed ${SEED}, ${compared} cases compared`);
      assert.ok(compared >= 10_000);
    });
  });

  /** typechain takes no readonly arrays. */
  function writable(rules: Rules) {
    return {
      ...rules,
      availabilityCurve: [...rules.availabilityCurve],
      latencyCurve: [...rules.latencyCurve],
      latencyTargets: [...rules.latencyTargets],
    };
  }

  function expectedOf<T>(vectors: readonly { expected: T }[]): T[] {
    return vectors.map(({ expected }) => expected);
  }
});
