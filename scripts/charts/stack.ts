// Amounts that add up, as areas on top of each other, in the manner of svg.ts.
import { highest, lastMonth, type Point, type Series } from "./chart.ts";
import {
  colourOf,
  documentOf,
  escaped,
  fixed,
  HEAD,
  KEY_WIDTH,
  type Key,
  legendEntry,
  legendHeight,
  plotOf,
} from "./svg.ts";

const HEIGHT = 400;
const BELOW = 78;
const DASHES = ["8 5", "2 4"];

const OPACITY = { full: 0.9, weak: 0.45, faint: 0.2 } as const;
type Tone = keyof typeof OPACITY;

export interface Layer extends Series {
  /** Layers of one name share a colour, and its first one's tone is in the legend. */
  readonly tone: Tone;
}

export interface Stack {
  readonly title: string;
  readonly subtitle: string;
  readonly panel: string;
  /** From the bottom up, with the same months each. */
  readonly layers: readonly Layer[];
  /** Drawn over the areas, from the axis and not on top of each other. */
  readonly marks: readonly Series[];
}

export function drawStack({ title, subtitle, panel, layers, marks }: Stack): string {
  const names = [...new Set(layers.map(({ name }) => name))];
  const tops = topsOf(layers);
  const all = tops.map((points) => ({ name: "", points }));
  const { axes, x, y } = plotOf({
    ...{ title: panel, top: HEAD, height: HEIGHT },
    ...{ months: lastMonth(all), maxWei: highest(all) },
  });
  const pathOf = (points: readonly Point[]) => points.map(({ month, wei }) => `${x(month)},${y(wei)}`);
  const areas = layers.map(({ name, tone }, index) => {
    const above = tops[index] ?? [];
    const below = tops[index - 1] ?? above.map(({ month }) => ({ month, wei: 0n }));
    const points = [...pathOf(above), ...pathOf(below).reverse()].join(" ");
    return `<polygon ${fillOf(names.indexOf(name), tone)} points="${points}"><title>${escaped(name)}</title></polygon>`;
  });
  const lines = marks.map(
    ({ name, points }, index) =>
      `<polyline class="mark" ${dashOf(index)} points="${pathOf(points).join(" ")}"><title>${escaped(name)}</title></polyline>`,
  );
  const legendTop = HEAD + HEIGHT + BELOW;
  const keys = [
    ...names.map((name, index) => ({
      name,
      key: areaKey(index, layers.find((layer) => layer.name === name)?.tone ?? "full"),
    })),
    ...marks.map(({ name }, index) => ({ name, key: markKey(index) })),
  ];
  return documentOf(title, subtitle, legendTop + legendHeight(keys.length), [
    ...areas,
    axes,
    ...lines,
    ...keys.map(({ name, key }, place) => legendEntry(name, key, place, legendTop)),
  ]);
}

/** Upper edges of the layers. */
function topsOf(layers: readonly Series[]): Point[][] {
  const tops: Point[][] = [];
  for (const { points } of layers) {
    const below = tops.at(-1);
    tops.push(points.map(({ month, wei }, index) => ({ month, wei: wei + (below?.[index]?.wei ?? 0n) })));
  }
  return tops;
}

const fillOf = (index: number, tone: Tone): string =>
  `fill="${colourOf(index)}" fill-opacity="${OPACITY[tone]}"`;

const dashOf = (index: number): string => `stroke-dasharray="${DASHES[index % DASHES.length]}"`;

const areaKey =
  (index: number, tone: Tone): Key =>
  (x, y) =>
    `<rect ${fillOf(index, tone)} x="${fixed(x)}" y="${y - 6}" width="${KEY_WIDTH}" height="12"/>`;

const markKey =
  (index: number): Key =>
  (x, y) =>
    `<line class="mark" ${dashOf(index)} x1="${fixed(x)}" x2="${fixed(x + KEY_WIDTH)}" y1="${y}" y2="${y}"/>`;
