import { downloadContent, downloadNonce } from "../../domain/download.ts";
import type { Hex } from "../../domain/types.ts";
import type { HttpProbe } from "../../ports/http.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Metrics } from "../../ports/metrics.ts";
import { ProbeFault, type ProbeResult, type Prober, type ProbeTask, slotOf } from "../../ports/prober.ts";
import type { NetworkAccess } from "../../ports/services.ts";
import type { ServiceDirectory } from "./service-directory.ts";

export interface NetworkProberOptions {
  /** Of the PRF that makes the nonces. */
  readonly secret: Uint8Array;
}

export interface NetworkProberDependencies {
  readonly directory: ServiceDirectory;
  readonly http: HttpProbe;
  readonly log: Logger;
  readonly metrics: Metrics;
}

const OK = 200;

/** Downloads bytes from a node that nobody could have stored or foreseen, and times them to the last one. */
export class NetworkProber implements Prober {
  readonly probe = "network";
  readonly #secret: Uint8Array;
  readonly #dependencies: NetworkProberDependencies;

  constructor({ secret }: NetworkProberOptions, dependencies: NetworkProberDependencies) {
    this.#secret = secret;
    this.#dependencies = dependencies;
  }

  run(task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    return this.#dependencies.directory.probe("network", task, signal, (access) =>
      this.#download(access, task, signal),
    );
  }

  async #download(access: NetworkAccess, task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const nonce = downloadNonce(this.#secret, slotOf(task));
    const { networkBytes } = task.context.rules.measurement;
    const { status, body, firstByteUs, lastByteUs } = await this.#dependencies.http.request(
      {
        method: "GET",
        url: downloadUrl(access.endpoint, nonce, networkBytes),
        headers: { authorization: `Bearer ${access.token}` },
        maxBodyBytes: networkBytes,
      },
      signal,
    );
    if (status !== OK) throw new ProbeFault("wrong-status", { context: { status } });
    if (Buffer.compare(downloadContent(nonce, networkBytes), body) !== 0)
      throw new ProbeFault("wrong-content", { context: { bytes: body.length } });
    this.#report(task, networkBytes, firstByteUs, lastByteUs);
    return { outcome: "ok", reason: "", latencyUs: lastByteUs, integrityFailures: 0 };
  }

  #report({ node }: ProbeTask, bytes: number, firstByteUs: number, lastByteUs: number): void {
    const { log, metrics } = this.#dependencies;
    metrics.count("icn_oracle_download_bytes_total", {}, bytes);
    metrics.count("icn_oracle_download_seconds_total", {}, lastByteUs / 1_000_000);
    log.debug("A download ended.", { nodeId: node.nodeId, bytes, firstByteUs, lastByteUs });
  }
}

function downloadUrl(endpoint: string, nonce: Hex, bytes: number): string {
  const url = new URL(endpoint);
  url.searchParams.set("nonce", nonce);
  url.searchParams.set("bytes", String(bytes));
  return url.href;
}
