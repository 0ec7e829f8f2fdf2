// deployments/<chainId>/deployment.json: where the contracts of one deployment are. Format: docs/wire.md.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CliError } from "./errors.ts";

export const CONTRACT_NAMES = [
  "AccessManager",
  "ICNT",
  "VestingVault",
  "EmissionReserve",
  "NodeRegistry",
  "NodeStaking",
  "AttesterCommittee",
  "SlaOracle",
  "NodeRewards",
  "VotingPower",
  "IcnTimelock",
  "IcnGovernor",
] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

const address = z.string().regex(/^0x[0-9a-f]{40}$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

const entry = z.strictObject({
  address,
  /** Of a proxy. */
  implementation: address.optional(),
  block: z.int().nonnegative(),
  tx: hash,
  args: z.array(z.json()),
});
export type ManifestEntry = z.output<typeof entry>;

const manifest = z.strictObject({
  schema: z.literal("icn-deployment-1"),
  chainId: z.int().positive(),
  parameters: z.string(),
  parametersHash: hash,
  commit: z.string(),
  epochZero: z.int().nonnegative(),
  epochLength: z.int().positive(),
  complete: z.boolean(),
  contracts: z.partialRecord(z.enum(CONTRACT_NAMES), entry),
});
export type Manifest = z.output<typeof manifest>;

export type CompleteManifest = Manifest & { readonly contracts: Record<ContractName, ManifestEntry> };

const FILE = "deployment.json";
export const manifestPath = (directory: string): string => join(directory, FILE);

/** The manifest of a directory, or undefined if there is none. */
export function readManifest(directory: string): Manifest | undefined {
  const path = manifestPath(directory);
  return existsSync(path) ? parseManifest(path) : undefined;
}

function parseManifest(path: string): Manifest {
  const remedy = "name the deployment.json that `icn deploy` wrote, or move the file away and deploy anew";
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CliError(`${path} cannot be read as JSON`, remedy, { code: "deployment-invalid", cause });
  }
  const result = manifest.safeParse(raw);
  if (result.success) return result.data;
  throw new CliError(`${path} is no deployment manifest:\n${z.prettifyError(result.error)}`, remedy, {
    code: "deployment-invalid",
  });
}

/** The manifest's path, given its file or its directory. */
export const manifestFile = (fileOrDirectory: string): string =>
  fileOrDirectory.endsWith(".json") ? fileOrDirectory : manifestPath(fileOrDirectory);

/** The manifest of a finished deployment, given its file or its directory. */
export function readCompleteManifest(fileOrDirectory: string): CompleteManifest {
  const path = manifestFile(fileOrDirectory);
  if (!existsSync(path))
    throw new CliError(
      `there is no deployment at ${path}`,
      "name it with --deployment FILE or ICN_DEPLOYMENT (`npm start -- --keep` prints the line that does), or make one with `icn deploy`",
      { code: "deployment-missing" },
    );
  const found = parseManifest(path);
  if (!isComplete(found))
    throw new CliError(`the deployment at ${path} was never finished`, "deploy anew into another directory", {
      code: "deployment-unfinished",
    });
  return found;
}

export const isComplete = (found: Manifest): found is CompleteManifest =>
  found.complete && CONTRACT_NAMES.every((name) => found.contracts[name] !== undefined);

export function addressesOf({ contracts }: CompleteManifest): Record<ContractName, string> {
  const entries = CONTRACT_NAMES.map((name) => [name, contracts[name].address] as const);
  return Object.fromEntries(entries) as Record<ContractName, string>;
}

/** Replaces the file in one step, so that a crash leaves the old or the new one. */
export function writeManifest(directory: string, content: Manifest): void {
  const path = manifestPath(directory);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
