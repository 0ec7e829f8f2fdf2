// How a plan becomes transactions: simulated and shown first, then sent one by one.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { TransactionReceipt } from "ethers";
import { parseInteger, type SignerOptions, type SigningSession, withSigner } from "./command.ts";
import { CliError, EXIT } from "./errors.ts";
import { currentFees, type Fees, formatCoin, gasLimitOf, tryParseGwei } from "./fees.ts";
import { columns, printResult, tell } from "./output.ts";
import type { Plan, Watched } from "./plan.ts";
import { confirm, isInteractive } from "./prompt.ts";
import { sendAll } from "./send.ts";
import { type Outcome, readNow, simulate } from "./simulate.ts";

export interface SpendOptions extends SignerOptions {
  readonly yes?: true;
  readonly dryRun?: true;
  /** Wei per gas. */
  readonly maxFeeGwei: bigint;
  readonly confirmations: number;
}

const MAX_FEE_GWEI = "500";
const CONFIRMATIONS_MAX = 1_000;

/** Options of a command that sends transactions. */
export const withSpending = (command: Command): Command =>
  withSigner(command)
    .option("--yes", "send without asking")
    .option("--dry-run", "show what would change and what it costs; send nothing")
    .addOption(
      new Option("--max-fee-gwei <gwei>", "most that a unit of gas may cost")
        .argParser(parseGwei)
        .default(parseGwei(MAX_FEE_GWEI), MAX_FEE_GWEI),
    )
    .option("--confirmations <blocks>", "blocks to wait for", parseInteger(1, CONFIRMATIONS_MAX), 1);

function parseGwei(text: string): bigint {
  const wei = tryParseGwei(text);
  if (wei === undefined || wei === 0n)
    throw new InvalidArgumentError("Write a positive amount of gwei such as 30 or 1.5.");
  return wei;
}

type Value = ReturnType<Watched["parse"]>;

export interface SentJson {
  readonly transactions: readonly {
    readonly what: string;
    readonly hash: string;
    readonly block: number;
    readonly gasUsed: number;
    readonly feeWei: bigint;
  }[];
  readonly changes: readonly {
    readonly name: string;
    readonly label: string;
    readonly before: Value;
    /** Null where the chain could not tell beforehand. */
    readonly after: Value | null;
  }[];
}

export interface Sent {
  /** One per step, in their order. */
  readonly receipts: readonly TransactionReceipt[];
  /** Belongs into what the command prints with --json. */
  readonly json: SentJson;
}

interface Quote {
  readonly gas: bigint;
  readonly feeWei: bigint;
  readonly maxFeeWei: bigint;
}

/**
 * Shows what the plan changes, asks, sends and waits; undefined after a dry run, which it has printed.
 * @throws CliError naming the first thing that would fail, before anything is sent.
 */
export async function spend(
  session: SigningSession,
  plan: Plan,
  options: SpendOptions,
): Promise<Sent | undefined> {
  const { provider, wallet, progress } = session;
  if (plan.steps.length === 0) return spendNothing(options);
  await requireIdle(session);
  progress("simulating");
  const outcome = await simulate(provider, wallet.address, plan);
  const fees = await currentFees(provider, options.maxFeeGwei);
  const quote = quoteOf(outcome, fees);
  await requireCoin(session, quote);
  if (options.dryRun === true) {
    printResult(options.json === true, dryRunOf(plan, outcome, quote), () => words(plan, outcome, quote));
    return undefined;
  }
  await approve(plan, outcome, quote, options);
  const { confirmations } = options;
  const signer = {
    ...{ provider, address: wallet.address, chainId: session.chainId },
    signTransaction: wallet.signTransaction.bind(wallet),
  };
  const receipts = await sendAll(signer, plan.steps, outcome.gas, {
    feeCap: fees.max,
    confirmations,
    progress,
  });
  return { receipts, json: await sentOf(session, plan, outcome, receipts) };
}

function spendNothing({ dryRun, json }: SpendOptions): Sent | undefined {
  if (dryRun !== true) return { receipts: [], json: { transactions: [], changes: [] } };
  const nothing = { dryRun: true, changes: [], steps: [], gas: 0, feeWei: 0n, maxFeeWei: 0n };
  printResult(json === true, nothing, () => "Nothing to send: everything is as asked for.");
  return undefined;
}

/** Addresses, nonces and what the simulation saw would be off if transactions of the account were under way. */
async function requireIdle({ provider, wallet }: SigningSession): Promise<void> {
  const [mined, pending] = await Promise.all([
    provider.getTransactionCount(wallet.address, "latest"),
    provider.getTransactionCount(wallet.address, "pending"),
  ]);
  if (pending > mined)
    throw new CliError(
      `${wallet.address} has ${pending - mined} pending transactions`,
      "wait until they are mined, then run the command again",
      { code: "account-busy", exitCode: EXIT.tryAgain },
    );
}

