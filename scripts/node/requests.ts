// Bonds on their way out of staking.
import { logsOf } from "../holder/logs.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Session } from "../lib/command.ts";

export interface BondRequest {
  readonly requestId: number;
  readonly owner: string;
  readonly amount: bigint;
  /** First epoch that it does not back any more: all before it must be final. */
  readonly leftAt: number;
  /** Unix seconds. */
  readonly maturesAt: number;
}

/** Open requests of a node's bond, oldest first, as they stand after slashes. */
export async function openBondRequests(session: Session, nodeId: number): Promise<BondRequest[]> {
  const { staking } = session.contracts;
  const events = await logsOf(session, staking, staking.filters.UnbondingRequested(undefined, nodeId));
  const ids = events.flatMap((log) => {
    const parsed = staking.interface.parseLog(log);
    return parsed?.args["bond"] === true ? [Number(parsed.args["requestId"])] : [];
  });
  const requests = await Promise.all(ids.map((id) => readRequest(session.contracts, id)));
  return requests.filter((request) => request !== undefined);
}

/** Undefined once it was paid out. */
async function readRequest({ staking }: Contracts, requestId: number): Promise<BondRequest | undefined> {
  const { owner, amount, leftAt, maturesAt } = await staking.requestOf(requestId);
  if (maturesAt === 0n) return undefined;
  return { requestId, owner, amount, leftAt: Number(leftAt), maturesAt: Number(maturesAt) };
}

/** Whether the chain would pay it out now. */
export const isPayable = ({ leftAt, maturesAt }: BondRequest, now: number, finalizedCount: number): boolean =>
  now >= maturesAt && finalizedCount >= leftAt;
