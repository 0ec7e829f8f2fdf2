// Which chain is meant, and where to ask about it. What the user named decides; the JSON-RPC never does.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./errors.ts";
import { type CompleteManifest, manifestPath, readCompleteManifest } from "./manifest.ts";

export const DEVNET_CHAIN_ID = 31337;
const DEVNET_NAMES: ReadonlySet<string> = new Set(["devnet", "localhost", String(DEVNET_CHAIN_ID)]);
const DEVNET_RPC = "http://127.0.0.1:8545";
const DEPLOYMENTS = "deployments";

export interface NetworkOptions {
  /** Devnet, or the name or chain id of a deployment. */
  readonly network?: string;
  readonly rpc?: string;
  /** File or directory. */
  readonly deployment?: string;
}

export interface KnownDeployment {
  readonly chainId: number;
  readonly manifest: CompleteManifest;
  readonly path: string;
}

/** The deployment that the options name: its own manifest says on which chain it is. */
export function deploymentOf({ network, deployment }: NetworkOptions): KnownDeployment {
  if (network !== undefined && isAddress(network)) throw unknownNetwork(network);
  const path = deployment ?? defaultPath(network);
  const manifest = readCompleteManifest(path);
  const { chainId, parameters } = manifest;
  if (deployment !== undefined && network !== undefined && !isNamed(network, manifest))
    throw new CliError(
      `the deployment at ${path} ("${parameters}") is on chain ${chainId}, not on ${network}`,
      "name the --network and the --deployment that belong together, or only one of them",
      { code: "network-mismatch" },
    );
  return { chainId, manifest, path };
}

const isNamed = (network: string, { chainId, parameters }: CompleteManifest): boolean =>
  network === parameters ||
  network === String(chainId) ||
  (DEVNET_NAMES.has(network) && chainId === DEVNET_CHAIN_ID);

const isAddress = (network: string): boolean => /^(https?|wss?):/.test(network);

function defaultPath(network = "devnet"): string {
  if (DEVNET_NAMES.has(network)) return join(DEPLOYMENTS, String(DEVNET_CHAIN_ID));
  const found = knownDeployments().find(({ manifest }) => isNamed(network, manifest));
  if (found !== undefined) return found.path;
  throw unknownNetwork(network);
}

function unknownNetwork(network: string): CliError {
  const known = ["devnet", ...knownDeployments().map(({ manifest }) => manifest.parameters)];
  return isAddress(network)
    ? new CliError(
        `--network takes the name of a network, not an address such as ${network}`,
        "name where to ask with --rpc URL or ICN_RPC_URL, and the network by its name or chain id",
        { code: "unknown-network" },
      )
    : new CliError(
        `"${network}" is no network known here (${known.join(", ")})`,
        "name one of these, a chain id of deployments/, or a --deployment FILE",
        { code: "unknown-network" },
      );
}

function knownDeployments(): KnownDeployment[] {
  if (!existsSync(DEPLOYMENTS)) return [];
  const paths = readdirSync(DEPLOYMENTS)
    .map((name) => join(DEPLOYMENTS, name))
    .filter((path) => /\/\d+$/.test(path) && existsSync(manifestPath(path)));
  return paths.map((path) => {
    const manifest = readCompleteManifest(path);
    return { chainId: manifest.chainId, manifest, path };
  });
}

/** Where the chain is asked; only the devnet has a place that goes without saying. */
export function rpcOf(rpc: string | undefined, chainId: number): string {
  if (rpc === undefined && chainId === DEVNET_CHAIN_ID) return DEVNET_RPC;
  if (rpc === undefined)
    throw new CliError(
      `it is not said where chain ${chainId} can be asked`,
      "name a JSON-RPC with --rpc URL or ICN_RPC_URL",
      { code: "rpc-missing" },
    );
  if (URL.canParse(rpc) && /^https?:$/.test(new URL(rpc).protocol)) return rpc;
  throw new CliError(`"${rpc}" is no JSON-RPC`, "write the http(s) URL of one", { code: "rpc-invalid" });
}

/** Refuses a --network that is not the chain the caller knows by other means. */
export function requireNetwork(network: string | undefined, chainId: number, source: string): void {
  if (network === undefined || network === String(chainId)) return;
  if (DEVNET_NAMES.has(network) && chainId === DEVNET_CHAIN_ID) return;
  throw new CliError(
    `${source} are for chain ${chainId}, not for ${network}`,
    "name the right --parameters, and the --network by its chain id or not at all",
    { code: "network-mismatch" },
  );
}
