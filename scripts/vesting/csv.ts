// Comma-separated values (RFC 4180): quoted fields may hold commas, quotes and line breaks.
import { CliError } from "../lib/errors.ts";

export interface CsvRow {
  /** Line of the file on which the row starts, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

interface Reading {
  readonly rows: CsvRow[];
  cells: string[];
  cell: string;
  quoted: boolean;
  /** The cell's quote was closed: nothing may follow it. */
  closed: boolean;
  line: number;
  startLine: number;
}

/** Rows of a file without its empty lines and those that start with #; cells without the space around them. */
export function parseCsv(text: string): CsvRow[] {
  const reading: Reading = {
    rows: [],
    cells: [],
    cell: "",
    quoted: false,
    closed: false,
    line: 1,
    startLine: 1,
  };
  const source = text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at);
    if (reading.quoted && character === '"' && source.charAt(at + 1) === '"') {
      reading.cell += '"';
      at++;
    } else take(reading, character);
  }
  if (reading.quoted)
    throw new CliError(
      `the quote in the row that begins on line ${reading.startLine} is never closed`,
      'close it with ", or write a quote inside of a field twice',
      { code: "csv-quote-open" },
    );
  take(reading, "\n");
  return reading.rows.filter(({ cells: [first = "", ...others] }) => {
    return !first.startsWith("#") && (first !== "" || others.length > 0);
  });
}

function take(reading: Reading, character: string): void {
  if (character === "\n") reading.line++;
  const ends = !reading.quoted && (character === "," || character === "\n");
  if (reading.closed && !ends && character.trim() !== "")
    throw new CliError(
      `in the row that begins on line ${reading.startLine} text follows a closed quote`,
      "quote the whole field, and write a quote inside of it twice",
      { code: "csv-quote-open" },
    );
  if (character === '"' && (reading.quoted || reading.cell.trim() === "")) {
    reading.closed = reading.quoted;
    reading.quoted = !reading.quoted;
    return;
  }
  if (!ends) {
    reading.cell += character;
    return;
  }
  reading.cells.push(reading.cell.trim());
  reading.cell = "";
  reading.closed = false;
  if (character === ",") return;
  reading.rows.push({ line: reading.startLine, cells: reading.cells });
  reading.cells = [];
  reading.startLine = reading.line;
}

/** A line of a file, cells quoted where they must be. */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
