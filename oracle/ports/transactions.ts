import type { EpochReport, Hex, ObservationRoot } from "../domain/types.ts";

export interface Call {
  readonly to: Hex;
  readonly data: Hex;
}

/** What an attester ever sends. */
export interface ReportCalls {
  /** @param signers Bitmap of the seats. @param signatures ERC-2098 signatures in seat order. */
  submit(
    report: EpochReport,
    roots: readonly ObservationRoot[],
    signers: number,
    signatures: readonly Hex[],
  ): Call;
  finalize(epoch: number): Call;
}

export interface Fees {
  /** Wei per unit of gas. */
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** A signed transaction; several of one nonce differ in fees alone. */
export interface Attempt extends Fees {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly gas: bigint;
  readonly signedAtMs: number;
}

export interface Receipt {
  readonly hash: Hex;
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly success: boolean;
}

/** Why a call would revert: the name of the contract's error and its arguments. */
export interface Refusal {
  readonly error: string;
  readonly args: readonly unknown[];
}

/** The node through which one key sends. */
export interface TransactionNode {
  /** Undefined if the call would succeed on top of the chain, or also of what waits to be mined. */
  simulate(call: Call, on: "latest" | "pending", signal: AbortSignal): Promise<Refusal | undefined>;
  estimateGas(call: Call, signal: AbortSignal): Promise<bigint>;
  /** Present base fee and a usual tip. */
  fees(signal: AbortSignal): Promise<{ baseFeePerGas: bigint; tipPerGas: bigint }>;
  /** What the key has left to pay with, in wei. */
  balance(signal: AbortSignal): Promise<bigint>;
  /** Transactions of the key in the chain. */
  minedNonce(signal: AbortSignal): Promise<number>;
  sign(call: Call, nonce: number, gas: bigint, fees: Fees): Promise<{ raw: Hex; hash: Hex }>;
  /** Hands it in; no error if the node has it, or one of its nonce that bids more, already. */
  broadcast(raw: Hex, signal: AbortSignal): Promise<void>;
  receipt(hash: Hex, signal: AbortSignal): Promise<Receipt | undefined>;
  /** Block up to which the chain is believed not to change. */
  finalBlock(signal: AbortSignal): Promise<number>;
}

export type TransactionState = "intent" | "signed" | "broadcast" | "mined" | "final" | "abandoned";

export interface JournalEntry extends Call {
  readonly id: number;
  /** Such as "submit:5:0": one entry of a purpose at a time may be under way. */
  readonly purpose: string;
  readonly state: TransactionState;
  readonly nonce: number | null;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  readonly receipt: Receipt | null;
}

/** Every step of a transaction is on disk before the next is taken. */
export interface TransactionJournal {
  /** @throws OracleError `purpose-under-way` if an entry of the purpose is neither final nor abandoned. */
  intend(purpose: string, call: Call): JournalEntry;
  signed(id: number, nonce: number, attempt: Attempt): void;
  broadcast(id: number): void;
  mined(id: number, receipt: Receipt): void;
  /** The chain dropped the block: the entry is `broadcast` again. */
  unmined(id: number): void;
  final(id: number): void;
  abandon(id: number, reason: string): void;
  /** Entries neither final nor abandoned, oldest first. */
  active(): readonly JournalEntry[];
  /** Highest fees ever signed for a nonce, whatever became of the transaction. */
  feesOf(nonce: number): Fees | undefined;
}
