import { OracleError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";

/** What was opened, to be closed in reverse. */
export class Shutdown {
  readonly #closers: { readonly name: string; readonly close: () => void | Promise<void> }[] = [];

  add(name: string, close: () => void | Promise<void>): void {
    this.#closers.push({ name, close });
  }

  /** Registers something with a `close` method and returns it. */
  closing<T extends { close(): void }>(name: string, opened: T): T {
    this.add(name, () => opened.close());
    return opened;
  }

  /**
   * Closes everything, latest first; one failure does not keep the others open.
   * @throws OracleError `shutdown-overdue` if it takes longer than the deadline. Nothing is lost: all state is on disk.
   */
  async unwind(clock: Clock, log: Logger, deadlineMs: number): Promise<void> {
    const inTime = new AbortController();
    const overdue = clock.sleepUntil(clock.nowMs() + deadlineMs, inTime.signal).then(() => {
      throw new OracleError("shutdown-overdue", "Shutting down took too long.", { context: { deadlineMs } });
    });
    const closed = this.#closeAll(log).finally(() => inTime.abort());
    await Promise.race([
      closed,
      overdue.catch((error) => (inTime.signal.aborted ? closed : Promise.reject(error))),
    ]);
  }

  async #closeAll(log: Logger): Promise<void> {
    for (const { name, close } of this.#closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        log.error("Something could not be closed.", { name, error });
      }
    }
  }
}
