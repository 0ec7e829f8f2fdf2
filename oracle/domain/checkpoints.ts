/** A value from an epoch's start on, linked to those before it; most questions are about the latest few. */
export interface Checkpoint<T> {
  readonly from: number;
  readonly value: T;
  readonly earlier: Checkpoint<T> | undefined;
}

/** The chain of checkpoints with one more, which replaces all that was to act from its epoch on, as on the chain. */
export function withCheckpoint<T>(latest: Checkpoint<T> | undefined, from: number, value: T): Checkpoint<T> {
  let earlier = latest;
  while (earlier !== undefined && earlier.from >= from) earlier = earlier.earlier;
  return { from, value, earlier };
}

/** The value in force at the start of an epoch. */
export function valueAt<T>(latest: Checkpoint<T> | undefined, epoch: number): T | undefined {
  let checkpoint = latest;
  while (checkpoint !== undefined && checkpoint.from > epoch) checkpoint = checkpoint.earlier;
  return checkpoint?.value;
}
