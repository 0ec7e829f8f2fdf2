// Curves as one self-contained SVG: no script, no font to load, readable on light and dark ground.
import {
  highest,
  lastMonth,
  monthTicks,
  type Panel,
  type Picture,
  partOf,
  type Series,
  tickLabel,
  ticksOf,
} from "./chart.ts";

const WIDTH = 860;
const LEFT = 84;
const RIGHT = 24;
export const HEAD = 84;
const PANEL = 300;
const PLOT = 210;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const LEGEND_ROW = 22;
const LEGEND_COLUMNS = 3;
export const KEY_WIDTH = 28;

/** Distinct for most colour-blind readers, and against both grounds; dashes tell the rest apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#8c6bb1", "#7f7f7f"];
const DASHES = ["none", "8 4", "2 4"];

const STYLE = `
  .ground { fill: #ffffff } .text { fill: #1b1f24 } .faint { fill: #57606a }
  .axis { stroke: #57606a } .grid { stroke: #d0d7de }
  text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: 13px }
  .title { font-size: 20px; font-weight: 600 } .panel { font-size: 15px; font-weight: 600 }
  .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .mark { fill: none; stroke: #1b1f24; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .text { fill: #e6edf3 } .faint { fill: #9198a1 }
    .axis { stroke: #9198a1 } .grid { stroke: #30363d }
    .mark { stroke: #e6edf3 }
  }
`;

export function drawSvg({ title, subtitle, panels }: Picture): string {
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const legendTop = HEAD + panels.length * PANEL;
  return documentOf(title, subtitle, legendTop + legendHeight(names.length), [
    ...panels.map((panel, index) => panelSvg(panel, HEAD + index * PANEL, names)),
    ...names.map((name, index) => legendEntry(name, lineKey(index), index, legendTop)),
  ]);
}

export const legendHeight = (entries: number): number =>
  Math.ceil(entries / LEGEND_COLUMNS) * LEGEND_ROW + 16;

export function documentOf(
  title: string,
  subtitle: string,
  height: number,
  parts: readonly string[],
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="ground" width="${WIDTH}" height="${height}"/>
<text class="text title" x="${LEFT}" y="34">${escaped(title)}</text>
<text class="faint" x="${LEFT}" y="56">${escaped(subtitle)}</text>
${parts.join("\n")}
</svg>
`;
}

function panelSvg({ title, series }: Panel, top: number, names: readonly string[]): string {
  const { axes, x, y } = plotOf({
    ...{ title, top, height: PLOT },
    ...{ months: lastMonth(series), maxWei: highest(series) },
  });
  const curves = series.map((one) => curve(one, names.indexOf(one.name), x, y));
  return `<g>
${axes}
${curves.join("\n")}
</g>`;
}

interface Frame {
  readonly title: string;
  readonly top: number;
  readonly height: number;
  readonly months: number;
  readonly maxWei: bigint;
}

/** Where amounts over months are drawn. */
interface Plot {
  readonly axes: string;
  readonly x: (month: number) => string;
  readonly y: (wei: bigint) => string;
}

export function plotOf({ title, top, height, months: last, maxWei }: Frame): Plot {
  const ticks = ticksOf(maxWei);
  const topTick = ticks.at(-1) ?? 1n;
  const months = Math.max(1, last);
  const x = (month: number) => fixed(LEFT + (month / months) * PLOT_WIDTH);
  const y = (part: number) => fixed(top + 24 + height * (1 - part));
  const horizontal = ticks.map((tick) => {
    const at = y(Number(tick) / Number(topTick));
    return `<line class="${tick === 0n ? "axis" : "grid"}" x1="${LEFT}" x2="${LEFT + PLOT_WIDTH}" y1="${at}" y2="${at}"/>
<text class="faint" x="${LEFT - 8}" y="${at}" dy="4" text-anchor="end">${tickLabel(tick)}</text>`;
  });
  const vertical = monthTicks(months).map(
    (month) => `<line class="axis" x1="${x(month)}" x2="${x(month)}" y1="${y(0)}" y2="${Number(y(0)) + 5}"/>
<text class="faint" x="${x(month)}" y="${Number(y(0)) + 20}" text-anchor="middle">${month}</text>`,
  );
  const axes = `<text class="text panel" x="${LEFT}" y="${top + 10}">${escaped(title)}</text>
<text class="faint" x="${LEFT - 8}" y="${top + 10}" text-anchor="end">ICNT</text>
${[...horizontal, ...vertical].join("\n")}
<text class="faint" x="${LEFT + PLOT_WIDTH}" y="${Number(y(0)) + 38}" text-anchor="end">months</text>
<line class="axis" x1="${LEFT}" x2="${LEFT}" y1="${y(1)}" y2="${y(0)}"/>`;
  return { axes, x, y: (wei) => y(partOf(wei, topTick)) };
}

function curve(
  { name, points }: Series,
  index: number,
  x: (month: number) => string,
  y: (wei: bigint) => string,
): string {
  const path = points.map(({ month, wei }) => `${x(month)},${y(wei)}`).join(" ");
  return `<polyline class="curve" ${strokeOf(index)} points="${path}"><title>${escaped(name)}</title></polyline>`;
}

/** Draws what a legend shows in front of a name, 28 wide from x, around y. */
export type Key = (x: number, y: number) => string;

const lineKey =
  (index: number): Key =>
  (x, y) =>
    `<line class="curve" ${strokeOf(index)} x1="${fixed(x)}" x2="${fixed(x + KEY_WIDTH)}" y1="${y}" y2="${y}"/>`;

export function legendEntry(name: string, key: Key, place: number, top: number): string {
  const x = LEFT + (place % LEGEND_COLUMNS) * (PLOT_WIDTH / LEGEND_COLUMNS);
  const y = top + 10 + Math.floor(place / LEGEND_COLUMNS) * LEGEND_ROW;
  return `${key(x, y)}
<text class="text" x="${fixed(x + KEY_WIDTH + 8)}" y="${y + 4}">${escaped(name)}</text>`;
}

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? "";

const strokeOf = (index: number): string =>
  `stroke="${colourOf(index)}" stroke-dasharray="${DASHES[Math.floor(index / COLOURS.length) % DASHES.length]}"`;

export const fixed = (value: number): string => String(Math.round(value * 100) / 100);

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};
export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
