import { type CompletedCommand, flagsOf, LIST_ACCOUNTS, NETWORKS, valueFlags } from "./tree.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** "name:description", its colons escaped. */
const described = (name: string, description: string): string =>
  quoted(`${name.replaceAll(":", "\\:")}:${description}`);

/** A script for zsh to source or to put into its fpath as _icn. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const paths = commands.filter(({ path }) => path.length > 0).map(({ path }) => `"${path.join(" ")}"`);
  const found = commands.map(({ path, commands: inner, values, options }) => {
    const entries = [
      ...values.map(quoted),
      ...inner.map(({ name, description }) => described(name, description)),
      ...options.map(({ flag, description }) => described(flag, description)),
    ];
    return `    ("${path.join(" ")}") found=(${entries.join(" ")}) ;;`;
  });
  const either = (flags: readonly string[]) => (flags.length === 0 ? "''" : flags.join("|"));
  return `#compdef icn
# zsh completion of icn; written by: icn completion zsh
_icn() {
  local at="" i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "\${words[i]}" in
    (${either(valueFlags(commands))}) ((i++)); continue ;;
    esac
    case "\${at:+$at }\${words[i]}" in
    (${paths.join("|")}) at="\${at:+$at }\${words[i]}" ;;
    esac
  done
  case "\${words[CURRENT-1]}" in
  (${either(flagsOf(commands, "file"))}) _files; return ;;
  (${either(flagsOf(commands, "directory"))}) _files -/; return ;;
  (${either(flagsOf(commands, "account"))}) found=(\${(f)"$(${LIST_ACCOUNTS})"}); compadd -a found; return ;;
  (${either(flagsOf(commands, "network"))}) compadd ${NETWORKS.join(" ")}; return ;;
  (${either(flagsOf(commands, "free"))}) return ;;
  esac
  case "$at" in
${found.join("\n")}
  esac
  _describe icn found
}
if [ "$funcstack[1]" = "_icn" ]; then _icn "$@"; else compdef _icn icn; fi
`;
}
