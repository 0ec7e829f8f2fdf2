import { BUCKETS } from "../../../oracle/domain/bits.ts";
import type { EpochClock } from "../../../oracle/domain/epochs.ts";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import { recoverAddress, signDigest } from "../../../oracle/domain/signatures.ts";
import type { CredentialsRequest, ProbeChallenge, SigningDomain } from "../../../oracle/domain/statements.ts";
import {
  challengeDigest,
  credentialsRequestDigest,
  sealedCredentialsDigest,
  servicesDigest,
} from "../../../oracle/domain/typed-data.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import type { Buckets } from "./buckets.ts";
import type { Committee } from "./committee.ts";
import type { NodeConfig } from "./config.ts";
import { seal } from "./seal.ts";

/** A request that the node does not serve, with the HTTP status that says so. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

export type NodeOptions = Pick<NodeConfig, "nodeId" | "nodeKey" | "storage">;

export interface NodeDependencies {
  readonly committee: Committee;
  readonly buckets: Pick<Buckets, "credentialsOf">;
  readonly epochs: EpochClock;
  readonly domain: SigningDomain;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** How far a request's time may lie from ours. */
const FRESH_MS = 300_000;

/** What a node says and signs. */
export class ReferenceNode {
  readonly #options: NodeOptions;
  readonly #dependencies: NodeDependencies;
  /** Nonces of requests served, and until when they could be replayed. */
  readonly #served = new Map<Hex, number>();

  constructor(options: NodeOptions, dependencies: NodeDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Signs a challenge to this node for the present or an adjacent bucket. Throws a Refusal. */
  answerChallenge(challenge: ProbeChallenge): { signature: Hex } {
    const { epochs, domain, now } = this.#dependencies;
    this.#requireOwnId(challenge.nodeId);
    const nowMs = now();
    const present = epochs.epochAt(nowMs) * BUCKETS + epochs.bucketAt(nowMs);
    if (Math.abs(challenge.epoch * BUCKETS + challenge.bucket - present) > 1)
      throw new Refusal(409, "neither the present nor an adjacent bucket");
    return { signature: this.#sign(challengeDigest(domain, challenge)) };
  }

  /** The services document and the node's signature of it. */
  services(): { document: string; signature: Hex } {
    const { nodeId, storage } = this.#options;
    const { advertisedEndpoint: endpoint, region } = storage;
    const document = JSON.stringify({
      schema: "icn-services-1",
      nodeId,
      services: [{ service: "storage", protocol: "s3", endpoint, region }],
    });
    return {
      document,
      signature: this.#sign(servicesDigest(this.#dependencies.domain, { nodeId, document })),
    };
  }

  /** An attester's own credentials, sealed to it. Throws a Refusal. */
  async credentials(request: CredentialsRequest, signature: Hex): Promise<{ sealed: Hex; signature: Hex }> {
    const { committee, epochs, domain, buckets, now } = this.#dependencies;
    const { nodeId, attesterId, nonce, issuedAtMs } = request;
    this.#requireOwnId(nodeId);
    const nowMs = now();
    if (Math.abs(nowMs - issuedAtMs) > FRESH_MS) throw new Refusal(409, "issued more than 5 minutes away");

    const member = await committee.member(attesterId, Math.max(0, epochs.epochAt(nowMs)));
    const signer = recoverAddress(credentialsRequestDigest(domain, request), signature);
    if (member === undefined || signer !== member.signingKey)
      throw new Refusal(403, "not signed by an attester of the committee");
    this.#requireNew(nonce, nowMs);

    const credentials = await buckets.credentialsOf(attesterId);
    if (credentials === undefined) throw new Refusal(403, "this attester has no bucket here");
    const { bucket, accessKeyId, secretAccessKey } = credentials;
    const sealed = await seal(
      JSON.stringify({ service: "storage", bucket, accessKeyId, secretAccessKey }),
      member.boxKey,
      `${domain.chainId}:${nodeId}:${attesterId}`,
    );
    const digest = sealedCredentialsDigest(domain, { nodeId, attesterId, nonce, sealed });
    return { sealed, signature: this.#sign(digest) };
  }

  #requireOwnId(nodeId: number): void {
    if (nodeId !== this.#options.nodeId) throw new Refusal(404, "another node");
  }

  #requireNew(nonce: Hex, nowMs: number): void {
    for (const [old, until] of this.#served) {
      if (until > nowMs) break;
      this.#served.delete(old);
    }
    if (this.#served.has(nonce)) throw new Refusal(409, "the nonce was used before");
    this.#served.set(nonce, nowMs + 2 * FRESH_MS);
  }

  #sign(digest: Hex): Hex {
    return signDigest(digest, fromHex(this.#options.nodeKey, 32));
  }
}
