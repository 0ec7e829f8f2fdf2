import { INDEX_SCALE } from "./accrual.ts";
import { OracleError } from "./errors.ts";

const PPM = 1_000_000n;

/**
 * Wei that a position of `amount` earned: ⌊amount·min(Δindex, ΔA)/10^27⌋. Δindex comes from two finalized leaves, ΔA
 * from the chain's own A over the same epochs.
 * @throws OracleError `index-fell` if Δindex is negative (the ledger was rebased below what was paid).
 */
export function pay(amount: bigint, indexGain: bigint, cap: bigint): bigint {
  if (indexGain < 0n) throw new OracleError("index-fell", `the reward index fell by ${-indexGain}`);
  return (amount * (indexGain < cap ? indexGain : cap)) / INDEX_SCALE;
}

/** The operator's part of a pay, rounded down; the rest is the owner's. */
export function commission(payWei: bigint, commissionPpm: number): bigint {
  return (payWei * BigInt(commissionPpm)) / PPM;
}

/** What each attester may earn of an epoch's emission, in wei: ⌊emission·attesterSharePpm / (10^6·n)⌋. */
export function attesterPay(emission: bigint, attesterSharePpm: number, committeeSize: number): bigint {
  return (emission * BigInt(attesterSharePpm)) / (PPM * BigInt(committeeSize));
}
