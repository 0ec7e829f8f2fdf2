// The devnet's child processes: started with a log file each, watched, and ended with whoever started them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../lib/errors.ts";
import { nowMs, poll, sleep } from "../lib/time.ts";

const STOP_MS = 8_000;
const READY_POLL_MS = 100;

export interface Command {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Running {
  readonly name: string;
  readonly log: string;
  readonly child: ChildProcess;
  /** True once its end is wanted. */
  released: boolean;
}

export class Processes {
  readonly #directory: string;
  readonly #running = new Map<string, Running>();
  readonly #failure = new AbortController();

  /** @param directory Where the logs go, one per process. */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
  }

  /** Aborted, with the reason, when a process ends that nobody ended. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  /** Starts a process with nothing of this one's environment but PATH and HOME. */
  start({ name, file, args, env }: Command): void {
    const log = this.logOf(name);
    const output = openSync(log, "a");
    const child = spawn(file, args, {
      stdio: ["ignore", output, output],
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...env },
    });
    closeSync(output);
    const running: Running = { name, log, child, released: false };
    this.#running.set(name, running);
    child.once("error", (error) => this.#fail(`${name} cannot be started: ${error.message}`, log));
    child.once("exit", (code, signal) => {
      if (!running.released) this.#fail(`${name} ended by itself (${signal ?? `exit code ${code}`})`, log);
    });
  }

  logOf(name: string): string {
    return join(this.#directory, `${name}.log`);
  }

  /** kill -9, as a crash would. */
  async kill(name: string): Promise<void> {
    await this.#end(name, "SIGKILL");
  }

  /** Asks a process to end, and makes it end if it does not. */
  async stop(name: string): Promise<void> {
    await this.#end(name, "SIGTERM");
  }

  /** Ends all processes, the last started first. A signal to stop may have reached them, too. */
  async stopAll(): Promise<void> {
    for (const running of this.#running.values()) running.released = true;
    for (const { name } of [...this.#running.values()].reverse()) await this.stop(name);
  }

  /** Ends all at once, for an exit that cannot wait. */
  killAllNow(): void {
    for (const running of this.#running.values()) {
      running.released = true;
      running.child.kill("SIGKILL");
    }
  }

  async #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    running.released = true;
    this.#running.delete(name);
    const { child } = running;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    const patience = new AbortController();
    const overdue = sleep(STOP_MS, patience.signal).then(
      () => child.kill("SIGKILL"),
      () => false,
    );
    await ended;
    patience.abort();
    await overdue;
  }

  #fail(problem: string, log: string): void {
    this.#failure.abort(new CliError(problem, `its log is ${log}`));
  }
}

/** Waits until an HTTP server answers, with anything but an error of its own. */
export async function untilHealthy(name: string, url: string, deadlineMs: number, failure: AbortSignal) {
  const isHealthy = async (): Promise<true | undefined> => {
    failure.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer !== undefined && answer.status < 500 ? true : undefined;
  };
  if ((await poll(isHealthy, READY_POLL_MS, nowMs() + deadlineMs, failure)) === undefined)
    throw new CliError(`${name} does not answer at ${url} after ${deadlineMs / 1_000} s`, "read its log");
}
