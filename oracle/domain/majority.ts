import { ALL_BUCKETS } from "./bits.ts";

/** What one attester says of a node's buckets. */
export interface BucketVotes {
  readonly okBits: bigint;
  readonly conclusiveBits: bigint;
}

/** The committee's verdicts; a bucket in neither has none. */
export interface Verdicts {
  readonly upBits: bigint;
  readonly downBits: bigint;
}

/** Votes that a verdict needs, so that one honest attester is among them: ⌊(assigned − 1)/3⌋ + 1. */
export function verdictThreshold(assigned: number): number {
  return Math.floor((assigned - 1) / 3) + 1;
}

/**
 * Verdict of every bucket at once: up where ok votes outnumber fail votes and reach the threshold, down the other way
 * round. A missing bundle, like a bucket without conclusion, is no vote.
 */
export function majority(votes: readonly BucketVotes[], assigned: number): Verdicts {
  const ok: BitPlanes = [];
  const fail: BitPlanes = [];
  for (const { okBits, conclusiveBits } of votes) {
    addMask(ok, okBits & conclusiveBits);
    addMask(fail, conclusiveBits ^ (okBits & conclusiveBits));
  }
  const belowThreshold = constantPlanes(verdictThreshold(assigned) - 1);
  return {
    upBits: greater(ok, fail) & greater(ok, belowThreshold),
    downBits: greater(fail, ok) & greater(fail, belowThreshold),
  };
}

/** 256 counters side by side: plane p holds bit p of every bucket's count. */
type BitPlanes = bigint[];

/** Adds 1 to the counters of the mask's buckets, carrying from plane to plane. */
function addMask(planes: BitPlanes, mask: bigint): void {
  let carry = mask;
  for (let plane = 0; carry !== 0n; plane++) {
    const bits = planes[plane] ?? 0n;
    planes[plane] = bits ^ carry;
    carry &= bits;
  }
}

function constantPlanes(value: number): BitPlanes {
  const planes: BitPlanes = [];
  for (let rest = value; rest > 0; rest >>= 1) planes.push(rest & 1 ? ALL_BUCKETS : 0n);
  return planes;
}

/** Buckets where a's counter is above b's, decided at the highest plane in which they differ. */
function greater(a: BitPlanes, b: BitPlanes): bigint {
  let above = 0n;
  let equal = ALL_BUCKETS;
  for (let plane = Math.max(a.length, b.length) - 1; plane >= 0; plane--) {
    const bits = a[plane] ?? 0n;
    const differing = equal & (bits ^ (b[plane] ?? 0n));
    above |= differing & bits;
    equal ^= differing;
  }
  return above;
}
