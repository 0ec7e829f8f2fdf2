import type { SigningSession } from "../lib/command.ts";
import { printResult } from "../lib/output.ts";
import type { Plan } from "../lib/plan.ts";
import { type Sent, type SpendOptions, spend } from "../lib/spend.ts";

export interface Done {
  /** Beside the transactions and changes, with --json. */
  readonly json: object;
  readonly words: string;
}

/** Shows, asks and sends a plan, then prints what came of it; a dry run prints itself. */
export async function carryOut(
  session: SigningSession,
  plan: Plan,
  options: SpendOptions,
  done: (sent: Sent) => Done | Promise<Done>,
): Promise<void> {
  const sent = await spend(session, plan, options);
  if (sent !== undefined) {
    const { json, words } = await done(sent);
    printResult(options.json === true, { ...json, ...sent.json }, () => words);
  }
  session.provider.destroy();
}
