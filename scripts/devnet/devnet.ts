// A whole network on this machine: chain, contracts, S3, nodes behind fault proxies, attesters; all real processes.
import { join } from "node:path";
import type { JsonRpcProvider } from "ethers";
import { targetMsOf } from "../../oracle/domain/rules.ts";
import { CliError } from "../lib/errors.ts";
import { manifestPath } from "../lib/manifest.ts";
import type { Progress } from "../lib/output.ts";
import { nowMs } from "../lib/time.ts";
import {
  type AttesterSetting,
  attesterEndpoint,
  attesterName,
  type DevnetAttester,
  planAttesters,
  startAttester,
  untilAttesterServes,
} from "./attesters.ts";
import { startChain } from "./chain.ts";
import type { Label } from "./faults.ts";
import { deployDevnet, type Genesis, NODE_CLASS, populate } from "./genesis.ts";
import { portPool } from "./ports.ts";
import { Processes } from "./processes.ts";
import {
  type DevnetNode,
  endpointOf,
  planNodes,
  startImages,
  startNodes,
  startProxies,
  startS3,
} from "./servers.ts";

const START_DELAY_MIN = 25;
/** A whole network takes less than this many times longer to start than chain and S3 server alone. */
const START_DELAY_FACTOR = 15;
const PORTS_PER_NODE = 5;
const OTHER_PORTS = 3;

export interface DevnetOptions {
  /** Everything that the run leaves goes here. */
  readonly directory: string;
  /** Seconds. */
  readonly epochLength: number;
  /** Seconds from the deployment to epoch 0, in which everything must be up; by default as fits this machine. */
  readonly startDelay?: number | undefined;
  /** One node each. */
  readonly labels: readonly Label[];
  readonly attesterCount: number;
  readonly progress: Progress;
}

export interface Devnet extends Genesis {
  readonly directory: string;
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  readonly processes: Processes;
  readonly nodes: readonly DevnetNode[];
  readonly attesters: readonly DevnetAttester[];
  readonly attesterSetting: AttesterSetting;
}

/** Starts everything; `processes` ends it, also after a failure in here. */
export async function startDevnet(options: DevnetOptions, processes: Processes): Promise<Devnet> {
  const { directory, labels, attesterCount, progress } = options;
  const takePort = await portPool(OTHER_PORTS + attesterCount + PORTS_PER_NODE * labels.length);
  const [chainPort, s3Port, imagesPort] = [takePort(), takePort(), takePort()];
  const nodes = planNodes(labels, takePort);
  const attesters = planAttesters(attesterCount, takePort);

  progress("starting the chain, the S3 server and the image server");
  const startedMs = nowMs();
  const [chain, s3Endpoint] = await Promise.all([
    startChain(processes, chainPort),
    startS3(processes, directory, s3Port),
    startImages(processes, directory, imagesPort),
  ]);
  const attesterEndpoints = attesters.map(attesterEndpoint);
  const fitting = START_DELAY_MIN + Math.ceil((START_DELAY_FACTOR * (nowMs() - startedMs)) / 1_000);
  const epochZeroDelay = options.startDelay ?? fitting;
  const genesis = await deployDevnet({ ...options, ...chain, epochZeroDelay, attesterEndpoints });
  const deployment = manifestPath(directory);
  const setting = { directory, rpcUrl: chain.url, deployment };

  progress(`starting ${nodes.length} nodes and ${attesters.length} attesters`);
  const { epochZero, epochLength } = genesis.manifest;
  const { rules } = genesis.parameters;
  startProxies(processes, nodes, {
    directory,
    s3Port,
    imagesPort,
    epochZero,
    epochLength,
    storageTargetMs: targetMsOf(rules, "storage", NODE_CLASS),
    networkTargetMs: targetMsOf(rules, "network", NODE_CLASS),
  });
  await Promise.all([
    startNodes(processes, nodes, { ...setting, s3Endpoint }),
    populate(genesis, chain.provider, nodes.map(endpointOf), progress),
  ]);
  for (const attester of attesters) startAttester(processes, attester, setting);
  await Promise.all(attesters.map((attester) => untilAttesterServes(processes, attester)));
  await requireInTime(genesis, nodes.length);
  const { url: rpcUrl, provider } = chain;
  return { ...genesis, directory, rpcUrl, provider, processes, nodes, attesters, attesterSetting: setting };
}

/** kill -9. */
export const killAttester = ({ processes }: Devnet, id: number): Promise<void> =>
  processes.kill(attesterName(id));

export function restartAttester(devnet: Devnet, id: number): void {
  const attester = devnet.attesters.find((one) => one.id === id);
  if (attester !== undefined) startAttester(devnet.processes, attester, devnet.attesterSetting);
}

export const logsIn = (directory: string): string => join(directory, "logs");

export const newProcesses = (directory: string): Processes => new Processes(logsIn(directory));

/** Everything must count from epoch 0 on, by the chain's clock and by ours. */
async function requireInTime({ manifest, contracts }: Genesis, nodeCount: number): Promise<void> {
  const lateMs = nowMs() - manifest.epochZero * 1_000;
  const counted = Number(await contracts.registry.nodeCountAt(0));
  if (lateMs <= 0 && counted === nodeCount) return;
  const problem =
    lateMs > 0
      ? `starting took until ${Math.ceil(lateMs / 1_000)} s after the start of epoch 0`
      : `${counted} of ${nodeCount} nodes were registered before epoch 0 by the chain's clock`;
  throw new CliError(
    problem,
    "run it again on a machine that does less, or start later with a longer --start-delay",
  );
}
