// A row of epochs, one character each, oldest first.
import { paint } from "../lib/output.ts";

/** What an epoch shows, and what its character means. */
export interface Mark {
  readonly symbol: string;
  readonly meaning: string;
  readonly colour?: "green" | "yellow" | "red";
}

const painted = ({ symbol, colour }: Mark): string => (colour === undefined ? symbol : paint(colour, symbol));

/** "12 │███▅ m│ 18" and, below it, the meaning of each mark that occurs. */
export function stripWords(first: number, marks: readonly Mark[]): string {
  if (marks.length === 0) return "none reported yet";
  const row = marks.map(painted).join("");
  const legend = new Map(marks.map((mark) => [mark.meaning, mark]));
  const words = [...legend.values()].map((mark) =>
    mark.symbol === " " ? `(blank) ${mark.meaning}` : `${painted(mark)} ${mark.meaning}`,
  );
  return `${first} │${row}│ ${first + marks.length - 1}\n${words.join(", ")}`;
}
