import { numberToHex } from "viem";
import { z } from "zod";
import type { HeadTag } from "../../config/config.ts";
import { OracleError } from "../../domain/errors.ts";
import type { Hex } from "../../domain/types.ts";
import type { ChainHead } from "../../ports/chain.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ChainLog, Checkpoint } from "../sqlite/chain-log.ts";
import type { RawLog } from "./raw-log.ts";
import type { Rpc } from "./rpc.ts";

export interface LogReaderOptions {
  readonly head: HeadTag;
  readonly firstBlock: number;
  readonly addresses: readonly Hex[];
  /** Most blocks asked for at once; halved where an endpoint refuses. */
  readonly rangeMax: number;
}

export interface LogReaderDependencies {
  readonly rpc: Rpc;
  readonly copy: ChainLog;
  readonly log: Logger;
}

/** What one reading brought: logs to apply in order, or a chain that must be reduced anew from the copy. */
export interface Reading {
  readonly head: ChainHead;
  readonly rewound: boolean;
  readonly logs: readonly RawLog[];
}

const hex = z
  .string()
  .regex(/^0x[0-9a-fA-F]*$/)
  .transform((text) => text.toLowerCase() as Hex);
const quantity = hex.transform(Number).refine(Number.isSafeInteger);
const logsSchema = z.array(
  z.object({
    blockNumber: quantity,
    blockHash: hex,
    blockTimestamp: quantity.optional(),
    transactionHash: hex,
    logIndex: quantity,
    address: hex,
    topics: z.array(hex),
    data: hex,
    removed: z.boolean().optional(),
  }),
);
type RpcLog = z.infer<typeof logsSchema>[number];

/** Copies the contracts' logs in bounded ranges, and notices when the chain took back what was copied. */
export class LogReader {
  readonly #options: LogReaderOptions;
  readonly #rpc: Rpc;
  readonly #copy: ChainLog;
  readonly #log: Logger;
  #range: number;

  constructor(options: LogReaderOptions, { rpc, copy, log }: LogReaderDependencies) {
    this.#options = options;
    this.#rpc = rpc;
    this.#copy = copy;
    this.#log = log;
    this.#range = options.rangeMax;
  }

  /** Copies everything up to the head. */
  async read(signal: AbortSignal): Promise<Reading> {
    const head = await this.#rpc.head(this.#options.head, signal);
    const [newest] = this.#copy.checkpoints();
    // An endpoint behind what was read before has nothing new.
    if (newest !== undefined && (newest.hash === head.hash || newest.number > head.number))
      return { head: newest, rewound: false, logs: [] };
    const rewound = newest !== undefined && (await this.#rewind(newest, signal));
    const [known] = this.#copy.checkpoints();

    const logs: RawLog[] = [];
    let through = known;
    while (through === undefined || through.number < head.number) {
      const from = Math.max((through?.number ?? -1) + 1, Math.min(this.#options.firstBlock, head.number));
      const part = await this.#readRange(from, head, signal);
      this.#copy.append(part.logs, part.through);
      logs.push(...part.logs);
      through = part.through;
      if (through.number < head.number)
        this.#log.info("Reading the chain.", { block: through.number, head: head.number });
    }
    return { head: through, rewound, logs };
  }

  async #readRange(from: number, head: ChainHead, signal: AbortSignal) {
    for (;;) {
      const to = Math.min(from + this.#range - 1, head.number);
      try {
        const before = to === head.number ? head : await this.#rpc.block(to, signal);
        const logs = await this.#dated(await this.#logsOf(from, to, signal), signal);
        const through = await this.#rpc.block(to, signal);
        if (through.hash !== before.hash) throw chainChanged(to);
        this.#range = Math.min(this.#range * 2, this.#options.rangeMax);
        return { logs, through };
      } catch (error) {
        if (this.#range === 1 || to === from || signal.aborted) throw error;
        this.#range = Math.ceil((to - from + 1) / 2);
      }
    }
  }

  async #logsOf(from: number, to: number, signal: AbortSignal): Promise<RpcLog[]> {
    const filter = {
      address: [...this.#options.addresses],
      fromBlock: numberToHex(from),
      toBlock: numberToHex(to),
    };
    const logs = await this.#rpc.request({ method: "eth_getLogs", params: [filter] }, logsSchema, signal);
    const outside = logs.find(
      (log) => log.removed === true || log.blockNumber < from || log.blockNumber > to,
    );
    if (outside !== undefined)
      throw new OracleError("rpc-failed", "The RPC endpoint answers with logs that were not asked for.", {
        context: { from, to, block: outside.blockNumber },
        retryable: true,
      });
    return logs;
  }

  /** Gives every log its block's time, and checks that the block is still in the chain where it has to ask. */
  async #dated(logs: readonly RpcLog[], signal: AbortSignal): Promise<RawLog[]> {
    const times = new Map<number, number>();
    const dated: RawLog[] = [];
    for (const { removed: _, blockHash, blockTimestamp, ...log } of logs) {
      let time = blockTimestamp ?? times.get(log.blockNumber);
      if (time === undefined) {
        const block = await this.#rpc.block(log.blockNumber, signal);
        if (block.hash !== blockHash) throw chainChanged(log.blockNumber);
        time = block.timestamp;
      }
      times.set(log.blockNumber, time);
      dated.push({ ...log, blockTimestamp: time });
    }
    return dated.sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex);
  }

  /** Forgets what the chain took back; says whether there was any. */
  async #rewind(newest: Checkpoint, signal: AbortSignal): Promise<boolean> {
    for (const checkpoint of this.#copy.checkpoints()) {
      const { hash } = await this.#rpc.block(checkpoint.number, signal);
      if (hash !== checkpoint.hash) continue;
      if (checkpoint.number === newest.number) return false;
      this.#log.warn("The chain took blocks back.", { from: newest.number, to: checkpoint.number });
      this.#copy.rewindTo(checkpoint.number);
      return true;
    }
    this.#log.warn("The chain is not the one read before: reading it anew.", { from: newest.number });
    this.#copy.rewindTo(-1);
    return true;
  }
}

function chainChanged(block: number): OracleError {
  return new OracleError("rpc-failed", "The chain changed while it was read.", {
    context: { block },
    retryable: true,
  });
}
