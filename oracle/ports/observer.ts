import type { EpochContext, Observation } from "../domain/types.ts";

/** Turns what was measured in an epoch into observations, ascending by node, only nodes with evidence. */
export interface Observer {
  observe(context: EpochContext): readonly Observation[];
}
