// The oracle is a program of its own: these commands start it with this Node and pass on how it ends.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { type DeploymentOptions, openSession, parseInteger, withDeployment } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { manifestFile } from "../lib/manifest.ts";
import { deploymentOf, rpcOf } from "../lib/network.ts";

const MAIN = fileURLToPath(new URL("../../oracle/main.ts", import.meta.url));
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export function addOracle(program: Command): void {
  const oracle = program
    .command("oracle")
    .summary("run an attester, re-verify reports")
    .description("Runs an attester's oracle and re-verifies reports.");
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
  withDeployment(oracle.command("verify"))
    .summary("recompute a posted report")
    .description("Recomputes the report of an epoch from public evidence; exits 1 and names what differs.")
    .requiredOption("--epoch <number>", "the epoch", parseInteger(0, Number.MAX_SAFE_INTEGER))
    .option("--bundles <dir>", "evidence directory: verify offline, without chain and attesters")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- oracle verify --epoch 3 --rpc https://… --deployment deployment.json\n" +
        "  npm run icn -- oracle verify --epoch 3 --bundles DIR",
    )
    .action(verify);
}

interface VerifyOptions extends DeploymentOptions {
  readonly epoch: number;
  readonly bundles?: string;
}

async function verify(options: VerifyOptions): Promise<void> {
  const { epoch, bundles, json } = options;
  const format = json === true ? ["--json"] : [];
  const args = ["verify", "--epoch", String(epoch), ...format];
  if (bundles !== undefined) return retold([...args, "--bundles", bundles]);
  const { chainId, path } = deploymentOf(options);
  (await openSession(options)).provider.destroy();
  return retold(args, { ICN_RPC_URL: rpcOf(options.rpc, chainId), ICN_DEPLOYMENT: manifestFile(path) });
}

/** As `passOn`, but an error of the oracle becomes one of ours. */
async function retold(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  let said = "";
  await passOn(args, env, (text) => {
    said += text;
  });
  if (said !== "") throw errorOf(said, Number(process.exitCode));
}

/** From what the oracle writes: "message [code]". */
function errorOf(said: string, exitCode: number): CliError {
  const [, message = said.trim(), code] = /^([\s\S]*) \[([a-z-]+)\]\n$/.exec(said) ?? [];
  switch (code) {
    case "report-missing":
      return new CliError(message, "wait for the report, or name an earlier epoch", {
        code: "report-missing",
      });
    case "evidence-missing":
    case "evidence-invalid":
      return new CliError(message, "name a whole evidence directory with --bundles, or leave it out", {
        code: "evidence-unusable",
      });
    default:
      return new CliError(message, "docs/oracle-operators.md says what the oracle needs", {
        code: "oracle-failed",
        exitCode,
      });
  }
}

/** Runs the oracle in the foreground; signals reach it, its exit code becomes ours. */
async function passOn(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onError?: (text: string) => void,
): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["inherit", "inherit", onError === undefined ? "inherit" : "pipe"],
    env: { ...process.env, ...env },
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => onError?.(text));
  const forward = SIGNALS.map((signal) => {
    const listener = () => child.kill(signal);
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? EXIT.failed));
  });
  for (const stop of forward) stop();
}
