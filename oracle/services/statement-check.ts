import { checkHoldings, leaderOf } from "../domain/agreement.ts";
import { OracleError } from "../domain/errors.ts";
import { recoverAddress } from "../domain/signatures.ts";
import { namedHoldings, type Signed, type StatementOf, statementDigest } from "../domain/slots.ts";
import type { SigningDomain } from "../domain/statements.ts";
import type { Hex, Member } from "../domain/types.ts";
import type { Turn } from "./agenda.ts";

export type Rejection =
  | "wrong-author"
  | "wrong-epoch"
  | "wrong-signature"
  | "generation"
  | "view"
  | "proposal";

/** Others may have seen a veto, or the next view begin, a little earlier. */
const AHEAD = 1;

type Checked = { readonly digest: Hex } | { readonly rejection: Rejection };

/**
 * Checks what somebody says an attester signed: for this epoch, by this author, and sensible now.
 * @returns The digest that was signed, or why the statement is rejected.
 */
export function checkStatement(domain: SigningDomain, turn: Turn, author: number, signed: Signed): Checked {
  const { statement } = signed;
  if (statement.kind !== "commitment" && statement.generation > turn.generation + AHEAD)
    return { rejection: "generation" };
  const inView = statement.kind === "proposal" || statement.kind === "attestation";
  if (inView && statement.viewNumber > Math.max(turn.viewNumber, 0) + AHEAD) return { rejection: "view" };
  const checked = checkAuthorship(domain, turn, author, signed);
  if ("rejection" in checked) return checked;
  if (statement.kind === "proposal" && !isSoundProposal(domain, turn, statement))
    return { rejection: "proposal" };
  if (statement.kind === "holdings" && !ascends(statement, turn.members)) return { rejection: "proposal" };
  return checked;
}

/** Checks only that the author signed it for this epoch, however odd it may be. */
export function checkAuthorship(
  domain: SigningDomain,
  { epoch, members }: Turn,
  author: number,
  { statement, signature }: Signed,
): Checked {
  if (statement.epoch !== epoch) return { rejection: "wrong-epoch" };
  if (statement.attesterId !== author) return { rejection: "wrong-author" };
  const digest = statementDigest(domain, statement);
  return isSignedBy(members, author, digest, signature) ? { digest } : { rejection: "wrong-signature" };
}

function isSignedBy(members: readonly Member[], attesterId: number, digest: Hex, signature: Hex): boolean {
  const member = members.find((candidate) => candidate.attesterId === attesterId);
  return member !== undefined && recoverAddress(digest, signature) === member.signingKey;
}

/** Whether it comes from the view's leader and names a quorum of Holdings that their authors signed. */
function isSoundProposal(domain: SigningDomain, turn: Turn, proposal: StatementOf<"proposal">): boolean {
  const { epoch, generation, viewNumber, attesterId } = proposal;
  if (leaderOf(epoch, viewNumber, turn.members).attesterId !== attesterId) return false;
  const named = namedHoldings(proposal);
  try {
    checkHoldings(named, epoch, generation, turn.members);
  } catch (error) {
    if (error instanceof OracleError) return false;
    throw error;
  }
  return named.every((holdings, index) => {
    const signature = proposal.holdings[index]?.signature ?? "0x";
    return isSignedBy(turn.members, holdings.attesterId, statementDigest(domain, holdings), signature);
  });
}

function ascends({ roots }: StatementOf<"holdings">, members: readonly Member[]): boolean {
  return roots.every(
    ({ attesterId }, index) =>
      attesterId > (roots[index - 1]?.attesterId ?? 0) &&
      members.some((member) => member.attesterId === attesterId),
  );
}
