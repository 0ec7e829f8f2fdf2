import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { isIPv6 } from "node:net";
import type { ConnectionOptions, SecureContext } from "node:tls";
import type { Clock, Timers } from "../../ports/clock.ts";
import type { HttpAnswer, HttpRequest } from "../../ports/http.ts";
import { ProbeFault, type ProbeReason } from "../../ports/prober.ts";
import { connectionFault, type Phase } from "./connection-faults.ts";

/**
 * Of a body: the largest download fits in the smallest packets. One in pieces of a byte would cost a hundred times what
 * it weighs and stall all other probes.
 */
const PIECES_MAX = 8_192;

export interface ExchangeOptions {
  readonly url: URL;
  /** Resolved and permitted; nothing else is connected to. */
  readonly address: string;
  readonly request: HttpRequest;
  readonly maxHeaderBytes: number;
  readonly idleMs: number;
  readonly secureContext: SecureContext;
}

export interface ExchangeDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
}

/** One request and its answer on a connection of its own. Ends at the latest when `stop` aborts, with its reason. */
export function exchange(
  options: ExchangeOptions,
  dependencies: ExchangeDependencies,
  stop: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    new Exchange(options, dependencies, resolve, reject).run(stop);
  });
}

class Exchange {
  readonly #options: ExchangeOptions;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #received = 0;
  #phase: Phase = "connect";
  #openedUs = 0;
  #firstByteUs: number | undefined;
  #cancelIdle: (() => void) | undefined;
  #end: ((settle: () => void) => void) | undefined;

  constructor(
    options: ExchangeOptions,
    { clock, timers }: ExchangeDependencies,
    resolve: (answer: HttpAnswer) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  run(stop: AbortSignal): void {
    const { body } = this.#options.request;
    const outgoing = this.#open();
    const abort = () => this.#finish(() => this.#reject(stop.reason));
    this.#end = (settle) => {
      this.#end = undefined;
      stop.removeEventListener("abort", abort);
      this.#cancelIdle?.();
      outgoing.destroy();
      settle();
    };
    stop.addEventListener("abort", abort, { once: true });
    this.#notIdle();
    this.#watchConnection(outgoing);
    outgoing.on("response", (answer) => this.#onAnswer(answer));
    outgoing.on("error", (error) => this.#fault(this.#faultOf(error), error));
    outgoing.on("close", () => this.#fault("closed"));
    outgoing.end(body);
    if (stop.aborted) abort();
  }

  #open(): ClientRequest {
    const { url, address, request, maxHeaderBytes, secureContext } = this.#options;
    const family = isIPv6(address) ? 6 : 4;
    const options: https.RequestOptions & ConnectionOptions = {
      method: request.method,
      headers: {
        ...request.headers,
        "accept-encoding": "identity",
        ...(request.body === undefined ? {} : { "content-length": request.body.length }),
      },
      agent: false,
      family,
      maxHeaderSize: maxHeaderBytes,
      lookup: (_hostname, _options, done) => done(null, address, family),
      secureContext,
    };
    return url.protocol === "https:" ? https.request(url, options) : http.request(url, options);
  }

  #watchConnection(outgoing: ClientRequest): void {
    const secure = this.#options.url.protocol === "https:";
    outgoing.on("socket", (socket) => {
      const opened = () => {
        this.#phase = "answer";
        this.#openedUs = this.#clock.monotonicUs();
        this.#notIdle();
      };
      if (!secure) {
        socket.once("connect", opened);
        return;
      }
      socket.once("connect", () => {
        this.#phase = "tls";
      });
      socket.once("secureConnect", opened);
    });
  }

  #onAnswer(answer: IncomingMessage): void {
    const { maxBodyBytes } = this.#options.request;
    const fault = headFault(answer, maxBodyBytes);
    if (fault !== undefined) {
      this.#fault(fault);
      return;
    }
    this.#notIdle();
    answer.on("data", (chunk: Buffer) => {
      if (this.#end === undefined) return;
      this.#firstByteUs ??= this.#sinceOpened();
      this.#received += chunk.length;
      this.#notIdle();
      if (this.#received > maxBodyBytes) this.#fault("body-too-large");
      else if (this.#chunks.length === PIECES_MAX) this.#fault("malformed");
      else this.#chunks.push(chunk);
    });
    answer.on("error", (error) => this.#fault(this.#faultOf(error), error));
    answer.on("end", () => {
      const lastByteUs = this.#sinceOpened();
      const firstByteUs = this.#firstByteUs ?? lastByteUs;
      const status = answer.statusCode ?? 0;
      const body = Buffer.concat(this.#chunks);
      this.#finish(() => this.#resolve({ status, body, firstByteUs, lastByteUs }));
    });
  }

  #faultOf(error: unknown): ProbeReason {
    return connectionFault(error, this.#phase, isIPv6(this.#options.address) ? 6 : 4);
  }

  #sinceOpened(): number {
    return this.#clock.monotonicUs() - this.#openedUs;
  }

  #notIdle(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = this.#timers.after(this.#options.idleMs, () => this.#fault("idle"));
  }

  #fault(reason: ProbeReason, cause?: unknown): void {
    this.#finish(() =>
      this.#reject(new ProbeFault(reason, { context: { address: this.#options.address }, cause })),
    );
  }

  #finish(settle: () => void): void {
    this.#end?.(settle);
  }
}

/** What makes an answer unwanted before its body is read. */
function headFault(
  { statusCode = 0, headers }: IncomingMessage,
  maxBodyBytes: number,
): ProbeReason | undefined {
  if (statusCode >= 300 && statusCode < 400) return "redirect";
  if ((headers["content-encoding"] ?? "identity") !== "identity") return "encoded";
  return Number(headers["content-length"] ?? 0) > maxBodyBytes ? "body-too-large" : undefined;
}
