// Into the committee: apply, be admitted, be seated.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  type DeploymentOptions,
  openSession,
  openSigningSession,
  type Session,
  type SignerOptions,
} from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { openKeystore } from "../lib/keystore.ts";
import { printResult } from "../lib/output.ts";
import { stepOf } from "../lib/plan.ts";
import { type Application, readApplication, signApplication } from "./application.ts";
import { readAttester, requireBonds, requireNewKey } from "./attesters.ts";
import { boxPublicKey, newestKeystore } from "./keystores.ts";
import { type AttesterPassphraseOptions, attesterPassphrase } from "./passphrase.ts";

export interface RegisterOptions extends SignerOptions, AttesterPassphraseOptions {
  readonly endpoint: string;
  readonly out: string;
}

/** Writes an application for admission; nothing goes to the chain, since attesters are admitted by vote. */
export async function registerAttester(options: RegisterOptions): Promise<void> {
  const { dir, endpoint, out } = options;
  if (existsSync(out))
    throw new CliError(`${out} exists`, "name another file with --out", { code: "file-exists" });
  const [signingFile, boxFile] = [newestKeystore(dir, "signing"), newestKeystore(dir, "box")];
  const passphrase = await attesterPassphrase(options);
  const signing = await openKeystore(signingFile, passphrase);
  const boxKey = boxPublicKey((await openKeystore(boxFile, passphrase)).privateKey);
  const { chainId, contracts, wallet, provider } = await openSigningSession(options);
  await requireNewKey(contracts, signing.address);
  const application = await signApplication(
    { chainId, committee: await contracts.committee.getAddress() },
    { owner: wallet.address, signingKey: signing.address, boxKey, endpoint },
    { owner: wallet, signingKey: signing },
  );
  provider.destroy();
  writeFileSync(out, `${JSON.stringify(application, null, 2)}\n`, { flag: "wx" });
  printResult(
    options.json === true,
    { file: out, application },
    () =>
      `${out} is your application: owner ${wallet.address}, signing key ${signing.address}, at ${endpoint}.\n` +
      "Attesters are admitted by vote: pass it to somebody with the votes for a proposal, who makes it with\n" +
      `\`icn gov propose --title "Admit us" --admit ${out}\`; anyone checks it with \`icn attester admit ${out}\`.\n` +
      "Once you have an id, put it into oracle.env, bond with `icn attester bond` and fund the submitter's key.",
  );
}

export interface CheckOptions extends DeploymentOptions {
  readonly calldata?: true;
}

/** Checks an application as `icn gov propose --admit` does, and says how to put it to a vote. */
export async function checkApplication(file: string, options: CheckOptions): Promise<void> {
  const session = await openSession(options);
  const { committee } = session.contracts;
  const application = await applicationIn(session, file);
  const { owner, signingKey, boxKey, endpoint } = application;
  const { what, to, data } = await stepOf(
    `admit ${owner} as attester, at ${endpoint}`,
    committee.admit.populateTransaction(owner, signingKey, boxKey, endpoint),
  );
  session.provider.destroy();
  const command = `icn gov propose --title "Admit the attester of ${owner}" --admit ${file}`;
  const checked = `The application is sound: owner ${owner} and signing key ${signingKey} signed it, at ${endpoint}.`;
  tellCheck({ ...{ what, to, data, command, application } }, checked, options);
}

/** Checks that attesters can be seated, and says how to put it to a vote. */
export async function checkSeats(ids: readonly number[], options: CheckOptions): Promise<void> {
  const session = await openSession(options);
  const ascending = await seatable(session, ids);
  const { what, to, data } = await stepOf(
    `seat the attesters ${ascending.join(", ")}`,
    session.contracts.committee.setCommittee.populateTransaction(ascending),
  );
  session.provider.destroy();
  const list = ascending.join(",");
  const command = `icn gov propose --title "Seat the attesters ${list}" --seat ${list}`;
  const checked = `All of ${ascending.join(", ")} have the bond that a seat needs.`;
  tellCheck({ ...{ what, to, data, command, committee: ascending } }, checked, options);
}

interface Check {
  readonly what: string;
  readonly to: string;
  readonly data: string;
  readonly command: string;
}

function tellCheck(check: Check, checked: string, { json, calldata }: CheckOptions): void {
  const { what, to, data, command } = check;
  printResult(json === true, check, () =>
    calldata === true
      ? `To ${what}, call\n  to    ${to}\n  data  ${data}`
      : `${checked}\nIt takes a vote. Whoever has the votes for a proposal makes it with\n  ${command}`,
  );
}

/** @throws CliError `application-invalid`, `application-elsewhere`, `application-forged`, `signing-key-used` */
export async function applicationIn({ chainId, contracts }: Session, file: string): Promise<Application> {
  const committee = await contracts.committee.getAddress();
  const application = readApplication(textOf(file), file, { chainId, committee });
  await requireNewKey(contracts, application.signingKey);
  return application;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CliError(`${file} cannot be read`, "name the file that the applicant wrote", {
      code: "application-invalid",
      cause,
    });
  }
}

/** The ids in ascending order. @throws CliError `unknown-attester`, `bond-too-low` */
export async function seatable({ contracts }: Session, ids: readonly number[]): Promise<number[]> {
  const ascending = [...new Set(ids)].sort((a, b) => a - b);
  const attesters = await Promise.all(ascending.map((attesterId) => readAttester(contracts, attesterId)));
  await requireBonds(contracts, attesters);
  return ascending;
}
