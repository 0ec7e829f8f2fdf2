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
import type { Hex, Service } from "../../../oracle/domain/types.ts";
import type { Committee } from "./committee.ts";
import type { NodeConfig, ServicesConfig } from "./config.ts";
import type { CredentialsDesk } from "./credentials.ts";
import { Refusal } from "./refusal.ts";
import { seal } from "./seal.ts";

export type NodeOptions = Pick<NodeConfig, "nodeId" | "nodeKey"> & ServicesConfig;

export interface NodeDependencies {
  readonly committee: Committee;
  readonly desk: CredentialsDesk;
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
    const { nodeId } = this.#options;
    const services = entriesOf(this.#options);
    const document = JSON.stringify({ schema: "icn-services-1", nodeId, services });
    return {
      document,
      signature: this.#sign(servicesDigest(this.#dependencies.domain, { nodeId, document })),
    };
  }

  /**
   * An attester's own credentials, sealed to it. Throws a Refusal.
   * @param onFault Told of a service that could not be included.
   */
  async credentials(
    request: CredentialsRequest,
    signature: Hex,
    onFault: (service: Service, error: unknown) => void,
  ): Promise<{ sealed: Hex; signature: Hex }> {
    const { committee, epochs, domain, desk, now } = this.#dependencies;
    const { nodeId, attesterId, nonce, issuedAtMs } = request;
    this.#requireOwnId(nodeId);
    const nowMs = now();
    if (Math.abs(nowMs - issuedAtMs) > FRESH_MS) throw new Refusal(409, "issued more than 5 minutes away");

    const member = await committee.member(attesterId, Math.max(0, epochs.epochAt(nowMs)));
    const signer = recoverAddress(credentialsRequestDigest(domain, request), signature);
    if (member === undefined || signer !== member.signingKey)
      throw new Refusal(403, "not signed by an attester of the committee");
    this.#requireNew(nonce, nowMs);

    const text = JSON.stringify(await desk.of(attesterId, onFault));
    const sealed = await seal(text, member.boxKey, `${domain.chainId}:${nodeId}:${attesterId}`);
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

/** The entries of the services document. */
function entriesOf({ storage, network, compute }: ServicesConfig): readonly object[] {
  const entries: object[] = [];
  if (storage !== undefined) {
    const { advertisedEndpoint: endpoint, region } = storage;
    entries.push({ service: "storage", protocol: "s3", endpoint, region });
  }
  if (network !== undefined)
    entries.push({ service: "network", protocol: "http", endpoint: network.advertisedEndpoint });
  if (compute !== undefined) {
    const { advertisedEndpoint: endpoint, model, size } = compute;
    entries.push({ service: "compute", protocol: "openai-images", endpoint, model, size });
  }
  return entries;
}
