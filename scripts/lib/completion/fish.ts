import { type CompletedCommand, type CompletedOption, LIST_ACCOUNTS, NETWORKS, valueFlags } from "./tree.ts";

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** What follows an option: whether it must, and with what. */
function completionOf({ value, choices }: CompletedOption): string {
  if (value === undefined) return "";
  if (choices.length > 0) return ` -x -a ${quoted(choices.join(" "))}`;
  if (value === "file") return " -r -F";
  if (value === "directory") return " -x -a '(__fish_complete_directories)'";
  if (value === "account") return ` -x -a "(sh -c ${quoted(LIST_ACCOUNTS)})"`;
  return value === "network" ? ` -x -a ${quoted(NETWORKS.join(" "))}` : " -x";
}

/** A script for fish to source. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(" ")));
  const lines = commands.flatMap(({ path, commands: inner, values, options }) => {
    const at = `complete -c icn -n ${quoted(`__icn_at "${path.join(" ")}"`)}`;
    return [
      ...inner.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
      ...values.map((value) => `${at} -a ${value}`),
      ...options.map(
        (option) =>
          `${at} -l ${option.flag.slice(2)}${completionOf(option)} -d ${quoted(option.description)}`,
      ),
    ];
  });
  return `# fish completion of icn; written by: icn completion fish
function __icn_at
    set -l at
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        if contains -- $word ${valueFlags(commands).join(" ")}
            set skip 1
        else if contains -- (string join ' ' $at $word) ${paths.join(" ")}
            set -a at $word
        end
    end
    test "$at" = "$argv[1]"
end
complete -c icn -f
${lines.join("\n")}
`;
}
