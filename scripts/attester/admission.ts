// Into the committee: apply, be admitted, be seated.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  openSession,
  openSigningSession,
  type Session,
  type SignerOptions,
  type SigningSession,
} from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { openKeystore } from "../lib/keystore.ts";
import { printResult } from "../lib/output.ts";
import { type Plan, type Step, stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { readCalendar, startOf } from "../node/calendar.ts";
import { carryOut } from "../node/carry-out.ts";
import { textView } from "../node/watch.ts";
import { type Application, readApplication, signApplication } from "./application.ts";
import { membersAt, readAttester, requireAuthority, requireBonds, requireNewKey } from "./attesters.ts";
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
      "Pass it to who governs the contracts: they check it and admit you with `icn attester admit`.\n" +
      "Once you have an id, put it into oracle.env, bond with `icn attester bond` and fund the submitter's key.",
  );
}

export interface GoverningOptions extends SpendOptions {
  readonly calldata?: true;
}

/** A call that is reserved for who governs, and what it leaves. */
interface Governed {
  readonly method: "admit" | "setCommittee";
  readonly plan: Plan & { readonly steps: readonly [Step] };
}

/** Signs as who governs, or only looks: the call of --calldata needs no key. */
async function openGoverning(options: GoverningOptions): Promise<Session | SigningSession> {
  return await (options.calldata === true ? openSession(options) : openSigningSession(options));
}

/** Prints the call for a vote; undefined if it is to be sent instead, by the returned session. */
async function toSend(
  session: Session | SigningSession,
  { method, plan }: Governed,
  { json }: GoverningOptions,
): Promise<SigningSession | undefined> {
  if ("wallet" in session) {
    await requireAuthority(session, method);
    return session;
  }
  session.provider.destroy();
  const [{ what, to, data }] = plan.steps;
  printResult(json === true, { what, to, data }, () => `To ${what}, call\n  to    ${to}\n  data  ${data}`);
  return undefined;
}

/** Checks an application and admits the attester, or prints the call for a vote. */
export async function admit(file: string, options: GoverningOptions): Promise<void> {
  const opened = await openGoverning(options);
  const { committee } = opened.contracts;
  const at = { chainId: opened.chainId, committee: await committee.getAddress() };
  const application = readApplication(textOf(file), file, at);
  await requireNewKey(opened.contracts, application.signingKey);
  const { owner, signingKey, boxKey, endpoint } = application;
  const step = await stepOf(
    `admit ${owner} as attester, at ${endpoint}`,
    committee.admit.populateTransaction(owner, signingKey, boxKey, endpoint),
  );
  const count = await textView("attesterCount", "attesters", committee, "attesterCount", []);
  const plan = { steps: [step], watched: [count] } as const;
  const session = await toSend(opened, { method: "admit", plan }, options);
  if (session === undefined) return;
  await carryOut(session, plan, options, ({ receipts: [receipt] }) => {
    const attesterId = idIn(receipt?.logs ?? [], application, committee.interface);
    return {
      json: { attesterId, application },
      words: `Attester ${attesterId} is admitted. It measures once it is bonded and seated (\`icn attester seat\`).`,
    };
  });
}

interface EventReader {
  parseLog(log: { topics: readonly string[]; data: string }): {
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  } | null;
}

function idIn(
  logs: readonly { readonly topics: readonly string[]; readonly data: string }[],
  { owner }: Application,
  events: EventReader,
): number {
  const admitted = logs
    .map((log) => events.parseLog(log))
    .find((event) => event?.name === "AttesterAdmitted" && event.args["owner"] === owner);
  return Number(admitted?.args["attesterId"]);
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

/** Seats a committee from the next epoch on, or prints the call for a vote. */
export async function seat(ids: readonly number[], options: GoverningOptions): Promise<void> {
  const opened = await openGoverning(options);
  const { committee } = opened.contracts;
  const ascending = [...new Set(ids)].sort((a, b) => a - b);
  const attesters = await Promise.all(ascending.map((id) => readAttester(opened.contracts, id)));
  await requireBonds(opened.contracts, attesters);
  const { clock, upcoming } = await readCalendar(opened);
  const from = startOf(clock, upcoming);
  const step = await stepOf(
    `seat the attesters ${ascending.join(", ")} from ${from} on`,
    committee.setCommittee.populateTransaction(ascending),
  );
  // Before the first committee the view reverts: there is nothing to compare with.
  const seated = (await membersAt(committee, upcoming)).length > 0;
  const label = `committee of epoch ${upcoming}`;
  const members = await textView("committee", label, committee, "committeeAt", [upcoming], (returned) =>
    [...(returned.at(1) as readonly { attesterId: bigint }[])].map((member) => member.attesterId).join(", "),
  );
  const plan = { steps: [step], watched: seated ? [members] : [] } as const;
  const session = await toSend(opened, { method: "setCommittee", plan }, options);
  if (session === undefined) return;
  await carryOut(session, plan, options, () => ({
    json: { committee: ascending, fromEpoch: upcoming },
    words: `The committee from ${from} on: ${ascending.join(", ")}.`,
  }));
}
