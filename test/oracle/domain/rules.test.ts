import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { OracleError } from "../../../oracle/domain/errors.ts";
import { bucketIntervalOf, offers, targetMsOf } from "../../../oracle/domain/rules.ts";
import { DEFAULT_RULES, holds, validRules } from "./support.ts";

const SERVICES = [
  ["storage", 1],
  ["compute", 2],
  ["network", 4],
] as const;

describe("targetMsOf", () => {
  it("is the class's own target, else that of class 0", (t) => {
    const classes = fc.integer({ min: 0, max: 255 });
    const property = fc.property(validRules, classes, (rules, anyClass) => {
      for (const nodeClass of [anyClass, ...rules.latencyTargets.map((target) => target.nodeClass)])
        for (const [service, bit] of SERVICES) {
          const byClass = new Map<number, number>();
          for (const target of rules.latencyTargets)
            if (target.service === bit) byClass.set(target.nodeClass, target.targetMs);
          assert.equal(targetMsOf(rules, service, nodeClass), byClass.get(nodeClass) ?? byClass.get(0));
        }
    });
    holds(t, property);
  });

  it("refuses rules that the contract would not take", () => {
    const latencyTargets = [{ nodeClass: 1, service: 2, targetMs: 5 }];
    assert.equal(targetMsOf({ latencyTargets }, "compute", 1), 5);
    assert.throws(
      () => targetMsOf({ latencyTargets }, "compute", 2),
      (error) => error instanceof OracleError && error.code === "latency-target-missing",
    );
  });
});

describe("services", () => {
  it("have their bits", () => {
    for (let services = 0; services < 8; services++)
      assert.deepEqual(
        SERVICES.filter(([service]) => offers({ services }, service)).map(([, bit]) => bit),
        [1, 2, 4].filter(
          (bit) => String(services.toString(2).padStart(3, "0")).at(-1 - Math.log2(bit)) === "1",
        ),
      );
  });

  it("have their intervals", () => {
    const intervals = SERVICES.map(([service]) => bucketIntervalOf(DEFAULT_RULES, service));
    assert.deepEqual(intervals, [4, 32, 16]);
  });
});
