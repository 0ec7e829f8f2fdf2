// Transactions sent one after another; each is waited for, and a lost one is named with what went before it.
import { type JsonRpcProvider, Transaction, type TransactionReceipt } from "ethers";
import { explain, explainRevert } from "./decode.ts";
import { CliError, EXIT } from "./errors.ts";
import { currentFees, gasLimitOf } from "./fees.ts";
import { type Progress, tell } from "./output.ts";
import type { Step } from "./plan.ts";
import { nowMs, sleep } from "./time.ts";

const POLL_MS = 250;
const PATIENCE_MS = 600_000;
/** A public endpoint may lag behind the one that took the transaction. */
const MISSING_POLLS = 8;

export interface SendOptions {
  /** Wei per gas; no more than what was agreed to. */
  readonly feeCap: bigint;
  /** Blocks, the transaction's own included. */
  readonly confirmations: number;
  readonly progress: Progress;
}

interface Signer {
  readonly address: string;
  readonly provider: JsonRpcProvider;
  readonly chainId: number;
  signTransaction(transaction: Transaction): Promise<string>;
}

/** Sends the steps in order; `gas` holds what each was found to use, where that is known. */
export async function sendAll(
  signer: Signer,
  steps: readonly Step[],
  gas: readonly (bigint | undefined)[],
  options: SendOptions,
): Promise<TransactionReceipt[]> {
  const { provider, address } = signer;
  const receipts: TransactionReceipt[] = [];
  let nonce = await provider.getTransactionCount(address, "latest");
  for (const [place, step] of steps.entries()) {
    const count = steps.length === 1 ? "" : `${place + 1} of ${steps.length}: `;
    options.progress(`${count}${step.what}`);
    try {
      const signed = await signedStep(signer, step, gas[place], nonce, options.feeCap);
      receipts.push(await deliver(signer, signed, count, options));
      tell(`  ✓ ${count}${step.what} (${signed.hash})`);
    } catch (error) {
      throw withPast(explain(error), step, steps.slice(0, place));
    }
    nonce++;
  }
  return receipts;
}

async function signedStep(
  signer: Signer,
  { to, data }: Step,
  gas: bigint | undefined,
  nonce: number,
  feeCap: bigint,
): Promise<Transaction> {
  const { provider, address: from, chainId } = signer;
  const used = gas ?? (await provider.estimateGas({ from, to, data }));
  const { max, priority } = await currentFees(provider, feeCap);
  const unsigned = Transaction.from({
    type: 2,
    chainId,
    nonce,
    to,
    data,
    gasLimit: gasLimitOf(used),
    maxFeePerGas: max,
    maxPriorityFeePerGas: priority < max ? priority : max,
  });
  return Transaction.from(await signer.signTransaction(unsigned));
}

async function deliver(
  signer: Signer,
  signed: Transaction,
  count: string,
  { confirmations, progress }: SendOptions,
): Promise<TransactionReceipt> {
  const { provider } = signer;
  const hash = String(signed.hash);
  await broadcast(provider, signed);
  progress(`${count}sent ${hash}`);
  const receipt = await confirmed(signer, signed, confirmations, (seen) =>
    progress(`${count}mined, ${seen} of ${confirmations} confirmations`),
  );
  if (receipt.status !== 1) throw await reverted(provider, signed, receipt);
  return receipt;
}

async function broadcast(provider: JsonRpcProvider, signed: Transaction): Promise<void> {
  const answered: unknown = await provider.send("eth_sendRawTransaction", [signed.serialized]);
  if (answered !== signed.hash)
    throw new CliError(
      `the JSON-RPC says it took the transaction ${answered}, sent was ${signed.hash}`,
      "use another JSON-RPC with --rpc URL, and look the transaction up before you send again",
      { code: "rpc-lies" },
    );
}

async function confirmed(
  { provider, address }: Signer,
  { hash, nonce }: Transaction,
  confirmations: number,
  progress: (seen: number) => void,
): Promise<TransactionReceipt> {
  const deadline = nowMs() + PATIENCE_MS;
  let [said, missing] = [0, 0];
  while (nowMs() < deadline) {
    const receipt = await provider.getTransactionReceipt(String(hash));
    const next = await provider.getTransactionCount(address, "latest");
    const seen = receipt === null ? 0 : (await provider.getBlockNumber()) - receipt.blockNumber + 1;
    if (receipt !== null && (seen >= confirmations || receipt.status !== 1)) return receipt;
    if (seen > said) progress(seen);
    said = seen;
    missing = receipt === null && next > nonce ? missing + 1 : 0;
    if (missing === MISSING_POLLS)
      throw new CliError(
        `another transaction of ${address} took the place of ${hash}`,
        "look at what the account sent, then run the command again",
        { code: "transaction-replaced" },
      );
    await sleep(POLL_MS);
  }
  throw new CliError(
    `the transaction ${hash} was not confirmed within ${PATIENCE_MS / 60_000} minutes`,
    "look it up before you run the command again: it may still be mined",
    { code: "transaction-unconfirmed", exitCode: EXIT.tryAgain },
  );
}

/** A reverted transaction does not say why; the same call after its block mostly does. */
async function reverted(
  provider: JsonRpcProvider,
  { from, to, data, hash }: Transaction,
  { blockNumber }: TransactionReceipt,
): Promise<CliError> {
  const call = { from, to, data, blockTag: blockNumber };
  const reason: unknown = await provider.call(call).then(
    () => undefined,
    (error: unknown) => error,
  );
  const { data: revert = null } = (reason ?? {}) as { readonly data?: string | null };
  const { message, remedy, code } = explainRevert(revert, "reverted, and does not say why");
  return new CliError(`${message} (transaction ${hash})`, remedy, {
    code: revert === null ? "transaction-reverted" : code,
  });
}

function withPast(error: CliError, { what }: Step, done: readonly Step[]): CliError {
  if (done.length === 0) return error;
  const past = done.map((step) => `"${step.what}"`).join(", ");
  return new CliError(`"${what}" failed: ${error.message}; already done: ${past}`, error.remedy, {
    code: error.code,
    exitCode: error.exitCode,
    cause: error,
  });
}
