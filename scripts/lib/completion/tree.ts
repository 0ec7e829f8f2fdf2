// What can be completed: the commands and options of a program, flat.
import type { Command, Option } from "commander";

/** What an option's value is completed with. */
export type ValueKind = "file" | "directory" | "account" | "network" | "free";

export interface CompletedOption {
  /** "--json". */
  readonly flag: string;
  /** Undefined for one without a value. */
  readonly value: ValueKind | undefined;
  readonly choices: readonly string[];
  readonly description: string;
}

export interface CompletedCommand {
  /** Names from the program's first command on; empty for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  /** Values that an argument can have. */
  readonly values: readonly string[];
  readonly options: readonly CompletedOption[];
}

/** The program, then every command below it. */
export function completedCommands(program: Command): CompletedCommand[] {
  const walk = (command: Command, path: readonly string[]): CompletedCommand[] => [
    {
      path,
      commands: command.commands.map((inner) => ({ name: inner.name(), description: firstLine(inner) })),
      values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      options: [...command.options.filter(({ hidden }) => !hidden).map(optionOf), HELP],
    },
    ...command.commands.flatMap((inner) => walk(inner, [...path, inner.name()])),
  ];
  return walk(program, []);
}

const HELP: CompletedOption = {
  flag: "--help",
  value: undefined,
  choices: [],
  description: "display help for command",
};

const firstLine = (command: Command): string =>
  (command.summary() || command.description()).split("\n")[0] ?? "";

const optionOf = (option: Option): CompletedOption => ({
  flag: option.long ?? option.short ?? "",
  value: option.required || option.optional ? kindOf(option) : undefined,
  choices: option.argChoices ?? [],
  description: option.description,
});

function kindOf({ flags, long }: Option): ValueKind {
  if (long === "--account") return "account";
  if (long === "--network") return "network";
  if (/<dir>/.test(flags)) return "directory";
  return /<file>/.test(flags) ? "file" : "free";
}

/** Options with values, each once: what follows one is no command. */
export const valueFlags = (commands: readonly CompletedCommand[]): string[] => [
  ...new Set(
    commands.flatMap(({ options }) =>
      options.filter(({ value }) => value !== undefined).map(({ flag }) => flag),
    ),
  ),
];

/** Flags whose value is of that kind. */
export const flagsOf = (commands: readonly CompletedCommand[], kind: ValueKind): string[] => [
  ...new Set(
    commands.flatMap(({ options }) => options.filter(({ value }) => value === kind).map(({ flag }) => flag)),
  ),
];

export const NETWORKS = ["devnet"] as const;
/** Lists the names of keystores, in any shell. */
export const LIST_ACCOUNTS = `ls "\${ICN_KEYSTORE_DIR:-$HOME/.icn/keystores}" 2>/dev/null | sed -n "s/\\.json\\$//p"`;
