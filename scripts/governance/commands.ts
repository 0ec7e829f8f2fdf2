// icn gov and icn votes: what holders of ICNT decide.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { parseAddress } from "../holder/claim-command.ts";
import { withDeployment, withSigner } from "../lib/command.ts";
import { tryParseDuration } from "../lib/durations.ts";
import { withSpending } from "../lib/spend.ts";
import { UPGRADEABLE } from "./calls/book.ts";
import { showParameters } from "./parameters/show.ts";
import { addPropose } from "./proposals/command.ts";
import { listProposals, showProposal } from "./proposals/show.ts";
import { cancel, execute, queue } from "./proposals/stages.ts";
import { deployImplementation } from "./upgrades/implementation.ts";
import { delegateVotes, showVotes } from "./votes/delegate.ts";
import { vote } from "./votes/vote.ts";

const EXAMPLE = "\nExample:\n  npm run icn -- ";
const EXAMPLES = "\nExamples:\n  npm run icn -- ";
const EXPIRES_MAX = 365 * 86_400;

/** A proposal's number, or its id in digits or hex. */
export function parseProposal(text: string): bigint {
  if (/^(\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError("Write the number that `icn gov list` shows, or the proposal's id.");
}

function parseDuration(text: string): number {
  const seconds = tryParseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= EXPIRES_MAX) return seconds;
  throw new InvalidArgumentError("Write a time such as 12h or 7d, at most 365d.");
}

export function addGovernance(program: Command): void {
  const gov = program
    .command("gov")
    .summary("propose, vote, carry out: everything that holders decide")
    .description("Lists, shows, makes, votes on and carries out proposals: what holders of ICNT decide.");
  addViews(gov);
  addPropose(gov);
  addVote(gov);
  addStages(gov);
  addVotes(program);
}

function addViews(gov: Command): void {
  withDeployment(gov.command("list"))
    .summary("list all proposals")
    .description("Lists all proposals with their numbers, votes, states, and what comes next.")
    .addHelpText("after", `${EXAMPLE}gov list`)
    .action(listProposals);
  withDeployment(gov.command("show"))
    .summary("show all of a proposal")
    .description(
      "Shows a proposal's text, every action in words and what it would change, the votes and who cast them, the quorum, the times, and what comes next.",
    )
    .argument("<proposal>", "its number, or its id", parseProposal)
    .addHelpText("after", `${EXAMPLE}gov show 3`)
    .action(showProposal);
  withDeployment(gov.command("parameters"))
    .summary("show what a vote can set")
    .description(
      "Shows every parameter that `icn gov propose --set` can change: its value, the contract's bounds, how long a change waits, and what is scheduled.",
    )
    .argument("[name]", "one of them, or a group such as oracle or rules.timing (default: all)")
    .addHelpText("after", `${EXAMPLES}gov parameters oracle\n  npm run icn -- gov parameters rules.economics`)
    .action(showParameters);
}

const signTo = () => new Option("--sign-to <file>", "sign into a file that anyone can send; send nothing");
const signed = () => new Option("--signed <file>", "send what somebody signed").conflicts("signTo");

function addVote(gov: Command): void {
  withSpending(gov.command("vote"))
    .summary("vote on a proposal")
    .description(
      "Votes with all votes that you had when the proposal's were counted. A vote cannot be changed. With --sign-to nothing is sent: whoever gets the file can send it, and pays for it.",
    )
    .argument("[proposal]", "its number, or its id", parseProposal)
    .addArgument(new Argument("[vote]", "what you say").choices(["for", "against", "abstain"]))
    .option("--reason <text>", "why; everybody can read it")
    .addOption(signTo())
    .addOption(signed())
    .addHelpText(
      "after",
      `${EXAMPLES}gov vote 3 for --reason "Shorter windows pay sooner"\n` +
        "  npm run icn -- gov vote 3 against --sign-to ballot.json\n  npm run icn -- gov vote --signed ballot.json",
    )
    .action(vote);
}

function addStages(gov: Command): void {
  const stages = [
    [
      "queue",
      "queue what has passed",
      "Queues a proposal that has passed; anyone may. It then waits.",
      queue,
    ],
    [
      "execute",
      "carry out what was queued long enough",
      "Carries out a queued proposal once it has waited as long as its actions ask for; anyone may.",
      execute,
    ],
    [
      "cancel",
      "cancel your own proposal before voting begins",
      "Cancels a proposal of yours before voting begins. Later nobody can alone: the command says how a vote does.",
      cancel,
    ],
  ] as const;
  for (const [name, summary, description, action] of stages)
    withSpending(gov.command(name))
      .summary(summary)
      .description(description)
      .argument("<proposal>", "its number, or its id", parseProposal)
      .addHelpText("after", `${EXAMPLE}gov ${name} 3`)
      .action(action);
  withSpending(gov.command("implementation"))
    .summary("create new code for an upgrade")
    .description(
      "Creates this checkout's build of a contract, constructed as the deployment's own, and prints its address for `icn gov propose --upgrade`. Nothing runs it until a vote says so.",
    )
    .argument("<contract>", `one of ${UPGRADEABLE.join(", ")}`)
    .option("--artifact <name>", "another compiled contract that extends it (default: the contract's own)")
    .addHelpText("after", `${EXAMPLE}gov implementation SlaOracle`)
    .action(deployImplementation);
}

function addVotes(program: Command): void {
  const votes = program
    .command("votes")
    .summary("who votes with your ICNT")
    .description("Shows and changes who votes with your liquid, staked and vesting ICNT.");
  withSigner(votes.command("show"))
    .summary("show an account's votes")
    .description(
      "Shows an account's liquid, staked and vesting ICNT, who votes with each, and the votes that it can cast itself.",
    )
    .argument("[account]", "account (default: the one that signs)", parseAddress)
    .addHelpText("after", `${EXAMPLE}votes show 0x…`)
    .action(showVotes);
  withSpending(votes.command("delegate"))
    .summary("name who votes with your ICNT")
    .description(
      "Names who votes with your liquid, staked and vesting ICNT: you, somebody else or nobody. It counts on proposals whose votes are counted later, and moves no ICNT. Vesting ICNT of the treasury and the timelock never votes.",
    )
    .argument("[whom]", "an address, self or nobody")
    .option("--liquid", "for liquid ICNT only; these three can be combined")
    .option("--staked", "for staked ICNT only")
    .option("--vesting", "for vesting ICNT only")
    .addOption(signTo())
    .addOption(
      new Option("--expires <time>", "how long a signed one can be sent")
        .argParser(parseDuration)
        .default(parseDuration("7d"), "7d"),
    )
    .addOption(signed())
    .addHelpText(
      "after",
      `${EXAMPLES}votes delegate self\n  npm run icn -- votes delegate 0x… --vesting\n` +
        "  npm run icn -- votes delegate self --sign-to delegation.json --expires 2d\n" +
        "  npm run icn -- votes delegate --signed delegation.json",
    )
    .action(delegateVotes);
}
