// What `icn node status` tells, held against the ledger that attesters compute.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Observation } from "../../oracle/domain/types.ts";
import { lastScore, markOf, nodeEpochs, staleEpochs } from "../../scripts/node/epochs.ts";
import { readEvidence } from "../../scripts/node/evidence.ts";
import { adviceFor, type Condition } from "../../scripts/node/mend.ts";
import { project } from "../../scripts/node/projection.ts";
import { stripWords } from "../../scripts/node/strip.ts";
import { CLOCK, EMISSION, ICNT, MemoryHistory } from "./support/history.ts";

const ATTESTERS = 4;
const NODES = 3;
const SEED = 0x1c4;
const RUNS = 60;
const silent = () => undefined;

/** The lowest `up` buckets ok, the next `down` failed. */
const seen = (nodeId: number, up: number, down: number, more: Partial<Observation> = {}): Observation => ({
  nodeId,
  okBits: (1n << BigInt(up)) - 1n,
  conclusiveBits: (1n << BigInt(up + down)) - 1n,
  ...{ latencyRatioPpm: 0, integrityFailures: 0 },
  ...more,
});
const byAll = (...rows: Observation[]) =>
  new Map(Array.from({ length: ATTESTERS }, (_, place) => [place + 1, rows] as const));

function historyWithNodes(): MemoryHistory {
  const history = new MemoryHistory(ATTESTERS);
  for (let nodeId = 1; nodeId <= NODES; nodeId++) history.node(nodeId, 2_000n * ICNT, 1_000n * ICNT);
  return history;
}

const epochsOf = async (
  history: MemoryHistory,
  nodeId: number,
  until: number,
  without?: ReadonlySet<number>,
) => {
  const range = [0, until] as const;
  const evidence = await readEvidence(history.state, range, history.source(without), silent);
  return { epochs: nodeEpochs(history.state, evidence, nodeId, range), missing: evidence.missing };
};

const rows = fc.record({
  up: fc.integer({ min: 0, max: 200 }),
  down: fc.integer({ min: 0, max: 56 }),
  latencyRatioPpm: fc.integer({ min: 0, max: 5_000_000 }),
  integrityFailures: fc.constantFrom(0, 0, 0, 1),
});
const bundle = fc
  .array(rows, { minLength: NODES, maxLength: NODES })
  .map((all) =>
    all.flatMap(({ up, down, ...rest }, place) => (up + down === 0 ? [] : [seen(place + 1, up, down, rest)])),
  );
const reports = fc.array(
  fc.dictionary(fc.constantFrom("1", "2", "3", "4"), bundle, {
    minKeys: 1,
    maxKeys: ATTESTERS,
    noNullPrototype: true,
  }),
  { minLength: 1, maxLength: 5 },
);

