// The files of an attester: one directory with its encrypted keys and the oracle's settings.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { x25519 } from "@noble/curves/ed25519";
import { getAddress, hexlify, Wallet } from "ethers";
import { z } from "zod";
import { CliError } from "../lib/errors.ts";

export const KEY_NAMES = ["signing", "box", "submitter"] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const keystore = z.object({ address: z.string().regex(/^(0x)?[0-9a-fA-F]{40}$/) });

/** The n-th keystore of a name: signing.json, then signing-2.json after a rotation. */
export const keystorePath = (directory: string, name: KeyName, generation = 1): string =>
  join(directory, generation === 1 ? `${name}.json` : `${name}-${generation}.json`);

/** Generations of a key that the directory holds, ascending. */
export function generationsOf(directory: string, name: KeyName): number[] {
  if (!existsSync(directory))
    throw new CliError(
      `there is no directory ${directory}`,
      "`icn attester init --dir DIR` makes one with new keys",
      { code: "attester-dir-missing" },
    );
  const file = new RegExp(`^${name}(?:-(\\d+))?\\.json$`);
  return readdirSync(directory)
    .flatMap((entry) => {
      const found = file.exec(entry);
      return found === null ? [] : [Number(found[1] ?? 1)];
    })
    .sort((a, b) => a - b);
}

/** Path of the newest keystore of a name. */
export function newestKeystore(directory: string, name: KeyName): string {
  const generation = generationsOf(directory, name).at(-1);
  if (generation !== undefined) return keystorePath(directory, name, generation);
  throw new CliError(
    `${directory} holds no ${name}.json`,
    "name the directory that `icn attester init` made",
    { code: "attester-dir-missing" },
  );
}

/** Address that a keystore says it holds, read without its passphrase. */
export function addressIn(path: string): string {
  try {
    return getAddress(
      `0x${keystore.parse(JSON.parse(readFileSync(path, "utf8"))).address.replace(/^0x/, "")}`,
    );
  } catch (cause) {
    throw new CliError(`${path} is no keystore (V3)`, "restore it from a backup, or make new keys", {
      code: "keystore-invalid",
      cause,
    });
  }
}

/** Text of a keystore with a new key. The box key is X25519, for which any 32 random bytes do. */
export async function newKeystore(passphrase: string): Promise<{ json: string; privateKey: string }> {
  const { privateKey } = Wallet.createRandom();
  return { json: await new Wallet(privateKey).encrypt(passphrase), privateKey };
}

/** Writes a file that only its owner reads and that did not exist. */
export function writeSecret(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
}

export const boxPublicKey = (privateKey: string): string => hexlify(x25519.getPublicKey(privateKey.slice(2)));
