// Events of one contract, found by their indexed fields.
import type { BaseContract, ContractEventName, EventLog, Log } from "ethers";
import type { Session } from "../lib/command.ts";
import { CONTRACT_NAMES } from "../lib/manifest.ts";

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
    logs.push(...(await contract.queryFilter(filter, from, Math.min(from + BLOCKS_PER_CALL - 1, last))));
  return logs;
}
