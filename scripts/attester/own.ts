// What an attester's owner changes: bond, keys, endpoint.
import { resolve } from "node:path";
import { computeAddress, Wallet } from "ethers";
import { approvalSteps, requireIcnt } from "../holder/funds.ts";
import { watchedLiquid } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { openKeystore } from "../lib/keystore.ts";
import { stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { type Calendar, formatTime, readCalendar, startOf } from "../node/calendar.ts";
import { carryOut } from "../node/carry-out.ts";
import { amountView, textView } from "../node/watch.ts";
import { type AttesterOnChain, readAttester, readOwnAttester } from "./attesters.ts";
import {
  addressIn,
  boxPublicKey,
  generationsOf,
  type KeyName,
  keystorePath,
  newestKeystore,
  newKeystore,
  writeSecret,
} from "./keystores.ts";
import { type AttesterPassphraseOptions, attesterPassphrase } from "./passphrase.ts";

const attesterView = (
  { contracts: { committee } }: SigningSession,
  attesterId: number,
  name: keyof AttesterOnChain,
  label: string,
) =>
  textView(name, `${label} of attester ${attesterId}`, committee, "attesterOf", [attesterId], (returned) =>
    String(returned.at(0)[name]),
  );

/** Anyone may pay for an attester's bond. */
export async function bondAttester(attesterId: number, amount: bigint, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  const { committee } = contracts;
  const before = await readAttester(contracts, attesterId);
  await requireIcnt(contracts, wallet.address, amount);
  const spender = { name: "the committee", address: await committee.getAddress() };
  const steps = [
    ...(await approvalSteps(contracts, wallet.address, spender, amount)),
    await stepOf(
      `bond ${formatIcnt(amount)} ICNT for attester ${attesterId}`,
      committee.bond.populateTransaction(attesterId, amount),
    ),
  ];
  const watched = [
    await watchedLiquid(contracts, wallet.address),
    await amountView(
      "bondWei",
      `bond of attester ${attesterId}`,
      committee,
      "attesterOf",
      [attesterId],
      (got) => BigInt(got.at(0).bond),
    ),
  ];
  const required = await committee.bondRequired();
  const bond = before.bond + amount;
  await carryOut(session, { steps, watched }, options, () => ({
    json: { attesterId, amountWei: amount, bondWei: bond, bondRequiredWei: required },
    words:
      `Attester ${attesterId} has a bond of ${formatIcnt(bond)} ICNT` +
      (bond < required ? `; a seat needs ${formatIcnt(required)}.` : ", enough for a seat."),
  }));
}

export async function setAttesterEndpoint(
  attesterId: number,
  endpoint: string,
  options: SpendOptions,
): Promise<void> {
  const session = await openSigningSession(options);
  const attester = await readOwnAttester(session, attesterId);
  requireChange(attester.endpoint, endpoint, "endpoint");
  const step = await stepOf(
    `move attester ${attesterId} to ${endpoint}`,
    session.contracts.committee.setEndpoint.populateTransaction(attesterId, endpoint),
  );
  const watched = [await attesterView(session, attesterId, "endpoint", "endpoint")];
  await carryOut(session, { steps: [step], watched }, options, () => ({
    json: { attesterId, endpoint },
    words: `Attester ${attesterId} is found at ${endpoint} from now on: nodes and attesters ask there at once.`,
  }));
}

function requireChange(before: string, after: string, field: string): void {
  if (before === after)
    throw new CliError(`the ${field} is ${after} already`, "there is nothing to do", {
      code: "nothing-to-change",
    });
}

export interface RotateOptions extends SpendOptions, AttesterPassphraseOptions {}

/** A key that is in a file, or will be before anything is sent. */
interface NextKey {
  readonly privateKey: string;
  readonly path: string;
}

/**
 * The key to change to, on disk before the chain hears of it. What an interrupted rotation left there is taken up
 * again: `isInForce` says whether the newest file is the present key. A dry run writes nothing.
 */
async function nextKey(
  name: KeyName,
  { dir, dryRun }: RotateOptions,
  passphrase: string,
  isInForce: (privateKey: string) => boolean,
): Promise<NextKey> {
  const newest = newestKeystore(dir, name);
  const { privateKey } = await openKeystore(newest, passphrase);
  if (!isInForce(privateKey)) return { privateKey, path: newest };
  const made = await newKeystore(passphrase);
  const path = keystorePath(dir, name, (generationsOf(dir, name).at(-1) ?? 0) + 1);
  if (dryRun !== true) writeSecret(path, `${made.json}\n`);
  return { privateKey: made.privateKey, path };
}

/** Replaces the signing key from the next epoch on. */
export async function rotateSigningKey(attesterId: number, options: RotateOptions): Promise<void> {
  const session = await openSigningSession(options);
  const attester = await readOwnAttester(session, attesterId);
  requireKnown(
    options.dir,
    "signing",
    (file) => addressIn(file) === attester.signingKey,
    attester.signingKey,
  );
  const passphrase = await attesterPassphrase(options);
  const { privateKey, path } = await nextKey(
    "signing",
    options,
    passphrase,
    (key) => computeAddress(key) === attester.signingKey,
  );
  const signingKey = new Wallet(privateKey).address;
  const { committee } = session.contracts;
  const step = await stepOf(
    `rotate the signing key of attester ${attesterId} to ${signingKey}`,
    committee.rotateSigningKey.populateTransaction(attesterId, signingKey),
  );
  const watched = [await attesterView(session, attesterId, "signingKey", "signing key")];
  await carryOut(session, { steps: [step], watched }, options, async () => {
    const calendar = await readCalendar(session);
    return {
      json: {
        attesterId,
        signingKey,
        keystore: resolve(path),
        fromEpoch: calendar.upcoming,
        restartAt: calendar.clock.startAt(calendar.upcoming),
      },
      words: rotationWords(attesterId, resolve(path), calendar),
    };
  });
}

const rotationWords = (attesterId: number, path: string, { clock, upcoming }: Calendar): string =>
  `Attester ${attesterId} signs with the new key from ${startOf(clock, upcoming)} on.\n` +
  `At ${formatTime(clock.startAt(upcoming))}, not earlier, set ICN_SIGNING_KEYSTORE=${path} in oracle.env and ` +
  "restart the oracle, in the same state directory.\n" +
  `Until then the old key is the one that counts; the report of epoch ${upcoming - 1} is signed by the others, so ` +
  "rotate one attester of a committee at a time. The old keystore stays where it is.";

/** An attester's directory must hold its present key, else the rotation would be another attester's. */
function requireKnown(
  directory: string,
  name: KeyName,
  isInForce: (file: string) => boolean,
  inForce: string,
): void {
  const files = generationsOf(directory, name).map((generation) => keystorePath(directory, name, generation));
  if (files.some(isInForce)) return;
  throw new CliError(
    `${directory} does not hold the ${name} key in force, ${inForce}`,
    "name the directory of this attester with --dir",
    { code: "other-attester-dir" },
  );
}

/** Replaces the key to which nodes seal credentials, at once. */
export async function changeBoxKey(attesterId: number, options: RotateOptions): Promise<void> {
  const session = await openSigningSession(options);
  const attester = await readOwnAttester(session, attesterId);
  const passphrase = await attesterPassphrase(options);
  const isInForce = (key: string): boolean => boxPublicKey(key) === attester.boxKey;
  const { privateKey, path } = await nextKey("box", options, passphrase, isInForce);
  const boxKey = boxPublicKey(privateKey);
  const step = await stepOf(
    `publish the box key ${boxKey} of attester ${attesterId}`,
    session.contracts.committee.setBoxKey.populateTransaction(attesterId, boxKey),
  );
  const watched = [await attesterView(session, attesterId, "boxKey", "box key")];
  await carryOut(session, { steps: [step], watched }, options, () => ({
    json: { attesterId, boxKey, keystore: resolve(path) },
    words:
      `Nodes seal credentials to the new box key of attester ${attesterId} from now on (they look every minute).\n` +
      `Set ICN_BOX_KEYSTORE=${resolve(path)} in oracle.env and restart the oracle now.`,
  }));
}
