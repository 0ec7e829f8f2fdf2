// icn earnings
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { formatUnits } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import { type SignerOptions, withSigner } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { printResult, table } from "../lib/output.ts";
import { csvLine } from "../vesting/csv.ts";
import { formatDate } from "../vesting/dates.ts";
import { openAccount } from "./account.ts";
import { parseAddress } from "./claim-command.ts";
import { type Earning, earningsOf } from "./earnings.ts";

interface EarningsOptions extends SignerOptions {
  readonly csv?: string;
}

const DECIMALS = 18;
const KINDS = ["stake", "commission", "attester"] as const;

export function addEarnings(program: Command): void {
  withSigner(program.command("earnings"))
    .summary("show what an account earned")
    .description(
      "Shows every payment to an account so far: of its stake, as commission of its nodes, as an attester.\n" +
        "What was not claimed yet is in `icn portfolio`.",
    )
    .argument("[address]", "account (default: the one that signs)", parseAddress)
    .option("--csv <file>", "write the payments as CSV, too")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- earnings\n  npm run icn -- earnings 0x… --csv earnings.csv",
    )
    .action(earnings);
}

async function earnings(address: string | undefined, options: EarningsOptions): Promise<void> {
  const { session, account } = await openAccount(address, options);
  const found = await earningsOf(session, account);
  session.provider.destroy();
  if (options.csv !== undefined) writeCsv(options.csv, found);
  const totals = Object.fromEntries(KINDS.map((kind) => [`${kind}Wei`, sumOf(found, kind)]));
  const totalWei = found.reduce((sum, { payWei }) => sum + payWei, 0n);
  const file = options.csv === undefined ? {} : { csv: options.csv };
  printResult(options.json === true, { account, earnings: found, ...totals, totalWei, ...file }, () =>
    words(found, totalWei, options.csv),
  );
}

const sumOf = (found: readonly Earning[], kind: Earning["kind"]): bigint =>
  found.reduce((sum, one) => (one.kind === kind ? sum + one.payWei : sum), 0n);

const epochsOf = ({ fromEpoch, throughEpoch }: Earning): string =>
  fromEpoch === throughEpoch ? String(fromEpoch) : `${fromEpoch} to ${throughEpoch}`;

function sourceOf({ kind, nodeId, positionId, attesterId }: Earning): string {
  return kind === "attester" ? `attester ${attesterId}` : `position ${positionId} on node ${nodeId}`;
}

function words(found: readonly Earning[], totalWei: bigint, csv: string | undefined): string {
  const written = csv === undefined ? [] : [`The payments are in ${csv}.`];
  if (found.length === 0) return ["Nothing was paid yet.", ...written].join("\n");
  const rows = found.map((one) => [
    ...[formatDate(one.paidAt), one.kind, epochsOf(one), sourceOf(one)],
    ...[formatIcnt(one.payWei, 6), formatIcnt(one.commissionWei, 6), one.recipient],
  ]);
  const sums = KINDS.map((kind) => `${kind} ${formatIcnt(sumOf(found, kind), 6)}`).join(", ");
  return [
    table([["paid on", "for", "epochs", "of", "ICNT", "commission", "to"], ...rows]),
    `${formatIcnt(totalWei, 6)} ICNT in all: ${sums}.`,
    ...written,
  ].join("\n");
}

const COLUMNS = [
  "kind",
  "from_epoch",
  "through_epoch",
  "node",
  "position",
  "attester",
  "pay_icnt",
  "commission_icnt",
  "recipient",
  "tx",
  "time",
] as const;

function writeCsv(file: string, found: readonly Earning[]): void {
  const lines = found.map((one) =>
    csvLine([
      ...[one.kind, String(one.fromEpoch), String(one.throughEpoch)],
      ...[one.nodeId, one.positionId, one.attesterId].map((id) => (id === null ? "" : String(id))),
      ...[formatUnits(one.payWei, DECIMALS), formatUnits(one.commissionWei, DECIMALS)],
      ...[one.recipient, one.tx, new Date(one.paidAt * 1_000).toISOString()],
    ]),
  );
  try {
    writeFileSync(file, `${[csvLine(COLUMNS), ...lines].join("\n")}\n`);
  } catch (cause) {
    throw new CliError(
      `${file} cannot be written (${cause instanceof Error ? cause.message : cause})`,
      "name a file in a directory that exists and is yours",
      { code: "file-not-writable", cause },
    );
  }
}
