import { BaseError, type Hex, keccak256, type PublicClient, TransactionReceiptNotFoundError } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { HeadTag } from "../../config/config.ts";
import { OracleError } from "../../domain/errors.ts";
import { toHex } from "../../domain/hashing.ts";
import type { Call, Fees, Receipt, Refusal, TransactionNode } from "../../ports/transactions.ts";
import { abortable } from "./abortable.ts";
import { refusalOf } from "./refusal.ts";
import type { Rpc } from "./rpc.ts";

export interface TransactionNodeOptions {
  readonly chainId: number;
  readonly head: HeadTag;
  /** Key that pays. */
  readonly privateKey: Uint8Array;
}

const KNOWN = /already known|already imported|known transaction|nonce too low|underpriced/i;
const USUAL_TIP = 1_000_000_000n;

/** Sends with one key through the first RPC endpoint. */
export class ViemTransactionNode implements TransactionNode {
  readonly #options: TransactionNodeOptions;
  readonly #account: PrivateKeyAccount;
  readonly #client: PublicClient;

  constructor(options: TransactionNodeOptions, rpc: Rpc) {
    this.#options = options;
    this.#account = privateKeyToAccount(toHex(options.privateKey));
    this.#client = rpc.primary;
  }

  get address(): Hex {
    return this.#account.address.toLowerCase() as Hex;
  }

  async simulate(call: Call, on: "latest" | "pending", signal: AbortSignal): Promise<Refusal | undefined> {
    signal.throwIfAborted();
    try {
      await abortable(this.#client.call({ ...call, account: this.#account.address, blockTag: on }), signal);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const refusal = refusalOf(error);
      if (refusal !== undefined) return refusal;
      throw failed("eth_call", error);
    }
  }

  estimateGas(call: Call, signal: AbortSignal): Promise<bigint> {
    return this.#ask("eth_estimateGas", signal, () =>
      this.#client.estimateGas({ ...call, account: this.#account.address, blockTag: "latest" }),
    );
  }

  fees(signal: AbortSignal): Promise<{ baseFeePerGas: bigint; tipPerGas: bigint }> {
    return this.#ask("eth_getBlockByNumber", signal, async () => {
      const { baseFeePerGas } = await this.#client.getBlock({ blockTag: "latest" });
      // Not every node offers a tip.
      const tipPerGas = await this.#client.estimateMaxPriorityFeePerGas().catch(() => USUAL_TIP);
      return { baseFeePerGas: baseFeePerGas ?? 0n, tipPerGas };
    });
  }

  balance(signal: AbortSignal): Promise<bigint> {
    const { address } = this.#account;
    return this.#ask("eth_getBalance", signal, () => this.#client.getBalance({ address }));
  }

  minedNonce(signal: AbortSignal): Promise<number> {
    const { address } = this.#account;
    return this.#ask("eth_getTransactionCount", signal, () =>
      this.#client.getTransactionCount({ address, blockTag: "latest" }),
    );
  }

  async sign(call: Call, nonce: number, gas: bigint, fees: Fees): Promise<{ raw: Hex; hash: Hex }> {
    const { chainId } = this.#options;
    const { maxFeePerGas, maxPriorityFeePerGas } = fees;
    const raw = await this.#account.signTransaction({
      type: "eip1559",
      to: call.to,
      data: call.data,
      chainId,
      nonce,
      gas,
      maxFeePerGas,
      maxPriorityFeePerGas,
    });
    return { raw, hash: keccak256(raw) };
  }

  async broadcast(raw: Hex, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await abortable(this.#client.sendRawTransaction({ serializedTransaction: raw }), signal);
    } catch (error) {
      signal.throwIfAborted();
      const text = error instanceof BaseError ? `${error.details} ${error.message}` : String(error);
      if (!KNOWN.test(text)) throw failed("eth_sendRawTransaction", error);
    }
  }

  receipt(hash: Hex, signal: AbortSignal): Promise<Receipt | undefined> {
    return this.#ask("eth_getTransactionReceipt", signal, async () => {
      try {
        const { blockNumber, blockHash, status } = await this.#client.getTransactionReceipt({ hash });
        return { hash, blockNumber: Number(blockNumber), blockHash, success: status === "success" };
      } catch (error) {
        if (error instanceof TransactionReceiptNotFoundError) return undefined;
        throw error;
      }
    });
  }

  finalBlock(signal: AbortSignal): Promise<number> {
    const { head } = this.#options;
    return this.#ask("eth_getBlockByNumber", signal, async () => {
      const { number } = await this.#client.getBlock({ blockTag: head });
      return Number(number);
    });
  }

  async #ask<T>(method: string, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await abortable(ask(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw failed(method, error);
    }
  }
}

function failed(method: string, cause: unknown): OracleError {
  return new OracleError("rpc-failed", "The RPC endpoint does not answer rightly.", {
    cause,
    context: { method },
    retryable: true,
  });
}
