// The oracle is a program of its own: these commands start it with this Node and pass on how it ends.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { parseInteger, urlOf } from "../lib/command.ts";
import { EXIT } from "../lib/errors.ts";

const MAIN = fileURLToPath(new URL("../../oracle/main.ts", import.meta.url));
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export function addOracle(program: Command): void {
  const oracle = program.command("oracle").description("Runs an attester's oracle and re-verifies reports.");
  oracle
    .command("run")
    .summary("run the oracle of an attester")
    .description(
      "Measures, agrees, signs and submits until it is stopped. Configured by ICN_… variables, or a file that ICN_ENV_FILE names; docs/oracle-operators.md lists them.",
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
    .option("--json", "print the result as JSON")
    .addOption(new Option("--network <url>", "JSON-RPC of the chain").env("ICN_RPC_URL"))
    .addOption(new Option("--deployment <file>", "deployment.json").env("ICN_DEPLOYMENT"))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- oracle verify --epoch 3 --network https://… --deployment deployment.json\n" +
        "  npm run icn -- oracle verify --epoch 3 --bundles DIR",
    )
    .action(verify);
}

interface VerifyOptions {
  readonly epoch: number;
  readonly bundles?: string;
  readonly json?: true;
  readonly network?: string;
  readonly deployment?: string;
}

function verify({ epoch, bundles, json, network, deployment }: VerifyOptions): Promise<void> {
  const env = {
    ...(network === undefined ? {} : { ICN_RPC_URL: urlOf(network) }),
    ...(deployment === undefined ? {} : { ICN_DEPLOYMENT: deployment }),
  };
  const evidence = bundles === undefined ? [] : ["--bundles", bundles];
  const format = json === true ? ["--json"] : [];
  return passOn(["verify", "--epoch", String(epoch), ...evidence, ...format], env);
}

/** Runs the oracle in the foreground; signals reach it, its exit code becomes ours. */
async function passOn(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
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
