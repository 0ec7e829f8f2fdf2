// The only file of scripts/ that reads the clock and sets timers.
import { setTimeout as delay } from "node:timers/promises";

export const nowMs = (): number => Date.now();

/** Resolves after `ms`; rejects with the signal's reason when aborted. */
export const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });

export const sleepUntil = (atMs: number, signal?: AbortSignal): Promise<void> =>
  sleep(atMs - nowMs(), signal);

/** Asks until `probe` gives an answer, every `everyMs`; undefined once `deadlineMs` has passed. */
export async function poll<T>(
  probe: () => Promise<T | undefined>,
  everyMs: number,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (nowMs() >= deadlineMs) return undefined;
    await sleep(everyMs, signal);
  }
}
