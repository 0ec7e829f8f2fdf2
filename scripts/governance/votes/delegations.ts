// A change of delegates as a file that the holder signed for each source (EIP-712 of OpenZeppelin's Votes).
import { ZeroAddress } from "ethers";
import { z } from "zod";
import { artifactOf } from "../../deploy/artifacts.ts";
import type { Session, SigningSession } from "../../lib/command.ts";
import { readCalendar } from "../../node/calendar.ts";
import { SOURCE_CONTRACTS, SOURCES, type Source, sourceContract } from "./power.ts";
import {
  address,
  domainOf,
  readSigned,
  requireHere,
  requireNonce,
  requireSigner,
  requireUnexpired,
  signature,
  type Types,
  whole,
} from "./signed.ts";

const schema = z.strictObject({
  schema: z.literal("icn-delegations-1"),
  chainId: z.int().min(1),
  delegator: address,
  /** The zero address: nobody. */
  delegatee: z.union([z.literal(ZeroAddress), address]),
  /** Unix seconds. */
  expiresAt: z.int().min(0),
  delegations: z
    .array(z.strictObject({ source: z.enum(SOURCES), contract: address, nonce: whole, signature }))
    .min(1)
    .max(SOURCES.length)
    .refine((all) => new Set(all.map(({ source }) => source)).size === all.length, "names a source twice"),
});
export type Delegations = z.output<typeof schema>;

const TYPES: Types = {
  Delegation: [
    { name: "delegatee", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "expiry", type: "uint256" },
  ],
};

export async function signDelegations(
  session: SigningSession,
  {
    delegatee,
    expiresAt,
    sources,
  }: Pick<Delegations, "delegatee" | "expiresAt"> & { readonly sources: readonly Source[] },
): Promise<Delegations> {
  const { wallet, chainId, manifest } = session;
  const delegations: Delegations["delegations"] = [];
  for (const source of sources) {
    const nonce = await nonceOf(session, source, wallet.address);
    const domain = await domainOf(session, SOURCE_CONTRACTS[source]);
    const signed = await wallet.signTypedData(domain, TYPES, { delegatee, nonce, expiry: expiresAt });
    const contract = manifest.contracts[SOURCE_CONTRACTS[source]].address;
    delegations.push({ source, contract, nonce, signature: signed });
  }
  const delegator = wallet.address;
  return { schema: "icn-delegations-1", chainId, delegator, delegatee, expiresAt, delegations };
}

/** Each source counts its own signatures; no interface of ours has the function, all three contracts do. */
async function nonceOf({ provider, manifest }: Session, source: Source, account: string): Promise<bigint> {
  const name = SOURCE_CONTRACTS[source];
  const { abi } = artifactOf(name);
  const data = abi.encodeFunctionData("nonces", [account]);
  const returned = await provider.call({ to: manifest.contracts[name].address, data });
  return BigInt(abi.decodeFunctionResult("nonces", returned).at(0));
}

/**
 * What is left to be sent of a file.
 * @throws CliError `signed-invalid`, `signed-elsewhere`, `signed-forged`, `invalid-account-nonce`, `votes-expired-signature`
 */
export async function readDelegations(session: Session, file: string): Promise<Delegations> {
  const signed = readSigned(file, schema);
  const { chainId, delegator, delegatee, expiresAt, delegations } = signed;
  const { now } = await readCalendar(session);
  const left: Delegations["delegations"] = [];
  for (const delegation of delegations) {
    const { source, contract, nonce, signature: by } = delegation;
    const name = SOURCE_CONTRACTS[source];
    requireHere(session, file, { chainId, contract, name });
    const value = { delegatee, nonce, expiry: expiresAt };
    requireSigner(file, delegator, { domain: await domainOf(session, name), types: TYPES, value }, by);
    const current = await nonceOf(session, source, delegator);
    const acts = (await sourceContract(session, source).delegates(delegator)) === delegatee;
    if (nonce < current && acts) continue;
    requireNonce(file, delegator, nonce, current);
    left.push(delegation);
  }
  const [first] = delegations;
  if (left.length === 0 && first !== undefined) requireNonce(file, delegator, first.nonce, first.nonce + 1n);
  requireUnexpired(file, expiresAt, now);
  return { ...signed, delegations: left };
}
