// npm run test:kill: kill -9 of one of four attesters at each of six moments, as leader and not, for real. Writes
// bench/results/kill.json and exits 1 if a report did not come or anything was signed twice.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newProcesses, startDevnet } from "../../scripts/devnet/devnet.ts";
import { newFollower } from "../../scripts/devnet/run.ts";
import { KillRig, type Outcome, PHASES, type Scenario } from "./scenario.ts";

const EPOCH_LENGTH = 16;
const RESULTS = "bench/results/kill.json";

const scenarios: Scenario[] = PHASES.flatMap((phase) => [true, false].map((leader) => ({ phase, leader })));

const directory = mkdtempSync(join(tmpdir(), "icn-kill-"));
const processes = newProcesses(directory);
const outcomes: Outcome[] = [];
console.log(`logs: ${directory}`);
try {
  const devnet = await startDevnet(
    {
      directory,
      epochLength: EPOCH_LENGTH,
      labels: ["good"],
      attesterCount: 4,
      progress: console.log,
    },
    processes,
  );
  const rig = new KillRig(devnet, newFollower(devnet));
  for (const [index, scenario] of scenarios.entries()) {
    // Every other epoch, so that the one that was killed takes part again before the next dies.
    const outcome = await rig.play(scenario, 1 + 2 * index);
    outcomes.push(outcome);
    console.log(JSON.stringify(outcome));
  }
  await rig.finalityOf(outcomes.at(-1)?.epoch ?? 0);
} finally {
  await processes.stopAll();
}
mkdirSync("bench/results", { recursive: true });
writeFileSync(RESULTS, `${JSON.stringify({ epochLength: EPOCH_LENGTH, outcomes }, null, 2)}\n`);
const doubles = outcomes.flatMap((outcome) => outcome.doubles);
console.log(`${outcomes.length} of ${scenarios.length} reported, ${doubles.length} statements signed twice`);
process.exitCode = outcomes.length === scenarios.length && doubles.length === 0 ? 0 : 1;
