// icn claim
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { getAddress, isAddress } from "ethers";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import type { StakePosition } from "../../oracle/domain/events.ts";
import { formatIcnt } from "../lib/amounts.ts";
import { openSigningSession, type SigningSession } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { readHistory } from "../lib/history.ts";
import { printResult, table } from "../lib/output.ts";
import type { Watched } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { lastEpochOf, type Paid, paidIn, planClaims } from "./claim.ts";
import { claimSteps } from "./claim-calls.ts";
import { readLedgers } from "./evidence.ts";
import { collectId, parseId } from "./stake.ts";
import { watchedLiquid, watchedWei } from "./watched.ts";

interface ClaimOptions extends SpendOptions {
  readonly node?: number;
  readonly position?: readonly number[];
  readonly owner?: string;
  readonly allOwners?: true;
  readonly bundles?: string;
}

export function addClaim(program: Command): void {
  withSpending(program.command("claim"))
    .summary("claim what positions earned")
    .description(
      "Recomputes the ledger from public evidence, proves it and claims all that positions earned, over nodes,\n" +
        "positions and epochs in few transactions. Pay goes to each owner's recipient, whoever claims.",
    )
    .option("--node <id>", "only of this node", parseId)
    .option("--position <id>", "only this position; may be repeated", collectId)
    .option("--owner <address>", "of this owner (default: the account that signs)", parseAddress)
    .option("--all-owners", "of all owners")
    .option("--bundles <dir>", "evidence directory, instead of asking the attesters")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run icn -- claim\n  npm run icn -- claim --node 3 --all-owners\n" +
        "  npm run -s icn -- claim --position 7 --position 9 --yes --json",
    )
    .action(claim);
}

export function parseAddress(text: string): string {
  if (isAddress(text)) return getAddress(text);
  throw new InvalidArgumentError(
    "Write an address: 0x and 40 hex digits, all lower-case or with a right checksum.",
  );
}

async function claim(options: ClaimOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, provider } = session;
  const history = await readHistory(session);
  const positions = chosen(history, session.wallet.address, options);
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const plan = await planClaims(contracts, positions, finalizedCount);
  const ledgers = await readLedgers(session, history, lastEpochOf(plan), options.bundles);
  const steps = await claimSteps(contracts, provider, plan, ledgers);
  const claimed = new Set(
    plan.batches.flatMap((batch) => batch.positions.map(({ positionId }) => positionId)),
  );
  const owners = new Set(
    positions.filter(({ positionId }) => claimed.has(positionId)).map(({ owner }) => getAddress(owner)),
  );
  const sent = await spend(session, { steps, watched: await watched(session, owners) }, options);
  provider.destroy();
  if (sent === undefined) return;
  const paid = sent.receipts.flatMap((receipt) => paidIn(contracts, receipt));
  const upToDate = positions.length - claimed.size;
  printResult(options.json === true, { paid: paid.map(jsonOf), upToDate, finalizedCount, ...sent.json }, () =>
    words(paid, upToDate, finalizedCount),
  );
}

function chosen(history: ChainState, account: string, options: ClaimOptions): StakePosition[] {
  const { node, position: ids, owner = account, allOwners } = options;
  const all = [...history.positions()];
  const missing = ids?.find((id) => !all.some(({ positionId }) => positionId === id));
  if (missing !== undefined)
    throw new CliError(`there is no position ${missing}`, "`icn portfolio` lists yours", {
      code: "unknown-position",
    });
  const anyOwner = allOwners === true || (ids !== undefined && options.owner === undefined);
  const positions = all.filter(
    (one) =>
      (node === undefined || one.nodeId === node) &&
      (ids === undefined || ids.includes(one.positionId)) &&
      (anyOwner || one.owner === owner.toLowerCase()),
  );
  if (positions.length > 0) return positions;
  const place = node === undefined ? "" : ` on node ${node}`;
  throw new CliError(
    anyOwner ? `there is no such position${place}` : `${owner} has no such position${place}`,
    "`icn portfolio` lists yours; claim for others with --owner, --position or --all-owners",
    { code: "no-position" },
  );
}

/** Where pay of one owner goes; of several, what the reserve pays in all. */
async function watched({ contracts }: SigningSession, owners: ReadonlySet<string>): Promise<Watched[]> {
  const [owner, ...others] = owners;
  const paid = await watchedWei(
    { name: "reservePaidWei", label: "paid by the reserve in all" },
    contracts.reserve,
    "paid",
    [],
  );
  if (owner === undefined || others.length > 0) return [paid];
  return [await watchedLiquid(contracts, await contracts.rewards.recipientOf(owner)), paid];
}

const jsonOf = ({ pay, commission, from, through, ...rest }: Paid) => ({
  ...rest,
  ...{ fromEpoch: from, throughEpoch: through, payWei: pay - commission, commissionWei: commission },
});

function words(paid: readonly Paid[], upToDate: number, finalizedCount: number): string {
  const final = finalizedCount === 0 ? "none is final yet" : `final are those up to ${finalizedCount - 1}`;
  const rest =
    upToDate === 0
      ? ""
      : `${upToDate === 1 ? "One position has" : `${upToDate} positions have`} no final epoch that is unpaid; ${final}.`;
  if (paid.length === 0) return `Nothing to claim. ${rest}`.trim();
  const rows = paid.map(({ positionId, nodeId, from, through, pay, commission, recipient }) => [
    ...[String(positionId), String(nodeId), from === through ? String(from) : `${from} to ${through}`],
    ...[formatIcnt(pay - commission, 6), formatIcnt(commission, 6), recipient],
  ]);
  const sum = paid.reduce((total, { pay, commission }) => total + pay - commission, 0n);
  const drawn = table([["position", "node", "epochs", "paid", "commission", "to"], ...rows]);
  return [drawn, `${formatIcnt(sum, 6)} ICNT in all, without commission.`, rest]
    .filter((part) => part !== "")
    .join("\n");
}
