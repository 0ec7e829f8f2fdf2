// docs/cli/errors.md, its part about the contracts: written from the tables that the command line explains errors with.
import { readFileSync, writeFileSync } from "node:fs";
import { KNOWN_ERRORS, type KnownError } from "../lib/decode/modules.ts";
import { unfilled } from "../lib/decode/words.ts";

export const ERROR_DOCS = "docs/cli/errors.md";
const MARK = "<!-- From here on written by scripts/ci/error-docs.ts -->\n";

/** The page as it should be, its hand-written part kept. */
export function errorDocs(page: string): string {
  const end = page.indexOf(MARK);
  if (end < 0) throw new Error(`${ERROR_DOCS} has no line "${MARK.trim()}"`);
  const known = [...KNOWN_ERRORS.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
  const usual = known.filter(({ rare }) => !rare);
  const rare = known.filter((error) => error.rare);
  return `${page.slice(0, end)}${MARK}
## Of the contracts
Exit code 1. ‹…› stands for the error's own value; the error's name is the code in capitals (\`bond-too-low\` is \`BondTooLow\`).

${tableOf(usual)}

## Of the contracts, seldom
What only votes, deployments, reports and our own mistakes can meet.

${tableOf(rare)}
`;
}

const tableOf = (errors: readonly KnownError[]): string =>
  [
    "| code | contract | meaning | what to do |",
    "|---|---|---|---|",
    ...errors.map(({ code, module, words = ["", ""] }) => {
      const [message, remedy] = words.map(unfilled);
      return `| \`${code}\` | ${module.name} | ${message} | ${remedy} |`;
    }),
  ].join("\n");

if (import.meta.main) {
  const page = readFileSync(ERROR_DOCS, "utf8");
  writeFileSync(ERROR_DOCS, errorDocs(page));
}
