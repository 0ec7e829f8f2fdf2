import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseUnits } from "ethers";
import { type Panel, type Picture, tickLabel, ticksOf } from "../../scripts/charts/chart.ts";
import { cumulativeSeries, monthlySeries, monthRows } from "../../scripts/charts/months.ts";
import { drawSvg } from "../../scripts/charts/svg.ts";
import { drawTerminal } from "../../scripts/charts/terminal.ts";
import { elementsOf } from "./support/xml.ts";

const icnt = (amount: number): bigint => parseUnits(String(amount), 18);
const MONTH = 2_629_800;

describe("ticks", () => {
  it("reach the highest amount in a few even steps of 1, 2 or 5", () => {
    for (const max of [1, 3, 7, 10, 99, 101, 140_000_000, 560_000_000]) {
      const ticks = ticksOf(icnt(max)).map(Number);
      const step = ticks[1]! - ticks[0]!;
      assert.ok(ticks.length >= 2 && ticks.length <= 6, `${max}: ${ticks}`);
      assert.ok(ticks.at(-1)! >= max && ticks.at(-2)! < max, `${max}: ${ticks}`);
      assert.match(String(step), /^[125]0*$/);
      assert.deepEqual(
        ticks,
        ticks.map((_, index) => index * step),
      );
    }
  });

  it("of nothing still span an axis", () => assert.deepEqual(ticksOf(0n), [0n, 1n]));

  it("are named in short", () => {
    assert.deepEqual([0n, 7n, 2_500n, 30_000_000n].map(tickLabel), ["0", "7", "2.5 k", "30 M"]);
  });
});

describe("months", () => {
  const rows = monthRows(3, 1_000, (elapsed) => 5n + BigInt(elapsed / MONTH) * 10n);

  it("tell what each one releases, from what is free at the beginning on", () => {
    assert.deepEqual(
      rows.map(({ month, endsAt, releasedWei, cumulativeWei }) => [
        month,
        endsAt,
        releasedWei,
        cumulativeWei,
      ]),
      [
        [0, 1_000, 5n, 5n],
        [1, 1_000 + MONTH, 10n, 15n],
        [2, 1_000 + 2 * MONTH, 10n, 25n],
        [3, 1_000 + 3 * MONTH, 10n, 35n],
      ],
    );
  });

  it("have no dates before a deployment", () => {
    assert.equal(
      monthRows(1, null, () => 0n).every(({ endsAt }) => endsAt === null),
      true,
    );
  });
});

const rows = monthRows(60, null, (elapsed) => (icnt(600) * BigInt(elapsed)) / BigInt(60 * MONTH));
const panel = (names: readonly string[]): Panel => ({
  title: "All",
  series: names.map((name) => cumulativeSeries(name, rows)),
});

describe("in the terminal", () => {
  const lines = drawTerminal(panel(["all"])).split("\n");

  it("a line rises from the lower left to the upper right, one column a month", () => {
    const plot = lines.filter((line) => /[│┤]/.test(line)).map((line) => line.split(/[│┤]/)[1]!);
    assert.equal(plot.at(-1)?.length, 61);
    const heights = Array.from({ length: 61 }, (_, month) =>
      plot.reduce((sum, row) => sum + "▁▂▃▄▅▆▇█".indexOf(row.charAt(month) || " ") + 1, 0),
    );
    assert.deepEqual(
      heights,
      heights.toSorted((a, b) => a - b),
    );
    assert.equal(heights[0], 0);
    assert.equal(heights[60], plot.length * 8);
  });

  it("the axes are named", () => {
    assert.match(lines[2]!, /^600 ┤/);
    assert.match(lines.at(-1)!, / 0 {11}12 {10}24 {10}36 {10}48 {10}60 {2}months$/);
  });

  it("further curves are a line each, with what they reach", () => {
    const [, second] = drawTerminal(panel(["all", "team"]))
      .split("\n\n")
      .slice(-1)[0]!
      .split("team");
    assert.match(second!, /^ {2}▁+▂+▃+▄+▅+▆+▇+█+ 600$/);
  });
});

describe("as SVG", () => {
  const picture: Picture = {
    title: 'Team & "friends" <b>',
    subtitle: "600 ICNT",
    panels: [panel(["all", "a & b"]), { title: "In the month", series: [monthlySeries("all", rows)] }],
  };
  const svg = drawSvg(picture);

  it("it is well-formed, whatever the names are, and holds one curve per series", () => {
    const names = elementsOf(svg);
    assert.equal(names[0], "svg");
    assert.equal(names.filter((name) => name === "polyline").length, 3);
    assert.match(svg, /Team &amp; &quot;friends&quot; &lt;b&gt;/);
  });

  it("it loads nothing and runs nothing, and has colours for dark ground", () => {
    assert.doesNotMatch(svg, /<script|<image|href|url\(|@import|onload/);
    assert.match(svg, /prefers-color-scheme: dark/);
  });

  it("it names axes, months, unit, title and legend", () => {
    for (const text of ["ICNT", "months", "60", "600", "all", "a &amp; b", "In the month"])
      assert.ok(svg.includes(`>${text}<`), text);
  });

  it("curves start and end where they should, inside of the picture", () => {
    const [, width = "", height = ""] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const curves = [...svg.matchAll(/points="([^"]+)"/g)].map(([, points = ""]) =>
      points.split(" ").map((point) => point.split(",").map(Number)),
    );
    for (const [x, y] of curves.flat())
      assert.ok(x! >= 0 && x! <= Number(width) && y! >= 0 && y! <= Number(height));
    const [first] = curves;
    assert.equal(first?.length, 61);
    assert.ok(first![0]![1]! > first![60]![1]!, "it rises");
  });
});
