import { createHash, timingSafeEqual } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyReply, LogController } from "fastify";
import { z } from "zod";
import { parseImageSize } from "../../../../oracle/domain/image-size.ts";
import { RateLimit } from "../rate-limit.ts";
import type { ImagesConfig } from "./config.ts";
import { render } from "./render.ts";

const MAX_BODY_BYTES = 16_384;
const MAX_REQUEST_MS = 10_000;
const MAX_PROMPT = 4_000;
const MAX_IMAGES = 4;
const DEFAULT_SIZE = "256x256";

/** Other members that OpenAI's clients send are ignored. */
const requestSchema = z.object({
  model: z.string(),
  prompt: z.string().min(1).max(MAX_PROMPT),
  n: z.int().min(1).max(MAX_IMAGES).nullish(),
  size: z
    .string()
    .refine((text) => parseImageSize(text) !== undefined, "two sides of 256 to 512 pixels, as 256x256")
    .nullish(),
  response_format: z.literal("b64_json", "only b64_json").nullish(),
});

type ErrorKind = "invalid_request_error" | "authentication_error" | "rate_limit_error" | "server_error";

/** An error as OpenAI's interface words it. */
class ApiError extends Error {
  readonly status: number;
  readonly body: object;

  constructor(status: number, type: ErrorKind, message: string, param: string | null = null) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.body = { error: { message, type, param, code: null } };
  }
}

export interface ImageServerDependencies {
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The part of OpenAI's interface that making images needs. */
export function createImageServer(
  { model, apiKeys, requestsPerSecond, logLevel }: Omit<ImagesConfig, "schema" | "listen">,
  { now }: ImageServerDependencies,
): FastifyInstance {
  const server = fastify({
    logger: { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: MAX_REQUEST_MS,
    forceCloseConnections: true,
  });
  const rateLimit = new RateLimit(requestsPerSecond, now);
  const known = new Set(apiKeys.map(digestOf));
  const createdAt = Math.floor(now() / 1_000);
  const requireKey = (authorization = ""): string => {
    const given = digestOf(authorization.replace(/^Bearer /, ""));
    if (![...known].some((key) => timingSafeEqual(Buffer.from(key), Buffer.from(given))))
      throw new ApiError(401, "authentication_error", "no such API key");
    return given;
  };

  server.setErrorHandler((error, request, reply) => {
    if (!(error instanceof ApiError)) request.log.info({ err: error }, "request failed");
    return answerError(error, reply);
  });
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/v1/models", ({ headers }) => {
    requireKey(headers.authorization);
    return { object: "list", data: [{ id: model, object: "model", created: createdAt, owned_by: "icn" }] };
  });
  server.post("/v1/images/generations", ({ headers, body }) => {
    const key = requireKey(headers.authorization);
    const asked = parse(body);
    for (let image = 0; image < (asked.n ?? 1); image++)
      if (!rateLimit.admit(key)) throw new ApiError(429, "rate_limit_error", "too many images");
    return { created: Math.floor(now() / 1_000), data: images(model, asked) };
  });
  return server;
}

function images(
  model: string,
  { prompt, n, size, model: asked }: z.output<typeof requestSchema>,
): { b64_json: string }[] {
  if (asked !== model) throw new ApiError(404, "invalid_request_error", `no model ${asked}`, "model");
  const sides = parseImageSize(size ?? DEFAULT_SIZE);
  if (sides === undefined) throw new ApiError(400, "invalid_request_error", "no such size", "size");
  return Array.from({ length: n ?? 1 }, (_, place) => ({
    b64_json: render(place === 0 ? prompt : `${prompt} (${place + 1})`, sides).toString("base64"),
  }));
}

function parse(body: unknown): z.output<typeof requestSchema> {
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join(".") ?? "";
  throw new ApiError(400, "invalid_request_error", `${param}: ${issue?.message}`, param);
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof ApiError) return reply.code(error.status).send(error.body);
  const status =
    error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
      ? error.statusCode
      : 500;
  const known =
    status < 500
      ? new ApiError(status, "invalid_request_error", "malformed request")
      : new ApiError(status, "server_error", "the image could not be made");
  return reply.code(known.status).send(known.body);
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
