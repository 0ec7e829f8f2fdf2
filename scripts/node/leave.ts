// Leaving, and giving the node to somebody else.
import { ZeroAddress } from "ethers";
import { watchedLiquid } from "../holder/watched.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { stepOf } from "../lib/plan.ts";
import type { SpendOptions } from "../lib/spend.ts";
import { requestIn, requestJson, requestWords, unbondStep } from "./bond.ts";
import { type Calendar, formatTime, readCalendar, startOf } from "./calendar.ts";
import { carryOut } from "./carry-out.ts";
import { statusView } from "./register.ts";
import { type BondRequest, isPayable, openBondRequests } from "./requests.ts";
import { type NodeOnChain, readNode, readOwnNode, requireStatus } from "./view.ts";
import { amountView, textView } from "./watch.ts";

/** Starts the exit and takes the whole bond out; what an interrupted exit left is done. */
export async function exit(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts } = session;
  const node = await readOwnNode(session, nodeId);
  const calendar = await readCalendar(session);
  if (node.status === "exiting" && node.bond === 0n)
    throw new CliError(`node ${nodeId} is leaving already`, `\`icn node finish-exit ${nodeId}\` goes on`, {
      code: "wrong-status",
    });
  const started = node.status === "exiting";
  const start = () =>
    stepOf(`start the exit of node ${nodeId}`, contracts.registry.startExit.populateTransaction(nodeId));
  const steps = [
    ...(started ? [] : [await start()]),
    ...(node.bond === 0n ? [] : [await unbondStep(session, node, node.bond)]),
  ];
  const bond = await amountView(
    "bondWei",
    `bond of node ${nodeId}`,
    contracts.staking,
    "latestStake",
    [nodeId],
    (got) => BigInt(got.at(1)),
  );
  const watched = [await statusView(contracts, nodeId), bond];
  await carryOut(session, { steps, watched }, options, ({ receipts }) => {
    const request =
      node.bond === 0n
        ? undefined
        : requestIn(
            session,
            receipts.flatMap(({ logs }) => [...logs]),
          );
    const from = startOf(calendar.clock, calendar.upcoming);
    return {
      json: {
        nodeId,
        fromEpoch: calendar.upcoming,
        request: request === undefined ? null : requestJson(request),
      },
      words:
        `Node ${nodeId} is neither measured nor paid from ${from} on: serve until then. ` +
        (request === undefined ? "" : requestWords(nodeId, request, calendar)),
    };
  });
}

/** Pays out what has matured of the bond and ends the exit; anyone may. */
export async function finishExit(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts } = session;
  const node = await readNode(contracts, nodeId);
  const calendar = await readCalendar(session);
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const open = await openBondRequests(session, nodeId);
  const payable = open.filter((request) => isPayable(request, calendar.now, finalizedCount));
  const ends = node.status === "exiting" && node.bond === 0n;
  if (payable.length === 0 && !ends) throw notYet(node, open, calendar, finalizedCount);
  const { registry, staking } = contracts;
  const payOut = ({ requestId, amount, owner }: BondRequest) =>
    stepOf(
      `pay ${formatIcnt(amount)} ICNT of request ${requestId} out to ${owner}`,
      staking.completeUnbonding.populateTransaction(requestId),
    );
  const end = () =>
    stepOf(`end the exit of node ${nodeId}`, registry.completeExit.populateTransaction(nodeId));
  const steps = [...(await Promise.all(payable.map(payOut))), ...(ends ? [await end()] : [])];
  const owners = [...new Set(payable.map(({ owner }) => owner))];
  const watched = [
    await statusView(contracts, nodeId),
    ...(await Promise.all(owners.map((owner) => watchedLiquid(contracts, owner)))),
  ];
  await carryOut(session, { steps, watched }, options, () => {
    const waiting = open.filter((request) => !payable.includes(request));
    const paid = payable.reduce((sum, { amount }) => sum + amount, 0n);
    return {
      json: {
        nodeId,
        ...{ exited: ends || node.status === "exited", paidWei: paid },
        ...{ paid: payable.map(requestJson), waiting: waiting.map(requestJson) },
      },
      words: finishWords(node, { ends, paid, waiting }, calendar),
    };
  });
}

interface Finished {
  readonly ends: boolean;
  readonly paid: bigint;
  readonly waiting: readonly BondRequest[];
}

const finishWords = (
  { nodeId }: NodeOnChain,
  { ends, paid, waiting }: Finished,
  calendar: Calendar,
): string =>
  [
    ...(ends ? [`Node ${nodeId} has left for good.`] : []),
    ...(paid === 0n ? [] : [`${formatIcnt(paid)} ICNT of its bond are paid out.`]),
    ...waiting.map(
      (request) => `${formatIcnt(request.amount)} ICNT wait. ${requestWords(nodeId, request, calendar)}`,
    ),
  ].join("\n");

