import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line with nothing of this environment but PATH and HOME. */
export async function icn(
  args: readonly string[],
  { env = {}, input = "" }: { env?: Readonly<Record<string, string>>; input?: string } = {},
): Promise<Result> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["scripts/icn.ts", ...args], { env: { PATH, HOME, ...env } });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...output };
}

/** The code of an error that was printed with --json. */
export const codeIn = ({ stderr }: Result): string =>
  (JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as { error: { code: string } }).error.code;
