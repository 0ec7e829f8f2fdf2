import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contradictions } from "../../scripts/devnet/expectations.ts";
import { LABELS, type Label } from "../../scripts/devnet/faults.ts";

const nodes = LABELS.map((label, place) => ({
  id: place + 1,
  label,
  port: 1,
  httpProxyPort: 2,
  s3ProxyPort: 3,
  networkProxyPort: 4,
  computeProxyPort: 5,
}));
const HEALTHY: Readonly<Record<Label, number>> = {
  good: 1_000_000,
  flaky: 380_000,
  slow: 660_000,
  half: 0,
  corrupt: 0,
  dead: 0,
  "no-compute": 0,
  "slow-network": 660_000,
};

const problems = (scores: Partial<Record<Label, number>>, up = 200): string[] =>
  contradictions(
    7,
    nodes.map(({ id, label }) => ({
      nodeId: id,
      up,
      down: 0,
      availabilityPpm: 1_000_000,
      latencyRatioPpm: null,
      scorePpm: scores[label] ?? HEALTHY[label],
      stake: 1n,
      earned: 0n,
    })),
    nodes,
  );

describe("contradictions", () => {
  it("finds none where every score fits its fault", () => assert.deepEqual(problems({}), []));

  for (const [label, score] of [
    ["good", 999_999],
    ["flaky", 0],
    ["flaky", 1_000_000],
    ["slow", 1_000_000],
    ["half", 1],
    ["corrupt", 1],
    ["dead", 1],
    ["no-compute", 1],
    ["slow-network", 0],
    ["slow-network", 1_000_000],
  ] as const)
    it(`names ${label} at ${score} ppm`, () => {
      const [problem = ""] = problems({ [label]: score });
      assert.match(problem, new RegExp(`^epoch 7, node \\d \\(${label}\\): its score is ${score} ppm`));
    });

  it("names every node but the dead one that was hardly measured", () => {
    assert.equal(problems({}, 63).length, LABELS.length - 1);
  });
});
