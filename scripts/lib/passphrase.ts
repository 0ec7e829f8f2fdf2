// Passphrases of keystores: from a file, the environment, or whoever sits at the terminal; never from an argument.
import { existsSync, readFileSync } from "node:fs";
import { CliError } from "./errors.ts";
import { askHidden, isInteractive } from "./prompt.ts";

const LENGTH_MIN = 8;

export interface PassphraseOptions {
  readonly passphraseFile?: string;
}

/** The passphrase of a keystore that exists. */
export function passphraseOf(options: PassphraseOptions, what: string): Promise<string> {
  const given = givenPassphrase(options);
  return given === undefined ? askFor(`Passphrase of ${what}:`) : Promise.resolve(given);
}

/** The passphrase of a keystore to be made; asked for twice. */
export async function newPassphrase(options: PassphraseOptions): Promise<string> {
  const given = givenPassphrase(options);
  const passphrase = given ?? (await askFor("New passphrase:"));
  if (passphrase.length < LENGTH_MIN)
    throw new CliError(
      `the passphrase has ${passphrase.length} characters`,
      `choose one of at least ${LENGTH_MIN}, better a sentence`,
      { code: "passphrase-short" },
    );
  if (given === undefined && (await askFor("Once more:")) !== passphrase)
    throw new CliError("the two passphrases differ", "try again", { code: "passphrase-mismatch" });
  return passphrase;
}

function givenPassphrase({ passphraseFile }: PassphraseOptions): string | undefined {
  const file = passphraseFile ?? process.env["ICN_PASSPHRASE_FILE"];
  if (file === undefined) return process.env["ICN_PASSPHRASE"];
  if (!existsSync(file))
    throw new CliError(`there is no passphrase file ${file}`, "name one that exists", {
      code: "passphrase-file-missing",
    });
  return readFileSync(file, "utf8").replace(/\r?\n$/, "");
}

function askFor(question: string): Promise<string> {
  if (isInteractive()) return askHidden(question);
  return Promise.reject(
    new CliError(
      "a passphrase is needed and there is no terminal to ask at",
      "name a --passphrase-file, or set ICN_PASSPHRASE_FILE or ICN_PASSPHRASE",
      { code: "passphrase-needed" },
    ),
  );
}
