import type { Hex, ObservationRoot } from "./types.ts";

/** Where typed data is valid: one chain and its SlaOracle proxy. */
export interface SigningDomain {
  readonly chainId: number;
  readonly verifyingContract: Hex;
}

/** An attester's promise of the observations it will reveal. */
export interface Commitment {
  readonly epoch: number;
  readonly attesterId: number;
  readonly observationRoot: Hex;
}

/** The roots, ascending by attester, that one attester received in time and whose valid bundle it holds. */
export interface Holdings {
  readonly epoch: number;
  readonly generation: number;
  readonly attesterId: number;
  readonly roots: readonly ObservationRoot[];
}

export interface Proposal {
  readonly epoch: number;
  readonly generation: number;
  readonly viewNumber: number;
  /** The leader. */
  readonly attesterId: number;
  readonly holdingsHash: Hex;
  /** Digest of the EpochReport that the leader computed. */
  readonly digest: Hex;
}

export interface ProbeChallenge {
  readonly nodeId: number;
  readonly attesterId: number;
  readonly epoch: number;
  readonly bucket: number;
  readonly nonce: Hex;
}

export interface ServicesDocument {
  readonly nodeId: number;
  /** The JSON text as served. */
  readonly document: string;
}

export interface CredentialsRequest {
  readonly nodeId: number;
  readonly attesterId: number;
  readonly issuedAtMs: number;
  readonly nonce: Hex;
}

export interface SealedCredentials {
  readonly nodeId: number;
  readonly attesterId: number;
  readonly nonce: Hex;
  readonly sealed: Hex;
}
