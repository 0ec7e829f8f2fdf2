/** Says what goes on; goes to standard error, so that standard output holds results alone. */
export type Progress = (what: string) => void;

export const progressTo =
  (stream: NodeJS.WritableStream): Progress =>
  (what) => {
    stream.write(`  … ${what}\n`);
  };

/** One result: as JSON, or in words. Integers beyond 53 bits become decimal strings. */
export function printResult(asJson: boolean, result: unknown, words: () => string): void {
  const text = asJson ? JSON.stringify(result, bigintsAsText, 2) : words();
  process.stdout.write(`${text}\n`);
}

export const bigintsAsText = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

/** Lines of a table with aligned columns; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, column) => Math.max(found[column] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
