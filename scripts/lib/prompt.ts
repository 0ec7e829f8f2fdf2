// Questions to whoever sits at the terminal; they go to standard error.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CliError } from "./errors.ts";
import { endProgress } from "./output.ts";

export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** True after "y" or "yes". */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, process.stderr)).trim());
}

/** A line that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    return await ask(`${question} `, mute);
  } finally {
    process.stderr.write("\n");
  }
}

/** The question is shown once the terminal no longer echoes by itself, so that nothing typed slips through. */
async function ask(question: string, echo: NodeJS.WritableStream): Promise<string> {
  endProgress();
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true });
  const aborted = new AbortController();
  lines.once("SIGINT", () => aborted.abort());
  lines.once("close", () => aborted.abort());
  try {
    if (echo !== process.stderr) process.stderr.write(question);
    return await lines.question(echo === process.stderr ? question : "", { signal: aborted.signal });
  } catch (cause) {
    throw new CliError("nothing was done: you broke off", "run the command again", {
      code: "declined",
      cause,
    });
  } finally {
    lines.close();
  }
}
