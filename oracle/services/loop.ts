import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

export interface LoopOptions {
  /** Names the duty in logs. */
  readonly duty: string;
  readonly intervalMs: number;
}

export interface LoopDependencies {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Does a duty at once and then at even intervals until the signal aborts. A failure is logged when it is new, and the
 * duty goes on: what is durable tells the next turn where to resume.
 */
export async function repeat(
  { duty, intervalMs }: LoopOptions,
  { clock, log }: LoopDependencies,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void> | void,
): Promise<void> {
  let failure = "";
  while (!signal.aborted) {
    try {
      await work(signal);
      if (failure !== "") log.info("A duty succeeds again.", { duty });
      failure = "";
    } catch (error) {
      if (signal.aborted) return;
      const description = String(error);
      if (description !== failure) log.warn("A duty failed and will be tried again.", { duty, error });
      failure = description;
    }
    await clock.sleepUntil(clock.nowMs() + intervalMs, signal).catch(() => undefined);
  }
}
