import { z } from "zod";
import { OracleError } from "../domain/errors.ts";
import { type Deployment, deploymentSchema } from "./deployment.ts";
import { type Environment, Reader } from "./reader.ts";
import { Secret } from "./secret.ts";

/** A private key as configured; adapters/keys opens it. */
export type KeySource =
  | { readonly kind: "plain"; readonly key: Secret }
  | { readonly kind: "keystore"; readonly json: string; readonly passphrase: Secret };

export const HEAD_TAGS = ["latest", "safe", "finalized"] as const;
export type HeadTag = (typeof HEAD_TAGS)[number];

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ChainConfig {
  readonly deployment: Deployment;
  /** One endpoint, or two that must agree. */
  readonly rpcUrls: readonly string[];
  /** Which head is believed. */
  readonly head: HeadTag;
}

export interface Config extends ChainConfig {
  readonly attesterId: number;
  readonly signingKey: KeySource;
  /** X25519 private key, to which nodes seal credentials. */
  readonly boxKey: KeySource;
  /** Pays the gas; undefined: the signing key does. */
  readonly submitterKey: KeySource | undefined;
  /** Undefined: derived from the signing key. */
  readonly probeSecret: Secret | undefined;
  readonly stateDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Networks that are reachable though they are not global unicast; the devnet's only. */
  readonly allowCidrs: readonly string[];
  readonly controlTargets: readonly string[];
  /** Most that one unit of gas may cost, in wei. */
  readonly maxFeePerGas: bigint;
  /** Undefined: a fraction of the epoch. */
  readonly pollMs: number | undefined;
  readonly logLevel: LogLevel;
}

/** Text of a file; throws if it cannot be read. */
export type ReadText = (path: string) => string;

export const DEVNET_CHAIN_ID = 31337;
const SECRETS = new Set(["ICN_SIGNING_KEY", "ICN_BOX_KEY", "ICN_SUBMITTER_KEY", "ICN_PROBE_SECRET"]);
const GWEI = 1_000_000_000n;

const httpUrl = z.url({ protocol: /^https?$/ });
const key = z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/);
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);

/**
 * What `run` needs.
 * @throws OracleError config-invalid, which lists every problem with variable, value and remedy.
 */
export function parseConfig(environment: Environment, readText: ReadText): Config {
  const reader = new Reader(environment, SECRETS);
  const chain = readChain(reader, readText);
  const keys = readKeys(reader, readText, chain.deployment?.chainId);
  const rest = readRest(reader, chain.deployment?.chainId);
  reader.throwIfAny();
  return Object.freeze({ ...chain, ...keys, ...rest } as Config);
}

/** What `verify` needs to read a chain. */
export function parseChainConfig(environment: Environment, readText: ReadText): ChainConfig {
  const reader = new Reader(environment, SECRETS);
  const chain = readChain(reader, readText);
  reader.throwIfAny();
  return Object.freeze(chain as ChainConfig);
}

function readChain(reader: Reader, readText: ReadText) {
  const path = reader.required("ICN_DEPLOYMENT", z.string(), "set it to the path of a deployment.json");
  const deployment = path === undefined ? undefined : readDeployment(reader, path, readText);
  const rpcUrl = reader.required("ICN_RPC_URL", httpUrl, "set it to the http(s) URL of an Ethereum JSON-RPC");
  const second = reader.optional("ICN_RPC_URL_2", httpUrl, "set it to an http(s) URL, or unset it");
  const head =
    reader.optional("ICN_HEAD", z.enum(HEAD_TAGS), `set it to one of ${HEAD_TAGS.join(", ")}`) ??
    // A local chain's own finality lags for no reason; its head never moves back.
    (deployment?.chainId === DEVNET_CHAIN_ID ? "latest" : "finalized");
  return { deployment, rpcUrls: [rpcUrl, second].filter((url) => url !== undefined), head };
}

