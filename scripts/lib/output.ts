// Results go to standard output; everything else, to standard error. Colour and rewritten lines on a terminal only.
import { randomUUID } from "node:crypto";
import { styleText } from "node:util";

/** Text for a terminal. Endpoints, answers and files may hold what rewrites it, to show other changes than are sent. */
export const legible = (text: string): string => harmless(text).replaceAll(OWN_ESCAPE, ESCAPE);

const harmless = (text: string): string => text.replace(CONTROLS, "\ufffd");

/** Says what goes on: on a terminal in one line that the next one replaces, else in a line each. */
export type Progress = (what: string) => void;

type Stream = NodeJS.WriteStream;

const ESCAPE = "\u001b";
const CLEAR_LINE = `\r${ESCAPE}[2K`;
/** Stands for the escape of our own colours until text is written: nobody else can have written it. */
const OWN_ESCAPE = randomUUID();
/** What moves the cursor, hides, colours or reorders text; ends of lines stay. */
const CONTROLS = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** Of lines that are rewritten: a wrapped one could not be. */
const COLUMNS_MIN = 20;

/** Streams on which a line stands that is to be rewritten. */
const waiting = new Set<Stream>();

export const progressTo =
  (stream: Stream): Progress =>
  (what) => {
    if (!stream.isTTY) {
      stream.write(`  … ${legible(what)}\n`);
      return;
    }
    const line = legible(`  … ${what}`).slice(0, Math.max(COLUMNS_MIN, stream.columns - 1));
    stream.write(`${CLEAR_LINE}${legible(paint("dim", line, stream))}`);
    waiting.add(stream);
  };

/** Removes the waiting line, so that something that stays can be written. */
export function endProgress(): void {
  for (const stream of waiting) stream.write(CLEAR_LINE);
  waiting.clear();
}

/** A line that stays on standard error. */
export function tell(line: string): void {
  endProgress();
  process.stderr.write(`${legible(line)}\n`);
}

/** Coloured where the stream is a terminal and NO_COLOR is not set, once `legible` has read it. */
export const paint = (
  style: Parameters<typeof styleText>[0],
  text: string,
  stream: Stream = process.stdout,
): string => styleText(style, harmless(text), { stream }).replaceAll(ESCAPE, OWN_ESCAPE);

/** Words that stay on standard output. */
export function print(words: string): void {
  endProgress();
  process.stdout.write(`${legible(words)}\n`);
}

/** One result: as JSON, or in words. Integers beyond 53 bits become decimal strings. */
export function printResult(asJson: boolean, result: unknown, words: () => string): void {
  if (!asJson) {
    print(words());
    return;
  }
  endProgress();
  process.stdout.write(`${JSON.stringify(result, bigintsAsText, 2)}\n`);
}

export const bigintsAsText = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

/** Lines of a table with aligned columns; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = "", ...lines] = columns(rows);
  return [paint("bold", head), ...lines].join("\n");
}

/** Lines with aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, column) => Math.max(found[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
