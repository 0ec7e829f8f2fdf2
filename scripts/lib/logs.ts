// All logs of a deployment's contracts, as they stand in an evidence directory (docs/wire.md).
import type { Log, Provider } from "ethers";
import { CONTRACT_NAMES, type CompleteManifest } from "./manifest.ts";
import type { Progress } from "./output.ts";

/** One line of events.jsonl. */
export interface RawLog {
  readonly blockNumber: number;
  /** Unix seconds. */
  readonly blockTimestamp: number;
  readonly transactionHash: string;
  readonly logIndex: number;
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** Most blocks that public endpoints answer for at once. */
const BLOCKS_PER_CALL = 5_000;

export interface LogRange {
  readonly logs: readonly RawLog[];
  /** Last block that was read, and its Unix seconds. */
  readonly head: { readonly number: number; readonly timestamp: number };
}

/** Logs in chain order from a block (default: of the first contract) to the head. */
export async function readLogs(
  provider: Provider,
  manifest: CompleteManifest,
  options: { readonly fromBlock?: number; readonly progress?: Progress } = {},
): Promise<LogRange> {
  const entries = CONTRACT_NAMES.map((name) => manifest.contracts[name]);
  const address = entries.map((entry) => entry.address);
  const first = options.fromBlock ?? Math.min(...entries.map(({ block }) => block));
  const head = await provider.getBlock("latest");
  if (head === null) throw new Error("the chain has no latest block");
  const timestamps = new Map<number, number>([[head.number, head.timestamp]]);
  const logs: RawLog[] = [];
  for (let from = first; from <= head.number; from += BLOCKS_PER_CALL) {
    const to = Math.min(from + BLOCKS_PER_CALL - 1, head.number);
    const found = await provider.getLogs({ address, fromBlock: from, toBlock: to });
    await addTimestamps(provider, found, timestamps);
    logs.push(...found.map((log) => rawOf(log, timestamps)));
    options.progress?.(`read the events of the blocks ${from} to ${to} of ${head.number}`);
  }
  return { logs, head: { number: head.number, timestamp: head.timestamp } };
}

async function addTimestamps(
  provider: Provider,
  logs: readonly Log[],
  timestamps: Map<number, number>,
): Promise<void> {
  const missing = [...new Set(logs.map(({ blockNumber }) => blockNumber))].filter(
    (number) => !timestamps.has(number),
  );
  const blocks = await Promise.all(missing.map((number) => provider.getBlock(number)));
  for (const block of blocks) if (block !== null) timestamps.set(block.number, block.timestamp);
}

function rawOf(log: Log, timestamps: ReadonlyMap<number, number>): RawLog {
  const blockTimestamp = timestamps.get(log.blockNumber);
  if (blockTimestamp === undefined) throw new Error(`block ${log.blockNumber} vanished while it was read`);
  return {
    blockNumber: log.blockNumber,
    blockTimestamp,
    transactionHash: log.transactionHash,
    logIndex: log.index,
    address: log.address.toLowerCase(),
    topics: [...log.topics],
    data: log.data,
  };
}
