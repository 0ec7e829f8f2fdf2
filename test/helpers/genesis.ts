// Token and reserve as genesis makes them, and what the reserve may pay by a model of its own.
import { network } from "hardhat";

export const { ethers, networkHelpers } = await network.create();

export const ICNT = 10n ** 18n;
export const SUPPLY = 700_000_000n * ICNT;
export const EMISSION = 140_000_000n * ICNT;
export const DAY = 86_400n;
/** Seconds of a twelfth of 365.25 days. */
export const MONTH = 2_629_800n;
export const MONTHS = 60n;

/** 18.4 % in the first month, the rest as even as whole ppm allow. */
export const EMISSION_TABLE: readonly bigint[] = Array.from({ length: Number(MONTHS) }, (_, month) =>
  month === 0 ? 184_000n : month <= 30 ? 13_831n : 13_830n,
);

export async function now(): Promise<bigint> {
  return BigInt(await networkHelpers.time.latest());
}

/** Address of the contract that the first signer deploys after `skipped` other transactions. */
export async function nextAddress(skipped: number): Promise<string> {
  const [deployer] = await ethers.getSigners();
  const nonce = (await deployer!.getNonce()) + skipped;
  return ethers.getCreateAddress({ from: deployer!.address, nonce });
}

/** `amount` to `holder`, the rest of the supply to the first signer. */
export async function deployToken(holder: string, amount: bigint) {
  const [deployer] = await ethers.getSigners();
  const rest = { to: deployer!.address, amount: SUPPLY - amount };
  return ethers.deployContract("ICNT", [[{ to: holder, amount }, rest]]);
}

/** Each month gives its share for the part of it that has passed. */
export function emissionAfter(elapsed: bigint, table: readonly bigint[] = EMISSION_TABLE): bigint {
  let ppmSeconds = 0n;
  table.forEach((share, index) => {
    const into = elapsed - BigInt(index) * MONTH;
    ppmSeconds += share * (into < 0n ? 0n : into > MONTH ? MONTH : into);
  });
  return (EMISSION * ppmSeconds) / (1_000_000n * MONTH);
}