function quoteOf({ gas }: Outcome, { expected, max }: Fees): Quote {
  const known = gas.filter((used) => used !== undefined);
  const used = known.reduce((sum, one) => sum + one, 0n);
  const limit = known.reduce((sum, one) => sum + gasLimitOf(one), 0n);
  return { gas: used, feeWei: used * expected, maxFeeWei: limit * max };
}

async function requireCoin({ provider, wallet }: SigningSession, { maxFeeWei }: Quote): Promise<void> {
  const balance = await provider.getBalance(wallet.address);
  if (balance < maxFeeWei)
    throw new CliError(
      `nothing was sent: ${wallet.address} has ${formatCoin(balance)} of the chain's coin, the gas may cost ${formatCoin(maxFeeWei)}`,
      "send it some of the chain's coin, or lower --max-fee-gwei",
      { code: "insufficient-coin" },
    );
}

const changesOf = ({ changes }: Outcome): SentJson["changes"] =>
  changes.map(({ watched: { name, label }, before, after }) => ({
    ...{ name, label, before },
    after: after ?? null,
  }));

const dryRunOf = ({ steps, about }: Plan, outcome: Outcome, { gas, feeWei, maxFeeWei }: Quote) => ({
  dryRun: true,
  ...about?.json,
  changes: changesOf(outcome),
  steps: steps.map(({ what }, place) => ({ what, gas: numberOrNull(outcome.gas[place]) })),
  ...{ gas: Number(gas), feeWei, maxFeeWei },
  ...(outcome.unsimulated === undefined ? {} : { unsimulated: outcome.unsimulated }),
});

const numberOrNull = (value: bigint | undefined): number | null =>
  value === undefined ? null : Number(value);

/** What changes and what it costs, for the reader of a terminal. */
function words({ steps, about }: Plan, outcome: Outcome, { gas, feeWei, maxFeeWei }: Quote): string {
  const sends = steps.map(({ what }, place) => {
    const used = outcome.gas[place];
    return [`${place + 1}.`, what, used === undefined ? "unknown" : `${used} gas`];
  });
  const changes = outcome.changes.map(({ watched: { label, format }, before, after }) => [
    label,
    format(before),
    "→",
    after === undefined ? "unknown" : format(after),
  ]);
  const cost = `Gas ${gas}: about ${formatCoin(feeWei)} of the chain's coin, at most ${formatCoin(maxFeeWei)}.`;
  const open =
    outcome.unsimulated === undefined
      ? []
      : [
          `This chain simulates nothing (${outcome.unsimulated}): only the first transaction was tried, the cost holds for it alone, and what the others do is unknown.`,
        ];
  const first = about === undefined ? [] : [[about.words]];
  const parts = [
    ...first,
    columns(sends),
    ...(changes.length === 0 ? [] : [columns(changes)]),
    [cost, ...open],
  ];
  return parts.map((lines) => lines.join("\n")).join("\n\n");
}

async function approve(plan: Plan, outcome: Outcome, quote: Quote, options: SpendOptions): Promise<void> {
  if (options.yes !== true && !isInteractive())
    throw new CliError(
      "nothing was sent: there is no terminal to ask at",
      "add --yes to send without being asked, or --dry-run to see what would happen",
      { code: "confirmation-needed" },
    );
  tell(`${words(plan, outcome, quote)}\n`);
  const count = plan.steps.length;
  if (options.yes !== true && !(await confirm(`Send ${count} transaction${count === 1 ? "" : "s"}?`)))
    throw new CliError("nothing was sent: you said no", "run the command again to send it", {
      code: "declined",
    });
}

/** Read again after the last transaction: what happened, not what was foretold. */
async function sentOf(
  { provider }: SigningSession,
  { steps }: Plan,
  { changes }: Outcome,
  receipts: readonly TransactionReceipt[],
): Promise<SentJson> {
  const transactions = receipts.map(({ hash, blockNumber, gasUsed, fee }, place) => ({
    ...{ what: steps[place]?.what ?? "", hash, block: blockNumber },
    ...{ gasUsed: Number(gasUsed), feeWei: fee },
  }));
  const changed = changes.map(async ({ watched, before }) => ({
    ...{ name: watched.name, label: watched.label, before },
    after: await readNow(provider, watched),
  }));
  return { transactions, changes: await Promise.all(changed) };
}
