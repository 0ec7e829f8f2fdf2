import { readFileSync } from "node:fs";
import { z } from "zod";
import { parseImageSize } from "../../../oracle/domain/image-size.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { CliError } from "../../lib/errors.ts";

export const secretText = z
  .string()
  .regex(/^[\x21-\x7e]{1,256}$/, "1 to 256 printable characters without spaces");
const httpUrl = z.url({ protocol: /^https?$/ }).max(512);
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "an S3 bucket name: 3 to 63 of a–z, 0–9, dot and hyphen");
export const listenAt = z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535) });
export const logLevel = z.enum(["debug", "info", "warn", "error", "silent"]).default("info");

const keyPair = { accessKeyId: secretText, secretAccessKey: secretText };
const attesterId = z.int().positive();

const storageAccess = z.discriminatedUnion("kind", [
  /** Each attester has a bucket and a key pair that reaches nothing else: what a real node uses. */
  z.strictObject({
    kind: z.literal("perAttester"),
    attesters: z.array(z.strictObject({ attesterId, bucket: bucketName, ...keyPair })).min(1),
  }),
  /** Every attester gets the same key pair and a bucket that is made when it first asks: a test server's. */
  z.strictObject({
    kind: z.literal("shared"),
    bucketPrefix: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, "the beginning of an S3 bucket name"),
    ...keyPair,
  }),
]);

const storage = z.strictObject({
  /** Where attesters and customers reach the S3 server. */
  advertisedEndpoint: httpUrl,
  /** Where this process reaches it. */
  endpoint: httpUrl,
  region: z.string().regex(/^[a-zA-Z0-9-]{1,64}$/, "an S3 region such as us-east-1"),
  access: storageAccess,
});

/** Downloads are served by this process itself. */
const network = z.strictObject({
  /** Where attesters reach /.well-known/icn/download, with that path. */
  advertisedEndpoint: httpUrl,
});

const compute = z.strictObject({
  /** Where attesters reach the OpenAI-compatible server, with /v1 or what it has. */
  advertisedEndpoint: httpUrl,
  model: secretText,
  size: z
    .string()
    .refine((text) => parseImageSize(text) !== undefined, "two sides of 256 to 512 pixels, as 256x256"),
  access: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("shared"), apiKey: secretText }),
    z.strictObject({
      kind: z.literal("perAttester"),
      attesters: z.array(z.strictObject({ attesterId, apiKey: secretText })).min(1),
    }),
  ]),
});

const schema = z
  .strictObject({
    schema: z.literal("icn-node-1"),
    nodeId: z.int().positive(),
    nodeKey: z
      .string()
      .regex(/^0x[0-9a-f]{64}$/, "32 bytes of lower-case 0x hex")
      .transform((text) => text as Hex),
    listen: listenAt,
    rpcUrl: httpUrl,
    /** Path of deployment.json. */
    deployment: z.string().min(1),
    storage: storage.optional(),
    network: network.optional(),
    compute: compute.optional(),
    /** Requests that one address may send each second. */
    requestsPerSecond: z.int().min(1).max(100_000).default(200),
    /** Whether a reverse proxy in front of this process names the client in X-Forwarded-For. */
    trustProxy: z.boolean().default(false),
    logLevel,
  })
  .refine((config) => config.storage ?? config.network ?? config.compute, {
    message: "at least one of storage, network and compute",
  });

export type NodeConfig = z.output<typeof schema>;
export type StorageConfig = z.output<typeof storage>;
/** What the node offers. */
export type ServicesConfig = Pick<NodeConfig, "storage" | "network" | "compute">;

const REMEDY = "see docs/reference-node.md for a configuration that works";

export const readNodeConfig = (path: string): NodeConfig => readConfig(path, schema, "node configuration");

/** The configuration in a JSON file. Throws a CliError that lists every problem; no value is printed, as some are keys. */
export function readConfig<T>(path: string, of: z.ZodType<T>, kind: string): T {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The parser's own message may quote the file, and with it a key.
    throw new CliError(`${path} cannot be read as JSON`, REMEDY);
  }
  const parsed = of.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new CliError(`${path} is no ${kind}:\n${z.prettifyError(parsed.error)}`, REMEDY);
}
