import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import { z } from "zod";
import type { Hex } from "../../../oracle/domain/types.ts";
import { DOWNLOAD_MAX_BYTES, type Downloads } from "./downloads.ts";
import type { ReferenceNode } from "./node.ts";
import type { RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";

const uint32 = z.int().min(1).max(0xffff_ffff);
const uint = z.int().min(0);
const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`))
    .transform((text) => text as Hex);

const challengeSchema = z.strictObject({
  nodeId: z.int().min(1),
  attesterId: uint32,
  epoch: uint,
  bucket: z.int().min(0).max(255),
  nonce: hex(32),
});
const credentialsSchema = z.strictObject({
  nodeId: z.int().min(1),
  attesterId: uint32,
  issuedAtMs: uint,
  nonce: hex(32),
  signature: hex(64),
});
const downloadSchema = z.strictObject({
  nonce: hex(32),
  bytes: z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(DOWNLOAD_MAX_BYTES)),
});

const MAX_BODY_BYTES = 1_024;
const MAX_REQUEST_MS = 10_000;

export interface ServerOptions {
  readonly logLevel: string;
  readonly trustProxy: boolean;
}

export interface ServerDependencies {
  readonly node: ReferenceNode;
  /** Absent where the node offers no network. */
  readonly downloads: Downloads | undefined;
  readonly rateLimit: RateLimit;
}

/** The node's HTTP interface (docs/wire.md). Small bodies, short waits, and refusals that say why. */
export function createServer(
  { logLevel, trustProxy }: ServerOptions,
  { node, downloads, rateLimit }: ServerDependencies,
): FastifyInstance {
  const server = fastify({
    logger: { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: MAX_REQUEST_MS,
    forceCloseConnections: true,
    trustProxy,
  });
  server.addHook("onRequest", async (request, reply) => {
    if (!rateLimit.admit(request.ip)) await reply.code(429).send({ error: "too many requests" });
  });
  server.setErrorHandler((error, request, reply) => answerError(error, request, reply));

  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/.well-known/icn/services", () => node.services());
  server.post("/.well-known/icn/challenge", ({ body }) => node.answerChallenge(parse(challengeSchema, body)));
  server.post("/.well-known/icn/credentials", async ({ body, log }) => {
    const { signature, ...request } = parse(credentialsSchema, body);
    const answer = await node.credentials(request, signature, (service, err) =>
      log.warn({ err, service }, "credentials of a service could not be made"),
    );
    log.info({ attesterId: request.attesterId }, "credentials served");
    return answer;
  });
  if (downloads !== undefined)
    server.get("/.well-known/icn/download", ({ query, headers }, reply) => {
      const { nonce, bytes } = parse(downloadSchema, query);
      const token = headers.authorization?.replace(/^Bearer /, "") ?? "";
      return reply.type("application/octet-stream").send(downloads.content(token, nonce, bytes));
    });
  return server;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal(400, z.prettifyError(parsed.error));
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refusal) {
    request.log.debug({ status: error.status, reason: error.message }, "request refused");
    return reply.code(error.status).send({ error: error.message });
  }
  const status = statusOf(error);
  if (status < 500) return reply.code(status).send({ error: "malformed request" });
  request.log.error({ err: error }, "request failed");
  return reply.code(503).send({ error: "not available now" });
}

function statusOf(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}
