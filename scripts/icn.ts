// The command line: npm run icn -- <command>
import { Command, CommanderError } from "commander";
import { addDeploy } from "./deploy/command.ts";
import { addHolder } from "./holder/commands.ts";
import { explain } from "./lib/decode.ts";
import { EXIT } from "./lib/errors.ts";
import { addNode } from "./node/commands.ts";
import { addOracle } from "./oracle/commands.ts";

function programOf(): Command {
  const program = new Command("icn")
    .description("Deploys the ICN contracts, runs nodes and oracles, stakes and claims.")
    .showHelpAfterError("(add --help for what this command takes, with examples)")
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", "\nExit codes: 0 done, 1 failed or a mistake in the call, 75 worth trying again.");
  addDeploy(program);
  addNode(program);
  addHolder(program);
  addOracle(program);
  return program;
}

try {
  await programOf().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
  } else {
    const { message, remedy, exitCode } = explain(error);
    process.stderr.write(`Error: ${message}\nWhat to do: ${remedy}\n`);
    process.exitCode = exitCode;
  }
}
if (process.exitCode === undefined) process.exitCode = EXIT.ok;
