// Values of the chain that a dry run shows before and after.
import type { BaseContract } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Watched } from "../lib/plan.ts";

/** The first value that a view returns, an amount in wei. */
export async function watchedWei(
  names: { readonly name: string; readonly label: string },
  contract: BaseContract,
  view: string,
  args: readonly unknown[],
): Promise<Watched> {
  return {
    ...names,
    to: await contract.getAddress(),
    data: contract.interface.encodeFunctionData(view, args),
    parse: (returned) => BigInt(contract.interface.decodeFunctionResult(view, returned).at(0)),
    format: (wei) => `${formatIcnt(BigInt(wei))} ICNT`,
  };
}

/** The first value that a view returns, an address. */
export async function watchedAddress(
  names: { readonly name: string; readonly label: string },
  contract: BaseContract,
  view: string,
  args: readonly unknown[],
): Promise<Watched> {
  return {
    ...names,
    to: await contract.getAddress(),
    data: contract.interface.encodeFunctionData(view, args),
    parse: (returned) => String(contract.interface.decodeFunctionResult(view, returned).at(0)),
    format: String,
  };
}

export const watchedLiquid = ({ icnt }: Contracts, owner: string): Promise<Watched> =>
  watchedWei({ name: "liquidWei", label: `liquid ICNT of ${owner}` }, icnt, "balanceOf", [owner]);

export const watchedStake = ({ staking }: Contracts, nodeId: number): Promise<Watched> =>
  watchedWei(
    { name: "nodeStakeWei", label: `stake of node ${nodeId} from the next epoch on` },
    staking,
    "latestStake",
    [nodeId],
  );
