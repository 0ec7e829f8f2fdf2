// All commands of the command line, grouped by who uses them.
import { Command } from "commander";
import { addAttester } from "./attester/commands.ts";
import { addEmission } from "./charts/commands.ts";
import { addDeploy } from "./deploy/command.ts";
import { addGovernance } from "./governance/commands.ts";
import { addGuardian } from "./guardian/commands.ts";
import { addHolder } from "./holder/commands.ts";
import { addKey } from "./keys/commands.ts";
import { addCompletion } from "./lib/completion/command.ts";
import { addNode } from "./node/commands.ts";
import { addOracle } from "./oracle/commands.ts";
import { addVesting } from "./vesting/commands.ts";

const AFTER = `
Examples:
  npm run icn -- key create savings
  npm run icn -- delegate 3 1_000 --dry-run
  npm run -s icn -- node status --json

Every command explains itself: icn COMMAND --help. docs/cli/README.md is the guide.
Exit codes: 0 done, 1 failed or a mistake in the call, 75 worth trying again.`;

export function programOf(): Command {
  const program = new Command("icn")
    .description("Everything a holder, an operator and an attester does with the ICN protocol.")
    .showHelpAfterError("(add --help for what this command takes, with examples)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", AFTER)
    .helpCommand(false);
  program.commandsGroup("Holders:");
  addHolder(program);
  addVesting(program);
  addEmission(program);
  program.commandsGroup("Governance:");
  addGovernance(program);
  addGuardian(program);
  program.commandsGroup("Node operators:");
  addNode(program);
  program.commandsGroup("Attesters:");
  addAttester(program);
  addOracle(program);
  program.commandsGroup("Deployment:");
  addDeploy(program);
  program.commandsGroup("Tools:");
  addKey(program);
  addCompletion(program);
  return program;
}
