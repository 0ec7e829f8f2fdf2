import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { castable, type Group, majorityEnds, votesByGroup } from "../../scripts/charts/votes.ts";
import { votesSvg, votesText } from "../../scripts/charts/votes-page.ts";
import { withParties } from "../../scripts/charts/votes-parties.ts";
import { between } from "../../scripts/ci/votes-chart.ts";
import { readJson, readParameters } from "../../scripts/deploy/parameters.ts";
import { elementsOf } from "./support/xml.ts";

const MAIN = "deployments/parameters/main.json";
const ICNT = 10n ** 18n;
const SUPPLY = 700_000_000n * ICNT;

const main = withParties(readJson(MAIN), MAIN);
const all = votesByGroup(main);

const named = (...groups: Group[]) => all.filter(({ group }) => groups.includes(group));

/** Of a group at a month, in ICNT, cut off: [unreleased and voting, unreleased and silent, released]. */
function at(group: Group, month: number): number[] {
  const votes = named(group)[0]!.months[month]!;
  return [votes.unreleasedVoting, votes.unreleasedSilent, votes.released].map((wei) => Number(wei / ICNT));
}

describe("votes of main.json", () => {
  it("every month the groups' three amounts are the supply", () => {
    for (let month = 0; month <= 60; month++) {
      const sum = all.reduce((total, { months }) => {
        const { unreleasedVoting, unreleasedSilent, released } = months[month]!;
        return total + unreleasedVoting + unreleasedSilent + released;
      }, 0n);
      assert.equal(sum, SUPPLY, `month ${month}`);
    }
  });

  it("team and investors vote with everything, before and while it is released", () => {
    assert.deepEqual(
      [0, 12, 36, 60].map((month) => at("team", month)),
      [
        [154_700_000, 0, 0],
        [154_700_000, 0, 0],
        [77_350_000, 0, 77_350_000],
        [0, 0, 154_700_000],
      ],
    );
    assert.deepEqual(
      [12, 24, 36].map((month) => at("investors", month)),
      [
        [150_500_000, 0, 0],
        [75_250_000, 0, 75_250_000],
        [0, 0, 150_500_000],
      ],
    );
  });

  it("partners vote with everything, too", () => {
    assert.deepEqual(at("partners", 0), [77_000_000, 0, 0]);
    assert.deepEqual(at("partners", 24), [46_200_000, 0, 30_800_000]);
  });

  it("the treasury's schedules are silent until they are released", () => {
    assert.deepEqual(at("devco", 0), [0, 34_020_000, 3_780_000]);
    assert.deepEqual(at("devco", 24), [0, 20_412_000, 17_388_000]);
    assert.deepEqual(at("ecosystem", 0), [0, 63_000_000, 7_000_000]);
    assert.deepEqual(at("ecosystem", 30), [0, 31_500_000, 38_500_000]);
    assert.deepEqual(at("rewardsReserve", 24), [0, 42_000_000, 28_000_000]);
    assert.deepEqual(
      all.flatMap(({ group, treasurys }) => (treasurys ? [group] : [])),
      ["devco", "ecosystem", "rewardsReserve"],
    );
  });

  it("node rewards are silent until they are emitted, from epoch 0 on, 28 days after the genesis", () => {
    // Month m of the genesis ends 2.4375 d, 39/487 of a month, after m − 1 months of emission.
    assert.equal(main.epochZeroDelaySeconds, 28 * 86_400, "docs/governance.md says 28 days");
    const emitted = [0, 1, 12, 60].map((month) => named("nodeRewards")[0]!.months[month]!.released);
    assert.deepEqual(emitted, [
      0n,
      (25_760_000n * 39n * ICNT) / 487n,
      84_269_920n * ICNT + (2_623_320n * 39n * ICNT) / 487n,
      139_402_480n * ICNT + (597_520n * 39n * ICNT) / 487n,
    ]);
    assert.deepEqual(at("nodeRewards", 0), [0, 140_000_000, 0]);
  });

  it("at genesis 392,980,000 can vote", () => {
    assert.equal(castable(all, 0), 392_980_000n * ICNT);
  });

  it("team and investors have half or less from month 35 on, by 301.8 M against their 305.2 M a month earlier", () => {
    const insiders = named("team", "investors");
    const others = named("partners", "nodeRewards", "devco", "ecosystem", "rewardsReserve");
    assert.equal(castable(insiders, 35), 305_200_000n * ICNT);
    // 77 M of partners, 10.78 M + 167.02 M · month / 60 of the treasury, and the emission.
    assert.equal(castable(others, 34) / (ICNT * 100_000n), 3_018n);
    assert.equal(castable(others, 35) / (ICNT * 100_000n), 3_055n);
    assert.equal(majorityEnds(insiders, all), 35);
  });

  it("they keep it without the treasury's votes, without node rewards, and with the treasury", () => {
    const insiders = named("team", "investors");
    assert.equal(majorityEnds(insiders, named("team", "investors", "partners", "nodeRewards")), undefined);
    const unpaid = all.filter(({ group }) => group !== "nodeRewards");
    assert.equal(majorityEnds(insiders, unpaid), undefined);
    const treasury = named("devco", "ecosystem", "rewardsReserve");
    assert.equal(majorityEnds([...insiders, ...treasury], all), undefined);
  });
});

