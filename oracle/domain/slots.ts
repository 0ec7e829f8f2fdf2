import type { Commitment, Holdings, SigningDomain } from "./statements.ts";
import { commitmentDigest, holdingsDigest, holdingsHash, proposalDigest } from "./typed-data.ts";
import type { Hex, ObservationRoot } from "./types.ts";

/** Holdings as a proposal names them: epoch and generation are the proposal's. */
export interface NamedHoldings {
  readonly attesterId: number;
  readonly roots: readonly ObservationRoot[];
  readonly signature: Hex;
}

interface InView {
  readonly epoch: number;
  readonly generation: number;
  readonly viewNumber: number;
  readonly attesterId: number;
  /** Digest of an EpochReport. */
  readonly digest: Hex;
}

/** What one attester tells the others in the course of agreeing on an epoch. */
export type Statement =
  | ({ readonly kind: "commitment" } & Commitment)
  | ({ readonly kind: "holdings" } & Holdings)
  | ({ readonly kind: "proposal"; readonly holdings: readonly NamedHoldings[] } & InView)
  | ({ readonly kind: "attestation" } & InView);

export const STATEMENT_KINDS = ["commitment", "holdings", "proposal", "attestation"] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];
export type StatementOf<K extends StatementKind> = Extract<Statement, { kind: K }>;

export interface Signed<S extends Statement = Statement> {
  readonly statement: S;
  readonly signature: Hex;
}

/** Where an attester may sign one thing only; generation and view are 0 where the kind has none. */
export interface Slot {
  readonly kind: StatementKind;
  readonly epoch: number;
  readonly generation: number;
  readonly viewNumber: number;
}

export function slotOf(statement: Statement): Slot {
  const { kind, epoch } = statement;
  return {
    kind,
    epoch,
    generation: kind === "commitment" ? 0 : statement.generation,
    viewNumber: kind === "commitment" || kind === "holdings" ? 0 : statement.viewNumber,
  };
}

/** What the statement's author signs. */
export function statementDigest(domain: SigningDomain, statement: Statement): Hex {
  switch (statement.kind) {
    case "commitment":
      return commitmentDigest(domain, statement);
    case "holdings":
      return holdingsDigest(domain, statement);
    case "proposal":
      return proposalDigest(domain, { ...statement, holdingsHash: holdingsHash(namedHoldings(statement)) });
    case "attestation":
      return statement.digest;
  }
}

/** The Holdings that a proposal names. */
export function namedHoldings(proposal: StatementOf<"proposal">): StatementOf<"holdings">[] {
  const { epoch, generation } = proposal;
  return proposal.holdings.map(({ attesterId, roots }) => ({
    kind: "holdings",
    epoch,
    generation,
    attesterId,
    roots,
  }));
}
