// The devnet's servers: an S3 server and an image server behind all nodes, a process per node, and the proxies with the faults.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Label, SIDES, type Side } from "./faults.ts";
import { nodeWallets } from "./keys.ts";
import { type Processes, untilHealthy } from "./processes.ts";
import type { ProxiesFile } from "./proxies.ts";

const START_MS = 60_000;
/** s3rver knows one account. */
const S3_KEY = "S3RVER";
const IMAGE_MODEL = "icn-procedural-1";
const IMAGE_KEY = "icn-devnet-images";
const REQUESTS_PER_SECOND = 5_000;

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** One node of the devnet and where it can be reached. */
export interface DevnetNode {
  readonly id: number;
  readonly label: Label;
  /** Of the node process itself. */
  readonly port: number;
  /** Of the proxies in front of its HTTP and its services; what the registry and the node announce. */
  readonly httpProxyPort: number;
  readonly s3ProxyPort: number;
  readonly networkProxyPort: number;
  readonly computeProxyPort: number;
}

export const endpointOf = ({ httpProxyPort }: DevnetNode): string => `http://127.0.0.1:${httpProxyPort}`;

/** Gives each label a node; a dead one gets ports on which nothing will listen. */
export const planNodes = (labels: readonly Label[], takePort: () => number): DevnetNode[] =>
  labels.map((label, place) => ({
    id: place + 1,
    label,
    port: takePort(),
    httpProxyPort: takePort(),
    s3ProxyPort: takePort(),
    networkProxyPort: takePort(),
    computeProxyPort: takePort(),
  }));

export async function startS3(processes: Processes, directory: string, port: number): Promise<string> {
  const data = join(directory, "s3");
  mkdirSync(data, { recursive: true });
  const binary = pathOf("../../node_modules/s3rver/bin/s3rver.js");
  const address = ["--address", "127.0.0.1", "--port", String(port)];
  processes.start({
    name: "s3",
    file: process.execPath,
    args: [binary, "--directory", data, ...address, "--no-vhost-buckets", "--silent"],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilHealthy("the S3 server", endpoint, START_MS, processes.failure);
  return endpoint;
}

export async function startImages(processes: Processes, directory: string, port: number): Promise<void> {
  const config = join(directory, "images.json");
  const listen = { host: "127.0.0.1", port };
  const limits = { requestsPerSecond: REQUESTS_PER_SECOND, logLevel: "info" };
  writeFileSync(
    config,
    JSON.stringify({
      schema: "icn-images-1",
      listen,
      model: IMAGE_MODEL,
      apiKeys: [IMAGE_KEY],
      ...limits,
    }),
  );
  const main = pathOf("../node/reference/images/main.ts");
  processes.start({ name: "images", file: process.execPath, args: [main, "--config", config] });
  const url = `http://127.0.0.1:${port}/healthz`;
  await untilHealthy("the image server", url, START_MS, processes.failure);
}

export interface NodeSetting {
  readonly directory: string;
  readonly rpcUrl: string;
  readonly deployment: string;
  readonly s3Endpoint: string;
}

export async function startNodes(
  processes: Processes,
  nodes: readonly DevnetNode[],
  setting: NodeSetting,
): Promise<void> {
  const main = pathOf("../node/reference/main.ts");
  for (const node of nodes) {
    const config = join(setting.directory, `node-${node.id}.json`);
    writeFileSync(config, JSON.stringify(nodeConfig(node, setting), null, 2));
    processes.start({ name: `node-${node.id}`, file: process.execPath, args: [main, "--config", config] });
  }
  for (const { id, port } of nodes)
    await untilHealthy(`node ${id}`, `http://127.0.0.1:${port}/healthz`, START_MS, processes.failure);
}

const nodeConfig = (node: DevnetNode, { rpcUrl, deployment, s3Endpoint }: NodeSetting) => ({
  schema: "icn-node-1",
  nodeId: node.id,
  nodeKey: nodeWallets(node.id - 1).nodeKey.privateKey,
  listen: { host: "127.0.0.1", port: node.port },
  rpcUrl,
  deployment,
  storage: {
    advertisedEndpoint: `http://127.0.0.1:${node.s3ProxyPort}`,
    endpoint: s3Endpoint,
    region: "us-east-1",
    access: {
      kind: "shared",
      bucketPrefix: `node-${node.id}-attester-`,
      accessKeyId: S3_KEY,
      secretAccessKey: S3_KEY,
    },
  },
  network: {
    advertisedEndpoint: `http://127.0.0.1:${node.networkProxyPort}/.well-known/icn/download`,
  },
  compute: {
    advertisedEndpoint: `http://127.0.0.1:${node.computeProxyPort}/v1`,
    model: IMAGE_MODEL,
    size: "256x256",
    access: { kind: "shared", apiKey: IMAGE_KEY },
  },
  requestsPerSecond: REQUESTS_PER_SECOND,
  logLevel: "info",
});

export interface ProxySetting extends Omit<ProxiesFile, "proxies"> {
  readonly directory: string;
  readonly s3Port: number;
  readonly imagesPort: number;
}

/** Starts one process with all proxies; a dead node gets none. */
export function startProxies(
  processes: Processes,
  nodes: readonly DevnetNode[],
  { directory, s3Port, imagesPort, ...setting }: ProxySetting,
): void {
  const proxies = nodes
    .filter(({ label }) => label !== "dead")
    .flatMap((node) =>
      SIDES.map((side) => ({
        label: node.label,
        side,
        port: node[`${side}ProxyPort`],
        targetPort: targetPort(side, node, s3Port, imagesPort),
      })),
    );
  const file = join(directory, "proxies.json");
  writeFileSync(file, JSON.stringify({ ...setting, proxies } satisfies ProxiesFile, null, 2));
  processes.start({ name: "proxies", file: process.execPath, args: [pathOf("proxies.ts"), file] });
}

function targetPort(side: Side, { port }: DevnetNode, s3Port: number, imagesPort: number): number {
  switch (side) {
    case "http":
    case "network":
      return port;
    case "s3":
      return s3Port;
    case "compute":
      return imagesPort;
  }
}
