import type { Command } from "commander";
import { Wallet } from "ethers";
import { walletOfKey } from "../lib/account.ts";
import { CliError } from "../lib/errors.ts";
import {
  findKeystore,
  type KeystoreEntry,
  keystoreDirectory,
  listKeystores,
  openKeystore,
  requireFreeName,
  saveKeystore,
} from "../lib/keystore.ts";
import { printResult, table } from "../lib/output.ts";
import { newPassphrase, type PassphraseOptions, passphraseOf } from "../lib/passphrase.ts";
import { askHidden, isInteractive } from "../lib/prompt.ts";

interface KeyOptions extends PassphraseOptions {
  readonly json?: true;
}

interface ImportOptions extends KeyOptions {
  readonly keystore?: string;
}

export function addKey(program: Command): void {
  const key = program
    .command("key")
    .summary("encrypted keys: create, import, list")
    .description(
      "Encrypted keystore files (V3), in ICN_KEYSTORE_DIR or ~/.icn/keystores. Back them up: nobody else has them.",
    );
  withJson(withPassphrase(key.command("create")))
    .summary("make a new key")
    .description("Makes a new key and stores it encrypted. A file is never overwritten.")
    .argument("<name>", "letters, digits, - and _")
    .addHelpText("after", "\nExample:\n  npm run icn -- key create savings")
    .action(create);
  withJson(withPassphrase(key.command("import")))
    .summary("store a key that you have, encrypted")
    .description(
      "Takes a private key from a hidden prompt or standard input, or a keystore file of another program.",
    )
    .argument("<name>", "letters, digits, - and _")
    .option("--keystore <file>", "a V3 keystore file; its passphrase stays")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- key import operator\n  npm run icn -- key import old --keystore UTC--2024-…",
    )
    .action(importKey);
  withJson(key.command("list"))
    .summary("show all accounts")
    .description("Shows names and addresses; secrets are never shown.")
    .addHelpText("after", "\nExample:\n  npm run icn -- key list")
    .action(list);
  withJson(key.command("show"))
    .summary("show one account")
    .description("Shows address and file of one account.")
    .argument("[account]", "name or address (default: the only one)")
    .addHelpText("after", "\nExample:\n  npm run icn -- key show savings")
    .action(show);
}

const withJson = (command: Command): Command => command.option("--json", "print the result as JSON");

const withPassphrase = (command: Command): Command =>
  command.option(
    "--passphrase-file <file>",
    "its passphrase; else ICN_PASSPHRASE_FILE, ICN_PASSPHRASE or a prompt",
  );

async function create(name: string, options: KeyOptions): Promise<void> {
  requireFreeName(name);
  const passphrase = await newPassphrase(options);
  const { privateKey } = Wallet.createRandom();
  print(options, await saveKeystore(name, new Wallet(privateKey), passphrase));
}

async function importKey(name: string, options: ImportOptions): Promise<void> {
  requireFreeName(name);
  const { keystore } = options;
  if (keystore === undefined) {
    const wallet = walletOfKey(await readKey(), "the input");
    print(options, await saveKeystore(name, wallet, await newPassphrase(options)));
  } else {
    const passphrase = await passphraseOf(options, keystore);
    print(options, await saveKeystore(name, await openKeystore(keystore, passphrase), passphrase));
  }
}

async function readKey(): Promise<string> {
  if (isInteractive()) return (await askHidden("Private key (0x…):")).trim();
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) text += chunk;
  if (text.trim() !== "") return text.trim();
  throw new CliError("there is no key on standard input", "write 0x and 64 hex digits to it", {
    code: "key-invalid",
  });
}

function list({ json }: KeyOptions): void {
  const accounts = listKeystores();
  printResult(json === true, { directory: keystoreDirectory(), accounts }, () =>
    accounts.length === 0
      ? `No accounts in ${keystoreDirectory()}: make one with \`icn key create NAME\`.`
      : table([["account", "address"], ...accounts.map(({ name, address }) => [name, address])]),
  );
}

function show(account: string | undefined, options: KeyOptions): void {
  print(options, findKeystore(account));
}

const print = ({ json }: KeyOptions, { name, address, path }: KeystoreEntry): void =>
  printResult(json === true, { name, address, path }, () => `${name}: ${address}\n${path}`);