function readDeployment(reader: Reader, path: string, readText: ReadText): Deployment | undefined {
  try {
    return parseDeployment(readText(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    reader.refuse("ICN_DEPLOYMENT", `name the deployment.json of a complete deployment (${reason})`);
    return undefined;
  }
}

/** @throws OracleError deployment-invalid naming the first field that is wrong. */
export function parseDeployment(text: string): Deployment {
  const parsed = deploymentSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") || "the manifest";
  throw new OracleError("deployment-invalid", `${field}: ${issue?.message}`, { context: { field } });
}

function readKeys(reader: Reader, readText: ReadText, chainId: number | undefined) {
  const keyOf = (name: string, needed: boolean) => readKey(reader, readText, chainId, name, needed);
  const probeSecret = reader.optional(
    "ICN_PROBE_SECRET",
    key,
    "set it to 32 bytes of hex, or unset it to derive it from the signing key",
  );
  return {
    signingKey: keyOf("SIGNING", true),
    boxKey: keyOf("BOX", true),
    submitterKey: keyOf("SUBMITTER", false),
    probeSecret: probeSecret === undefined ? undefined : new Secret(probeSecret),
  };
}

function readKey(
  reader: Reader,
  readText: ReadText,
  chainId: number | undefined,
  name: string,
  needed: boolean,
): KeySource | undefined {
  const plain = `ICN_${name}_KEY`;
  const keystore = `ICN_${name}_KEYSTORE`;
  if (reader.has(keystore)) {
    if (reader.has(plain)) reader.refuse(plain, `unset it: ${keystore} is set too`);
    return readKeystore(reader, readText, keystore);
  }
  if (!reader.has(plain)) {
    if (needed)
      reader.refuse(
        keystore,
        `set it to the path of a keystore file (V3) with the key (on chain ${DEVNET_CHAIN_ID}, ${plain} in hex will do)`,
      );
    return undefined;
  }
  if (chainId !== undefined && chainId !== DEVNET_CHAIN_ID)
    reader.refuse(plain, `unset it and set ${keystore}: plain keys are for chain ${DEVNET_CHAIN_ID} only`);
  const value = reader.required(plain, key, "set it to 32 bytes of hex");
  return value === undefined ? undefined : { kind: "plain", key: new Secret(value) };
}

function readKeystore(reader: Reader, readText: ReadText, variable: string): KeySource | undefined {
  const json = readFile(reader, readText, variable, "name a readable keystore file (V3)");
  const passphrase = readFile(
    reader,
    readText,
    "ICN_PASSPHRASE_FILE",
    "name a readable file with the keystore's passphrase in its first line",
  );
  if (json === undefined || passphrase === undefined) return undefined;
  return { kind: "keystore", json, passphrase: new Secret(passphrase.split(/\r?\n/)[0] ?? "") };
}

function readFile(reader: Reader, readText: ReadText, variable: string, remedy: string): string | undefined {
  const path = reader.required(variable, z.string(), remedy);
  if (path === undefined) return undefined;
  try {
    return readText(path);
  } catch {
    reader.refuse(variable, remedy);
    return undefined;
  }
}

function readRest(reader: Reader, chainId: number | undefined) {
  const maxFeeGwei = reader.optional(
    "ICN_MAX_FEE_GWEI",
    integer(1, 1_000_000),
    "set it to whole gwei from 1",
  );
  return {
    attesterId: reader.required(
      "ICN_ATTESTER_ID",
      integer(1, 0xffff_ffff),
      "set it to your attester's id from 1",
    ),
    stateDir: reader.required(
      "ICN_STATE_DIR",
      z.string(),
      "set it to a directory that only this attester uses",
    ),
    listen: reader.optional("ICN_LISTEN", listen, "set it to host:port") ?? { host: "127.0.0.1", port: 8600 },
    allowCidrs: readCidrs(reader, chainId),
    controlTargets: readControlTargets(reader, chainId),
    maxFeePerGas: BigInt(maxFeeGwei ?? 500) * GWEI,
    pollMs: reader.optional("ICN_POLL_MS", integer(20, 60_000), "set it to milliseconds from 20 to 60000"),
    logLevel:
      reader.optional("ICN_LOG_LEVEL", z.enum(LOG_LEVELS), `set it to one of ${LOG_LEVELS.join(", ")}`) ??
      ("info" as const),
  };
}

const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/)
  .transform((text) => {
    const colon = text.lastIndexOf(":");
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= 65_535);

const cidr = z.union([z.cidrv4(), z.cidrv6()]);

function readCidrs(reader: Reader, chainId: number | undefined): readonly string[] {
  const cidrs = reader.optional(
    "ICN_ALLOW_CIDRS",
    list.pipe(z.array(cidr)),
    "set it to networks such as 127.0.0.0/8, separated by commas",
  );
  if (cidrs !== undefined && chainId !== undefined && chainId !== DEVNET_CHAIN_ID)
    reader.refuse("ICN_ALLOW_CIDRS", `unset it: it is for chain ${DEVNET_CHAIN_ID} only`);
  return cidrs ?? [];
}

function readControlTargets(reader: Reader, chainId: number | undefined): readonly string[] {
  const remedy = "set it to http(s) URLs that are up whenever your network is, separated by commas";
  const targets = reader.optional("ICN_CONTROL_TARGETS", list.pipe(z.array(httpUrl)), remedy) ?? [];
  if (targets.length === 0 && chainId !== undefined && chainId !== DEVNET_CHAIN_ID)
    reader.refuse("ICN_CONTROL_TARGETS", remedy);
  return targets;
}
