// One devnet run: epochs are measured and reported, an attester is killed half-way, everybody claims.
import { mkdirSync } from "node:fs";
import { bundlesFrom } from "../lib/bundles.ts";
import { CliError } from "../lib/errors.ts";
import type { Progress } from "../lib/output.ts";
import { nowMs, sleep } from "../lib/time.ts";
import { attesterEndpoint, attesterName } from "./attesters.ts";
import { type Devnet, killAttester } from "./devnet.ts";
import { contradictions } from "./expectations.ts";
import { type EpochResult, Follower } from "./follower.ts";
import { evidenceIn } from "./settle.ts";
import { epochOfNodes, epochTable, type ReportLine, reportLine, reportWords } from "./tables.ts";

const POLL_MS = 1_000;
/** A report that has not come and become final by then has failed. */
const PATIENCE_EPOCHS = 3;

export interface RunOptions {
  readonly epochs: number;
  /** Kills an attester half-way. */
  readonly kill: boolean;
  readonly print: (text: string) => void;
  readonly progress: Progress;
}

export interface RunResult {
  readonly reports: readonly ReportLine[];
  readonly last: EpochResult;
  /** Where an epoch's results contradict the nodes' faults. */
  readonly contradictions: readonly string[];
  /** Id of the attester that was killed. */
  readonly killed: number | undefined;
}

export function newFollower(devnet: Devnet): Follower {
  const { provider, manifest } = devnet;
  const directory = evidenceIn(devnet.directory);
  mkdirSync(directory, { recursive: true });
  const endpoints = new Map(devnet.attesters.map((attester) => [attester.id, attesterEndpoint(attester)]));
  return new Follower({ provider, manifest, source: bundlesFrom(endpoints), directory });
}

/** Resolves when the last of the epochs is final. */
export async function runEpochs(devnet: Devnet, follower: Follower, options: RunOptions): Promise<RunResult> {
  const { epochs, print, progress } = options;
  const { failure } = devnet.processes;
  const { clock } = follower.history;
  progress(`epoch 0 starts in ${Math.ceil((clock.startMs(0) - nowMs()) / 1_000)} s`);
  const halfwayMs = clock.startMs(0) + (clock.endMs(epochs - 1) - clock.startMs(0)) / 2;
  let killed: number | undefined;
  const reports: ReportLine[] = [];
  const found: string[] = [];
  let last: EpochResult | undefined;
  while (!follower.isFinal(epochs - 1)) {
    for (const result of await follower.advance()) {
      const receipt = await devnet.provider.getTransactionReceipt(result.posted.origin.transactionHash);
      const line = reportLine(result, receipt?.gasUsed ?? 0n);
      reports.push(line);
      found.push(...contradictions(line.epoch, epochOfNodes(result), devnet.nodes));
      print(`\n${reportWords(line)}\n\n${epochTable(result, devnet.nodes)}\n`);
      last = result;
    }
    if (options.kill && killed === undefined && nowMs() >= halfwayMs)
      killed = await killLeaderOf(epochs - 1, devnet, print);
    requirePatience(follower, epochs);
    await sleep(POLL_MS, failure);
  }
  if (last === undefined) throw new CliError("no report came", "read the attesters' logs");
  return { reports, last, contradictions: found, killed };
}

/** The others must stand in for the leader of that epoch. */
async function killLeaderOf(epoch: number, devnet: Devnet, print: (text: string) => void): Promise<number> {
  const id = (epoch % devnet.attesters.length) + 1;
  await killAttester(devnet, id);
  print(`\nkill -9 of ${attesterName(id)}, which would lead epoch ${epoch}: the others go on without it\n`);
  return id;
}

function requirePatience({ history }: Follower, epochs: number): void {
  const { clock, reports } = history;
  const waiting = Math.min(reports.nextEpoch, epochs - 1);
  const deadlineMs = clock.endMs(waiting + PATIENCE_EPOCHS);
  if (nowMs() > deadlineMs)
    throw new CliError(
      `epoch ${waiting} has no final report ${PATIENCE_EPOCHS} epochs after its end`,
      "read the attesters' logs",
    );
}
