import type { EpochContext } from "../domain/types.ts";

/** What the chain says of an epoch, from the events seen so far. */
export interface Contexts {
  /** The view known now; provisional until the chain's head has passed the epoch's start. */
  contextOf(epoch: number): EpochContext | undefined;
  /** Whether no later event can change `contextOf(epoch)`. */
  isSettled(epoch: number): boolean;
}
