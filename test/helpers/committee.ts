// The attesters of a system under test: their keys, and what a quorum of them signs.
import { id } from "ethers";
import { fromHex } from "../../oracle/domain/hashing.ts";
import { addressOfKey, signDigest } from "../../oracle/domain/signatures.ts";
import type { SigningDomain } from "../../oracle/domain/statements.ts";
import { reportDigest } from "../../oracle/domain/typed-data.ts";
import type { EpochReport, Hex, ObservationRoot } from "../../oracle/domain/types.ts";

/** What SlaOracle.submit takes. */
export interface SignedReport {
  readonly report: EpochReport;
  readonly roots: readonly ObservationRoot[];
  readonly signers: number;
  readonly signatures: string;
}

const hex = (text: string): Hex => text as Hex;
const signingKeyOf = (attesterId: number): Uint8Array => fromHex(hex(id(`signing key ${attesterId}`)), 32);

/** The entry of an attester in a parameters file. */
export const attesterParameters = (attesterId: number, owner: string) => ({
  owner,
  signingKey: addressOfKey(signingKeyOf(attesterId)),
  boxKey: id(`box key ${attesterId}`),
  endpoint: `https://attester-${attesterId}.example`,
});

export const quorumOf = (size: number): number => Math.floor((2 * size) / 3) + 1;

/** Seats 0 … count − 1. */
export const firstSeats = (count: number): number[] => Array.from({ length: count }, (_, seat) => seat);

/** Signatures by the given seats, ascending; attester n sits in seat n − 1. */
export function signReport(
  domain: SigningDomain,
  report: EpochReport,
  roots: readonly ObservationRoot[],
  seats: readonly number[],
): SignedReport {
  const digest = reportDigest(domain, report);
  const signatures = seats.map((seat) => signDigest(digest, signingKeyOf(seat + 1)).slice(2));
  const signers = seats.reduce((bitmap, seat) => bitmap + 2 ** seat, 0);
  return { report, roots, signers, signatures: `0x${signatures.join("")}` };
}

/** A root for each of the first `size` attesters, as if each had observed something else. */
export const arbitraryRoots = (size: number): ObservationRoot[] =>
  firstSeats(size).map((seat) => ({ attesterId: seat + 1, root: hex(id(`observations of ${seat + 1}`)) }));
