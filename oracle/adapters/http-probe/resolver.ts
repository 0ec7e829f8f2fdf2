import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { ProbeFault } from "../../ports/prober.ts";

export interface NameResolver {
  /** All addresses of a host, at least one, IPv4 first. Throws `ProbeFault`. */
  resolve(hostname: string, signal: AbortSignal): Promise<readonly string[]>;
}

export interface AddressQueries {
  resolve4(hostname: string): Promise<string[]>;
  resolve6(hostname: string): Promise<string[]>;
}

/** Nobody to ask: the attester's own resolver is missing, so the node is not to blame. */
const OWN_CODES = new Set(["ECONNREFUSED", "ENOTINITIALIZED", "ELOADIPHLPAPI", "ENOMEM", "EFILE"]);

/**
 * Asks the configured DNS servers directly. `dns.lookup` would wait in the thread pool, where a few nodes with slow name
 * servers could hold up everybody's probes.
 */
export class DnsResolver implements NameResolver {
  readonly #queries: AddressQueries;

  constructor(
    { timeoutMs }: { readonly timeoutMs: number },
    queries: AddressQueries = new Resolver({ timeout: timeoutMs, tries: 2 }),
  ) {
    this.#queries = queries;
  }

  async resolve(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
    if (isIP(hostname) !== 0) return [hostname];
    const four = await this.#query(() => this.#queries.resolve4(hostname), signal);
    if (Array.isArray(four)) return four;
    const six = await this.#query(() => this.#queries.resolve6(hostname), signal);
    if (Array.isArray(six)) return six;
    const own = OWN_CODES.has(four) && OWN_CODES.has(six);
    throw new ProbeFault(own ? "own-limit" : "dns", { context: { hostname, ipv4: four, ipv6: six } });
  }

  /** The addresses, or the code of the error. */
  async #query(ask: () => Promise<string[]>, signal: AbortSignal): Promise<string[] | string> {
    try {
      const found = await untilAborted(ask(), signal);
      return found.length > 0 ? found : "ENODATA";
    } catch (error) {
      if (error instanceof ProbeFault) throw error;
      return error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
    }
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
