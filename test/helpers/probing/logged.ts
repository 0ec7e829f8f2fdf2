import type { ChildProcess } from "node:child_process";

/** Reads a process's log until the line with the message and returns its fields; the process goes on. */
export async function logged(child: ChildProcess, message: string): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    text += chunk;
    for (const line of text.split("\n").slice(0, -1)) {
      const fields = JSON.parse(line) as Record<string, unknown>;
      if (fields["msg"] === message) return fields;
    }
  }
  throw new Error(`never logged "${message}": ${text}`);
}
