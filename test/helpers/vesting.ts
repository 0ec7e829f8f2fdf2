// The vault on a token of its own, and what its schedules have vested by a model of its own.
import { getAddress, ZeroAddress } from "ethers";
import { DAY, deployToken, ethers, ICNT, MONTH, MONTHS, nextAddress, now } from "./genesis.ts";

/** Whose schedules do not vote, as the treasury's. */
export const TIMELOCK = getAddress("0x000000000000000000000000000000000000071e");

export interface Terms {
  start: bigint;
  cliff: bigint;
  duration: bigint;
  tableId: bigint;
  revoker: string;
}

export interface Grant {
  beneficiary: string;
  total: bigint;
  initial: bigint;
  terms: Terms;
}

/** Monthly shares: half in the first year, a quarter in the second, the rest over three years; uneven in their ppm. */
export const SHARES: readonly bigint[] = Array.from({ length: Number(MONTHS) }, (_, month) =>
  month < 12 ? 41_667n : month < 24 ? 20_833n : month < 48 ? 6_945n : month < 59 ? 6_944n : 6_936n,
);

export function cumulative(shares: readonly bigint[]): bigint[] {
  let sum = 0n;
  return shares.map((share) => (sum += share));
}

/** Wei by wei: the k-th after `initial` vests once k/rest of the way is behind. By shares, each month is worth its share. */
export function vestedBy(grant: Grant, timestamp: bigint, shares?: readonly bigint[]): bigint {
  const { start, cliff, duration } = grant.terms;
  const elapsed = timestamp - start;
  if (elapsed < 0n) return 0n;
  if (elapsed < cliff) return grant.initial;
  const months = shares ?? [1n];
  const length = shares === undefined ? duration : MONTH;
  const passed = months.reduce((sum, share, index) => {
    const into = elapsed - BigInt(index) * length;
    return sum + share * (into < 0n ? 0n : into > length ? length : into);
  }, 0n);
  const whole = months.reduce((sum, share) => sum + share * length, 0n);
  const rest = grant.total - grant.initial;
  let [vested, not] = [0n, rest + 1n];
  while (not - vested > 1n) {
    const k = (vested + not) / 2n;
    if (k * whole <= rest * passed) vested = k;
    else not = k;
  }
  return grant.initial + vested;
}

export const LINEAR_GENESIS = 1_000_000n * ICNT;
export const TABLE_GENESIS = 500_000n * ICNT + 3n;
export const GENESIS = LINEAR_GENESIS + TABLE_GENESIS;

/** Two genesis schedules, 1 linear and 2 by table 1, both of the beneficiary; `payer` holds the rest of the supply. */
export async function deployedVault() {
  const [payer, beneficiary, heir, revoker, treasury, stranger] = await ethers.getSigners();
  const start = (await now()) + 30n * DAY;
  const linear: Grant = {
    beneficiary: beneficiary!.address,
    total: LINEAR_GENESIS,
    initial: LINEAR_GENESIS / 10n,
    terms: { start, cliff: 0n, duration: 24n * MONTH, tableId: 0n, revoker: ZeroAddress },
  };
  const tabled: Grant = {
    ...linear,
    total: TABLE_GENESIS,
    initial: 0n,
    terms: { ...linear.terms, duration: MONTHS * MONTH, tableId: 1n },
  };
  const token = await deployToken(await nextAddress(1), GENESIS);
  const vault = await ethers.deployContract("VestingVault", [
    token,
    treasury!.address,
    TIMELOCK,
    [linear, tabled],
    [cumulative(SHARES)],
  ]);
  await token.approve(vault, ethers.MaxUint256);
  return {
    token,
    vault,
    linear,
    tabled,
    start,
    payer: payer!,
    beneficiary: beneficiary!,
    heir: heir!,
    revoker: revoker!,
    treasury: treasury!,
    stranger: stranger!,
  };
}
export type DeployedVault = Awaited<ReturnType<typeof deployedVault>>;

/** What all schedules together still owe, as the vault says. */
export const allOwed = async ({ vault }: DeployedVault): Promise<bigint> =>
  vault.owed(1, await vault.scheduleCount());

/** A linear schedule with a cliff and uneven amounts. */
export const grantOf = (
  { beneficiary, start }: DeployedVault,
  changed: Partial<Grant> = {},
  terms: Partial<Terms> = {},
): Grant => ({
  beneficiary: beneficiary.address,
  total: 777_777n * ICNT + 7n,
  initial: 7_777n * ICNT + 1n,
  terms: { start, cliff: 6n * MONTH, duration: 48n * MONTH, tableId: 0n, revoker: ZeroAddress, ...terms },
  ...changed,
});

/** As ethers returns a grant from an event. */
export const grantTuple = ({ terms, ...grant }: Grant): unknown[] => [
  ...Object.values(grant),
  Object.values(terms),
];

/** As ethers returns a schedule. */
export const scheduleTuple = (
  { beneficiary, total, initial, terms }: Grant,
  released = 0n,
  revokedAt = 0n,
): unknown[] => [ethers.getAddress(beneficiary), total, initial, released, revokedAt, Object.values(terms)];