describe("epochs of a node from bundles alone", () => {
  it("are what the ledger says of it, whatever was seen", async (t) => {
    t.diagnostic(`seed ${SEED}, ${RUNS} runs`);
    const property = fc.asyncProperty(reports, async (all) => {
      const history = historyWithNodes();
      for (const report of all)
        history.report(new Map(Object.entries(report).map(([id, observed]) => [Number(id), observed])));
      for (let nodeId = 1; nodeId <= NODES; nodeId++) {
        const { epochs } = await epochsOf(history, nodeId, all.length);
        const leaf = history.ledgers.at(-1)?.[nodeId - 1];
        const sum = (of: "up" | "down") =>
          epochs.reduce((total, epoch) => total + (epoch.kind === "measured" ? epoch[of] : 0), 0);
        assert.equal(BigInt(sum("up")), leaf?.upBuckets);
        assert.equal(BigInt(sum("down")), leaf?.downBuckets);
        assert.equal(lastScore(epochs) ?? 0, leaf?.lastScorePpm);
        assert.equal(staleEpochs(epochs), leaf?.staleEpochs);
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: RUNS });
  });

  it("know maintenance, and count no staleness in it", async () => {
    const history = historyWithNodes();
    history.status(1, "maintenance", 1);
    history.status(1, "active", 2);
    for (let epoch = 0; epoch < 3; epoch++) history.report(byAll(seen(1, epoch === 2 ? 3 : 256, 0)));
    const { epochs } = await epochsOf(history, 1, 3);
    assert.deepEqual(
      epochs.map(({ kind }) => kind),
      ["measured", "maintenance", "unmeasured"],
    );
    assert.equal(staleEpochs(epochs), 1);
    assert.equal(lastScore(epochs), 1_000_000);
  });

  it("are unknown where the evidence is missing, and older ones are not asked for in vain", async () => {
    const history = historyWithNodes();
    for (let epoch = 0; epoch < 6; epoch++) history.report(byAll(seen(1, 256, 0)));
    const { epochs, missing } = await epochsOf(history, 1, 6, new Set([2, 3]));
    assert.deepEqual(
      epochs.map(({ kind }) => kind),
      ["unknown", "unknown", "unknown", "unknown", "measured", "measured"],
    );
    assert.deepEqual(
      missing.map(({ epoch }) => epoch),
      [3, 2, 1, 0],
    );
    assert.match(missing[0]?.reason ?? "", /nobody serves 3/);
    assert.match(missing[2]?.reason ?? "", /not asked for/);
  });

  it("do not trust a bundle that is not the reported one", async () => {
    const history = historyWithNodes();
    history.report(byAll(seen(1, 256, 0)));
    const honest = history.source();
    const altered = async (...args: Parameters<typeof honest>) => {
      const bytes = Uint8Array.from(await honest(...args));
      bytes[39] = (bytes[39] ?? 0) ^ 1;
      return bytes;
    };
    const { epochs, missing } = await readEvidence(history.state, [0, 1], altered, silent);
    assert.equal(epochs.size, 0);
    assert.match(missing[0]?.reason ?? "", /is not the one that was reported/);
  });
});

describe("the strip", () => {
  it("has one character an epoch, by score, and a legend of what occurs", async () => {
    const history = historyWithNodes();
    history.status(1, "maintenance", 4);
    for (const [up, down] of [
      [256, 0],
      [252, 4],
      [0, 256],
      [10, 0],
      [0, 0],
    ] as const)
      history.report(byAll(...(up + down === 0 ? [] : [seen(1, up, down)])));
    const { epochs } = await epochsOf(history, 1, 5);
    assert.equal(epochs[1]?.scorePpm, 429_687, "50 % · (98.4375 − 95) / 4");
    assert.equal(
      stripWords(0, epochs.map(markOf)),
      "0 │█▄x m│ 4\n█ full score, ▄ part of it, by height, x score 0, (blank) unmeasured, m maintenance",
    );
    assert.equal(stripWords(0, []), "none reported yet");
  });
});

describe("what to mend", () => {
  const condition = (change: Partial<Condition>): Condition => ({
    ...{ nodeId: 7, status: "active", bond: 2_000n * ICNT, minimumBond: 2_000n * ICNT },
    ...{ stake: 2_000n * ICNT, limit: 3_000n * ICNT, clock: CLOCK, epochs: [] },
    endpoint: { problem: null, detail: "" },
    ...change,
  });
  const kinds = (change: Partial<Condition>) => adviceFor(condition(change)).map(({ kind }) => kind);
  const afterOne = async (observed: ReadonlyMap<number, readonly Observation[]>) => {
    const history = historyWithNodes();
    history.report(observed);
    return (await epochsOf(history, 1, 1)).epochs;
  };

  it("is nothing for a node that served all the time, on target", async () => {
    assert.deepEqual(
      kinds({ epochs: await afterOne(byAll(seen(1, 255, 1, { latencyRatioPpm: 1_000_000 }))) }),
      [],
    );
  });

  it("names the times that were down, and how many saw it", async () => {
    const broken = 0b111n << 10n;
    const all = (1n << 256n) - 1n;
    const down = { ...seen(1, 256, 0), okBits: all ^ broken ^ (1n << 255n) };
    const fine = seen(1, 256, 0);
    const epochs = await afterOne(
      new Map([
        [1, [down]],
        [2, [down]],
        [3, [down]],
        [4, [fine]],
      ]),
    );
    const [advice] = adviceFor(condition({ epochs }));
    assert.equal(advice?.kind, "availability");
    // 10 buckets of 337.5 s after 22:13:20.
    assert.match(advice?.problem ?? "", /98\.4375 % in epoch 0, and under 99\.6 %/);
    assert.match(
      advice?.problem ?? "",
      /: 23:09:35 to 23:26:27 UTC \(3 of 4 attesters\), 22:07:42 to 22:13:20 UTC/,
    );
  });

  it("names latency and lost objects", async () => {
    assert.deepEqual(
      kinds({ epochs: await afterOne(byAll(seen(1, 256, 0, { latencyRatioPpm: 1_000_001 }))) }),
      ["latency"],
    );
    const [lost] = adviceFor(
      condition({ epochs: await afterOne(byAll(seen(1, 256, 0, { integrityFailures: 1 }))) }),
    );
    assert.match(
      lost?.problem ?? "",
      /4 of 4 attesters report objects lost or altered in epoch 0.*the score is 0$/,
    );
    const one = new Map([
      [1, [seen(1, 256, 0, { integrityFailures: 1 })]],
      [2, [seen(1, 256, 0)]],
    ]);
    const [alone] = adviceFor(condition({ epochs: await afterOne(one) }));
    assert.match(alone?.problem ?? "", /1 of 4 .*the score is 0 once 2 do$/);
  });

  it("names unmeasured epochs, bond, stake, status and endpoint", async () => {
    const [stale] = adviceFor(condition({ epochs: await afterOne(byAll(seen(1, 63, 0))) }));
    assert.match(
      stale?.problem ?? "",
      /the last epoch is unmeasured \(under 64 buckets with a verdict\): still paid/,
    );
    assert.deepEqual(kinds({ bond: 1_999n * ICNT, stake: 3_001n * ICNT }), [
      "bond-too-low",
      "stake-above-limit",
    ]);
    assert.deepEqual(kinds({ status: "registered" }), ["not-active"]);
    assert.deepEqual(kinds({ status: "maintenance" }), ["in-maintenance"]);
    const unreachable = { problem: "unreachable", detail: "" } as const;
    assert.deepEqual(kinds({ endpoint: unreachable }), ["endpoint-unreachable"]);
    assert.deepEqual(kinds({ endpoint: unreachable, status: "exited", bond: 0n }), []);
  });
});

describe("projected pay", () => {
  it("is bond, commission and delegations by the formula of pay, for an epoch and for 30 days", () => {
    const history = historyWithNodes();
    const node = history.state.contextOf(0)?.nodes[0];
    assert.ok(node !== undefined);
    const found = project(history.state, EMISSION, node, 0, 500_000);
    // The stake of the last node registered is all that its checkpoint counts, far below the floor of 35 M.
    const perDay = (EMISSION.total * 184_000n * 86_400n) / (1_000_000n * 2_629_800n);
    const half = (amount: bigint, days: bigint) =>
      (perDay * days * 95n * amount) / (100n * 35_000_000n * ICNT * 2n);
    const close = (actual: bigint | undefined, expected: bigint) =>
      assert.ok(
        actual !== undefined && actual <= expected + 100n && actual >= expected - 100n,
        `${actual} ${expected}`,
      );
    close(found?.perEpoch.bond, half(2_000n * ICNT, 1n));
    close(found?.perEpoch.commission, half(100n * ICNT, 1n));
    close(found?.perEpoch.delegations, half(900n * ICNT, 1n));
    close(found?.per30Days.bond, half(2_000n * ICNT, 30n));
  });
});
