// More bond, less bond.
import { approvalSteps, requireIcnt } from "../holder/funds.ts";
import { watchedLiquid } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { type Step, stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { type Calendar, formatTime, readCalendar, startOf } from "./calendar.ts";
import { carryOut } from "./carry-out.ts";
import type { BondRequest } from "./requests.ts";
import { freeBond, type NodeOnChain, readOwnNode, requireStatus } from "./view.ts";
import { amountView } from "./watch.ts";

const bondViews = async ({ contracts: { staking } }: SigningSession, nodeId: number) => [
  await amountView("bondWei", `bond of node ${nodeId}`, staking, "latestStake", [nodeId], (got) =>
    BigInt(got.at(1)),
  ),
  await amountView("stakeWei", `stake on node ${nodeId}`, staking, "latestStake", [nodeId]),
];

export async function addBond(nodeId: number, amount: bigint, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  const node = await readOwnNode(session, nodeId);
  requireStatus(node, ["registered", "active", "maintenance"], "a node that leaves takes no more bond");
  await requireIcnt(contracts, wallet.address, amount);
  const { staking } = contracts;
  const steps = [
    ...(await approvalSteps(
      contracts,
      wallet.address,
      { name: "staking", address: await staking.getAddress() },
      amount,
    )),
    await stepOf(
      `bond ${formatIcnt(amount)} ICNT more for node ${nodeId}`,
      staking.addBond.populateTransaction(nodeId, amount),
    ),
  ];
  const watched = [await watchedLiquid(contracts, wallet.address), ...(await bondViews(session, nodeId))];
  await carryOut(session, { steps, watched }, options, async () => {
    const { clock, upcoming } = await readCalendar(session);
    const bond = node.bond + amount;
    return {
      json: { nodeId, amountWei: amount, bondWei: bond, fromEpoch: upcoming },
      words: `Node ${nodeId} has a bond of ${formatIcnt(bond)} ICNT from ${startOf(clock, upcoming)} on.`,
    };
  });
}

/** Takes bond out: a part of it, or all of it once the node exits. */
export async function unbond(
  nodeId: number,
  amount: bigint | undefined,
  options: SpendOptions,
): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  const calendar = await readCalendar(session);
  const leaving = await leavingAmount(session, node, amount, calendar);
  const plan = {
    steps: [await unbondStep(session, node, leaving)],
    watched: await bondViews(session, nodeId),
  };
  await carryOut(session, plan, options, ({ receipts }) => {
    const request = requestIn(
      session,
      receipts.flatMap((receipt) => [...receipt.logs]),
    );
    return {
      json: { nodeId, ...requestJson(request) },
      words: `${formatIcnt(leaving)} ICNT leave the bond of node ${nodeId}. ${requestWords(nodeId, request, calendar)}`,
    };
  });
}

/** @throws CliError `bond-locked`, `no-bond`, `amount-above-position`. */
async function leavingAmount(
  { contracts }: SigningSession,
  node: NodeOnChain,
  amount: bigint | undefined,
  { upcoming }: Calendar,
): Promise<bigint> {
  const { nodeId, bond, status } = node;
  if (bond === 0n)
    throw new CliError(
      `node ${nodeId} has no bond left`,
      `\`icn node finish-exit ${nodeId}\` pays out what has matured`,
      {
        code: "no-bond",
      },
    );
  if (amount !== undefined && amount > bond)
    throw new CliError(
      `node ${nodeId} has a bond of ${formatIcnt(bond)} ICNT, not ${formatIcnt(amount)}`,
      "name a smaller amount",
      { code: "amount-above-position" },
    );
  const leaving = amount ?? bond;
  const free = status === "exiting" ? bond : await freeBond(contracts, node, upcoming);
  if (leaving > free)
    throw new CliError(
      `${free === 0n ? "none" : `at most ${formatIcnt(free)} ICNT`} of the bond of node ${nodeId} may leave while it stays: the rest is its minimum, or carries its delegations`,
      `${free === 0n ? "lower the units first" : "name a smaller amount"}, or leave with \`icn node exit ${nodeId}\``,
      { code: "bond-locked" },
    );
  return leaving;
}

export async function unbondStep(
  { contracts: { staking } }: SigningSession,
  { nodeId }: NodeOnChain,
  amount: bigint,
): Promise<Step> {
  const positionId = await staking.bondPositionOf(nodeId);
  return await stepOf(
    `take ${formatIcnt(amount)} ICNT out of the bond of node ${nodeId}`,
    staking.requestUnbonding.populateTransaction(positionId, amount),
  );
}

/** The request that unbonding opened, by its event. */
export function requestIn(
  { contracts: { staking } }: SigningSession,
  logs: readonly { readonly topics: readonly string[]; readonly data: string }[],
): BondRequest {
  const event = logs
    .map((log) => staking.interface.parseLog(log))
    .find((parsed) => parsed?.name === "UnbondingRequested");
  if (event === null || event === undefined) throw new Error("unbonding left no event");
  const { requestId, owner, amount, leftAt, maturesAt } = event.args;
  return {
    requestId: Number(requestId),
    owner: String(owner),
    amount: BigInt(amount),
    leftAt: Number(leftAt),
    maturesAt: Number(maturesAt),
  };
}

export const requestJson = ({ requestId, owner, amount, leftAt, maturesAt }: BondRequest) => ({
  ...{ requestId, owner, amountWei: amount, leftAtEpoch: leftAt, maturesAt },
});

export const requestWords = (
  nodeId: number,
  { requestId, leftAt, maturesAt }: BondRequest,
  { clock }: Calendar,
) =>
  `The bond taken out backs the node until ${formatTime(clock.startAt(leftAt))}; request ${requestId} is paid out from ` +
  `${formatTime(maturesAt)} on, once ${leftAt === 1 ? "epoch 0 is" : `all epochs up to ${leftAt - 1} are`} final: ` +
  `\`icn node finish-exit ${nodeId}\`.`;
