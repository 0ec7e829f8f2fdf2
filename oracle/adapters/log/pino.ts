import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";
import { withoutCredentials } from "../../config/reader.ts";
import type { LogFields, Logger } from "../../ports/logger.ts";

/** Names of fields whose value never reaches a log, wherever they stand. */
const SECRET_FIELDS = ["privateKey", "passphrase", "secret", "secretAccessKey", "authorization"];

/** Libraries quote whole requests in their errors, and URLs in which operators have keys. */
const MESSAGE_MAX = 400;
const URLS = /\bhttps?:\/\/[^\s"'<>]+/gi;

export interface LogOptions {
  readonly level: string;
  readonly attesterId?: number;
}

/** JSON lines: level, time, a fixed sentence and fields. Bigints print as decimal strings. */
export function createLogger(options: LogOptions, destination?: DestinationStream): Logger {
  const { level, attesterId } = options;
  const settings = {
    level,
    base: attesterId === undefined ? {} : { attesterId },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
  };
  return wrap(destination === undefined ? pino(settings) : pino(settings, destination));
}

function wrap(inner: PinoLogger): Logger {
  return {
    debug: (message, fields = {}) => inner.debug(printable(fields), message),
    info: (message, fields = {}) => inner.info(printable(fields), message),
    warn: (message, fields = {}) => inner.warn(printable(fields), message),
    error: (message, fields = {}) => inner.error(printable(fields), message),
    child: (fields) => wrap(inner.child(printable(fields))),
  };
}

function printable(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printableValue(value)]));
}

function printableValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return errorFields(value);
  if (Array.isArray(value)) return value.map(printableValue);
  return value;
}

function errorFields(error: Error): Record<string, unknown> {
  const code = "code" in error ? error.code : undefined;
  const context = "context" in error && error.context !== null ? error.context : {};
  return {
    name: error.name,
    ...(typeof code === "string" ? { code } : {}),
    message: error.message.replace(URLS, withoutCredentials).slice(0, MESSAGE_MAX),
    ...(typeof context === "object" ? printable({ ...context }) : {}),
    ...(error.cause instanceof Error ? { cause: errorFields(error.cause) } : {}),
  };
}
