/** A value from an epoch's start on, linked to those before it; most questions are about the latest few. */
export interface Checkpoint<T> {
  readonly from: number;
  readonly value: T;
  readonly earlier: Checkpoint<T> | undefined;
}

/** The chain of checkpoints with one more; a later value of the same epoch replaces the first. */
export function withCheckpoint<T>(latest: Checkpoint<T> | undefined, from: number, value: T): Checkpoint<T> {
  if (latest === undefined || latest.from < from) return { from, value, earlier: latest };
  if (latest.from === from) return { from, value, earlier: latest.earlier };
  return { ...latest, earlier: withCheckpoint(latest.earlier, from, value) };
}

/** The value in force at the start of an epoch. */
export function valueAt<T>(latest: Checkpoint<T> | undefined, epoch: number): T | undefined {
  let checkpoint = latest;
  while (checkpoint !== undefined && checkpoint.from > epoch) checkpoint = checkpoint.earlier;
  return checkpoint?.value;
}
