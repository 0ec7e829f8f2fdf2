// A vote as a file that its voter signed (EIP-712 of OpenZeppelin's Governor) and anyone may send.
import { z } from "zod";
import type { Session, SigningSession } from "../../lib/command.ts";
import {
  address,
  domainOf,
  readSigned,
  requireHere,
  requireNonce,
  requireSigner,
  signature,
  type Types,
  whole,
} from "./signed.ts";

/** In the Governor's order. */
export const CHOICES = ["against", "for", "abstain"] as const;
export type Choice = (typeof CHOICES)[number];

export const choiceNumber = (choice: Choice): number => CHOICES.indexOf(choice);

const schema = z.strictObject({
  schema: z.literal("icn-ballot-1"),
  chainId: z.int().min(1),
  governor: address,
  proposalId: whole,
  support: z.enum(CHOICES),
  voter: address,
  nonce: whole,
  reason: z.string(),
  signature,
});
export type Ballot = z.output<typeof schema>;

const FIELDS = [
  { name: "proposalId", type: "uint256" },
  { name: "support", type: "uint8" },
  { name: "voter", type: "address" },
  { name: "nonce", type: "uint256" },
];
const PLAIN: Types = { Ballot: FIELDS };
const EXTENDED: Types = {
  ExtendedBallot: [...FIELDS, { name: "reason", type: "string" }, { name: "params", type: "bytes" }],
};

interface Content {
  readonly proposalId: bigint;
  readonly support: Choice;
  readonly voter: string;
  readonly nonce: bigint;
  readonly reason: string;
}

/** The Governor takes a reason in the longer form only. */
async function typedOf(session: Session, { reason, support, ...content }: Content) {
  const value = { ...content, support: choiceNumber(support) };
  const domain = await domainOf(session, "IcnGovernor");
  return reason === ""
    ? { domain, types: PLAIN, value }
    : { domain, types: EXTENDED, value: { ...value, reason, params: "0x" } };
}

export async function signBallot(
  session: SigningSession,
  {
    proposalId,
    choice,
    reason,
  }: { readonly proposalId: bigint; readonly choice: Choice; readonly reason: string },
): Promise<Ballot> {
  const { contracts, wallet, chainId } = session;
  const voter = wallet.address;
  const content = {
    proposalId,
    support: choice,
    voter,
    nonce: await contracts.governor.nonces(voter),
    reason,
  };
  const { domain, types, value } = await typedOf(session, content);
  const governor = await contracts.governor.getAddress();
  return {
    ...{ schema: "icn-ballot-1", chainId, governor, ...content },
    signature: await wallet.signTypedData(domain, types, value),
  };
}

/** @throws CliError `signed-invalid`, `signed-elsewhere`, `signed-forged`, `invalid-account-nonce` */
export async function readBallot(session: Session, file: string): Promise<Ballot> {
  const ballot = readSigned(file, schema);
  const { chainId, governor, voter, nonce } = ballot;
  requireHere(session, file, { chainId, contract: governor, name: "IcnGovernor" });
  const { proposalId, support, reason } = ballot;
  const typed = await typedOf(session, { proposalId, support, voter, nonce, reason });
  requireSigner(file, voter, typed, ballot.signature);
  requireNonce(file, voter, nonce, await session.contracts.governor.nonces(voter));
  return ballot;
}
