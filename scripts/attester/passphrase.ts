// One passphrase for all keystores of an attester; the account that signs transactions has another.
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { parse } from "dotenv";
import { passphraseOf } from "../lib/passphrase.ts";
import { envPath } from "./init.ts";

export interface AttesterPassphraseOptions {
  readonly dir: string;
  readonly attesterPassphraseFile?: string;
}

export const withAttesterPassphrase = (command: Command): Command =>
  command.option(
    "--attester-passphrase-file <file>",
    "passphrase of the keystores in DIR (default: the file that DIR/oracle.env names, else a prompt)",
  );

/** The passphrase of the keystores in an attester's directory. */
export function attesterPassphrase({
  dir,
  attesterPassphraseFile,
}: AttesterPassphraseOptions): Promise<string> {
  const passphraseFile = attesterPassphraseFile ?? namedIn(envPath(dir));
  return passphraseOf(passphraseFile === undefined ? {} : { passphraseFile }, `the keystores in ${dir}`);
}

const namedIn = (file: string): string | undefined =>
  existsSync(file) ? parse(readFileSync(file, "utf8"))["ICN_PASSPHRASE_FILE"] : undefined;
