// What a picture of amounts over months holds, and the scale of its axes.

/** An amount at the end of a month; month 0 is the beginning. */
export interface Point {
  readonly month: number;
  readonly wei: bigint;
}

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Curves that share their axes. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

export interface Picture {
  readonly title: string;
  /** One line below the title: where the figures come from. */
  readonly subtitle: string;
  readonly panels: readonly Panel[];
}

const ICNT = 10n ** 18n;
const TICKS_MAX = 6;
const STEPS = [1n, 2n, 5n];

/** Whole ICNT from 0 upwards in even steps of 1, 2 or 5 · 10^n, the last at or above `maxWei`. */
export function ticksOf(maxWei: bigint): bigint[] {
  const max = maxWei === 0n ? 1n : (maxWei + ICNT - 1n) / ICNT;
  for (let power = 1n; ; power *= 10n)
    for (const factor of STEPS) {
      const step = factor * power;
      const count = (max + step - 1n) / step;
      if (count < TICKS_MAX)
        return Array.from({ length: Number(count) + 1 }, (_, index) => BigInt(index) * step);
    }
}

const UNITS = [
  { size: 1_000_000n, suffix: " M" },
  { size: 1_000n, suffix: " k" },
] as const;

/** Whole ICNT as an axis shows it: "2.5 M", "20 k". */
export function tickLabel(icnt: bigint): string {
  const unit = UNITS.find(({ size }) => icnt >= size);
  return unit === undefined ? String(icnt) : `${Number(icnt) / Number(unit.size)}${unit.suffix}`;
}

/** Part of `icnt` whole ICNT that an amount is, from 0 to 1; for drawing only. */
export const partOf = (wei: bigint, icnt: bigint): number =>
  Number((wei * 1_000_000n) / (icnt * ICNT)) / 1_000_000;

export const highest = (series: readonly Series[]): bigint =>
  series.reduce((max, { points }) => points.reduce((found, { wei }) => (wei > found ? wei : found), max), 0n);

export const lastMonth = (series: readonly Series[]): number =>
  series.reduce((last, { points }) => Math.max(last, points.at(-1)?.month ?? 0), 0);

/** Months that the axis names: every year's end. */
export const monthTicks = (last: number): number[] =>
  Array.from({ length: Math.floor(last / 12) + 1 }, (_, year) => year * 12);
