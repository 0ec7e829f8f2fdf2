// What every epoch of a healthy devnet shows; the run fails where it does not.
import type { Label } from "./faults.ts";
import type { DevnetNode } from "./servers.ts";
import type { EpochOfNode } from "./tables.ts";

const PPM = 1_000_000;
const MEASURED_MIN = 64;

/** Each way in which an epoch's results contradict the nodes' faults; empty if all is well. */
export function contradictions(
  epoch: number,
  results: readonly EpochOfNode[],
  nodes: readonly DevnetNode[],
): string[] {
  const found: string[] = [];
  const scoreOf = (label: Label): number | undefined => {
    const id = nodes.find((node) => node.label === label)?.id;
    return results.find(({ nodeId }) => nodeId === id)?.scorePpm;
  };
  const good = scoreOf("good");
  for (const { id, label } of nodes) {
    const result = results.find(({ nodeId }) => nodeId === id);
    const score = result?.scorePpm;
    const measured = (result?.up ?? 0) + (result?.down ?? 0);
    const say = (problem: string) => found.push(`epoch ${epoch}, node ${id} (${label}): ${problem}`);
    if (label !== "dead" && measured < MEASURED_MIN)
      say(`${measured} buckets were measured, at least ${MEASURED_MIN} were expected`);
    if (score === undefined || !isExpected(label, score, good))
      say(`its score is ${score} ppm, ${expected(label)} was expected`);
  }
  return found;
}

function isExpected(label: Label, score: number, good: number | undefined): boolean {
  switch (label) {
    case "good":
      return score === PPM;
    case "flaky":
    case "slow":
    case "slow-network":
      return score > 0 && score < (good ?? PPM);
    case "half":
    case "corrupt":
    case "dead":
    case "no-compute":
      return score === 0;
  }
}

function expected(label: Label): string {
  switch (label) {
    case "good":
      return String(PPM);
    case "flaky":
    case "slow":
    case "slow-network":
      return "more than 0 and less than the good node's";
    case "half":
    case "corrupt":
    case "dead":
    case "no-compute":
      return "0";
  }
}
