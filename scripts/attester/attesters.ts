// What the chain says of an attester, and who may change it.
import type { IAttesterCommittee } from "../../types/ethers-contracts/contracts/interfaces/IAttesterCommittee.ts";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import type { SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";

export interface AttesterOnChain {
  readonly attesterId: number;
  readonly owner: string;
  readonly bond: bigint;
  readonly signingKey: string;
  readonly boxKey: string;
  readonly endpoint: string;
}

/** @throws CliError `unknown-attester`. */
export async function readAttester({ committee }: Contracts, attesterId: number): Promise<AttesterOnChain> {
  const count = Number(await committee.attesterCount());
  if (attesterId > count)
    throw new CliError(
      `there is no attester ${attesterId}: ${count === 0 ? "none was admitted yet" : `${count} were admitted`}`,
      "`icn attester status` lists them",
      { code: "unknown-attester" },
    );
  const { owner, bond, signingKey, boxKey, endpoint } = await committee.attesterOf(attesterId);
  return { attesterId, owner, bond, signingKey, boxKey, endpoint };
}

/** @throws CliError `unknown-attester`, `not-attester-owner`. */
export async function readOwnAttester(
  { contracts, wallet }: SigningSession,
  attesterId: number,
): Promise<AttesterOnChain> {
  const attester = await readAttester(contracts, attesterId);
  if (attester.owner !== wallet.address)
    throw new CliError(
      `attester ${attesterId} belongs to ${attester.owner}, you sign as ${wallet.address}`,
      "sign with the owner's key",
      { code: "not-attester-owner" },
    );
  return attester;
}

/** @throws CliError `signing-key-used`: a signing key belongs to one attester for ever. */
export async function requireNewKey({ committee }: Contracts, signingKey: string): Promise<void> {
  const count = Number(await committee.attesterCount());
  for (let id = 1; id <= count; id++)
    if ((await committee.attesterOf(id)).signingKey === signingKey)
      throw new CliError(
        `the signing key ${signingKey} belongs to attester ${id}`,
        "make new keys with `icn attester init`: a signing key belongs to one attester for ever",
        { code: "signing-key-used" },
      );
}

/** @throws CliError `bond-too-low` naming the first attester that cannot be seated. */
export async function requireBonds(
  { committee }: Contracts,
  attesters: readonly AttesterOnChain[],
): Promise<void> {
  const required = await committee.bondRequired();
  const short = attesters.find(({ bond }) => bond < required);
  if (short === undefined) return;
  const { attesterId, bond } = short;
  throw new CliError(
    `attester ${attesterId} has bonded ${formatIcnt(bond)} ICNT, a seat needs ${formatIcnt(required)}`,
    `bond the missing ${formatIcnt(required - bond)} ICNT with \`icn attester bond ${attesterId}\``,
    { code: "bond-too-low" },
  );
}

/** The committee's members from an epoch on; none before the first was seated. */
export async function membersAt(
  committee: IAttesterCommittee,
  epoch: number,
): Promise<readonly { readonly attesterId: number; readonly signingKey: string }[]> {
  const { members } = await committee.committeeAt(epoch).catch((error: { revert?: { name?: string } }) => {
    if (error.revert?.name === "NoCommittee") return { members: [] };
    throw error;
  });
  return members.map(({ attesterId, signingKey }) => ({ attesterId: Number(attesterId), signingKey }));
}
