/** Buckets of an epoch; a mask of them is one 256-bit word, bit i = bucket i. */
export const BUCKETS = 256;
export const ALL_BUCKETS = (1n << 256n) - 1n;

const lanes = new BigUint64Array(4);
const halves = new Uint32Array(lanes.buffer);

/** Number of ones in a mask of 256 bits. */
export function countBits(mask: bigint): number {
  // A store into a BigUint64Array keeps the low 64 bits.
  lanes[0] = mask;
  lanes[1] = mask >> 64n;
  lanes[2] = mask >> 128n;
  lanes[3] = mask >> 192n;
  let count = 0;
  for (const half of halves) count += countBits32(half);
  return count;
}

export function bucketBit(bucket: number): bigint {
  return 1n << BigInt(bucket);
}

export function hasBucket(mask: bigint, bucket: number): boolean {
  return ((mask >> BigInt(bucket)) & 1n) === 1n;
}

/** Every bucket of the groups of `interval` consecutive ones in which the mask has a bit. */
export function wholeGroups(mask: bigint, interval: number): bigint {
  const group = (1n << BigInt(interval)) - 1n;
  let whole = 0n;
  for (let at = 0n, rest = mask; rest !== 0n; at += BigInt(interval), rest >>= BigInt(interval))
    if ((rest & group) !== 0n) whole |= group << at;
  return whole & ALL_BUCKETS;
}

function countBits32(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
