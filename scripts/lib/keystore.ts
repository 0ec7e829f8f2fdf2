// Encrypted keys of the command line: one V3 keystore file per account in a directory of the user's.
import { scrypt as nodeScrypt } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { getAddress, getBytes, isKeystoreJson, scrypt, Wallet } from "ethers";
import { z } from "zod";
import { CliError } from "./errors.ts";

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;
const SCRYPT_MEMORY = 2 ** 30;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

/** Node derives keys many times faster than ethers' JavaScript. */
const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(nodeScrypt);
scrypt.register(async (passphrase, salt, N, r, p, length) =>
  derive(getBytes(passphrase), getBytes(salt), length, { N, r, p, maxmem: SCRYPT_MEMORY }),
);

export interface KeystoreEntry {
  readonly name: string;
  readonly address: string;
  readonly path: string;
}

export const keystoreDirectory = (): string =>
  process.env["ICN_KEYSTORE_DIR"] ?? join(homedir(), ".icn", "keystores");

const pathOf = (name: string): string => join(keystoreDirectory(), `${name}.json`);

const keystoreFile = z.looseObject({ address: z.string().regex(/^(0x)?[0-9a-fA-F]{40}$/) });

/** All accounts, by name. */
export function listKeystores(): KeystoreEntry[] {
  const directory = keystoreDirectory();
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
      name: file.slice(0, -".json".length),
      address: addressIn(join(directory, file)),
      path: join(directory, file),
    }));
}

function addressIn(path: string): string {
  const text = readFileSync(path, "utf8");
  const parsed = isKeystoreJson(text) ? keystoreFile.safeParse(JSON.parse(text)) : undefined;
  if (parsed?.success !== true) throw invalidKeystore(path);
  return getAddress(`0x${parsed.data.address.replace(/^0x/, "").toLowerCase()}`);
}

const invalidKeystore = (path: string): CliError =>
  new CliError(`${path} is no keystore file (V3) with an address`, "name one, or move the file away", {
    code: "keystore-invalid",
  });

/** The account of that name or address; without one, the only account there is. */
export function findKeystore(account: string | undefined): KeystoreEntry {
  const all = listKeystores();
  const names = all.map(({ name }) => name).join(", ");
  const wanted = all.filter(
    ({ name, address }) =>
      account === undefined || account === name || account.toLowerCase() === address.toLowerCase(),
  );
  const [found] = wanted;
  if (found !== undefined && wanted.length === 1) return found;
  if (all.length === 0)
    throw new CliError(
      `there is no key to sign with: ${keystoreDirectory()} holds no account`,
      "make one with `icn key create NAME` or `icn key import NAME`; on the devnet --key does, too; to look at an account, name its address",
      { code: "no-account" },
    );
  if (account === undefined)
    throw new CliError(`it is not said which account signs: there are ${names}`, "name one with --account", {
      code: "account-unnamed",
    });
  throw new CliError(
    `there is no account "${shortened(account)}" in ${keystoreDirectory()} (${names})`,
    "`icn key list` shows them",
    { code: "unknown-account" },
  );
}

const ADDRESS_LENGTH = 42;

/** What is longer than a name or an address may be a key by mistake. */
const shortened = (text: string): string =>
  text.length > ADDRESS_LENGTH ? `${text.slice(0, "0x1234".length)}…` : text;

/** A name that is free, checked before a passphrase is asked for. */
export function requireFreeName(name: string): void {
  if (!NAME.test(name))
    throw new CliError(
      `"${shortened(name)}" is no name for an account`,
      "use up to 32 letters, digits, - and _",
      {
        code: "account-name-invalid",
      },
    );
  if (existsSync(pathOf(name))) throw taken(name);
}

const taken = (name: string): CliError =>
  new CliError(
    `there is an account "${name}" already, in ${pathOf(name)}`,
    "choose another name: a keystore is never overwritten",
    { code: "account-exists" },
  );

/** Encrypts a key into a new file. */
export async function saveKeystore(name: string, wallet: Wallet, passphrase: string): Promise<KeystoreEntry> {
  requireFreeName(name);
  const encrypted = await wallet.encrypt(passphrase);
  mkdirSync(keystoreDirectory(), { recursive: true, mode: DIRECTORY_MODE });
  const path = pathOf(name);
  try {
    writeFileSync(path, `${encrypted}\n`, { flag: "wx", mode: FILE_MODE });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw taken(name);
    throw error;
  }
  return { name, address: wallet.address, path };
}

/** The key in a keystore file. */
export async function openKeystore(path: string, passphrase: string): Promise<Wallet> {
  if (!existsSync(path))
    throw new CliError(`there is no file ${path}`, "name a keystore file", { code: "keystore-missing" });
  const text = readFileSync(path, "utf8");
  if (!isKeystoreJson(text)) throw invalidKeystore(path);
  try {
    const { privateKey } = await Wallet.fromEncryptedJson(text, passphrase);
    return new Wallet(privateKey);
  } catch (cause) {
    throw new CliError(`the passphrase does not open ${path}`, "try again with the right one", {
      code: "wrong-passphrase",
      cause,
    });
  }
}