describe("votes of other parameters", () => {
  const devnet = readParameters("deployments/parameters/devnet.json");

  it("liquid lines vote from the first second", () => {
    const liquid = devnet.allocations.filter(({ kind }) => kind === "liquid");
    assert.ok(liquid.length > 0);
    const sum = liquid.reduce((total, { amountIcnt }) => total + amountIcnt, 0n);
    const groups = votesByGroup({ ...devnet, allocations: liquid });
    assert.equal(castable(groups, 0), sum);
    assert.equal(castable(groups, 60), sum);
  });

  it("a group that is partly the treasury's is two", () => {
    const partners = main.allocations.filter(({ group }) => group === "partners");
    const treasurys = partners.map((line) =>
      line.kind === "vesting" ? { ...line, beneficiary: main.treasury } : line,
    );
    const groups = votesByGroup({ ...main, allocations: [...partners, ...treasurys] });
    assert.deepEqual(
      groups.map((one) => [one.group, one.treasurys, castable([one], 0)]),
      [
        ["partners", false, 77_000_000n * ICNT],
        ["partners", true, 0n],
      ],
    );
  });

  it("parties that the file names stay; only open ones are assumed", () => {
    const treasury = "0x00000000000000000000000000000000000000A1";
    const own = "0x00000000000000000000000000000000000000b2";
    const raw = readJson(MAIN) as { allocations: { group: string }[] };
    const allocations = raw.allocations.map((line) =>
      line.group === "ecosystem" ? { ...line, beneficiary: own } : line,
    );
    const groups = votesByGroup(withParties({ ...raw, treasury, allocations }, "file"));
    const voting = groups.flatMap(({ group, treasurys }) => (treasurys ? [] : [group]));
    assert.deepEqual(voting.toSorted(), ["ecosystem", "investors", "nodeRewards", "partners", "team"]);
  });
});

describe("docs/governance.md", () => {
  const text = votesText(main);

  it("says who holds how much, in figures that were worked out by hand", () => {
    for (const words of [
      "305.2 of the 393.0 M ICNT that can vote, 77.7 %",
      "79.9 % if the treasury casts none",
      "all others can cast 87.8 M at most",
      "| Team | 154.7 · 39.4 % |",
      "| **Can vote** | **393.0** |",
      "majority ends in month 35",
    ])
      assert.ok(text.includes(words), words);
  });

  it("what it says in words is true: each large group reaches the quorum alone", () => {
    for (const group of ["team", "investors", "partners"] as const)
      assert.ok(castable(named(group), 0) >= SUPPLY / 25n, group);
  });

  it("only what stands between its marks is written", () => {
    const page = readFileSync("docs/governance.md", "utf8");
    const changed = between(page, "nothing");
    assert.ok(changed.length < page.length);
    assert.equal(between(changed, text), between(page, text));
    assert.throws(() => between("no marks", text));
  });
});

describe("docs/governance-votes.svg", () => {
  const svg = votesSvg(main);

  it("is well-formed and names groups, lines and axes", () => {
    const names = elementsOf(svg);
    assert.equal(
      names.filter((name) => name === "polygon").length,
      11,
      "3 groups in two tones, 5 areas in one",
    );
    assert.equal(names.filter((name) => name === "polyline").length, 2);
    for (const word of ["Team", "DevCo (treasury)", "Cannot vote yet", "Quorum, 28 M", "months", "60"])
      assert.ok(svg.includes(`>${word}<`), word);
  });

  it("its areas lie on each other without a gap and end level, at the supply", () => {
    const areas = [...svg.matchAll(/<polygon [^>]*points="([^"]+)"/g)].map(([, points = ""]) =>
      points.split(" "),
    );
    areas.forEach((points, index) => {
      const below = points.slice(61).reverse();
      if (index > 0) assert.deepEqual(below, areas[index - 1]!.slice(0, 61));
    });
    const top = areas.at(-1)!.slice(0, 61);
    assert.equal(new Set(top.map((point) => point.split(",")[1])).size, 1);
  });
});
