// An application for admission: what an attester asks a vote for, signed by its owner and by its signing key.
import { getAddress, isAddress, type TypedDataDomain, type TypedDataField, verifyTypedData } from "ethers";
import { z } from "zod";
import { CliError } from "../lib/errors.ts";

const TYPES: Record<string, TypedDataField[]> = {
  AttesterApplication: [
    { name: "owner", type: "address" },
    { name: "signingKey", type: "address" },
    { name: "boxKey", type: "bytes32" },
    { name: "endpoint", type: "string" },
  ],
};
const ENDPOINT_BYTES_MAX = 256;

const address = z.string().refine(isAddress).transform(getAddress);
const signature = z.string().regex(/^0x[0-9a-fA-F]{130}$/);
const schema = z.strictObject({
  schema: z.literal("icn-attester-application-1"),
  chainId: z.int().min(1),
  committee: address,
  owner: address,
  signingKey: address,
  boxKey: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
  /** Printable: who admits reads it before they agree, and a line end in it could add what is not there. */
  endpoint: z
    .url({ protocol: /^https?$/ })
    .regex(/^[!-~]+$/)
    .max(ENDPOINT_BYTES_MAX),
  /** By the owner, who asks; by the signing key, as a proof that the applicant holds it. */
  signatures: z.strictObject({ owner: signature, signingKey: signature }),
});

export type Application = z.output<typeof schema>;
export type Applicant = Pick<Application, "owner" | "signingKey" | "boxKey" | "endpoint">;

/** Which chain and contract an application is for. */
export type Committee = Pick<Application, "chainId" | "committee">;

interface TypedSigner {
  signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string>;
}

const domainOf = ({ chainId, committee }: Committee): TypedDataDomain => ({
  name: "ICN",
  version: "1",
  chainId,
  verifyingContract: committee,
});

export async function signApplication(
  at: Committee,
  applicant: Applicant,
  signers: { readonly owner: TypedSigner; readonly signingKey: TypedSigner },
): Promise<Application> {
  const sign = (signer: TypedSigner) => signer.signTypedData(domainOf(at), TYPES, applicant);
  return schema.parse({
    schema: "icn-attester-application-1",
    ...at,
    ...applicant,
    signatures: { owner: await sign(signers.owner), signingKey: await sign(signers.signingKey) },
  });
}

/** @throws CliError `application-invalid` naming the first field that is wrong, `application-elsewhere`, `application-forged`. */
export function readApplication(text: string, file: string, at: Committee): Application {
  const application = parse(text, file);
  if (application.chainId !== at.chainId || application.committee !== getAddress(at.committee))
    throw new CliError(
      `${file} is for ${application.committee} on chain ${application.chainId}, this is ${at.committee} on chain ${at.chainId}`,
      "name the --network and --deployment that the applicant named",
      { code: "application-elsewhere" },
    );
  for (const role of ["owner", "signingKey"] as const)
    if (signerOf(application, role) !== application[role])
      throw new CliError(
        `${file}: the signature of ${role} is not by ${application[role]}`,
        "ask the applicant for the file as `icn attester register` wrote it: both keys sign all of it",
        { code: "application-forged" },
      );
  return application;
}

function parse(text: string, file: string): Application {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const what = issue === undefined ? "is no JSON" : `: ${issue.path.join(".") || "it"}: ${issue.message}`;
    throw new CliError(
      `${file} ${what}`,
      "ask the applicant for the file that `icn attester register` wrote",
      {
        code: "application-invalid",
        cause,
      },
    );
  }
}

function signerOf(application: Application, role: keyof Application["signatures"]): string | undefined {
  const { owner, signingKey, boxKey, endpoint, signatures } = application;
  try {
    const value = { owner, signingKey, boxKey, endpoint };
    return verifyTypedData(domainOf(application), TYPES, value, signatures[role]);
  } catch {
    return undefined;
  }
}
