// A directory for a new attester: three encrypted keys, and the settings that `oracle run` reads.
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { computeAddress } from "ethers";
import { CliError } from "../lib/errors.ts";
import {
  boxPublicKey,
  KEY_NAMES,
  type KeyName,
  keystorePath,
  newKeystore,
  writeSecret,
} from "./keystores.ts";

export interface InitOptions {
  readonly directory: string;
  readonly passphrase: string;
  /** Undefined: typed in, so the oracle's file still has to be written. */
  readonly passphraseFile: string | undefined;
  readonly attesterId: number | undefined;
  readonly deployment: string | undefined;
  readonly rpcUrl: string | undefined;
  /** host:port */
  readonly listen: string;
}

export interface NewAttester {
  readonly directory: string;
  readonly envFile: string;
  readonly signingKey: string;
  /** X25519, public. */
  readonly boxKey: string;
  readonly submitter: string;
}

export const envPath = (directory: string): string => join(directory, "oracle.env");
const statePath = (directory: string): string => join(directory, "state");

/** @throws CliError `attester-dir-used` rather than overwrite anything. */
export async function initAttester(options: InitOptions): Promise<NewAttester> {
  const directory = resolve(options.directory);
  const files = [...KEY_NAMES.map((name) => keystorePath(directory, name)), envPath(directory)];
  const present = [...files, statePath(directory)].find(existsSync);
  if (present !== undefined)
    throw new CliError(`${present} exists`, "name an empty --dir: keys are never overwritten", {
      code: "attester-dir-used",
    });

  const keys = KEY_NAMES.map(async (name) => [name, await newKeystore(options.passphrase)] as const);
  const made = new Map(await Promise.all(keys));
  const keyOf = (name: KeyName): string => made.get(name)?.privateKey ?? "";

  mkdirSync(statePath(directory), { recursive: true, mode: 0o700 });
  for (const [name, { json }] of made) writeSecret(keystorePath(directory, name), `${json}\n`);
  writeSecret(envPath(directory), environmentText({ ...options, directory }));
  return {
    directory,
    envFile: envPath(directory),
    signingKey: computeAddress(keyOf("signing")),
    boxKey: boxPublicKey(keyOf("box")),
    submitter: computeAddress(keyOf("submitter")),
  };
}

/** A setting, or a commented line that says what to put there. */
const line = (variable: string, value: string | undefined, hint: string): string =>
  value === undefined ? `# ${hint}\n# ${variable}=` : `# ${hint}\n${variable}=${value}`;

const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path);

const environmentText = (options: InitOptions): string =>
  `${[
    "# Settings of this attester's oracle: ICN_ENV_FILE=<this file> npm run icn -- oracle run",
    "# docs/oracle-operators.md lists them all; what stands in the environment wins over this file.",
    line("ICN_ATTESTER_ID", options.attesterId?.toString(), "The id that the admission gave you."),
    line("ICN_DEPLOYMENT", absolute(options.deployment), "The network's deployment.json."),
    line("ICN_RPC_URL", options.rpcUrl, "JSON-RPC of the chain; with ICN_RPC_URL_2, too, both must agree."),
    line("ICN_PASSPHRASE_FILE", absolute(options.passphraseFile), "A file with the keystores' passphrase."),
    line("ICN_SIGNING_KEYSTORE", keystorePath(options.directory, "signing"), "Signs roots and reports."),
    line("ICN_BOX_KEYSTORE", keystorePath(options.directory, "box"), "Opens what nodes seal for you."),
    line(
      "ICN_SUBMITTER_KEYSTORE",
      keystorePath(options.directory, "submitter"),
      "Pays the gas: keep it funded.",
    ),
    line(
      "ICN_STATE_DIR",
      statePath(options.directory),
      "This process's alone. Never copy it to a second one.",
    ),
    line("ICN_LISTEN", options.listen, "host:port; your endpoint must lead here."),
    line(
      "ICN_CONTROL_TARGETS",
      undefined,
      "Web addresses that are up whenever your network is, separated by commas; needed except on the devnet.",
    ),
  ].join("\n")}\n`;
