// The money rules of the design, written down once more for systems of deploySystem(): it shares nothing with what it
// checks. Only the first month of emission and stakes below the floor occur there.
import { DAY } from "./system.ts";

const WEI = 10n ** 18n;
const SCALE = 10n ** 27n;
const MILLION = 1_000_000n;
const MONTH = 2_629_800n;

/** Wei released in the first `epochs` days: 18.4 % of 140 M ICNT over one month. */
const releasedAfter = (epochs: number): bigint =>
  (140_000_000n * WEI * 184_000n * BigInt(epochs * DAY)) / (MILLION * MONTH);

export const emissionOf = (epoch: number): bigint => releasedAfter(epoch + 1) - releasedAfter(epoch);

/** What one wei can earn in an epoch: 95 % of the emission over the floor of 35 M ICNT, times 10^27. */
export const growthOf = (epoch: number): bigint =>
  (emissionOf(epoch) * 950_000n * SCALE) / (MILLION * 35_000_000n * WEI);

/** A node's growth in an epoch with a score, its stake within the limit. */
export const earnedIn = (epoch: number, scorePpm: number): bigint =>
  (growthOf(epoch) * BigInt(scorePpm)) / MILLION;

/** Pay of an amount over a sum of growths, rounded down once. */
export const payOf = (amount: bigint, growth: bigint): bigint => (amount * growth) / SCALE;

export const commissionOf = (pay: bigint, commissionPpm: number): bigint =>
  (pay * BigInt(commissionPpm)) / MILLION;

/** One of seven attesters' part of an epoch's emission: 5 %, shared equally. */
export const attesterPayOf = (epoch: number): bigint => (emissionOf(epoch) * 50_000n) / MILLION / 7n;
