// npm start: the whole line on one machine, from stake to pay that followed measured service.
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { parseInteger } from "../lib/command.ts";
import { explain } from "../lib/decode.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { print, progressTo } from "../lib/output.ts";
import { nowMs, sleep } from "../lib/time.ts";
import { type Devnet, logsIn, newProcesses, restartAttester, startDevnet } from "./devnet.ts";
import { LABELS } from "./faults.ts";
import { invitation } from "./invitation.ts";
import type { Processes } from "./processes.ts";
import { newFollower, runEpochs } from "./run.ts";
import { claimEverything, writeEvidence } from "./settle.ts";
import { summaryOf, summaryWords } from "./summary.ts";

interface Options {
  readonly epochs: number;
  readonly epochLength: number;
  readonly startDelay?: number;
  readonly kill: boolean;
  readonly keep?: true;
  readonly json?: string;
  readonly out?: string;
}

const ATTESTERS = 4;
const KEPT_MS = 2 ** 31 - 1;
let interruptedExit: number = EXIT.failed;
const progress = progressTo(process.stdout);

function programOf(): Command {
  return new Command("npm start --")
    .description(
      `Runs a chain, ${ATTESTERS} attesters and ${LABELS.length} nodes (${LABELS.join(", ")}) for a few epochs, then claims the pay.`,
    )
    .option("--epochs <number>", "epochs to run", parseInteger(1, 1_000), 2)
    .option("--epoch-length <seconds>", "length of an epoch", parseInteger(16, 3_600), 64)
    .option("--start-delay <seconds>", "time to start everything in (default: as fits)", parseInteger(5, 600))
    .option("--kill", "kill -9 one attester half-way", true)
    .option("--no-kill", "kill none")
    .option("--keep", "run on after the summary, until Ctrl-C")
    .option("--json <file>", "write the results as JSON")
    .option("--out <dir>", "where everything goes (default: .devnet/<time>)")
    .exitOverride();
}

async function run(options: Options, processes: Processes, directory: string): Promise<void> {
  const { epochLength, startDelay, epochs, kill } = options;
  print(`Everything of this run is in ${directory}`);
  const devnet = await startDevnet(
    {
      directory,
      epochLength,
      startDelay,
      labels: LABELS,
      attesterCount: ATTESTERS,
      progress,
    },
    processes,
  );
  const follower = newFollower(devnet);
  const result = await runEpochs(devnet, follower, { epochs, kill, print, progress });
  const settlement = await claimEverything(devnet, follower, progress);
  const evidence = await writeEvidence(devnet, follower);
  const positions = [...follower.history.positions()];
  const summary = summaryOf({ ...result, nodes: devnet.nodes, positions, settlement });
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(summary, null, 2)}\n`);
  print(`\n${summaryWords(summary, settlement)}\n\nEvidence (events and bundles): ${evidence}`);
  const failure = result.contradictions.length === 0 ? undefined : contradictory(result.contradictions);
  if (options.keep === true) await keep(devnet, result.killed, failure);
  if (failure !== undefined) throw failure;
}

const contradictory = (contradictions: readonly string[]): CliError =>
  new CliError(
    `the scores contradict the nodes' faults:\n  ${contradictions.join("\n  ")}`,
    "run it on a machine that does less",
  );

/** Ctrl-C is then the regular end; scores that contradict the faults are told and fail the run at its end only. */
async function keep(
  devnet: Devnet,
  killed: number | undefined,
  failure: CliError | undefined,
): Promise<void> {
  interruptedExit = failure?.exitCode ?? EXIT.ok;
  if (failure !== undefined)
    process.stderr.write(`\nError: ${failure.message}\nWhat to do: ${failure.remedy}\n`);
  if (killed !== undefined) restartAttester(devnet, killed);
  print(invitation(devnet));
  await sleep(KEPT_MS, devnet.processes.failure);
}

/** Ends the children whatever happens to this process. */
function endWith(processes: Processes): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      print("\nstopping …");
      const exit = () => process.exit(interruptedExit);
      processes.stopAll().then(exit, exit);
    });
  process.once("exit", () => processes.killAllNow());
}

async function main(): Promise<void> {
  const options = programOf().parse().opts<Options>();
  const directory = resolve(options.out ?? `.devnet/${new Date(nowMs()).toISOString().replaceAll(":", "-")}`);
  mkdirSync(directory, { recursive: true });
  const processes = newProcesses(directory);
  endWith(processes);
  try {
    await run(options, processes, directory);
  } catch (error) {
    const cause = processes.failure.aborted ? processes.failure.reason : error;
    const { message, remedy, exitCode } = explain(cause);
    process.stderr.write(`\nError: ${message}\nWhat to do: ${remedy}\nLogs: ${logsIn(directory)}\n`);
    process.exitCode = exitCode;
  } finally {
    await processes.stopAll();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode;
}
