import type { Logger } from "../../../oracle/ports/logger.ts";
import type { Metrics } from "../../../oracle/ports/metrics.ts";

export const silentLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

export const noMetrics: Metrics = { count: () => undefined, gauge: () => undefined };
