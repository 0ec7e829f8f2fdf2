// Who signs: an encrypted keystore, or on the devnet a key in plain hex.
import {
  AbstractSigner,
  type Provider,
  type TransactionRequest,
  type TypedDataDomain,
  type TypedDataField,
  Wallet,
} from "ethers";
import { CliError } from "./errors.ts";
import { findKeystore, openKeystore } from "./keystore.ts";
import { DEVNET_CHAIN_ID } from "./network.ts";
import { type PassphraseOptions, passphraseOf } from "./passphrase.ts";

export interface AccountOptions extends PassphraseOptions {
  readonly account?: string;
  readonly key?: string;
}

/** An account whose key is decrypted when it must first sign: to look at what would happen takes no passphrase. */
export class Account extends AbstractSigner {
  readonly address: string;
  readonly #open: () => Promise<Wallet>;
  #wallet: Promise<Wallet> | undefined;

  constructor(address: string, open: () => Promise<Wallet>, provider: Provider | null = null) {
    super(provider);
    this.address = address;
    this.#open = open;
  }

  unlock(): Promise<Wallet> {
    this.#wallet ??= this.#open();
    return this.#wallet;
  }

  override connect(provider: Provider | null): Account {
    return new Account(this.address, () => this.unlock(), provider);
  }

  override getAddress(): Promise<string> {
    return Promise.resolve(this.address);
  }

  override async signTransaction(transaction: TransactionRequest): Promise<string> {
    return (await this.unlock()).signTransaction(transaction);
  }

  override async signMessage(message: string | Uint8Array): Promise<string> {
    return (await this.unlock()).signMessage(message);
  }

  override async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return (await this.unlock()).signTypedData(domain, types, value);
  }
}

/** The account that the options, then the environment, name. */
export function accountOf(chainId: number, options: AccountOptions): Account {
  const { account = process.env["ICN_ACCOUNT"], key } = options;
  if (key !== undefined && options.account !== undefined)
    throw new CliError("--key and --account name two accounts", "name one of them", {
      code: "two-accounts",
    });
  if (key !== undefined) return plainAccount(chainId, key, "--key");
  const plain = process.env["ICN_PRIVATE_KEY"];
  if (account === undefined && plain !== undefined) return plainAccount(chainId, plain, "ICN_PRIVATE_KEY");
  const { address, path, name } = findKeystore(account);
  return new Account(address, async () => openKeystore(path, await passphraseOf(options, `"${name}"`)));
}

function plainAccount(chainId: number, key: string, source: string): Account {
  if (chainId !== DEVNET_CHAIN_ID)
    throw new CliError(
      `a key in plain text (${source}) is accepted on chain ${DEVNET_CHAIN_ID} only, this is chain ${chainId}`,
      "encrypt it with `icn key import NAME`, then name it with --account NAME",
      { code: "plain-key" },
    );
  const wallet = walletOfKey(key, source);
  return new Account(wallet.address, () => Promise.resolve(wallet));
}

export function walletOfKey(key: string, source: string): Wallet {
  const invalid = (problem: string, remedy: string) => new CliError(problem, remedy, { code: "key-invalid" });
  if (!/^0x[0-9a-fA-F]{64}$/.test(key))
    throw invalid(`the private key in ${source} is not 32 bytes of hex`, "write 0x and 64 hex digits");
  try {
    return new Wallet(key);
  } catch {
    throw invalid(
      `the private key in ${source} is zero or beyond the curve's order`,
      "name the key of an account",
    );
  }
}
