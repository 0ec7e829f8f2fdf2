import { OracleError } from "../../domain/errors.ts";
import type { Hex } from "../../domain/types.ts";
import type { HttpAnswer, HttpProbe } from "../../ports/http.ts";
import type { PeerFault, PeerStatements, Peers } from "../../ports/peers.ts";
import { ProbeFault, type ProbeReason } from "../../ports/prober.ts";
import { parseStatements, STATEMENTS_MAX_BYTES } from "./wire.ts";

const OK = 200;
const NOT_FOUND = 404;
const TOO_EARLY = 425;
/** Of an answer that is no success, only the status is read. */
const ERROR_MAX_BYTES = 4 * 1024;

/** Asks other attesters over HTTP, as carefully as if they were hostile: they may be. */
export class HttpPeers implements Peers {
  readonly #http: HttpProbe;

  constructor(http: HttpProbe) {
    this.#http = http;
  }

  async statements(
    endpoint: string,
    epoch: number,
    author: number | undefined,
    signal: AbortSignal,
  ): Promise<PeerStatements> {
    const query = author === undefined ? "" : `?author=${author}`;
    const url = urlOf(endpoint, `v1/epochs/${epoch}/statements${query}`);
    const { status, body } = await this.#get(url, STATEMENTS_MAX_BYTES, signal);
    if (status !== OK) throw peerError("status", { url, status });
    try {
      return parseStatements(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)));
    } catch (cause) {
      throw peerError("malformed", { url }, cause);
    }
  }

  async bundle(
    endpoint: string,
    epoch: number,
    root: Hex,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const url = urlOf(endpoint, `v1/epochs/${epoch}/bundles/${root}`);
    const { status, body } = await this.#get(url, Math.max(maxBytes, ERROR_MAX_BYTES), signal);
    if (status === NOT_FOUND || status === TOO_EARLY) return undefined;
    if (status !== OK) throw peerError("status", { url, status });
    if (body.length > maxBytes) throw peerError("oversized", { url });
    return body;
  }

  async #get(url: string, maxBodyBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.#http.request({ method: "GET", url, maxBodyBytes }, signal);
    } catch (cause) {
      signal.throwIfAborted();
      const reason = cause instanceof ProbeFault ? cause.reason : undefined;
      throw peerError(faultOf(reason), { url, reason }, cause);
    }
  }
}

function urlOf(endpoint: string, path: string): string {
  return `${endpoint.replace(/\/+$/, "")}/${path}`;
}

function faultOf(reason: ProbeReason | undefined): PeerFault {
  switch (reason) {
    case "timeout":
    case "idle":
      return "timeout";
    case "body-too-large":
    case "headers-too-large":
      return "oversized";
    case "malformed":
    case "encoded":
      return "malformed";
    case "redirect":
      return "status";
    default:
      return "unreachable";
  }
}

function peerError(
  fault: PeerFault,
  context: Readonly<Record<string, unknown>>,
  cause?: unknown,
): OracleError {
  return new OracleError(`peer-${fault}`, "A peer's answer is of no use.", {
    cause,
    context: { fault, ...context },
    retryable: true,
  });
}
