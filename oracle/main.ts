import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { SystemClock } from "./adapters/clock/system-clock.ts";
import { createLogger } from "./adapters/log/pino.ts";
import { run } from "./commands/run.ts";
import { verify } from "./commands/verify.ts";
import { parseChainConfig, parseConfig } from "./config/config.ts";
import { withEnvFile } from "./config/env-file.ts";
import { OracleError } from "./domain/errors.ts";

/** 0: done. 1: failed, or a report that is not what its evidence says. 75: try again later. */
const EXIT = { done: 0, failed: 1, retry: 75 } as const;
const FILE_MAX_BYTES = 1024 * 1024;

const HELP = `
Configuration (environment, or a file named by ICN_ENV_FILE):
  ICN_DEPLOYMENT         path of the deployment.json
  ICN_RPC_URL            Ethereum JSON-RPC; with ICN_RPC_URL_2 both must give the same answers
  ICN_HEAD               which head is believed: latest, safe or finalized (default; latest on 31337)
  ICN_ATTESTER_ID        id of the attester
  ICN_SIGNING_KEYSTORE   keystore (V3) of the signing key, its passphrase in ICN_PASSPHRASE_FILE
  ICN_BOX_KEYSTORE       the same of the X25519 key to which nodes seal credentials
  ICN_SUBMITTER_KEYSTORE the same of the key that pays the gas (default: the signing key)
  ICN_STATE_DIR          directory that this attester alone uses
  ICN_LISTEN             host:port to serve on (default 127.0.0.1:8600)
  ICN_CONTROL_TARGETS    URLs that are up whenever your network is, separated by commas
  ICN_PROBE_SECRET       32 bytes of hex (default: derived from the signing key)
  ICN_MAX_FEE_GWEI       most to pay for a unit of gas (default 500)
  ICN_POLL_MS            how often chain and peers are asked (default: a 128th of the epoch)
  ICN_LOG_LEVEL          debug, info (default), warn, error or silent
On chain 31337 only: ICN_SIGNING_KEY, ICN_BOX_KEY and ICN_SUBMITTER_KEY in hex, ICN_ALLOW_CIDRS.

Exit codes: 0 done; 1 failed, or a report that is not what its evidence says; 75 try again later.`;

function program(): Command {
  const oracle = new Command("oracle")
    .description(
      "Measures the nodes, agrees with the other attesters on one report per epoch, and re-verifies reports.",
    )
    .addHelpText("after", HELP)
    .exitOverride();
  oracle
    .command("run")
    .description("run an attester until it is stopped")
    .action(() => runUntilStopped());
  oracle
    .command("verify")
    .description("recompute the report of an epoch from public evidence; exit 1 and name what differs")
    .requiredOption("--epoch <number>", "epoch to verify, with all before it", parseEpoch)
    .option("--bundles <dir>", "evidence directory: verify offline, without chain and attesters")
    .option("--json", "print the result as JSON")
    .action((options: { epoch: number; bundles?: string; json?: true }) => verifyOnce(options));
  return oracle;
}

function parseEpoch(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a number from 0.");
  return Number(text);
}

async function runUntilStopped(): Promise<void> {
  const config = parseConfig(withEnvFile(process.env, readText), readText);
  const log = createLogger({ level: config.logLevel, attesterId: config.attesterId });
  await run(config, { time: new SystemClock(), log }, untilStopped());
  // A request that still waits for its answer must not keep a stopped process alive.
  process.exit(EXIT.done);
}

async function verifyOnce(options: { epoch: number; bundles?: string; json?: true }): Promise<void> {
  const log = createLogger({ level: "silent" });
  const environment = () => parseChainConfig(withEnvFile(process.env, readText), readText);
  const { lines, ok } = await verify(options, { time: new SystemClock(), log, environment }, untilStopped());
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.exitCode = ok ? EXIT.done : EXIT.failed;
}

/** Aborts at the first signal to stop; the second ends the process at once, which loses nothing either. */
function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => (stopping.signal.aborted ? process.exit(EXIT.failed) : stopping.abort()));
  return stopping.signal;
}

function readText(path: string): string {
  const text = readFileSync(path, "utf8");
  if (text.length > FILE_MAX_BYTES) throw new OracleError("file-too-large", `${path} is too large.`);
  return text;
}

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.failed;
  } else if (error instanceof OracleError) {
    process.stderr.write(`${error.message} [${error.code}]\n`);
    process.exitCode = error.retryable ? EXIT.retry : EXIT.failed;
  } else {
    throw error;
  }
}
