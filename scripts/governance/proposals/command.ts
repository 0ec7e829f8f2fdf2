import { type Command, InvalidArgumentError, Option } from "commander";
import { parseInteger } from "../../lib/command.ts";
import { columns } from "../../lib/output.ts";
import { withSpending } from "../../lib/spend.ts";
import { UPGRADEABLE } from "../calls/book.ts";
import type { Intent } from "../calls/intents.ts";
import { PARAMETER_ROWS } from "../parameters/parameters.ts";
import { type ProposeOptions, propose } from "./propose.ts";

const parseId = parseInteger(1, 2 ** 32 - 1);

/** Both sides of the first "=". */
function pairOf(text: string, how: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError(`Write ${how}.`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function parseSet(text: string): Intent {
  const [name, value] = pairOf(text, "NAME=VALUE such as oracle.veto-window=12h");
  return { kind: "set", name, text: value };
}

function parseUpgrade(text: string): Intent {
  const [contract, implementation] = pairOf(text, "CONTRACT=ADDRESS");
  return { kind: "upgrade", contract, implementation };
}

function parseQueued(text: string): Intent {
  return { kind: "cancel-queued", proposal: BigInt(parseId(text)) };
}

const HELP = `
Parameters of --set; write ICNT as 1_000, percent as 2.5, a time as 90s, 15min, 12h or 7d:
${columns(PARAMETER_ROWS)
  .map((line) => `  ${line}`)
  .join("\n")}
What one function sets, such as all fields of the rules, becomes one call.

Examples:
  npm run icn -- gov propose --title "Shorter veto window" --set oracle.veto-window=12h --dry-run
  npm run icn -- gov propose --title "Less for attesters" --set rules.economics.attesterSharePpm=40000
  npm run icn -- gov propose --title "Two more attesters" --admit five.json --admit six.json
  npm run icn -- gov propose --title "Upgrade" --upgrade SlaOracle=0x…
  npm run icn -- gov propose --title "Pay the auditor" --call 'ICNT.transfer("0x…", "1000000000000000000")'`;

export function addPropose(gov: Command): void {
  const given: Intent[] = [];
  const action = (flags: string, description: string, parse: (text: string) => Intent): Option =>
    new Option(flags, description).argParser((text) => {
      given.push(parse(text));
      return given;
    });
  const command = withSpending(gov.command("propose"))
    .summary("make a proposal")
    .description(
      "Makes a proposal of one or more actions, carried out together in the order given. All of them are tried on the present state first, as the timelock makes them: what fails, breaks a bound or changes nothing is refused.",
    )
    .requiredOption("--title <text>", "one line that says what it is for")
    .option("--description <file>", "the rest of its text");
  const actions = [
    action(
      "--set <name=value>",
      "set a parameter; names are listed below, values and bounds by `icn gov parameters`",
      parseSet,
    ),
    action(
      "--rules <file>",
      "rules of the oracle as a whole: a parameters file, or its rules alone",
      (file) => ({ kind: "rules", file }),
    ),
    action(
      "--upgrade <contract=address>",
      `give one of ${UPGRADEABLE.join(", ")} new code; \`icn gov implementation\` makes it`,
      parseUpgrade,
    ),
    action("--call <call>", "any call: 'CONTRACT.function(arguments as JSON)'", (text) => ({
      ...{ kind: "call", text },
    })),
    action("--admit <file>", "admit the attester of an application", (file) => ({ kind: "admit", file })),
    action("--seat <ids>", "seat these attesters and no others, such as 1,2,3", (text) => ({
      ...{ kind: "seat", ids: text.split(",").map((one) => parseId(one.trim())) },
    })),
    action("--cancel-queued <proposal>", "cancel what an earlier vote has queued", parseQueued),
    // Without a preset commander hands a flag to no parser.
    action("--renew-vetoes", "give the guardian its vetoes again", () => ({
      ...{ kind: "renew", method: "renewVetoes" },
    })).preset(""),
    action("--renew-pause", "let the guardian pause once again", () => ({
      ...{ kind: "renew", method: "renewPause" },
    })).preset(""),
  ];
  for (const option of actions) command.addOption(option);
  command
    .option(
      "--from-epoch <epoch>",
      "epoch from which on changed rules act (default: soon after the earliest execution)",
      parseInteger(0, 2 ** 48),
    )
    .addHelpText("after", HELP)
    .action((options: ProposeOptions) => propose(given, options));
}
