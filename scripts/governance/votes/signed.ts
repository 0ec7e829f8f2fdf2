// Ballots and delegations that somebody signs and somebody else sends: files, checked against the chain they are for.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  getAddress,
  isAddress,
  Signature,
  type TypedDataDomain,
  type TypedDataField,
  verifyTypedData,
} from "ethers";
import { z } from "zod";
import { artifactOf } from "../../deploy/artifacts.ts";
import type { Session } from "../../lib/command.ts";
import { CliError } from "../../lib/errors.ts";
import type { ContractName } from "../../lib/manifest.ts";
import { bigintsAsText } from "../../lib/output.ts";
import { formatTime } from "../../node/calendar.ts";

export const address = z.string().refine(isAddress, "is no address").transform(getAddress);
export const whole = z
  .string()
  .regex(/^\d{1,78}$/, "is no whole number")
  .transform(BigInt);
export const signature = z.string().regex(/^0x[0-9a-fA-F]{130}$/, "is no signature");

export type Types = Record<string, TypedDataField[]>;

/** The EIP-712 domain of a contract, by its own word (ERC-5267). */
export async function domainOf(session: Session, contract: ContractName): Promise<TypedDataDomain> {
  const { abi } = artifactOf(contract);
  const to = session.manifest.contracts[contract].address;
  const returned = await session.provider.call({ to, data: abi.encodeFunctionData("eip712Domain") });
  const [, name, version] = z
    .tuple([z.string(), z.string(), z.string()])
    .rest(z.unknown())
    .parse([...abi.decodeFunctionResult("eip712Domain", returned)]);
  return { name, version, chainId: session.chainId, verifyingContract: to };
}

/** @throws CliError `file-exists`: what was signed is not overwritten. */
export function requireFree(file: string): void {
  if (existsSync(file))
    throw new CliError(`${file} exists`, "name another file with --sign-to", { code: "file-exists" });
}

/** @throws CliError `file-not-writable` */
export function writeSigned(file: string, content: object): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, bigintsAsText, 2)}\n`, { flag: "wx" });
  } catch (cause) {
    throw new CliError(`${file} cannot be written`, "name another file with --sign-to", {
      code: "file-not-writable",
      cause,
    });
  }
}

/** @throws CliError `signed-invalid` naming the first field that is wrong. */
export function readSigned<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const what =
      issue === undefined ? "cannot be read as JSON" : `: ${issue.path.join(".") || "it"}: ${issue.message}`;
    throw new CliError(`${file} ${what}`, "ask for the file that --sign-to wrote", {
      code: "signed-invalid",
      cause,
    });
  }
}

/** @throws CliError `signed-elsewhere` */
export function requireHere(
  { chainId, manifest }: Session,
  file: string,
  signed: { readonly chainId: number; readonly contract: string; readonly name: ContractName },
): void {
  const here = manifest.contracts[signed.name].address;
  if (signed.chainId === chainId && signed.contract.toLowerCase() === here) return;
  throw new CliError(
    `${file} is for the ${signed.name} ${signed.contract} on chain ${signed.chainId}, this is ${here} on chain ${chainId}`,
    "name the --network and --deployment that the signer named",
    { code: "signed-elsewhere" },
  );
}

/** @throws CliError `signed-forged` */
export function requireSigner(
  file: string,
  signer: string,
  typed: { readonly domain: TypedDataDomain; readonly types: Types; readonly value: Record<string, unknown> },
  signed: string,
): void {
  let found: string | undefined;
  try {
    found = verifyTypedData(typed.domain, typed.types, typed.value, signed);
  } catch {
    found = undefined;
  }
  if (found === signer) return;
  throw new CliError(
    `${file}: the signature is not by ${signer}, or of something else`,
    "ask the signer for the file as --sign-to wrote it: the signature holds for all of it",
    { code: "signed-forged" },
  );
}

/** @throws CliError `invalid-account-nonce`: what was signed counts once, in the order in which it was signed. */
export function requireNonce(file: string, signer: string, nonce: bigint, current: bigint): void {
  if (nonce === current) return;
  const why =
    nonce < current
      ? "it was sent before, or something else that was signed at the same time was"
      : "something that was signed before it comes first";
  throw new CliError(
    `${file}: ${signer} signed it as number ${nonce}, due is number ${current}: ${why}`,
    "have it signed anew",
    { code: "invalid-account-nonce" },
  );
}

/** @throws CliError `votes-expired-signature` */
export function requireUnexpired(file: string, expiresAt: number, now: number): void {
  if (expiresAt >= now) return;
  throw new CliError(
    `${file} expired at ${formatTime(expiresAt)}, it is ${formatTime(now)}`,
    "have it signed anew, with a later --expires",
    { code: "votes-expired-signature" },
  );
}

export const partsOf = (signed: string): Signature => Signature.from(signed);
