// The oracle is a program of its own: these commands start it with this Node and pass on how it ends.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { parseInteger } from "../lib/command.ts";
import { EXIT } from "../lib/errors.ts";

const MAIN = fileURLToPath(new URL("../../oracle/main.ts", import.meta.url));
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export function addOracle(program: Command): void {
  const oracle = program.command("oracle").description("Runs an attester's oracle and re-verifies reports.");
  oracle
    .command("run")
    .summary("run the oracle of an attester")
    .description(
      "Measures, agrees, signs and submits until it is stopped. Configured by ICN_… variables or a file.",
    )
    .addHelpText(
      "after",
      "\nExample:\n  ICN_DEPLOYMENT=… ICN_RPC_URL=… ICN_ATTESTER_ID=1 ICN_STATE_DIR=… npm run icn -- oracle run",
    )
    .action(() => passOn(["run"]));
  oracle
    .command("verify")
    .summary("recompute a posted report")
    .description("Recomputes the report of an epoch from public evidence; exits 1 and names what differs.")
    .requiredOption("--epoch <number>", "the epoch", parseInteger(0, Number.MAX_SAFE_INTEGER))
    .option("--bundles <dir>", "evidence directory: verify offline, without chain and attesters")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- oracle verify --epoch 3\n  npm run icn -- oracle verify --epoch 3 --bundles DIR",
    )
    .action(({ epoch, bundles }: { epoch: number; bundles?: string }) =>
      passOn(["verify", "--epoch", String(epoch), ...(bundles === undefined ? [] : ["--bundles", bundles])]),
    );
}

/** Runs the oracle in the foreground; signals reach it, its exit code becomes ours. */
async function passOn(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: "inherit" });
  const forward = SIGNALS.map((signal) => {
    const listener = () => child.kill(signal);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? EXIT.failed));
  });
  for (const stop of forward) stop();
}
