// icn undelegate, icn withdraw: ICNT that comes out of staking.
import type { Command } from "commander";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, parseAmount, type SigningSession } from "../lib/command.ts";
import { CliError, EXIT } from "../lib/errors.ts";
import { printResult } from "../lib/output.ts";
import { stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { formatDate } from "../vesting/dates.ts";
import { type Leaving, leavingOf, openPositionOf, requestOf } from "./positions.ts";
import { collectId, openedBy, parseId } from "./stake.ts";
import { watchedLiquid, watchedStake } from "./watched.ts";

export function addLeaving(program: Command): void {
  withSpending(program.command("undelegate"))
    .summary("take ICNT out of a position")
    .description(
      "Takes ICNT out of a position of yours, all of it or a part; it earns until the epoch's end.\n" +
        "A delegation can be withdrawn one epoch later; a bond after the unbonding period, once what it backed is settled.",
    )
    .argument("<position>", "id of the position", parseId)
    .argument("[amount]", "ICNT, such as 1_000 or 1.5 (default: all)", parseAmount)
    .addHelpText("after", "\nExamples:\n  npm run icn -- undelegate 7\n  npm run icn -- undelegate 7 250")
    .action(undelegate);
  withSpending(program.command("withdraw"))
    .summary("withdraw what has left staking")
    .description("Pays out requests of yours that have matured, delegations and bonds alike.")
    .argument("[request...]", "ids of requests (default: all that have matured)", collectId)
    .addHelpText("after", "\nExamples:\n  npm run icn -- withdraw\n  npm run icn -- withdraw 4 5")
    .action(withdraw);
}

async function undelegate(
  positionId: number,
  asked: bigint | undefined,
  options: SpendOptions,
): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const { nodeId, amount: held } = await openPositionOf(contracts, positionId, wallet.address);
  const amount = asked ?? held;
  if (amount > held)
    throw new CliError(
      `position ${positionId} holds ${formatIcnt(held)} ICNT, not ${formatIcnt(amount)}`,
      "name a smaller amount, or none to take out all of it",
      { code: "amount-above-position" },
    );
  const call = contracts.staking.requestUnbonding.populateTransaction(positionId, amount);
  const steps = [
    await stepOf(`take ${formatIcnt(amount)} ICNT out of position ${positionId} on node ${nodeId}`, call),
  ];
  const sent = await spend(session, { steps, watched: [await watchedStake(contracts, nodeId)] }, options);
  provider.destroy();
  if (sent === undefined) return;
  const events = sent.receipts
    .flatMap(({ logs }) => logs)
    .map((log) => contracts.staking.interface.parseLog(log));
  const requested = events.find((event) => event?.name === "UnbondingRequested")?.args;
  const [requestId, maturesAt] = [Number(requested?.["requestId"]), Number(requested?.["maturesAt"])];
  const successorId = amount === held ? null : openedBy(contracts, sent.receipts).positionId;
  printResult(
    options.json === true,
    { requestId, positionId, successorId, nodeId, amountWei: amount, maturesAt, ...sent.json },
    () =>
      `Request ${requestId}: ${formatIcnt(amount)} ICNT earn to the end of this epoch and can be withdrawn from ${formatDate(maturesAt)} on (\`icn withdraw\`).` +
      (successorId === null
        ? ""
        : `\nPosition ${successorId} goes on with ${formatIcnt(held - amount)} ICNT.`),
  );
}

async function withdraw(named: readonly number[] | undefined, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const ids = [...new Set(named)];
  const open = ids.length === 0 ? await leavingOf(session, wallet.address) : await openRequests(session, ids);
  const standing = await Promise.all(open.map((request) => standingOf(session, request)));
  const ready = standing.filter(({ waitsFor }) => waitsFor === undefined);
  const waiting = standing.filter(({ waitsFor }) => waitsFor !== undefined);
  const [first] = waiting;
  if (ids.length > 0 && first !== undefined)
    throw new CliError(
      `request ${first.requestId} cannot be withdrawn yet: ${first.waitsFor}`,
      "try again then, or name none to withdraw all that have matured",
      first.isMature
        ? { code: "not-settled", exitCode: EXIT.tryAgain }
        : { code: "not-matured", exitCode: EXIT.tryAgain },
    );
  const steps = await Promise.all(
    ready.map(({ requestId, amount }) =>
      stepOf(
        `withdraw ${formatIcnt(amount)} ICNT of request ${requestId}`,
        contracts.staking.completeUnbonding.populateTransaction(requestId),
      ),
    ),
  );
  const sent = await spend(
    session,
    { steps, watched: [await watchedLiquid(contracts, wallet.address)] },
    options,
  );
  provider.destroy();
  if (sent === undefined) return;
  printResult(
    options.json === true,
    { withdrawn: ready.map(jsonOf), waiting: waiting.map(jsonOf), ...sent.json },
    () => words(ready, waiting),
  );
}

/** A request and, while it cannot be paid out, what it waits for. */
interface Standing extends Leaving {
  readonly waitsFor: string | undefined;
  readonly isMature: boolean;
}

function openRequests({ contracts }: SigningSession, ids: readonly number[]): Promise<Leaving[]> {
  const requests = ids.map(async (id) => {
    const request = await requestOf(contracts, id);
    if (request !== undefined) return request;
    throw new CliError(
      `there is no open request ${id}`,
      "`icn portfolio` lists yours; one that was withdrawn is gone",
      { code: "unknown-request" },
    );
  });
  return Promise.all(requests);
}

async function standingOf({ contracts, provider }: SigningSession, request: Leaving): Promise<Standing> {
  const { maturesAt, bond, leftAt } = request;
  const head = await provider.getBlock("latest");
  if ((head?.timestamp ?? 0) < maturesAt)
    return { ...request, isMature: false, waitsFor: `it matures on ${formatDate(maturesAt)}` };
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const isSettled = !bond || finalizedCount >= leftAt;
  return {
    ...request,
    isMature: true,
    waitsFor: isSettled
      ? undefined
      : `its bond backed epoch ${leftAt - 1}, the reports are final up to before ${finalizedCount}`,
  };
}

const jsonOf = ({ requestId, nodeId, bond, amount, maturesAt }: Standing) => ({
  ...{ requestId, nodeId, kind: bond ? "bond" : "delegation" },
  ...{ amountWei: amount, maturesAt },
});

function words(ready: readonly Standing[], waiting: readonly Standing[]): string {
  const sum = ready.reduce((total, { amount }) => total + amount, 0n);
  const paid =
    ready.length === 0
      ? "Nothing to withdraw."
      : `Withdrawn: ${formatIcnt(sum)} ICNT of ${ready.length === 1 ? "one request" : `${ready.length} requests`}.`;
  const rest = waiting.map(
    ({ requestId, amount, waitsFor }) =>
      `Request ${requestId} (${formatIcnt(amount)} ICNT) waits: ${waitsFor}.`,
  );
  return [paid, ...rest].join("\n");
}
