import { type CompletedCommand, flagsOf, LIST_ACCOUNTS, NETWORKS, valueFlags } from "./tree.ts";

/** A script for bash to source; it completes `icn`. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(" ")}"`);
  const words = commands.map(({ path, commands: inner, values, options }) => {
    const found = [...inner.map(({ name }) => name), ...values, ...options.map(({ flag }) => flag)];
    return `    "${path.join(" ")}") words="${found.join(" ")}" ;;`;
  });
  const either = (flags: readonly string[]) => (flags.length === 0 ? "''" : flags.join("|"));
  return `# bash completion of icn; written by: icn completion bash
_icn() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    ${either(valueFlags(commands))}) ((i++)); continue ;;
    esac
    case "\${at:+$at }\${COMP_WORDS[i]}" in
    ${paths.join("|")}) at="\${at:+$at }\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$previous" in
  ${either(flagsOf(commands, "file"))}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
  ${either(flagsOf(commands, "directory"))}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
  ${either(flagsOf(commands, "account"))}) mapfile -t COMPREPLY < <(compgen -W "$(${LIST_ACCOUNTS})" -- "$current"); return ;;
  ${either(flagsOf(commands, "network"))}) mapfile -t COMPREPLY < <(compgen -W "${NETWORKS.join(" ")}" -- "$current"); return ;;
  ${either(flagsOf(commands, "free"))}) return ;;
  esac
  case "$at" in
${words.join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _icn icn
`;
}
