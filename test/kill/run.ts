// npm run test:kill: kill -9 of one of four attesters at each of six moments, as leader and not, and of two at once, for
// real. Writes bench/results/kill.json and exits 1 if a report did not come as it should or anything was signed twice.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newProcesses, startDevnet } from "../../scripts/devnet/devnet.ts";
import { newFollower } from "../../scripts/devnet/run.ts";
import { KillRig, type Outcome, PHASES, type Scenario, type TwoKilled } from "./scenario.ts";

const EPOCH_LENGTH = 16;
const RESULTS = "bench/results/kill.json";

const scenarios: Scenario[] = PHASES.flatMap((phase) => [true, false].map((leader) => ({ phase, leader })));

/** Two epochs apart, so that a victim takes part again before the next one; five from pair to pair, to vary the victims. */
const epochOf = (index: number): number => 1 + 5 * Math.floor(index / 2) + 2 * (index % 2);

const directory = mkdtempSync(join(tmpdir(), "icn-kill-"));
const processes = newProcesses(directory);
const outcomes: Outcome[] = [];
let two: TwoKilled | undefined;
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
    const outcome = await rig.play(scenario, epochOf(index));
    outcomes.push(outcome);
    console.log(JSON.stringify(outcome));
  }
  two = await rig.playTwo(epochOf(scenarios.length));
  console.log(JSON.stringify(two));
  await rig.finalityOf(two.epoch);
} finally {
  await processes.stopAll();
}
const doubles = [...outcomes, two].flatMap((outcome) => outcome?.doubles ?? []);
const waited = two?.reportedWithoutQuorum === false && two.saidSo;
const passed = outcomes.length === scenarios.length && waited && doubles.length === 0;
mkdirSync("bench/results", { recursive: true });
const result = { command: "npm run test:kill", epochLength: EPOCH_LENGTH, passed, outcomes, twoKilled: two };
writeFileSync(RESULTS, `${JSON.stringify(result, null, 2)}\n`);
console.log(
  `${outcomes.length} of ${scenarios.length} reported; two killed: ${waited ? "waited and said so" : "did not wait or say so"}; ` +
    `${doubles.length} statements signed twice`,
);
process.exitCode = passed ? 0 : 1;
