// Events of one contract, found by their indexed fields.
import {
  type BaseContract,
  type ContractEventName,
  type EventLog,
  isError,
  type JsonRpcProvider,
  type Log,
} from "ethers";
import type { Session } from "../lib/command.ts";
import { CONTRACT_NAMES } from "../lib/manifest.ts";
import { badAnswer } from "../lib/simulate.ts";

/** Most blocks that public endpoints answer for at once. */
const BLOCKS_PER_CALL = 5_000;

/** Events that match, in chain order; by default from the deployment to the head. */
export async function logsOf(
  { provider, manifest }: Session,
  contract: BaseContract,
  filter: ContractEventName,
  blocks: { readonly from?: number; readonly to?: number } = {},
): Promise<(EventLog | Log)[]> {
  const last = blocks.to ?? (await provider.getBlockNumber());
  const first = blocks.from ?? Math.min(...CONTRACT_NAMES.map((name) => manifest.contracts[name].block));
  const logs: (EventLog | Log)[] = [];
  for (let from = first; from <= last; from += BLOCKS_PER_CALL)
    logs.push(...(await rangeOf(contract, filter, from, Math.min(from + BLOCKS_PER_CALL - 1, last))));
  return logs;
}

/** Endpoints refuse what would be too long an answer: then half the blocks are asked for. */
async function rangeOf(
  contract: BaseContract,
  filter: ContractEventName,
  from: number,
  to: number,
): Promise<(EventLog | Log)[]> {
  try {
    return await contract.queryFilter(filter, from, to);
  } catch (error) {
    // What an endpoint answers without a code of ethers' own.
    if (!isError(error, "UNKNOWN_ERROR")) throw error;
    if (from === to) throw badAnswer(`the JSON-RPC does not tell the events of block ${from}`);
    const middle = Math.floor((from + to) / 2);
    return [
      ...(await rangeOf(contract, filter, from, middle)),
      ...(await rangeOf(contract, filter, middle + 1, to)),
    ];
  }
}

/** Unix seconds of a block that the chain has. */
export async function timeOfBlock(
  provider: Pick<JsonRpcProvider, "getBlock">,
  number: number,
): Promise<number> {
  const block = await provider.getBlock(number);
  if (block === null) throw badAnswer(`the chain has no block ${number}`);
  return block.timestamp;
}
