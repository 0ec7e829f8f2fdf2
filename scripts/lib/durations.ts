// Lengths of time as people write them: "12h" or "7d". Inside, whole seconds.

const UNITS = { d: 86_400, h: 3_600, min: 60, s: 1 } as const;
type Unit = keyof typeof UNITS;

const isUnit = (text: string): text is Unit => text in UNITS;

/** Seconds of "90", "90s", "15min", "12h" or "7d"; undefined if the text is none. */
export function tryParseDuration(text: string): number | undefined {
  const [, digits, unit = "s"] = /^(\d{1,9})(d|h|min|s)?$/.exec(text) ?? [];
  return digits === undefined || !isUnit(unit) ? undefined : Number(digits) * UNITS[unit];
}

/** "2 d 12 h", "45 min"; at most two units, the rest cut off. */
export function formatDuration(seconds: number | bigint): string {
  let rest = Number(seconds);
  const parts: string[] = [];
  for (const [unit, length] of Object.entries(UNITS)) {
    const count = Math.floor(rest / length);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * length;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}
