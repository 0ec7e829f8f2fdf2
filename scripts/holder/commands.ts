import { type Command, Option } from "commander";
import { formatIcnt } from "../lib/amounts.ts";
import { bundlesFrom, bundlesIn } from "../lib/bundles.ts";
import {
  openSigningSession,
  parseAmount,
  parseInteger,
  parsePercent,
  type SignerOptions,
  withSigner,
} from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { readHistory } from "../lib/history.ts";
import { extendLedgers, type Ledgers } from "../lib/ledgers.ts";
import { printResult, table } from "../lib/output.ts";
import { attesterEndpoints, executeClaims, planClaims } from "./claim.ts";
import { delegate } from "./delegate.ts";

const nodeId = parseInteger(1, Number.MAX_SAFE_INTEGER);

interface DelegateOptions extends SignerOptions {
  readonly maxCommission: number;
}

interface ClaimOptions extends SignerOptions {
  readonly all?: true;
  readonly bundles?: string;
}

export function addHolder(program: Command): void {
  withSigner(program.command("delegate"))
    .summary("stake ICNT on a node")
    .description(
      "Stakes ICNT on a node from the next epoch on. A delegation is never slashed and leaves within two epochs.",
    )
    .argument("<node>", "id of the node", nodeId)
    .argument("<amount>", "ICNT, such as 1_000 or 1.5", parseAmount)
    .addOption(
      new Option("--max-commission <percent>", "refuse if the node takes more")
        .argParser(parsePercent)
        .default(parsePercent("10"), "10"),
    )
    .addHelpText("after", "\nExample:\n  npm run icn -- delegate 3 1_000 --max-commission 5")
    .action(runDelegate);
  withSigner(program.command("claim"))
    .summary("claim what positions earned on a node")
    .description(
      "Recomputes the ledger from public evidence, proves it and claims the pay of your positions on a node.\n" +
        "Pay goes to each owner's recipient, whoever claims.",
    )
    .argument("<node>", "id of the node", nodeId)
    .option("--all", "claim for all owners of positions on the node")
    .option("--bundles <dir>", "evidence directory, instead of asking the attesters")
    .addHelpText("after", "\nExamples:\n  npm run icn -- claim 3\n  npm run -s icn -- claim 3 --all --json")
    .action(runClaim);
}

async function runDelegate(node: number, amount: bigint, options: DelegateOptions): Promise<void> {
  const { contracts, wallet, provider, progress } = await openSigningSession(options);
  progress(`staking ${formatIcnt(amount)} ICNT on node ${node}`);
  const positionId = await delegate(contracts, wallet.address, node, amount, options.maxCommission);
  provider.destroy();
  printResult(
    options.json === true,
    { positionId, node, amount },
    () => `Position ${positionId}: ${formatIcnt(amount)} ICNT on node ${node} from the next epoch on.`,
  );
}

async function runClaim(node: number, options: ClaimOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider, progress } = session;
  const history = await readHistory(session);
  const owner = wallet.address.toLowerCase();
  const positions = [...history.positions()].filter(
    (position) => position.nodeId === node && (options.all === true || position.owner === owner),
  );
  if (positions.length === 0)
    throw options.all === true
      ? new CliError(`node ${node} has no positions`, "`icn node status` lists the nodes")
      : new CliError(
          `${wallet.address} has no position on node ${node}`,
          `\`icn node status ${node}\` lists who has; claim for other owners with --all`,
        );
  const finalizedCount = Number(await contracts.oracle.finalizedCount());
  const plan = await planClaims(contracts, positions, finalizedCount);
  const through = Math.max(-1, ...plan.batches.map(({ epoch }) => epoch));
  const source =
    options.bundles === undefined
      ? bundlesFrom(attesterEndpoints(history, Number(await contracts.committee.attesterCount())))
      : bundlesIn(options.bundles);
  const ledgers: Ledgers = [];
  await extendLedgers(ledgers, through, history, source, progress);
  const paid = await executeClaims(contracts, plan, ledgers, progress);
  provider.destroy();
  printResult(options.json === true, { paid }, () => words(paid));
}

function words(paid: Awaited<ReturnType<typeof executeClaims>>): string {
  if (paid.length === 0) return "Nothing to claim yet: no position has a final epoch that is unpaid.";
  const rows = paid.map(({ positionId, from, through, pay, commission, recipient }) => [
    String(positionId),
    from === through ? String(from) : `${from} to ${through}`,
    formatIcnt(pay - commission, 6),
    formatIcnt(commission, 6),
    recipient,
  ]);
  return table([["position", "epochs", "paid", "commission", "to"], ...rows]);
}
