// icn delegate, icn top-up: ICNT that goes into staking.
import { type Command, Option } from "commander";
import { type TransactionReceipt, ZeroAddress } from "ethers";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import { openSigningSession, parseAmount, parseInteger, parsePercent } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { printResult, tell } from "../lib/output.ts";
import { stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { approvalSteps, requireIcnt } from "./funds.ts";
import { requireRoom } from "./node-room.ts";
import { openPositionOf } from "./positions.ts";
import { watchedLiquid, watchedStake } from "./watched.ts";

export const parseId = parseInteger(1, Number.MAX_SAFE_INTEGER);

/** For an option or an argument that may be repeated. */
export const collectId = (text: string, earlier: readonly number[] = []): number[] => [
  ...earlier,
  parseId(text),
];

interface DelegateOptions extends SpendOptions {
  readonly maxCommission: number;
}

export function addStaking(program: Command): void {
  withSpending(program.command("delegate"))
    .summary("stake ICNT on a node")
    .description(
      "Stakes ICNT on a node from the next epoch on. A delegation is never slashed and leaves within two epochs.",
    )
    .argument("<node>", "id of the node", parseId)
    .argument("<amount>", "ICNT, such as 1_000 or 1.5", parseAmount)
    .addOption(
      new Option("--max-commission <percent>", "refuse if the node takes more")
        .argParser(parsePercent)
        .default(parsePercent("10"), "10"),
    )
    .addHelpText("after", "\nExample:\n  npm run icn -- delegate 3 1_000 --max-commission 5")
    .action(delegate);
  withSpending(program.command("top-up"))
    .summary("add ICNT to a delegation")
    .description(
      "Adds ICNT to a delegation of yours, for as long as its node takes no higher commission than it does.\n" +
        "From the next epoch on the whole delegation has the node's present commission.",
    )
    .argument("<position>", "id of the delegation", parseId)
    .argument("<amount>", "ICNT, such as 1_000 or 1.5", parseAmount)
    .addHelpText("after", "\nExample:\n  npm run icn -- top-up 7 250")
    .action(topUp);
}

async function delegate(nodeId: number, amount: bigint, options: DelegateOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const ppm = options.maxCommission;
  await requireRoom(contracts, nodeId, amount, {
    ppm,
    remedy: "raise --max-commission or choose another node",
  });
  await requireIcnt(contracts, wallet.address, amount);
  await warnVoiceless(contracts, wallet.address);
  const call = contracts.staking.stake.populateTransaction(nodeId, amount, ppm);
  const steps = [
    ...(await stakingApproval(contracts, wallet.address, amount)),
    await stepOf(`stake ${formatIcnt(amount)} ICNT on node ${nodeId}`, call),
  ];
  const sent = await spend(
    session,
    { steps, watched: await watched(contracts, wallet.address, nodeId) },
    options,
  );
  provider.destroy();
  if (sent === undefined) return;
  const { positionId, from, commissionPpm } = openedBy(contracts, sent.receipts);
  printResult(
    options.json === true,
    { positionId, nodeId, amountWei: amount, fromEpoch: from, commissionPpm, ...sent.json },
    () =>
      `Position ${positionId}: ${formatIcnt(amount)} ICNT on node ${nodeId} from epoch ${from} on, at a commission of ${formatPpm(commissionPpm)}.`,
  );
}

async function topUp(positionId: number, amount: bigint, options: SpendOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider } = session;
  const position = await openPositionOf(contracts, positionId, wallet.address);
  const { nodeId } = position;
  if (position.bond)
    throw new CliError(
      `position ${positionId} is the bond of node ${nodeId}, not a delegation`,
      "add to a bond with `icn node bond`, or delegate to the node with `icn delegate`",
      { code: "not-delegation" },
    );
  await requireRoom(contracts, nodeId, amount, {
    ppm: position.commissionPpm,
    remedy: "leave this delegation as it is and make a second one with `icn delegate`",
  });
  await requireIcnt(contracts, wallet.address, amount);
  await warnVoiceless(contracts, wallet.address);
  const call = contracts.staking.topUp.populateTransaction(positionId, amount);
  const steps = [
    ...(await stakingApproval(contracts, wallet.address, amount)),
    await stepOf(`add ${formatIcnt(amount)} ICNT to position ${positionId} on node ${nodeId}`, call),
  ];
  const sent = await spend(
    session,
    { steps, watched: await watched(contracts, wallet.address, nodeId) },
    options,
  );
  provider.destroy();
  if (sent === undefined) return;
  const opened = openedBy(contracts, sent.receipts);
  const { from, commissionPpm } = opened;
  printResult(
    options.json === true,
    {
      ...{ positionId: opened.positionId, nodeId, amountWei: opened.amount, fromEpoch: from, commissionPpm },
      ...sent.json,
    },
    () =>
      `Position ${opened.positionId}: ${formatIcnt(opened.amount)} ICNT on node ${nodeId} from epoch ${from} on, at a commission of ${formatPpm(commissionPpm)}.`,
  );
}

/** Whoever named a delegate as any wallet does, in the token alone, would lose these votes without a word. */
async function warnVoiceless({ icnt, staking }: Contracts, owner: string): Promise<void> {
  const [liquid, staked] = await Promise.all([icnt.delegates(owner), staking.delegates(owner)]);
  if (liquid !== ZeroAddress && staked === ZeroAddress)
    tell(
      `Note: your liquid ICNT votes for ${liquid}, what you stake will vote for nobody: icn votes delegate ${liquid} --staked`,
    );
}

const watched = (contracts: Contracts, owner: string, nodeId: number) =>
  Promise.all([watchedLiquid(contracts, owner), watchedStake(contracts, nodeId)]);

async function stakingApproval(contracts: Contracts, owner: string, amount: bigint) {
  const spender = { name: "staking", address: await contracts.staking.getAddress() };
  return approvalSteps(contracts, owner, spender, amount);
}

/** The open position that a transaction left behind. */
export function openedBy({ staking }: Contracts, receipts: readonly TransactionReceipt[]) {
  const events = receipts
    .flatMap(({ logs }) => logs)
    .map((log) => staking.interface.parseLog(log))
    .filter((parsed) => parsed?.name === "PositionChanged");
  const args = events.at(-1)?.args;
  return {
    positionId: Number(args?.["positionId"]),
    amount: BigInt(args?.["amount"] ?? 0),
    from: Number(args?.["from"]),
    commissionPpm: Number(args?.["commissionPpm"]),
  };
}
