import { fromHex, toHex } from "../../domain/hashing.ts";
import { prf } from "../../domain/prf.ts";
import { recoverAddress } from "../../domain/signatures.ts";
import type { SigningDomain } from "../../domain/statements.ts";
import {
  credentialsRequestDigest,
  sealedCredentialsDigest,
  servicesDigest,
} from "../../domain/typed-data.ts";
import type { Hex, NodeView, Service } from "../../domain/types.ts";
import type { BoxOpener } from "../../ports/box-opener.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpProbe } from "../../ports/http.ts";
import { ProbeFault, type ProbeResult, type ProbeTask } from "../../ports/prober.ts";
import type { ServiceAccess } from "../../ports/services.ts";
import type { Signer } from "../../ports/signer.ts";
import { parseAnswer, parseJson, wellKnownUrl } from "./answers.ts";
import {
  CREDENTIALS_MAX_BYTES,
  type Credentials,
  credentialsAnswer,
  credentialsText,
  SERVICES_MAX_BYTES,
  type ServiceEntry,
  servicesAnswer,
  servicesDocument,
} from "./service-documents.ts";

export interface ServiceDirectoryOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
  /** Of the PRF that makes the nonces. */
  readonly secret: Uint8Array;
}

export interface ServiceDirectoryDependencies {
  readonly http: HttpProbe;
  readonly clock: Clock;
  /** Of the attester's signing key. */
  readonly signer: Signer;
  readonly boxOpener: BoxOpener;
}

interface NodeServices {
  readonly offered: readonly Service[];
  /** Of what is offered, what this attester has the credentials to. */
  readonly access: Readonly<Partial<ServiceAccess>>;
}

/** Where each node's services are and with which credentials this attester uses them; asked once an epoch, and after failures. */
export class ServiceDirectory {
  readonly #options: ServiceDirectoryOptions;
  readonly #dependencies: ServiceDirectoryDependencies;
  #epoch = -1;
  /** Also what is being asked for: the probes of two services wait for one answer. */
  readonly #known = new Map<number, Promise<NodeServices>>();

  constructor(options: ServiceDirectoryOptions, dependencies: ServiceDirectoryDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /**
   * Probes a service; whatever comes of it but ok makes the next probe ask the node again. Throws `ProbeFault`, also
   * where the node does not offer the service to this attester.
   */
  async probe<S extends Service>(
    service: S,
    { context, node }: ProbeTask,
    signal: AbortSignal,
    use: (access: ServiceAccess[S]) => Promise<ProbeResult>,
  ): Promise<ProbeResult> {
    if (context.epoch !== this.#epoch) {
      this.#known.clear();
      this.#epoch = context.epoch;
    }
    try {
      const result = await use(required(service, await this.#servicesOf(node, signal)));
      if (result.outcome !== "ok") this.#known.delete(node.nodeId);
      return result;
    } catch (error) {
      this.#known.delete(node.nodeId);
      throw error;
    }
  }

  #servicesOf(node: NodeView, signal: AbortSignal): Promise<NodeServices> {
    const known = this.#known.get(node.nodeId);
    if (known !== undefined) return known;
    const asked = this.#ask(node, signal);
    this.#known.set(node.nodeId, asked);
    return asked;
  }

  async #ask(node: NodeView, signal: AbortSignal): Promise<NodeServices> {
    const entries = await this.#discover(node, signal);
    const credentials = await this.#credentialsFor(node, signal);
    return { offered: entries.map(({ service }) => service), access: joined(entries, credentials) };
  }

  async #discover(node: NodeView, signal: AbortSignal): Promise<readonly ServiceEntry[]> {
    const url = wellKnownUrl(node.endpoint, "services");
    const answer = await this.#dependencies.http.request(
      { method: "GET", url, maxBodyBytes: SERVICES_MAX_BYTES },
      signal,
    );
    const { document, signature } = parseAnswer(answer, servicesAnswer);
    const { domain } = this.#options;
    requireNodeKey(node, servicesDigest(domain, { nodeId: node.nodeId, document }), signature);

    const { nodeId, services } = parseJson(new TextEncoder().encode(document), servicesDocument);
    if (nodeId !== node.nodeId) throw new ProbeFault("wrong-node", { context: { nodeId } });
    return services;
  }

  async #credentialsFor(node: NodeView, signal: AbortSignal): Promise<Credentials> {
    const { attesterId, domain, secret } = this.#options;
    const { http, clock, signer, boxOpener } = this.#dependencies;
    const { nodeId } = node;
    const issuedAtMs = clock.nowMs();
    const nonce = toHex(prf(secret, "credentials-nonce", nodeId, issuedAtMs));
    const request = { nodeId, attesterId, issuedAtMs, nonce };
    const answer = await http.request(
      {
        method: "POST",
        url: wellKnownUrl(node.endpoint, "credentials"),
        headers: { "content-type": "application/json" },
        body: new TextEncoder().encode(
          JSON.stringify({ ...request, signature: signer.sign(credentialsRequestDigest(domain, request)) }),
        ),
        maxBodyBytes: CREDENTIALS_MAX_BYTES,
      },
      signal,
    );
    const { sealed, signature } = parseAnswer(answer, credentialsAnswer);
    requireNodeKey(node, sealedCredentialsDigest(domain, { nodeId, attesterId, nonce, sealed }), signature);
    const additionalData = `${domain.chainId}:${nodeId}:${attesterId}`;
    return parseJson(await opened(boxOpener, sealed, additionalData), credentialsText);
  }
}

/** Each entry with the credentials to it. */
function joined(entries: readonly ServiceEntry[], credentials: Credentials): Partial<ServiceAccess> {
  const access: Partial<ServiceAccess> = {};
  for (const entry of entries) Object.assign(access, accessOf(entry, credentials));
  return access;
}

function accessOf(
  entry: ServiceEntry,
  { storage, network, compute }: Credentials,
): Partial<ServiceAccess> | undefined {
  switch (entry.service) {
    case "storage":
      return storage && { storage: { ...entry, ...storage } };
    case "network":
      return network && { network: { ...entry, ...network } };
    case "compute":
      return compute && { compute: { ...entry, ...compute } };
  }
}

function required<S extends Service>(service: S, { offered, access }: NodeServices): ServiceAccess[S] {
  if (!offered.includes(service)) throw new ProbeFault("no-service", { context: { service } });
  const found = access[service];
  if (found === undefined) throw new ProbeFault("credentials", { context: { service } });
  return found;
}

function requireNodeKey(node: NodeView, digest: Hex, signature: Hex): void {
  if (recoverAddress(digest, signature) !== node.nodeKey) throw new ProbeFault("wrong-signature");
}

async function opened(boxOpener: BoxOpener, sealed: Hex, additionalData: string): Promise<Uint8Array> {
  try {
    return await boxOpener.open(fromHex(sealed), additionalData);
  } catch (cause) {
    throw new ProbeFault("credentials", { cause });
  }
}
