import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock, Timers } from "../../ports/clock.ts";
import type { HttpAnswer, HttpProbe, HttpRequest } from "../../ports/http.ts";
import { ProbeFault } from "../../ports/prober.ts";
import type { AddressRules } from "./address-rules.ts";
import { exchange } from "./exchange.ts";
import type { RateCaps } from "./rate-caps.ts";
import type { NameResolver } from "./resolver.ts";

export interface GuardedHttpOptions {
  /** Where a request names no limit of its own: from the first lookup to the last byte. */
  readonly totalMs: number;
  /** Without a connection, a complete head or a further piece of the body. */
  readonly idleMs: number;
  readonly maxHeaderBytes: number;
}

export interface GuardedHttpDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly resolver: NameResolver;
  readonly addressRules: AddressRules;
  /** Absent for the attester's own control targets. */
  readonly rateCaps?: RateCaps;
}

/**
 * Asks servers that may be hostile. A name is resolved once and only the checked address is connected to; every request
 * has its own connection; redirects and compressed bodies are refused. Any port is allowed: operators run on what they
 * have, and what can be reached is limited by the address rules.
 */
export class GuardedHttp implements HttpProbe {
  readonly #options: GuardedHttpOptions;
  readonly #dependencies: GuardedHttpDependencies;
  #secureContext: SecureContext | undefined;

  constructor(options: GuardedHttpOptions, dependencies: GuardedHttpDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  async request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (signal.aborted) throw new ProbeFault("aborted");
    const url = parseTarget(request.url);
    const { maxHeaderBytes } = this.#options;
    const { timeoutMs: totalMs = this.#options.totalMs, timeoutMs: idleMs = this.#options.idleMs } = request;
    const { timers } = this.#dependencies;
    const stop = new AbortController();
    const abort = () => stop.abort(new ProbeFault("aborted"));
    signal.addEventListener("abort", abort, { once: true });
    const cancel = timers.after(totalMs, () => stop.abort(new ProbeFault("timeout")));
    try {
      const address = await this.#addressOf(url, stop.signal);
      const secureContext = this.#sharedSecureContext();
      return await exchange(
        { url, address, request, maxHeaderBytes, idleMs, secureContext },
        this.#dependencies,
        stop.signal,
      );
    } finally {
      cancel();
      signal.removeEventListener("abort", abort);
    }
  }

  async #addressOf(url: URL, signal: AbortSignal): Promise<string> {
    const { resolver, addressRules, rateCaps } = this.#dependencies;
    const addresses = await resolver.resolve(url.hostname.replace(/^\[|\]$/g, ""), signal);
    const [address] = addresses;
    // One forbidden address among permitted ones refuses the name, so that the verdict does not depend on their order.
    if (address === undefined || !addresses.every(addressRules)) {
      throw new ProbeFault("address-refused", { context: { host: url.host, addresses } });
    }
    if (rateCaps !== undefined && !rateCaps.admit(address)) {
      throw new ProbeFault("rate-limited", { context: { address } });
    }
    return address;
  }

  /** One context for all connections halves the cost of a handshake; two common groups keep the greeting in one packet. */
  #sharedSecureContext(): SecureContext {
    this.#secureContext ??= createSecureContext({ ecdhCurve: "X25519:P-256" });
    return this.#secureContext;
  }
}

function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usable =
    url !== undefined &&
    (url.protocol === "http:" || url.protocol === "https:") &&
    url.username === "" &&
    url.password === "" &&
    url.hostname !== "" &&
    url.port !== "0";
  if (!usable) throw new ProbeFault("bad-endpoint", { context: { url: text.slice(0, 256) } });
  return url;
}
