import type { Provider, TransactionReceipt, TransactionRequest, Wallet } from "ethers";
import { CliError } from "../lib/errors.ts";

/** Sends one transaction after another from one account and waits for each. */
export class Sender {
  readonly #wallet: Wallet;
  readonly #provider: Provider;
  #nonce: number;

  constructor(wallet: Wallet, provider: Provider, nonce: number) {
    this.#wallet = wallet;
    this.#provider = provider;
    this.#nonce = nonce;
  }

  async send(request: TransactionRequest, what: string): Promise<TransactionReceipt> {
    const sender = this.#wallet.connect(this.#provider);
    const response = await sender.sendTransaction({ ...request, nonce: this.#nonce });
    this.#nonce++;
    const receipt = await response.wait();
    if (receipt?.status !== 1)
      throw new CliError(`${what} failed in the transaction ${response.hash}`, "look it up on the chain", {
        code: "transaction-reverted",
      });
    return receipt;
  }
}
