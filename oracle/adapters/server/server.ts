import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { z } from "zod";
import type { Hex } from "../../domain/types.ts";
import type { Evidence, Readiness } from "../../ports/evidence.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { serializeStatements } from "../peers/wire.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface ServerDependencies {
  readonly evidence: Evidence;
  readonly readiness: () => Readiness;
  /** Prometheus text and its content type. */
  readonly exposition: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly rateLimit: RateLimit;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const CONNECTIONS_MAX = 512;
const REQUEST_TIMEOUT_MS = 10_000;
const HEADER_MAX_BYTES = 8 * 1024;

const epochParams = z.object({
  epoch: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
});
const authorQuery = z.strictObject({
  author: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .optional(),
});
const bundleParams = epochParams.extend({
  root: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .transform((text) => text as Hex),
});

/** Serves what the attester signed and holds: GET only, no bodies, everything limited. */
export class OracleServer {
  readonly #options: ServerOptions;
  readonly #dependencies: ServerDependencies;
  readonly #app: FastifyInstance;

  constructor(options: ServerOptions, dependencies: ServerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.#app = fastify({
      logger: false,
      bodyLimit: 1,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: REQUEST_TIMEOUT_MS,
      forceCloseConnections: true,
      exposeHeadRoutes: false,
      http: { maxHeaderSize: HEADER_MAX_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
    });
    this.#app.server.maxConnections = CONNECTIONS_MAX;
    this.#addGuards();
    this.#addEvidence();
    this.#addHealth();
  }

  /** Listens; returns the address, with the port that was taken. */
  start(): Promise<string> {
    const { host, port } = this.#options;
    return this.#app.listen({ host, port });
  }

  async stop(): Promise<void> {
    await this.#app.close();
  }

  #addGuards(): void {
    const { rateLimit, log } = this.#dependencies;
    this.#app.addHook("onRequest", (request, reply, done) => {
      const { headers } = request;
      const hasBody = Number(headers["content-length"] ?? 0) > 0 || "transfer-encoding" in headers;
      if (request.method !== "GET") this.#refuse(reply, 405, "method");
      else if (hasBody) this.#refuse(reply.header("connection", "close"), 413, "body");
      else if (!rateLimit.admit(request.ip)) this.#refuse(reply.header("retry-after", "1"), 429, "rate");
      else done();
    });
    this.#app.setNotFoundHandler((_request, reply) => this.#refuse(reply, 404, "path"));
    this.#app.setErrorHandler((error, _request, reply) => {
      if (error instanceof z.ZodError) return this.#refuse(reply, 400, "parameters");
      log.error("A request failed.", { error });
      return reply.code(500).send({ error: "internal" });
    });
  }

  #addEvidence(): void {
    const { evidence, metrics } = this.#dependencies;
    const served = (kind: string) => metrics.count("icn_oracle_requests_total", { outcome: kind });
    this.#app.get("/v1/epochs/:epoch/statements", (request: FastifyRequest, reply: FastifyReply) => {
      const { epoch } = epochParams.parse(request.params);
      const { author } = authorQuery.parse(request.query);
      served("statements");
      return reply
        .type("application/json; charset=utf-8")
        .send(serializeStatements(evidence.statements(epoch, author)));
    });
    this.#app.get("/v1/epochs/:epoch/bundles/:root", (request: FastifyRequest, reply: FastifyReply) => {
      const { epoch, root } = bundleParams.parse(request.params);
      const bundle = evidence.bundle(epoch, root);
      if (bundle === "early") return this.#refuse(reply, 425, "early");
      if (bundle === undefined) return this.#refuse(reply, 404, "unknown");
      served("bundle");
      return reply.type("application/octet-stream").send(Buffer.from(bundle));
    });
  }

  #addHealth(): void {
    const { readiness, exposition } = this.#dependencies;
    this.#app.get("/healthz", (_request, reply) => reply.send({ alive: true }));
    this.#app.get("/readyz", (_request, reply) => {
      const { ready, reasons } = readiness();
      return reply.code(ready ? 200 : 503).send({ ready, reasons });
    });
    this.#app.get("/metrics", async (_request, reply) => {
      const { contentType, text } = await exposition();
      return reply.type(contentType).send(text);
    });
  }

  #refuse(reply: FastifyReply, status: number, reason: string): FastifyReply {
    this.#dependencies.metrics.count("icn_oracle_requests_total", { outcome: `refused-${reason}` });
    return reply.code(status).send({ error: reason });
  }
}
