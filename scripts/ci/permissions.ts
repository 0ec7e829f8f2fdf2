// Holds scripts/deploy/permissions.ts against every deployed contract as it was compiled, and writes docs/permissions.md.
// "--check" only compares (for CI).
import { readFileSync, writeFileSync } from "node:fs";
import { withParties } from "../charts/votes-parties.ts";
import { artifactOf } from "../deploy/artifacts.ts";
import { readJson } from "../deploy/parameters.ts";
import { PERMISSIONS } from "../deploy/permissions.ts";
import { CONTRACT_NAMES } from "../lib/manifest.ts";
import { changing, problemsOf } from "./permissions/compare.ts";
import { permissionsPage } from "./permissions/page.ts";
import { CompiledSources } from "./permissions/sources.ts";

const DAY = 86_400;
const PARAMETERS = "deployments/parameters/main.json";
const PAGE = "docs/permissions.md";
const UPDATE = "npm run permissions:update";

/** What is wrong, with its remedy; nothing if all is well. */
function run(check: boolean): readonly string[] {
  const sources = new CompiledSources();
  const compiled = CONTRACT_NAMES.map((contract) => {
    const artifact = artifactOf(contract);
    return { contract, abi: artifact.abi, guarded: sources.guardedOf(artifact) };
  });
  const problems = compiled.flatMap((one) => problemsOf(one, PERMISSIONS[one.contract]));
  if (problems.length > 0) return [...problems, "the table is scripts/deploy/permissions.ts"];
  const page = wantedPage();
  if (!check) writeFileSync(PAGE, page);
  else if (readFileSync(PAGE, "utf8") !== page) return [`${PAGE} is stale: run "${UPDATE}" and commit it`];
  const count = compiled.reduce((sum, { abi }) => sum + changing(abi).length, 0);
  console.log(`permissions: ${count} functions of ${compiled.length} contracts, each with its entry`);
  return [];
}

function wantedPage(): string {
  const { epochLengthSeconds, staking, governance } = withParties(readJson(PARAMETERS), PARAMETERS);
  return permissionsPage(PERMISSIONS, {
    timelockDays: governance.timelockSeconds / DAY,
    unbondingDays: (staking.unbondingEpochs * epochLengthSeconds) / DAY,
  });
}

const wrong = run(process.argv.includes("--check"));
for (const message of wrong) console.error(`permissions: ${message}`);
if (wrong.length > 0) process.exitCode = 1;
