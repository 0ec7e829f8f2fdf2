/** What a fault in one service alone does to the score, from the plan of every attester to the committee's verdict. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countBits } from "../../../oracle/domain/bits.ts";
import { majority } from "../../../oracle/domain/majority.ts";
import { observe, type ProbeResult } from "../../../oracle/domain/observe.ts";
import { isServiceSlot } from "../../../oracle/domain/plan.ts";
import { scorePpm } from "../../../oracle/domain/score.ts";
import type { Rules, Service } from "../../../oracle/domain/types.ts";
import { DEFAULT_RULES } from "./support.ts";

const ALL = 7;
const NODE_ID = 1;
const INTERVALS = { storage: 4, compute: 32, network: 16 } as const;
const TARGETS_MS = { storage: 200, compute: 2_000, network: 1_000 } as const;
const SERVICES = ["storage", "compute", "network"] as const;

type Answer = Pick<ProbeResult, "outcome" | "latencyUs">;
/** How the node answers an attester's probe. */
type Behaviour = (probe: "challenge" | Service, bucket: number, attester: number) => Answer;

const well: Behaviour = (probe) => ({
  outcome: "ok",
  latencyUs: probe === "challenge" ? null : TARGETS_MS[probe] * 1_000,
});
const failed: Answer = { outcome: "fail", latencyUs: null };

/** The epoch's results of one attester, in the slots that its secret chooses. */
function resultsOf(attester: number, epoch: number, behaviour: Behaviour): ProbeResult[] {
  const secret = new Uint8Array(32).fill(attester);
  const buckets = Array.from({ length: 256 }, (_, bucket) => bucket);
  return buckets.flatMap((bucket) => {
    const slot = { nodeId: NODE_ID, epoch, bucket };
    const due = SERVICES.filter((service) => isServiceSlot(secret, service, slot, INTERVALS[service]));
    return (["challenge", ...due] as const).map((probe) => ({
      ...{ nodeId: NODE_ID, bucket, probe, integrityFailures: 0 },
      ...behaviour(probe, bucket, attester),
    }));
  });
}

function epochOf(
  assigned: number,
  epoch: number,
  behaviour: Behaviour,
  nodeClass = 1,
  rules: Rules = DEFAULT_RULES,
) {
  const nodes = new Map([[NODE_ID, { services: ALL, nodeClass }]]);
  const observations = Array.from({ length: assigned }, (_, attester) =>
    observe(resultsOf(attester + 1, epoch, behaviour), { voidBuckets: 0n, rules, nodes }),
  ).flat();
  const { upBits, downBits } = majority(observations, assigned);
  const [up, down] = [countBits(upBits), countBits(downBits)];
  return { up, down, score: scorePpm(up, down, observations, assigned, rules) };
}

for (const assigned of [4, 7])
  describe(`given a committee of ${assigned} and a node with three services`, () => {
    it("pays it in full while all is well", () => {
      assert.deepEqual(epochOf(assigned, 0, well), { up: 256, down: 0, score: 1_000_000 });
    });

    for (const broken of SERVICES) {
      it(`scores 0 while ${broken} alone is broken`, () => {
        for (let epoch = 0; epoch < 5; epoch++) {
          const found = epochOf(assigned, epoch, (probe, ...rest) =>
            probe === broken ? failed : well(probe, ...rest),
          );
          assert.deepEqual(found, { up: 0, down: 256, score: 0 });
        }
      });

      it(`takes a third of the score while ${broken} alone takes twice its objective`, () => {
        // The curve falls from 1 at the objective to 0 at four times: 1 − (2 − 1)/3, floored.
        const slow: Behaviour = (probe, bucket, attester) => {
          const answer = well(probe, bucket, attester);
          return probe === broken ? { ...answer, latencyUs: 2 * (answer.latencyUs ?? 0) } : answer;
        };
        assert.deepEqual(epochOf(assigned, 0, slow), { up: 256, down: 0, score: 666_666 });

        const bit = { storage: 1, compute: 2, network: 4 }[broken];
        const own = { nodeClass: 3, service: bit, targetMs: 2 * TARGETS_MS[broken] };
        const rules = { ...DEFAULT_RULES, latencyTargets: [...DEFAULT_RULES.latencyTargets, own] };
        assert.equal(
          epochOf(assigned, 0, slow, 3, rules).score,
          1_000_000,
          "within the class's own objective",
        );
        assert.equal(epochOf(assigned, 0, slow, 2, rules).score, 666_666);
      });

      it(`INV-14: pays in full where one attester alone finds ${broken} broken`, () => {
        const own: Behaviour = (probe, bucket, attester) =>
          probe === broken && attester === 2 ? failed : well(probe, bucket, attester);
        assert.deepEqual(epochOf(assigned, 0, own), { up: 256, down: 0, score: 1_000_000 });
      });
    }

    it("counts 4 buckets of 256 where storage is broken in one group of 4", () => {
      // 252/256 = 984,375 ppm; from 95 % to 99 % the curve rises to a half: 34,375/40,000 of 500,000, floored.
      const found = epochOf(assigned, 0, (probe, bucket, attester) =>
        probe === "storage" && bucket >= 40 && bucket < 44 ? failed : well(probe, bucket, attester),
      );
      assert.deepEqual(found, { up: 252, down: 4, score: 429_687 });
    });

    it("counts one bucket, which costs nothing, where the whole node is down in one", () => {
      for (let epoch = 0; epoch < 20; epoch++) {
        const found = epochOf(assigned, epoch, (probe, bucket, attester) =>
          bucket === 77 ? failed : well(probe, bucket, attester),
        );
        assert.deepEqual(found, { up: 255, down: 1, score: 1_000_000 });
      }
    });
  });
