// Positions and requests of one owner, asked of the chain page by page.
import { EventLog } from "ethers";
import type { StakePosition } from "../../oracle/domain/events.ts";
import type { Hex } from "../../oracle/domain/types.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Session } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { logsOf } from "./logs.ts";

const PAGE = 100;
const NEVER = 2n ** 64n - 1n;

/** All positions ever opened for an owner, oldest first. */
export async function positionsOf(contracts: Contracts, owner: string): Promise<StakePosition[]> {
  const found: StakePosition[] = [];
  for (let before = 0n; ; ) {
    const page = await contracts.staking.positionsOf(owner, before, PAGE);
    found.push(...(await Promise.all(page.map((id) => positionOf(contracts, Number(id))))));
    const last = page.at(-1);
    if (last === undefined) return found.reverse();
    before = last;
  }
}

/** @throws CliError `unknown-position` */
export async function positionOf({ staking }: Contracts, positionId: number): Promise<StakePosition> {
  const [position, bond] = await Promise.all([staking.positionOf(positionId), staking.isBond(positionId)]);
  if (position.nodeId === 0n)
    throw new CliError(`there is no position ${positionId}`, "`icn portfolio` lists yours", {
      code: "unknown-position",
    });
  return {
    positionId,
    nodeId: Number(position.nodeId),
    owner: position.owner.toLowerCase() as Hex,
    bond,
    amount: position.amount,
    from: Number(position.from),
    to: position.to === NEVER ? null : Number(position.to),
    commissionPpm: Number(position.commissionPpm),
  };
}

/** @throws CliError `unknown-position`, `not-owner`, `position-closed` */
export async function openPositionOf(
  contracts: Contracts,
  positionId: number,
  owner: string,
): Promise<StakePosition> {
  const position = await positionOf(contracts, positionId);
  if (position.owner !== owner.toLowerCase())
    throw new CliError(
      `position ${positionId} belongs to ${position.owner}, not to ${owner}`,
      "sign with its owner's key; `icn portfolio` lists what yours owns",
      { code: "not-owner" },
    );
  if (position.to !== null)
    throw new CliError(
      `position ${positionId} was closed: it earns for the epochs before ${position.to}`,
      "name the position that goes on in its place; `icn portfolio` lists yours",
      { code: "position-closed" },
    );
  return position;
}

/** An amount on its way out of staking. */
export interface Leaving {
  readonly requestId: number;
  readonly nodeId: number;
  readonly bond: boolean;
  readonly amount: bigint;
  /** First epoch that it does not back any more. */
  readonly leftAt: number;
  /** Unix seconds. */
  readonly maturesAt: number;
}

/** Requests of an owner that were not paid out yet, oldest first. */
export async function leavingOf(session: Session, owner: string): Promise<Leaving[]> {
  const { staking } = session.contracts;
  const logs = await logsOf(
    session,
    staking,
    staking.filters.UnbondingRequested(undefined, undefined, owner),
  );
  const ids = logs.flatMap((log) => (log instanceof EventLog ? [Number(log.args["requestId"])] : []));
  const requests = await Promise.all(ids.map((id) => requestOf(session.contracts, id)));
  return requests.filter((request) => request !== undefined);
}

/** Undefined once it was paid out, or if there never was one. */
export async function requestOf(
  { staking }: Contracts,
  requestId: number,
): Promise<(Leaving & { readonly owner: string }) | undefined> {
  const { owner, nodeId, bond, amount, leftAt, maturesAt } = await staking.requestOf(requestId);
  if (nodeId === 0n) return undefined;
  return {
    requestId,
    owner,
    nodeId: Number(nodeId),
    bond,
    amount,
    leftAt: Number(leftAt),
    maturesAt: Number(maturesAt),
  };
}
