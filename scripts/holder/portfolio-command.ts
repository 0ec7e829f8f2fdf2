// icn portfolio
import type { Command } from "commander";
import { formatIcnt, formatPpm } from "../lib/amounts.ts";
import { type SignerOptions, withSigner } from "../lib/command.ts";
import { printResult, table } from "../lib/output.ts";
import { formatDate } from "../vesting/dates.ts";
import { nextReleaseOf } from "../vesting/releases.ts";
import { unreleased } from "../vesting/vault.ts";
import { openAccount } from "./account.ts";
import { parseAddress } from "./claim-command.ts";
import { type Portfolio, portfolioOf } from "./portfolio.ts";

interface PortfolioOptions extends SignerOptions {
  readonly bundles?: string;
}

export function addPortfolio(program: Command): void {
  withSigner(program.command("portfolio"))
    .summary("show all ICNT of an account")
    .description(
      "Shows all ICNT of an account in one view: liquid, staked, leaving, vesting, claimable.\n" +
        "What can be claimed is recomputed from public evidence, and called unknown where that cannot be had.",
    )
    .argument("[address]", "account (default: the one that signs)", parseAddress)
    .option("--bundles <dir>", "evidence directory, instead of asking the attesters")
    .addHelpText("after", "\nExamples:\n  npm run icn -- portfolio\n  npm run -s icn -- portfolio 0x… --json")
    .action(portfolio);
}

async function portfolio(address: string | undefined, options: PortfolioOptions): Promise<void> {
  const { session, account } = await openAccount(address, options);
  const found = await portfolioOf(session, account, options.bundles);
  session.provider.destroy();
  printResult(options.json === true, jsonOf(found), () => words(found));
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

function totalsOf({ liquid, positions, commission, leaving, vesting, tables, unknown }: Portfolio) {
  const stakedWei = sum(positions.filter(({ to }) => to === null).map(({ amount }) => amount));
  const leavingWei = sum(leaving.map(({ amount }) => amount));
  const vestingWei = sum(vesting.map((schedule) => unreleased(schedule, tables)));
  const releasableWei = sum(vesting.map(({ releasable }) => releasable));
  const ownWei = sum(positions.map(({ claimable }) => claimable?.pay ?? 0n));
  const claimableWei = unknown === undefined ? ownWei + (commission ?? 0n) : null;
  const totalWei = liquid + stakedWei + leavingWei + vestingWei + (claimableWei ?? 0n);
  return { liquidWei: liquid, stakedWei, leavingWei, vestingWei, releasableWei, claimableWei, totalWei };
}

function jsonOf(found: Portfolio) {
  const { account, at, commission, unknown, recipients, tables } = found;
  return {
    ...{ account, at, ...totalsOf(found) },
    claimableUnknown: unknown ?? null,
    claimableCommissionWei: commission ?? null,
    positions: found.positions.map((one) => ({
      ...{ positionId: one.positionId, nodeId: one.nodeId, kind: kindOf(one), amountWei: one.amount },
      ...{ commissionPpm: one.commissionPpm, fromEpoch: one.from, toEpoch: one.to, sinceAt: one.sinceAt },
      unpaidFromEpoch: one.unpaid.from,
      claimableWei: one.claimable?.pay ?? null,
    })),
    leaving: found.leaving.map((one) => ({
      ...{ requestId: one.requestId, nodeId: one.nodeId, kind: kindOf(one), amountWei: one.amount },
      ...{ leftAtEpoch: one.leftAt, maturesAt: one.maturesAt, matured: one.maturesAt <= at },
    })),
    vesting: found.vesting.map((one) => ({
      ...{
        scheduleId: one.scheduleId,
        totalWei: one.total,
        vestedWei: one.vested,
        releasedWei: one.released,
      },
      ...{ releasableWei: one.releasable, nextReleaseAt: nextReleaseOf(one, tables, at) ?? null },
    })),
    rewardsRecipient: recipients.rewards,
    vestingRecipient: recipients.vesting,
  };
}

const kindOf = ({ bond }: { readonly bond: boolean }): string => (bond ? "bond" : "delegation");

function words(found: Portfolio): string {
  const { account, at, unknown, commission } = found;
  const totals = totalsOf(found);
  const claimable = totals.claimableWei === null ? "unknown" : formatIcnt(totals.claimableWei, 6);
  const summary = table([
    ["liquid", formatIcnt(totals.liquidWei, 6)],
    ["staked", formatIcnt(totals.stakedWei, 6)],
    ["leaving", formatIcnt(totals.leavingWei, 6)],
    [
      "vesting",
      `${formatIcnt(totals.vestingWei, 6)}  (releasable now: ${formatIcnt(totals.releasableWei, 6)})`,
    ],
    ["claimable", commission ? `${claimable}  (commission: ${formatIcnt(commission, 6)})` : claimable],
    [unknown === undefined ? "in all" : "in all, without claimable", formatIcnt(totals.totalWei, 6)],
  ]);
  const why = unknown === undefined ? [] : [`What can be claimed is unknown: ${unknown}.`];
  return [
    `ICNT of ${account} on ${formatDate(at)}`,
    [summary, ...why].join("\n"),
    ...positionsIn(found),
    ...leavingIn(found),
    ...vestingIn(found),
    ...recipientsIn(found),
  ].join("\n\n");
}

function positionsIn({ positions }: Portfolio): string[] {
  if (positions.length === 0) return [];
  const rows = positions.map(
    ({ positionId, nodeId, bond, amount, commissionPpm, sinceAt, to, claimable }) => [
      ...[
        String(positionId),
        String(nodeId),
        kindOf({ bond }),
        formatIcnt(amount, 6),
        formatPpm(commissionPpm),
      ],
      to === null ? formatDate(sinceAt) : `closed, earned up to before epoch ${to}`,
      claimable === undefined ? "unknown" : formatIcnt(claimable.pay, 6),
    ],
  );
  return [table([["position", "node", "kind", "ICNT", "commission", "since", "claimable"], ...rows])];
}

function leavingIn({ leaving, at }: Portfolio): string[] {
  if (leaving.length === 0) return [];
  const rows = leaving.map(({ requestId, nodeId, bond, amount, maturesAt }) => [
    ...[String(requestId), String(nodeId), kindOf({ bond }), formatIcnt(amount, 6)],
    maturesAt <= at ? "now (`icn withdraw`)" : formatDate(maturesAt),
  ]);
  return [table([["request", "node", "kind", "ICNT", "withdrawable"], ...rows])];
}

function vestingIn({ vesting, tables, at }: Portfolio): string[] {
  if (vesting.length === 0) return [];
  const rows = vesting.map((one) => {
    const next = nextReleaseOf(one, tables, at);
    return [
      ...[
        String(one.scheduleId),
        formatIcnt(one.total, 6),
        formatIcnt(one.vested, 6),
        formatIcnt(one.releasable, 6),
      ],
      next === undefined ? "–" : next <= at ? "now (`icn vesting release`)" : formatDate(next),
    ];
  });
  return [table([["schedule", "ICNT", "vested", "releasable", "next release"], ...rows])];
}

function recipientsIn({ account, recipients }: Portfolio): string[] {
  const elsewhere = [
    ["rewards", recipients.rewards],
    ["vesting", recipients.vesting],
  ].filter(([, to]) => to?.toLowerCase() !== account.toLowerCase());
  return elsewhere.length === 0 ? [] : [elsewhere.map(([what, to]) => `${what} go to ${to}`).join("\n")];
}
