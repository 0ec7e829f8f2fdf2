// Runs one call of the command line and tells how it ended.
import { type Command, CommanderError } from "commander";
import { explain } from "./lib/decode.ts";
import { CliError, EXIT } from "./lib/errors.ts";
import { endProgress, legible, paint } from "./lib/output.ts";
import { programOf } from "./program.ts";

/** Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  endQuietlyWithReader();
  forgetEmptyVariables();
  const asJson = argv.includes("--json");
  try {
    const program = programOf();
    if (asJson) silence(program);
    await program.parseAsync(argv);
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError && (error.exitCode === 0 || !asJson)) return error.exitCode;
    const told = error instanceof CommanderError ? usageError(error) : explain(error);
    endProgress();
    process.stderr.write(asJson ? jsonOf(told) : legible(wordsOf(told)));
    return told.exitCode;
  }
}

/** `icn … | head` is no failure. */
function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      process.exit(EXIT.ok);
    });
}

/** `ICN_RPC_URL= icn …` means none, as in a shell. */
function forgetEmptyVariables(): void {
  for (const [name, value] of Object.entries(process.env))
    if (name.startsWith("ICN_") && value === "") delete process.env[name];
}

/** commander would write its own errors in words. */
function silence(command: Command): void {
  command.configureOutput({ outputError: () => undefined }).showHelpAfterError(false);
  for (const inner of command.commands) silence(inner);
}

const usageError = ({ message }: CommanderError): CliError =>
  new CliError(message.replace(/^error: /, ""), "add --help for what this command takes, with examples", {
    code: "usage",
  });

const jsonOf = ({ code, message, remedy }: CliError): string =>
  `${JSON.stringify({ error: { code, message, remedy } })}\n`;

const wordsOf = ({ message, remedy }: CliError): string =>
  `${paint(["red", "bold"], "Error:", process.stderr)} ${message}\n${paint("bold", "What to do:", process.stderr)} ${remedy}\n`;
