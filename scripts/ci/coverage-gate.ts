// Reads coverage/lcov.info and fails when the line coverage of production contracts is below the threshold.
import { readFile } from "node:fs/promises";

const REPORT = "coverage/lcov.info";
const THRESHOLD_PERCENT = 98;

interface FileCoverage {
  readonly file: string;
  readonly hit: number;
  readonly found: number;
  readonly missed: readonly number[];
}

function parse(lcov: string): FileCoverage[] {
  return lcov.split("end_of_record").flatMap((record) => {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (file === undefined) return [];
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(
      ([, line, hits]) => [Number(line), Number(hits)] as const,
    );
    const missed = lines.filter(([, hits]) => hits === 0).map(([line]) => line);
    return [{ file, hit: lines.length - missed.length, found: lines.length, missed }];
  });
}

function percent(hit: number, found: number): number {
  return found === 0 ? 100 : (100 * hit) / found;
}

function row(name: string, hit: number, found: number, missed: readonly number[] = []): string {
  const ratio = `${percent(hit, found).toFixed(2)} %`.padStart(9);
  return `${name.padEnd(52)} ${String(hit).padStart(5)} / ${String(found).padEnd(5)} ${ratio}  ${missed.join(",")}`.trimEnd();
}

const files = parse(await readFile(REPORT, "utf8"))
  .filter(({ file }) => file.startsWith("contracts/") && !file.startsWith("contracts/mocks/"))
  .sort((a, b) => a.file.localeCompare(b.file));
const hit = files.reduce((sum, entry) => sum + entry.hit, 0);
const found = files.reduce((sum, entry) => sum + entry.found, 0);

for (const entry of files) console.log(row(entry.file, entry.hit, entry.found, entry.missed));
console.log(row("all lines", hit, found));
if (found === 0 || percent(hit, found) < THRESHOLD_PERCENT) {
  console.error(`coverage-gate: line coverage is below ${THRESHOLD_PERCENT} %`);
  process.exitCode = 1;
}
