// All commands of the command line.
import { Command } from "commander";
import { addEmission } from "./charts/commands.ts";
import { addDeploy } from "./deploy/command.ts";
import { addHolder } from "./holder/commands.ts";
import { addKey } from "./keys/commands.ts";
import { addNode } from "./node/commands.ts";
import { addOracle } from "./oracle/commands.ts";
import { addVesting } from "./vesting/commands.ts";

const EXIT_CODES = "\nExit codes: 0 done, 1 failed or a mistake in the call, 75 worth trying again.";

export function programOf(): Command {
  const program = new Command("icn")
    .description("Deploys the ICN contracts, runs nodes and oracles, stakes and claims.")
    .showHelpAfterError("(add --help for what this command takes, with examples)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", EXIT_CODES);
  addDeploy(program);
  addKey(program);
  addNode(program);
  addHolder(program);
  addVesting(program);
  addEmission(program);
  addOracle(program);
  return program;
}
