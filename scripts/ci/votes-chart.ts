// Writes who can cast which votes into docs/governance.md, and its picture. "--check" only compares (for CI).
import { readFileSync, writeFileSync } from "node:fs";
import { votesSvg, votesText } from "../charts/votes-page.ts";
import { withParties } from "../charts/votes-parties.ts";
import { readJson } from "../deploy/parameters.ts";

const PARAMETERS = "deployments/parameters/main.json";
const PAGE = "docs/governance.md";
const PICTURE = "docs/governance-votes.svg";
const BEGIN = "<!-- Written by scripts/ci/votes-chart.ts, down to the next mark -->\n";
const END = "\n<!-- End of what is written by scripts/ci/votes-chart.ts -->";

/** A page with a text between its marks, the rest kept. */
export function between(page: string, text: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`the lines "${BEGIN.trim()}" and "${END.trim()}" are not there`);
  return page.slice(0, begin + BEGIN.length) + text + page.slice(end);
}

function main(): void {
  const parameters = withParties(readJson(PARAMETERS), PARAMETERS);
  const page = readFileSync(PAGE, "utf8");
  const wanted = [
    [PAGE, between(page, votesText(parameters))],
    [PICTURE, votesSvg(parameters)],
  ] as const;
  for (const [file, text] of wanted)
    if (!process.argv.includes("--check")) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text)
      throw new Error(
        `${file} is stale: run "node_modules/.bin/node scripts/ci/votes-chart.ts" and commit it`,
      );
}

if (import.meta.main)
  try {
    main();
  } catch (error) {
    console.error(`votes-chart: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
