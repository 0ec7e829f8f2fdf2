import { Argument, type Command } from "commander";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { completedCommands } from "./tree.ts";
import { zshCompletion } from "./zsh.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
type Shell = keyof typeof SHELLS;

export function addCompletion(program: Command): void {
  program
    .command("completion")
    .summary("completion of commands and options for your shell")
    .description("Prints a script that completes `icn` in bash, zsh or fish.")
    .addArgument(new Argument("<shell>", "your shell").choices(Object.keys(SHELLS)))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  alias icn='npm run -s icn --'\n" +
        "  source <(npm run -s icn -- completion bash)        # in ~/.bashrc; zsh the same\n" +
        "  npm run -s icn -- completion fish | source         # in config.fish",
    )
    .action((shell: Shell) => {
      process.stdout.write(SHELLS[shell](completedCommands(program)));
    });
}
