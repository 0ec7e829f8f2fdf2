import type { NodeTerms, Rules } from "./types.ts";

/** Capacity units of a node, summed over its services. */
export function unitsOf(terms: NodeTerms): number {
  return terms.storageUnits + terms.computeUnits + terms.networkUnits;
}

/** Stake up to which a node is paid, in wei: bond + min(bondFactor·bond, units·stakePerUnit). */
export function stakeLimit(bond: bigint, units: number, economics: Rules["economics"]): bigint {
  const byBond = BigInt(economics.bondFactor) * bond;
  const byUnits = BigInt(units) * economics.stakePerUnit;
  return bond + (byBond < byUnits ? byBond : byUnits);
}
