// How the reference servers start: --config FILE, and what is wrong with it in words.
import { Command } from "commander";
import { CliError } from "../../lib/errors.ts";

export async function runWithConfig(
  name: string,
  description: string,
  run: (configFile: string) => Promise<void>,
): Promise<void> {
  const program = new Command(name)
    .description(description)
    .requiredOption("--config <file>", "JSON configuration, see docs/reference-node.md")
    .action(({ config }: { config: string }) => run(config));
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    process.stderr.write(`${error.message}\n${error.remedy}\n`);
    process.exitCode = error.exitCode;
  }
}
