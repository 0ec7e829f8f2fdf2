import {
  createPublicClient,
  type EIP1193Parameters,
  http,
  numberToHex,
  type PublicClient,
  type PublicRpcSchema,
} from "viem";
import { z } from "zod";
import type { HeadTag } from "../../config/config.ts";
import { withoutCredentials } from "../../config/reader.ts";
import { OracleError } from "../../domain/errors.ts";
import type { Hex } from "../../domain/types.ts";
import type { ChainHead } from "../../ports/chain.ts";
import { abortable } from "./abortable.ts";

export interface RpcOptions {
  /** One endpoint, or two that must agree. */
  readonly urls: readonly string[];
  readonly timeoutMs: number;
}

/** Logs of a whole range come at once; a range with more of them is asked for in halves. */
const ANSWER_MAX_BYTES = 10 * 1024 * 1024;

type Request = EIP1193Parameters<PublicRpcSchema>;

const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,16}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);
const hash = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((text) => text.toLowerCase() as Hex);
const blockSchema = z.object({ number: quantity, hash, timestamp: quantity });

/** Reads a chain through one endpoint, or through two that must give the same answers. */
export class Rpc {
  readonly #clients: readonly PublicClient[];
  readonly #names: readonly string[];

  constructor({ urls, timeoutMs }: RpcOptions) {
    this.#names = urls.map(withoutCredentials);
    this.#clients = urls.map((url) =>
      createPublicClient({
        transport: http(url, { fetchFn: fetchWhole, timeout: timeoutMs, retryCount: 0 }),
      }),
    );
  }

  /** The first endpoint, through which transactions are sent. */
  get primary(): PublicClient {
    const [client] = this.#clients;
    if (client === undefined) throw new OracleError("rpc-missing", "No RPC endpoint is configured.");
    return client;
  }

  /**
   * Answer of every endpoint to one request, which must be the same.
   * @throws OracleError `rpc-failed` or `rpc-disagree`, both retryable.
   */
  async request<T>(request: Request, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const answers = await this.#each(request, schema, signal);
    const [first, second] = answers;
    if (second !== undefined && canonical(first) !== canonical(second))
      throw new OracleError("rpc-disagree", "The two RPC endpoints give different answers.", {
        context: { method: request.method, endpoints: this.#names },
        retryable: true,
      });
    return first as T;
  }

  /** The newest block under a tag that every endpoint knows. */
  async head(tag: HeadTag, signal: AbortSignal): Promise<ChainHead> {
    const request: Request = { method: "eth_getBlockByNumber", params: [tag, false] };
    const heads = await this.#each(request, blockSchema, signal);
    const [first] = heads;
    if (first !== undefined && heads.every((head) => head.hash === first.hash)) return first;
    return this.block(Math.min(...heads.map(({ number }) => number)), signal);
  }

  block(number: number, signal: AbortSignal): Promise<ChainHead> {
    const request: Request = { method: "eth_getBlockByNumber", params: [numberToHex(number), false] };
    return this.request(request, blockSchema, signal);
  }

  chainId(signal: AbortSignal): Promise<number> {
    return this.request({ method: "eth_chainId" }, quantity, signal);
  }

  #each<T>(request: Request, schema: z.ZodType<T>, signal: AbortSignal): Promise<T[]> {
    signal.throwIfAborted();
    return Promise.all(
      this.#clients.map(async (client, index) => {
        try {
          return schema.parse(await abortable(client.request(request), signal));
        } catch (cause) {
          signal.throwIfAborted();
          throw new OracleError(
            "rpc-failed",
            `The RPC endpoint ${this.#names[index]} does not answer rightly: check ICN_RPC_URL, or try again later.`,
            {
              cause,
              context: { method: request.method, endpoint: this.#names[index] },
              retryable: true,
            },
          );
        }
      }),
    );
  }
}

/** Fetches the body together with the head: viem's time limit ends where this does. */
const fetchWhole: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > ANSWER_MAX_BYTES)
      throw new OracleError("rpc-oversized", `An answer is longer than ${ANSWER_MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), response);
};

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? item.toString() : item));
}
