// Whether a node takes a delegation, and how much more.
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import { CliError } from "../lib/errors.ts";

/** Places of NodeStatus that take stake: Registered, Active, Maintenance. */
const STAKABLE: readonly bigint[] = [1n, 2n, 3n];

/** @throws CliError `node-not-stakable`, `commission-above-max`, `stake-above-limit` */
export async function requireRoom(
  { registry, staking }: Contracts,
  nodeId: number,
  amount: bigint,
  maxCommission: { readonly ppm: number; readonly remedy: string },
): Promise<void> {
  const { status, terms } = await registry.latestTerms(nodeId);
  if (!STAKABLE.includes(status))
    throw new CliError(
      `node ${nodeId} takes no stake: there is no such node, or it is leaving`,
      "delegate to an active node (`icn node status` lists them)",
      { code: "node-not-stakable" },
    );
  if (Number(terms.commissionPpm) > maxCommission.ppm)
    throw new CliError(
      `node ${nodeId} takes a commission of ${formatPpm(terms.commissionPpm)}, more than ${formatPpm(maxCommission.ppm)}`,
      maxCommission.remedy,
      { code: "commission-above-max" },
    );
  const { stake, bond } = await staking.latestStake(nodeId);
  const limit = await staking.limitFor(bond, terms.storageUnits + terms.computeUnits + terms.networkUnits);
  if (stake + amount <= limit) return;
  const room = limit > stake ? limit - stake : 0n;
  throw new CliError(
    `node ${nodeId} takes ${formatIcnt(room)} ICNT more, not ${formatIcnt(amount)}: it has ${formatIcnt(stake)} of ${formatIcnt(limit)}`,
    room > 0n
      ? `stake at most ${formatIcnt(room)} ICNT on it, or choose another node`
      : "choose another node, or wait until its operator bonds more",
    { code: "stake-above-limit" },
  );
}
