// icn recipient: where pay and vesting go.
import { type Command, Option } from "commander";
import { ZeroAddress } from "ethers";
import type { Contracts } from "../lib/chain.ts";
import { openSigningSession, type SignerOptions, withSigner } from "../lib/command.ts";
import { CliError } from "../lib/errors.ts";
import { CONTRACT_NAMES } from "../lib/manifest.ts";
import { printResult, table } from "../lib/output.ts";
import { type Step, stepOf } from "../lib/plan.ts";
import { type SpendOptions, spend, withSpending } from "../lib/spend.ts";
import { openAccount } from "./account.ts";
import { parseAddress } from "./claim-command.ts";
import { watchedAddress } from "./watched.ts";

const SCOPES = ["rewards", "vesting", "both"] as const;
type Scope = (typeof SCOPES)[number];

interface SetOptions extends SpendOptions {
  readonly for: Scope;
}

export function addRecipient(program: Command): void {
  const recipient = program
    .command("recipient")
    .summary("where your pay and your vesting go")
    .description("Where your pay and your vesting go.");
  const scope = () =>
    new Option("--for <what>", "what is to go there").choices(SCOPES).default("both" satisfies Scope);
  withSigner(recipient.command("show"))
    .summary("show where pay and vesting of an account go")
    .description("Shows where pay and vesting of an account go.")
    .argument("[address]", "account (default: the one that signs)", parseAddress)
    .addHelpText("after", "\nExample:\n  npm run icn -- recipient show 0x…")
    .action(show);
  withSpending(recipient.command("set"))
    .summary("send pay and vesting elsewhere")
    .description(
      "Has your pay, your vesting or both go to another address from now on, whoever claims or releases.",
    )
    .argument("<address>", "where they go", parseAddress)
    .addOption(scope())
    .addHelpText("after", "\nExample:\n  npm run icn -- recipient set 0x… --for rewards")
    .action((address: string, options: SetOptions) => change(address, options));
  withSpending(recipient.command("clear"))
    .summary("have pay and vesting come to yourself")
    .description("Has your pay, your vesting or both come to yourself again.")
    .addOption(scope())
    .addHelpText("after", "\nExample:\n  npm run icn -- recipient clear --for vesting")
    .action((options: SetOptions) => change(ZeroAddress, options));
}

async function show(address: string | undefined, options: SignerOptions): Promise<void> {
  const { session, account } = await openAccount(address, options);
  const { rewards, vault } = session.contracts;
  const [pay, vesting] = await Promise.all([rewards.recipientOf(account), vault.recipientOf(account)]);
  session.provider.destroy();
  printResult(options.json === true, { account, rewardsRecipient: pay, vestingRecipient: vesting }, () =>
    table([
      ["rewards of", account, "go to", pay],
      ["vesting of", account, "goes to", vesting],
    ]),
  );
}

async function change(address: string, options: SetOptions): Promise<void> {
  const session = await openSigningSession(options);
  const { contracts, wallet, provider, manifest } = session;
  const mine = CONTRACT_NAMES.find((name) => manifest.contracts[name].address === address.toLowerCase());
  if (mine !== undefined)
    throw new CliError(
      `${address} is the contract ${mine}: what goes there is lost`,
      "name an account of yours",
      {
        code: "recipient-is-contract",
      },
    );
  const scopes = options.for === "both" ? (["rewards", "vesting"] as const) : [options.for];
  const changes = await Promise.all(
    scopes.map((scope) => changeOf(contracts, scope, wallet.address, address)),
  );
  const plan = {
    steps: changes.flatMap(({ steps }) => steps),
    watched: changes.map(({ watched }) => watched),
  };
  const sent = await spend(session, plan, options);
  provider.destroy();
  if (sent === undefined) return;
  const to = address === ZeroAddress ? wallet.address : address;
  printResult(
    options.json === true,
    { account: wallet.address, for: options.for, recipient: to, ...sent.json },
    () =>
      sent.receipts.length === 0
        ? `Nothing to do: it goes to ${to} already.`
        : `${options.for === "both" ? "Rewards and vesting" : options.for} of ${wallet.address} now go to ${to}.`,
  );
}

async function changeOf(
  { rewards, vault }: Contracts,
  scope: "rewards" | "vesting",
  owner: string,
  to: string,
) {
  const contract = scope === "rewards" ? rewards : vault;
  const present = await contract.recipientOf(owner);
  const isSet = present === (to === ZeroAddress ? owner : to);
  const call = contract.setRecipient.populateTransaction(to);
  const what = `have ${scope} of ${owner} go to ${to === ZeroAddress ? "itself" : to}`;
  const steps: Step[] = isSet ? [] : [await stepOf(what, call)];
  const names = { name: `${scope}Recipient`, label: `recipient of ${scope}` };
  return { steps, watched: await watchedAddress(names, contract, "recipientOf", [owner]) };
}
