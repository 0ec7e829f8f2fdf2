// What everything with votes offers, and how its owner delegates them by signature.
import { type BaseContract, type ContractRunner, type ContractTransactionResponse, Signature } from "ethers";
import type { network } from "hardhat";
import type { ICNT } from "../../../types/ethers-contracts/contracts/token/ICNT.ts";

export type Network = Pick<Awaited<ReturnType<typeof network.create>>, "ethers" | "networkHelpers">;
export type Account = Awaited<ReturnType<Network["ethers"]["getSigners"]>>[number];

type Functions = Pick<
  ICNT,
  | ("clock" | "CLOCK_MODE" | "eip712Domain" | "nonces")
  | ("delegate" | "delegateBySig" | "delegates")
  | ("getPastTotalSupply" | "getPastVotes" | "getVotes")
>;
export interface VotesContract extends BaseContract, Functions {
  connect(runner?: ContractRunner | null): VotesContract;
}

/** A contract whose accounts have voting units, and the way units come to an account and leave it. */
export interface VotesSource {
  readonly votes: VotesContract;
  readonly chain: Network;
  /** They have no units and no delegate. */
  readonly accounts: readonly Account[];
  /** Can be given several times. */
  readonly units: bigint;
  give(account: Account, units: bigint): Promise<ContractTransactionResponse>;
  take(account: Account, units: bigint): Promise<ContractTransactionResponse>;
  /** What all votes could be, at a time that has passed. */
  totalAt(timestamp: bigint): bigint;
}

const DELEGATION = {
  Delegation: [
    { name: "delegatee", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "expiry", type: "uint256" },
  ],
};

export async function domainOf(contract: Pick<VotesContract, "eip712Domain">) {
  const { name, version, chainId, verifyingContract } = await contract.eip712Domain();
  return { name, version, chainId, verifyingContract };
}

export async function signDelegation(
  votes: VotesContract,
  owner: Account,
  value: { delegatee: string; nonce: bigint; expiry: bigint },
): Promise<Signature> {
  return Signature.from(await owner.signTypedData(await domainOf(votes), DELEGATION, value));
}

/** When the transaction's block was made. */
export async function timeOf(sent: ContractTransactionResponse): Promise<bigint> {
  const block = await sent.getBlock();
  return BigInt(block!.timestamp);
}
