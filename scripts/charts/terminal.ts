// Curves in characters: one column per month.
import { formatIcnt } from "../lib/amounts.ts";
import {
  highest,
  lastMonth,
  monthTicks,
  type Panel,
  partOf,
  type Series,
  tickLabel,
  ticksOf,
} from "./chart.ts";

const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
const ROWS_PER_TICK = 3;

/** The first curve as a filled area with axes; the others as one line each, to their own height. */
export function drawTerminal({ title, series }: Panel): string {
  const [first, ...others] = series;
  if (first === undefined) return title;
  return [title, "", ...area(first), ...(others.length === 0 ? [] : ["", ...lines(others)])].join("\n");
}

function area(series: Series): string[] {
  const ticks = ticksOf(highest([series]));
  const top = ticks.at(-1) ?? 1n;
  const rows = (ticks.length - 1) * ROWS_PER_TICK;
  const labels = ticks.map(tickLabel);
  const width = Math.max(...labels.map(({ length }) => length));
  const heights = series.points.map(({ wei }) => Math.round(partOf(wei, top) * rows * 8));
  const drawn = Array.from({ length: rows }, (_, index) => {
    const row = rows - index;
    const label = row % ROWS_PER_TICK === 0 ? labels[row / ROWS_PER_TICK] : undefined;
    const cells = heights.map((height) => EIGHTHS[Math.max(0, Math.min(8, height - (row - 1) * 8))]);
    return `${(label ?? "").padStart(width)} ${label === undefined ? "│" : "┤"}${cells.join("")}`.trimEnd();
  });
  const months = series.points.length;
  return [...drawn, `${"0".padStart(width)} └${"─".repeat(months)}`, monthAxis(series, width + 2)];
}

function monthAxis({ points }: Series, indent: number): string {
  const first = points[0]?.month ?? 0;
  return monthTicks(lastMonth([{ name: "", points }]))
    .filter((month) => month >= first)
    .reduce((text, month) => text.padEnd(indent + month - first) + month, "")
    .concat("  months");
}

function lines(series: readonly Series[]): string[] {
  const width = Math.max(...series.map(({ name }) => name.length));
  return series.map(({ name, points }) => {
    const max = highest([{ name, points }]);
    const cells = points.map(({ wei }) => EIGHTHS[max === 0n ? 0 : Number((wei * 8n + max - 1n) / max)]);
    return `${name.padEnd(width)} ${cells.join("")} ${formatIcnt(max, 0)}`;
  });
}
