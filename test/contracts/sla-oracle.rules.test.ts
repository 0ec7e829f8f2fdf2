import { expect } from "chai";
import { keccak256, ZeroHash } from "ethers";
import type { RulesStruct } from "../../types/ethers-contracts/contracts/oracle/SlaOracle.js";
import {
  ethers,
  L,
  networkHelpers,
  type OracleSystem,
  RULES,
  reportingOracle,
  seatedOracle,
  submission,
} from "../helpers/oracle.ts";

const ICNT = 10n ** 18n;
const UINT32_MAX = 2n ** 32n - 1n;
const RULES_TYPE =
  "tuple(uint32,tuple(uint32,uint96,uint32,uint96),tuple(uint16,uint16,uint16,uint16,uint16,uint16,uint16,uint32,uint32)," +
  "tuple(uint32,uint32,uint32),tuple(uint8,uint8,uint32)[],tuple(uint32,uint32)[],tuple(uint32,uint32)[])";

/** Fields as the ABI orders them. */
function valuesOf(rules: RulesStruct): unknown[] {
  return [
    rules.algorithmVersion,
    Object.values(rules.economics),
    Object.values(rules.measurement),
    Object.values(rules.timing),
    rules.latencyTargets.map((target) => Object.values(target)),
    rules.availabilityCurve.map((point) => Object.values(point)),
    rules.latencyCurve.map((point) => Object.values(point)),
  ];
}
const hashOf = (rules: RulesStruct) =>
  keccak256(ethers.AbiCoder.defaultAbiCoder().encode([RULES_TYPE], [valuesOf(rules)]));
const withShare = (attesterSharePpm: bigint): RulesStruct => ({
  ...RULES,
  economics: { ...RULES.economics, attesterSharePpm },
});
const target = (nodeClass: bigint, service: bigint, targetMs = 1_000n) => ({ nodeClass, service, targetMs });
const CLASS_0 = [1n, 2n, 4n].map((service) => target(0n, service));
/** `length` targets: class 0, 1, 2, … with all services. */
const targetsOf = (length: number) =>
  Array.from({ length }, (_, i) => target(BigInt(Math.floor(i / 3)), 1n << BigInt(i % 3)));
const curveOf = (length: number) => Array.from({ length }, (_, i) => ({ xPpm: i, yPpm: i }));

