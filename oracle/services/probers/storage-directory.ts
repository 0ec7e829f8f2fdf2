import { z } from "zod";
import { fromHex, toHex } from "../../domain/hashing.ts";
import { prf } from "../../domain/prf.ts";
import { recoverAddress } from "../../domain/signatures.ts";
import type { SigningDomain } from "../../domain/statements.ts";
import {
  credentialsRequestDigest,
  sealedCredentialsDigest,
  servicesDigest,
} from "../../domain/typed-data.ts";
import type { EpochContext, Hex, NodeView } from "../../domain/types.ts";
import type { BoxOpener } from "../../ports/box-opener.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpProbe } from "../../ports/http.ts";
import type { StorageAccess } from "../../ports/object-storage.ts";
import { ProbeFault } from "../../ports/prober.ts";
import type { Signer } from "../../ports/signer.ts";
import { bytesSchema, parseAnswer, parseJson, signatureSchema, wellKnownUrl } from "./answers.ts";

const MAX_SERVICES_BYTES = 16_384;
const MAX_CREDENTIALS_BYTES = 8_192;

const servicesAnswer = z.strictObject({ document: z.string(), signature: signatureSchema });
const servicesDocument = z.strictObject({
  schema: z.literal("icn-services-1"),
  nodeId: z.int().positive(),
  services: z
    .array(
      z.strictObject({
        service: z.literal("storage"),
        protocol: z.literal("s3"),
        endpoint: z.url({ protocol: /^https?$/ }).max(512),
        region: z.string().regex(/^[a-zA-Z0-9-]{1,64}$/),
      }),
    )
    .max(8),
});
const credentialsAnswer = z.strictObject({ sealed: bytesSchema, signature: signatureSchema });
const printable = /^[\x21-\x7e]{1,256}$/;
const credentials = z.strictObject({
  service: z.literal("storage"),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  accessKeyId: z.string().regex(printable),
  secretAccessKey: z.string().regex(printable),
});

type Credentials = z.output<typeof credentials>;
type StorageService = z.output<typeof servicesDocument>["services"][number];

export interface StorageDirectoryOptions {
  readonly attesterId: number;
  readonly domain: SigningDomain;
  /** Of the PRF that makes the nonces. */
  readonly secret: Uint8Array;
}

export interface StorageDirectoryDependencies {
  readonly http: HttpProbe;
  readonly clock: Clock;
  /** Of the attester's signing key. */
  readonly signer: Signer;
  readonly boxOpener: BoxOpener;
}

/** Where each node's storage is and with which keys this attester reaches it; asked once an epoch, and after failures. */
export class StorageDirectory {
  readonly #options: StorageDirectoryOptions;
  readonly #dependencies: StorageDirectoryDependencies;
  #epoch = -1;
  readonly #known = new Map<number, StorageAccess>();

  constructor(options: StorageDirectoryOptions, dependencies: StorageDirectoryDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Throws `ProbeFault`. */
  async accessTo(context: EpochContext, node: NodeView, signal: AbortSignal): Promise<StorageAccess> {
    if (context.epoch !== this.#epoch) {
      this.#known.clear();
      this.#epoch = context.epoch;
    }
    const known = this.#known.get(node.nodeId);
    if (known !== undefined) return known;

    const { endpoint, region } = await this.#discover(node, signal);
    const { bucket, accessKeyId, secretAccessKey } = await this.#credentialsFor(node, signal);
    const access = { endpoint, region, bucket, accessKeyId, secretAccessKey };
    if (context.epoch === this.#epoch) this.#known.set(node.nodeId, access);
    return access;
  }

  /** The next probe asks the node again. */
  forget(nodeId: number): void {
    this.#known.delete(nodeId);
  }

  async #discover(node: NodeView, signal: AbortSignal): Promise<StorageService> {
    const url = wellKnownUrl(node.endpoint, "services");
    const answer = await this.#dependencies.http.request(
      { method: "GET", url, maxBodyBytes: MAX_SERVICES_BYTES },
      signal,
    );
    const { document, signature } = parseAnswer(answer, servicesAnswer);
    const { domain } = this.#options;
    requireNodeKey(node, servicesDigest(domain, { nodeId: node.nodeId, document }), signature);

    const { nodeId, services } = parseJson(new TextEncoder().encode(document), servicesDocument);
    if (nodeId !== node.nodeId) throw new ProbeFault("wrong-node", { context: { nodeId } });
    const storage = services[0];
    if (storage === undefined) throw new ProbeFault("no-storage");
    return storage;
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
        maxBodyBytes: MAX_CREDENTIALS_BYTES,
      },
      signal,
    );
    const { sealed, signature } = parseAnswer(answer, credentialsAnswer);
    requireNodeKey(node, sealedCredentialsDigest(domain, { nodeId, attesterId, nonce, sealed }), signature);
    const additionalData = `${domain.chainId}:${nodeId}:${attesterId}`;
    return parseJson(await opened(boxOpener, sealed, additionalData), credentials);
  }
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
