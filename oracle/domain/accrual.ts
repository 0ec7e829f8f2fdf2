import type { Rules } from "./types.ts";

/** Scale of A(e) and rewardIndex: what one wei of stake earned, times 10^27. */
export const INDEX_SCALE = 10n ** 27n;
const PPM = 1_000_000n;

/**
 * A(e) − A(e−1): the most that one wei of stake can earn in an epoch, times 10^27, rounded down:
 * ⌊emission·(10^6 − attesterSharePpm)·10^27 / (10^6·max(totalStake, stakeFloor))⌋.
 */
export function indexDelta(emission: bigint, totalStake: bigint, economics: Rules["economics"]): bigint {
  const divisor = totalStake > economics.stakeFloor ? totalStake : economics.stakeFloor;
  if (divisor === 0n) return 0n;
  return (emission * (PPM - BigInt(economics.attesterSharePpm)) * INDEX_SCALE) / (PPM * divisor);
}
