// Values of the chain that a dry run shows before and after.
import type { BaseContract } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Watched } from "../lib/plan.ts";

interface Names {
  readonly name: string;
  readonly label: string;
}

/** The first value that a view returns. */
const watchedBy =
  (reading: Pick<Watched, "format"> & { readonly parse: (value: unknown) => bigint | string }) =>
  async (names: Names, contract: BaseContract, view: string, args: readonly unknown[]): Promise<Watched> => ({
    ...names,
    to: await contract.getAddress(),
    data: contract.interface.encodeFunctionData(view, args),
    parse: (returned) => reading.parse(contract.interface.decodeFunctionResult(view, returned).at(0)),
    format: reading.format,
  });

/** An amount in wei. */
export const watchedWei = watchedBy({
  parse: (value) => BigInt(String(value)),
  format: (wei) => `${formatIcnt(BigInt(wei))} ICNT`,
});

export const watchedAddress = watchedBy({ parse: String, format: String });

export const watchedLiquid = ({ icnt }: Contracts, owner: string): Promise<Watched> =>
  watchedWei({ name: "liquidWei", label: `liquid ICNT of ${owner}` }, icnt, "balanceOf", [owner]);

export const watchedStake = ({ staking }: Contracts, nodeId: number): Promise<Watched> =>
  watchedWei(
    { name: "nodeStakeWei", label: `stake of node ${nodeId} from the next epoch on` },
    staking,
    "latestStake",
    [nodeId],
  );