describe("SlaOracle: rules", () => {
  let system: OracleSystem;

  describe("given the rules of genesis", () => {
    beforeEach(async () => {
      system = await networkHelpers.loadFixture(seatedOracle);
    });

    it("applies them from epoch 0 on", async () => {
      const { oracle } = system;
      for (const epoch of [0n, 1n, 2n ** 64n - 1n]) {
        expect(await oracle.rulesHashAt(epoch)).to.equal(hashOf(RULES));
        expect(await oracle.economicsAt(epoch)).to.deep.equal(Object.values(RULES.economics));
      }
      expect(await oracle.rulesOf(hashOf(RULES))).to.deep.equal(valuesOf(RULES));
    });

    it("announces them", async () => {
      const [event] = await system.oracle.queryFilter(system.oracle.filters.RulesScheduled());
      expect(event!.args.rulesHash).to.equal(hashOf(RULES));
      expect(event!.args.effectiveFrom).to.equal(0n);
      expect(event!.args.rules).to.deep.equal(valuesOf(RULES));
    });

    it("knows no others", async () => {
      await expect(system.oracle.rulesOf(ZeroHash))
        .to.be.revertedWithCustomError(system.oracle, "UnknownRules")
        .withArgs(ZeroHash);
    });

    it("may replace them until epoch 0 begins", async () => {
      await system.oracle.scheduleRules(withShare(1n), 0);
      expect(await system.oracle.rulesHashAt(0)).to.equal(hashOf(withShare(1n)));
    });
  });

  describe("given epoch 2 in progress", () => {
    beforeEach(async () => {
      system = await networkHelpers.loadFixture(reportingOracle);
    });
    const schedule = (share: bigint, from: number) => system.oracle.scheduleRules(withShare(share), from);
    const sharesAt = (epochs: number[]) =>
      Promise.all(epochs.map(async (epoch) => (await system.oracle.economicsAt(epoch)).attesterSharePpm));

    it("refuses rules for an epoch that has begun", async () => {
      for (const epoch of [0, 2])
        await expect(schedule(1n, epoch))
          .to.be.revertedWithCustomError(system.oracle, "RulesNotInFuture")
          .withArgs(epoch, 3n);
    });

    it("applies each from its epoch on", async () => {
      await expect(schedule(1n, 3))
        .to.emit(system.oracle, "RulesScheduled")
        .withArgs(hashOf(withShare(1n)), 3n, valuesOf(withShare(1n)));
      await schedule(2n, 5);
      await schedule(3n, 9);

      expect(await sharesAt([2, 3, 4, 5, 8, 9, 10])).to.deep.equal([50_000n, 1n, 1n, 2n, 2n, 3n, 3n]);
    });

    it("replaces what was scheduled for then or later", async () => {
      for (const [share, from] of [
        [1n, 3],
        [2n, 5],
        [3n, 9],
        [4n, 5],
      ] as const)
        await schedule(share, from);
      expect(await sharesAt([2, 3, 4, 5, 9])).to.deep.equal([50_000n, 1n, 1n, 4n, 4n]);

      await schedule(5n, 3);
      expect(await sharesAt([2, 3, 4, 5, 9])).to.deep.equal([50_000n, 5n, 5n, 5n, 5n]);
    });

    it("returns to earlier rules without storing them again", async () => {
      await schedule(1n, 3);
      const created = await ethers.provider.getTransactionCount(system.oracle);
      await system.oracle.scheduleRules(RULES, 4);

      expect(await system.oracle.rulesHashAt(4)).to.equal(hashOf(RULES));
      expect(await system.oracle.rulesOf(hashOf(RULES))).to.deep.equal(valuesOf(RULES));
      expect(await ethers.provider.getTransactionCount(system.oracle)).to.equal(created);
    });

    it("expects those of the reported epoch in a report", async () => {
      await schedule(1n, 3);
      for (const epoch of [0, 1, 2]) {
        await system.oracle.submit(...(await submission(system)));
        await networkHelpers.time.increase(L);
        await system.oracle.finalize(epoch);
      }
      await expect(system.oracle.submit(...(await submission(system, { rulesHash: hashOf(RULES) }))))
        .to.be.revertedWithCustomError(system.oracle, "WrongRules")
        .withArgs(hashOf(RULES), hashOf(withShare(1n)));
    });
  });

  describe("given rules outside the bounds of the code", () => {
    const { economics, measurement, timing } = RULES;
    const economic = (change: object) => ({ ...RULES, economics: { ...economics, ...change } });
    const measuring = (change: object) => ({ ...RULES, measurement: { ...measurement, ...change } });
    const timed = (change: object) => ({ ...RULES, timing: { ...timing, ...change } });

    const outOfBounds: [rules: RulesStruct, field: string, actual: bigint, min: bigint, max: bigint][] = [
      [{ ...RULES, algorithmVersion: 0n }, "algorithmVersion", 0n, 1n, UINT32_MAX],
      [economic({ attesterSharePpm: 100_001n }), "attesterSharePpm", 100_001n, 0n, 100_000n],
      ...[1_000_000n * ICNT - 1n, 700_000_000n * ICNT + 1n].map(
        (stakeFloor): [RulesStruct, string, bigint, bigint, bigint] => [
          economic({ stakeFloor }),
          ...(["stakeFloor", stakeFloor, 1_000_000n * ICNT, 700_000_000n * ICNT] as const),
        ],
      ),
      [economic({ bondFactor: 101n }), "bondFactor", 101n, 0n, 100n],
      [economic({ stakePerUnit: 2n ** 96n - 1n }), "stakePerUnit", 2n ** 96n - 1n, 0n, 700_000_000n * ICNT],
      [measuring({ measuredBucketsMin: 0n }), "measuredBucketsMin", 0n, 1n, 256n],
      [measuring({ measuredBucketsMin: 257n }), "measuredBucketsMin", 257n, 1n, 256n],
      [measuring({ latencyBucketsMin: 0n }), "latencyBucketsMin", 0n, 1n, 256n],
      [measuring({ latencyBucketsMin: 257n }), "latencyBucketsMin", 257n, 1n, 256n],
      [measuring({ staleEpochsPaid: 31n }), "staleEpochsPaid", 31n, 0n, 30n],
      [measuring({ assignedAttesters: 0n }), "assignedAttesters", 0n, 1n, 31n],
      [measuring({ assignedAttesters: 32n }), "assignedAttesters", 32n, 1n, 31n],
      ...["storageBucketInterval", "networkBucketInterval", "computeBucketInterval"].flatMap((field) =>
        [0n, 257n].map((interval): [RulesStruct, string, bigint, bigint, bigint] => [
          measuring({ [field]: interval }),
          ...([field, interval, 1n, 256n] as const),
        ]),
      ),
      [measuring({ networkBytes: 1_023n }), "networkBytes", 1_023n, 1_024n, 4_194_304n],
      [measuring({ networkBytes: 4_194_305n }), "networkBytes", 4_194_305n, 1_024n, 4_194_304n],
      [measuring({ paidConclusivePpm: 1_000_001n }), "paidConclusivePpm", 1_000_001n, 0n, 1_000_000n],
      [timed({ commitPpm: 0n }), "commitPpm", 0n, 1n, 19_999n],
      [timed({ commitPpm: 20_000n }), "commitPpm", 20_000n, 1n, 19_999n],
      [timed({ revealPpm: 1n }), "revealPpm", 1n, 2n, 499_999n],
      [timed({ revealPpm: 500_000n }), "revealPpm", 500_000n, 2n, 499_999n],
      [timed({ viewTimeoutPpm: 999n }), "viewTimeoutPpm", 999n, 1_000n, 1_000_000n],
      [timed({ viewTimeoutPpm: 1_000_001n }), "viewTimeoutPpm", 1_000_001n, 1_000n, 1_000_000n],
      [{ ...RULES, availabilityCurve: [] }, "availabilityCurve.length", 0n, 1n, 16n],
      [{ ...RULES, latencyCurve: curveOf(17) }, "latencyCurve.length", 17n, 1n, 16n],
      [
        { ...RULES, latencyCurve: [{ xPpm: 1n, yPpm: 1_000_001n }] },
        ...(["latencyCurve.yPpm", 1_000_001n, 0n, 1_000_000n] as const),
      ],
      ...[0n, 60_001n].map((targetMs): [RulesStruct, string, bigint, bigint, bigint] => [
        { ...RULES, latencyTargets: [...CLASS_0, target(9n, 4n, targetMs)] },
        ...(["latencyTargets.targetMs", targetMs, 1n, 60_000n] as const),
      ]),
      ...[2, 65].map((length): [RulesStruct, string, bigint, bigint, bigint] => [
        { ...RULES, latencyTargets: targetsOf(length) },
        ...(["latencyTargets.length", BigInt(length), 3n, 64n] as const),
      ]),
    ];

    beforeEach(async () => {
      system = await networkHelpers.loadFixture(seatedOracle);
    });

    for (const [rules, field, actual, min, max] of outOfBounds)
      it(`refuses ${field} = ${actual}`, async () => {
        await expect(system.oracle.scheduleRules(rules, 1))
          .to.be.revertedWithCustomError(system.oracle, "RulesOutOfBounds")
          .withArgs(field, actual, min, max);
      });

    it("refuses a curve that does not ascend", async () => {
      const flat = curveOf(3).with(2, { xPpm: 1, yPpm: 0 });
      for (const curve of ["availabilityCurve", "latencyCurve"])
        await expect(system.oracle.scheduleRules({ ...RULES, [curve]: flat }, 1))
          .to.be.revertedWithCustomError(system.oracle, "CurveNotAscending")
          .withArgs(curve, 2n);
    });

    for (const [what, entry] of [
      ["the pair of the one before", target(1n, 2n)],
      ["a lower service", target(1n, 1n)],
      ["a lower class", target(0n, 4n)],
    ] as const)
      it(`refuses latency targets in which one has ${what}`, async () => {
        const latencyTargets = [...CLASS_0, target(1n, 2n), entry];
        await expect(system.oracle.scheduleRules({ ...RULES, latencyTargets }, 1))
          .to.be.revertedWithCustomError(system.oracle, "LatencyTargetsNotAscending")
          .withArgs(4n);
      });

    for (const service of [0n, 3n, 5n, 6n, 7n, 8n, 255n])
      it(`refuses a latency target for service ${service}`, async () => {
        const latencyTargets = [...CLASS_0, target(1n, service)];
        await expect(system.oracle.scheduleRules({ ...RULES, latencyTargets }, 1))
          .to.be.revertedWithCustomError(system.oracle, "UnknownTargetService")
          .withArgs(3n, service);
      });

    for (const missing of [1n, 2n, 4n])
      it(`refuses latency targets without one of service ${missing} for class 0`, async () => {
        const others = CLASS_0.filter(({ service }) => service !== missing);
        const latencyTargets = [...others, target(1n, missing), target(2n, missing)];
        await expect(system.oracle.scheduleRules({ ...RULES, latencyTargets }, 1))
          .to.be.revertedWithCustomError(system.oracle, "LatencyTargetMissing")
          .withArgs(missing);
      });

    it("takes the bounds themselves", async () => {
      const rules: RulesStruct = {
        algorithmVersion: UINT32_MAX,
        economics: {
          ...{ attesterSharePpm: 100_000n, stakeFloor: 1_000_000n * ICNT },
          ...{ bondFactor: 100n, stakePerUnit: 700_000_000n * ICNT },
        },
        measurement: {
          ...{
            measuredBucketsMin: 256n,
            latencyBucketsMin: 256n,
            staleEpochsPaid: 30n,
            assignedAttesters: 31n,
          },
          ...{ storageBucketInterval: 256n, networkBucketInterval: 256n, computeBucketInterval: 256n },
          ...{ networkBytes: 4_194_304n, paidConclusivePpm: 1_000_000n },
        },
        timing: { commitPpm: 499_998n, revealPpm: 499_999n, viewTimeoutPpm: 1_000_000n },
        availabilityCurve: curveOf(16),
        latencyCurve: [{ xPpm: UINT32_MAX, yPpm: 1_000_000n }],
        latencyTargets: targetsOf(64).with(63, target(255n, 4n, 60_000n)),
      };
      await system.oracle.scheduleRules(rules, 1);
      expect(await system.oracle.rulesOf(hashOf(rules))).to.deep.equal(valuesOf(rules));
    });

    it("does not deploy with them", async () => {
      const { oracle, oracleCode, manager } = system;
      const bad = economic({ attesterSharePpm: 100_001n });
      const call = oracle.interface.encodeFunctionData("initialize", [manager.target, L, bad]);
      await expect(
        ethers.deployContract("ERC1967Proxy", [oracleCode.target, call]),
      ).to.be.revertedWithCustomError(oracle, "RulesOutOfBounds");
    });
  });
});
