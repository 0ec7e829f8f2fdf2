import { keccak256Text } from "../../../oracle/domain/hashing.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { type RunningServer, serveHttp } from "../probing/servers.ts";

export interface StubLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

interface StubBlock {
  readonly hash: Hex;
  readonly timestamp: number;
  readonly logs: readonly StubLog[];
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

const hex = (value: number): Hex => `0x${value.toString(16)}`;

/** An Ethereum endpoint with as much of JSON-RPC as reading logs needs. */
export class StubEthereum {
  readonly blocks: StubBlock[] = [];
  chainId = 31_337;
  /** Largest range of eth_getLogs that it answers. */
  rangeMax = Number.POSITIVE_INFINITY;
  datesLogs = true;
  callResult: Hex = "0x";
  /** Ranges of eth_getLogs asked for, answered or not. */
  readonly ranges: [number, number][] = [];
  /** Called before every answer. */
  onRequest: (method: string) => void = () => undefined;

  /** Adds blocks; the last carries the logs. @param branch Distinguishes blocks of the same number. */
  grow(count: number, logs: readonly StubLog[] = [], branch = "main"): void {
    for (let i = 1; i <= count; i++) {
      const number = this.blocks.length;
      const hash = keccak256Text(`${branch} ${number}`);
      this.blocks.push({ hash, timestamp: 1_000 + number, logs: i === count ? logs : [] });
    }
  }

  /** Takes the newest blocks back. */
  shrink(count: number): void {
    this.blocks.length -= count;
  }

  serve(): Promise<RunningServer> {
    return serveHttp((request, answer) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => answer.end(JSON.stringify(this.#answer(JSON.parse(body) as Request))));
    });
  }

  #answer({ id, method, params }: Request) {
    this.onRequest(method);
    const at = { jsonrpc: "2.0", id };
    try {
      return { ...at, result: this.#result(method, params) };
    } catch (error) {
      return { ...at, error: { code: -32_005, message: String(error) } };
    }
  }

  #result(method: string, params: readonly unknown[]): unknown {
    switch (method) {
      case "eth_chainId":
        return hex(this.chainId);
      case "eth_call":
        return this.callResult;
      case "eth_getBlockByNumber":
        return this.#block(String(params[0]));
      case "eth_getLogs":
        return this.#logs(params[0] as { readonly fromBlock: Hex; readonly toBlock: Hex });
      default:
        throw new Error(`no ${method}`);
    }
  }

  #block(tag: string) {
    const number = tag.startsWith("0x") ? Number(tag) : this.blocks.length - 1;
    const block = this.blocks[number];
    if (block === undefined) return null;
    return { number: hex(number), hash: block.hash, timestamp: hex(block.timestamp), transactions: [] };
  }

  #logs({ fromBlock, toBlock }: { readonly fromBlock: Hex; readonly toBlock: Hex }) {
    const [from, to] = [Number(fromBlock), Number(toBlock)];
    this.ranges.push([from, to]);
    if (to - from + 1 > this.rangeMax) throw new Error("query returned more than allowed");
    return this.blocks.slice(from, to + 1).flatMap(({ hash, timestamp, logs }, index) =>
      logs.map((log, logIndex) => ({
        ...log,
        blockNumber: hex(from + index),
        blockHash: hash,
        ...(this.datesLogs ? { blockTimestamp: hex(timestamp) } : {}),
        transactionHash: keccak256Text(`${hash}/${logIndex}`),
        logIndex: hex(logIndex),
      })),
    );
  }
}
