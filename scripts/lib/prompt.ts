// Questions to whoever sits at the terminal; they go to standard error.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** True after "y" or "yes". */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, process.stderr)).trim());
}

/** A line that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  process.stderr.write(`${question} `);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = await ask("", mute);
  process.stderr.write("\n");
  return line;
}

async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const aborted = new AbortController();
  lines.once("SIGINT", () => aborted.abort());
  lines.once("close", () => aborted.abort());
  try {
    return await lines.question(question, { signal: aborted.signal });
  } catch {
    return "";
  } finally {
    lines.close();
  }
}
