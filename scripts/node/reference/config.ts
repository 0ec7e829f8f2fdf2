import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Hex } from "../../../oracle/domain/types.ts";
import { CliError } from "../../lib/errors.ts";

const secretText = z.string().regex(/^[\x21-\x7e]{1,256}$/, "1 to 256 printable characters without spaces");
const httpUrl = z.url({ protocol: /^https?$/ }).max(512);
const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "an S3 bucket name: 3 to 63 of a–z, 0–9, dot and hyphen");

const keyPair = { accessKeyId: secretText, secretAccessKey: secretText };

const access = z.discriminatedUnion("kind", [
  /** Each attester has a bucket and a key pair that reaches nothing else: what a real node uses. */
  z.strictObject({
    kind: z.literal("perAttester"),
    attesters: z
      .array(z.strictObject({ attesterId: z.int().positive(), bucket: bucketName, ...keyPair }))
      .min(1),
  }),
  /** Every attester gets the same key pair and a bucket that is made when it first asks: a test server's. */
  z.strictObject({
    kind: z.literal("shared"),
    bucketPrefix: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,40}$/, "the beginning of an S3 bucket name"),
    ...keyPair,
  }),
]);

const schema = z.strictObject({
  schema: z.literal("icn-node-1"),
  nodeId: z.int().positive(),
  nodeKey: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/, "32 bytes of lower-case 0x hex")
    .transform((text) => text as Hex),
  listen: z.strictObject({ host: z.string().min(1), port: z.int().min(0).max(65_535) }),
  rpcUrl: httpUrl,
  /** Path of deployment.json. */
  deployment: z.string().min(1),
  storage: z.strictObject({
    /** Where attesters and customers reach the S3 server. */
    advertisedEndpoint: httpUrl,
    /** Where this process reaches it. */
    endpoint: httpUrl,
    region: z.string().regex(/^[a-zA-Z0-9-]{1,64}$/, "an S3 region such as us-east-1"),
    access,
  }),
  /** Requests that one address may send each second. */
  requestsPerSecond: z.int().min(1).max(100_000).default(200),
  /** Whether a reverse proxy in front of this process names the client in X-Forwarded-For. */
  trustProxy: z.boolean().default(false),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

export type NodeConfig = z.output<typeof schema>;
export type StorageConfig = NodeConfig["storage"];

const REMEDY = "see docs/reference-node.md for a configuration that works";

/** The configuration in a JSON file. Throws a CliError that lists every problem; no value is printed, as some are keys. */
export function readNodeConfig(path: string): NodeConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // The parser's own message may quote the file, and with it a key.
    throw new CliError(`${path} cannot be read as JSON`, REMEDY);
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new CliError(`${path} is no node configuration:\n${z.prettifyError(parsed.error)}`, REMEDY);
}
