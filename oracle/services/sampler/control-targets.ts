import type { HttpProbe } from "../../ports/http.ts";
import { ProbeFault, type ProbeReason } from "../../ports/prober.ts";

export interface ControlTargetsOptions {
  /** URLs of servers that are up whenever the attester's network is; none: the network always counts as up. */
  readonly targets: readonly string[];
}

const MAX_ANSWER_BYTES = 65_536;

/** Faults that only a server which answers HTTP can cause. */
const ANSWERED: ReadonlySet<ProbeReason> = new Set([
  "redirect",
  "encoded",
  "headers-too-large",
  "body-too-large",
]);

/** Tells whether the attester's own network is up, by servers that have nothing to do with the nodes. */
export class ControlTargets {
  readonly #targets: readonly string[];
  readonly #http: HttpProbe;

  constructor({ targets }: ControlTargetsOptions, { http }: { readonly http: HttpProbe }) {
    this.#targets = targets;
    this.#http = http;
  }

  /** Whether more than half of the targets do not answer; whatever they answer is enough. */
  async areDown(signal: AbortSignal): Promise<boolean> {
    const answers = await Promise.all(this.#targets.map((url) => this.#answers(url, signal)));
    const silent = answers.filter((answered) => !answered).length;
    return 2 * silent > answers.length;
  }

  async #answers(url: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#http.request({ method: "GET", url, maxBodyBytes: MAX_ANSWER_BYTES }, signal);
      return true;
    } catch (error) {
      return error instanceof ProbeFault && ANSWERED.has(error.reason);
    }
  }
}