function notYet(
  { nodeId, status, bond }: NodeOnChain,
  open: readonly BondRequest[],
  { clock }: Calendar,
  finalizedCount: number,
): CliError {
  const [first] = open;
  if (first !== undefined)
    return new CliError(
      `request ${first.requestId} of ${formatIcnt(first.amount)} ICNT matures ${formatTime(first.maturesAt)} and when the epochs before ${first.leftAt} are final; ${finalizedCount} are`,
      `run it again then (not before ${formatTime(Math.max(first.maturesAt, clock.startAt(first.leftAt)))})`,
      { code: "not-matured", exitCode: EXIT.tryAgain },
    );
  if (status === "exited")
    return new CliError(
      `node ${nodeId} has left, and all of its bond is paid out`,
      "there is nothing to do",
      {
        code: "nothing-to-finish",
      },
    );
  return new CliError(
    `node ${nodeId} is ${status} with a bond of ${formatIcnt(bond)} ICNT, none of which is on its way out`,
    `start with \`icn node exit ${nodeId}\``,
    { code: "nothing-to-finish" },
  );
}

const pendingView = ({ contracts: { registry } }: SigningSession, nodeId: number) =>
  textView(
    "pendingOperator",
    `node ${nodeId} is offered to`,
    registry,
    "pendingOperatorOf",
    [nodeId],
    (returned) => (returned.at(0) === ZeroAddress ? "nobody" : String(returned.at(0))),
  );

const CLAIM_FIRST = (nodeId: number): string =>
  `Claim before it is accepted (\`icn claim --node ${nodeId} --all-owners\`): commission not yet claimed goes to the new operator.`;

/** Offers a node and its bond; nothing changes until it is accepted. */
export async function offerHandover(nodeId: number, to: string, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  if (to === node.operator || to === ZeroAddress || to === node.pendingOperator)
    throw new CliError(
      to === node.pendingOperator
        ? `node ${nodeId} is offered to ${to} already`
        : `${to} cannot take node ${nodeId} over`,
      "name the address of somebody else",
      { code: "handover-useless" },
    );
  const call = session.contracts.registry.offerOperator.populateTransaction(nodeId, to);
  const plan = {
    steps: [
      await stepOf(`offer node ${nodeId} and its bond of ${formatIcnt(node.bond)} ICNT to ${to}`, call),
    ],
    watched: [await pendingView(session, nodeId)],
  };
  await carryOut(session, plan, options, () => ({
    json: { nodeId, offeredTo: to, bondWei: node.bond },
    words:
      `${to} may take node ${nodeId} over with \`icn node handover accept ${nodeId}\`; until then you may withdraw it.\n` +
      CLAIM_FIRST(nodeId),
  }));
}

export async function withdrawHandover(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const node = await readOwnNode(session, nodeId);
  if (node.pendingOperator === null)
    throw new CliError(`node ${nodeId} is offered to nobody`, "there is nothing to withdraw", {
      code: "not-offered",
    });
  const call = session.contracts.registry.offerOperator.populateTransaction(nodeId, ZeroAddress);
  const plan = {
    steps: [await stepOf(`withdraw the offer of node ${nodeId} to ${node.pendingOperator}`, call)],
    watched: [await pendingView(session, nodeId)],
  };
  await carryOut(session, plan, options, () => ({
    json: { nodeId, offeredTo: null },
    words: `Node ${nodeId} is offered to nobody.`,
  }));
}

/** Takes an offered node over, with its bond. */
export async function acceptHandover(nodeId: number, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet } = session;
  const node = await readNode(contracts, nodeId);
  if (node.pendingOperator !== wallet.address)
    throw new CliError(
      `node ${nodeId} is offered to ${node.pendingOperator ?? "nobody"}, you sign as ${wallet.address}`,
      `ask its operator ${node.operator} to offer it to you`,
      { code: "not-offered" },
    );
  requireStatus(
    node,
    ["registered", "active", "maintenance", "exiting"],
    "a node that has left is nobody's to give",
  );
  const { registry } = contracts;
  const operator = textView("operator", `operator of node ${nodeId}`, registry, "operatorOf", [nodeId]);
  const what = `take node ${nodeId} over with its bond of ${formatIcnt(node.bond)} ICNT`;
  const plan = {
    steps: [await stepOf(what, registry.acceptOperator.populateTransaction(nodeId))],
    watched: [await operator],
  };
  await carryOut(session, plan, options, async () => {
    const { clock, upcoming } = await readCalendar(session);
    return {
      json: {
        nodeId,
        operator: wallet.address,
        previousOperator: node.operator,
        bondWei: node.bond,
        fromEpoch: upcoming,
      },
      words:
        `You operate node ${nodeId}; its bond is yours from ${startOf(clock, upcoming)} on. What had begun to unbond stays with ${node.operator}.\n` +
        `Rotate the node key to one that only you hold: \`icn node rotate-key ${nodeId}\`.`,
    };
  });
}
