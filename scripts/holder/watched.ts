// Values of the chain that a dry run shows before and after.
import type { BaseContract } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import type { Contracts } from "../lib/chain.ts";
import type { Watched } from "../lib/plan.ts";
import { formatTime } from "../node/calendar.ts";

interface Names {
  readonly name: string;
  readonly label: string;
}

/** The first value that a view returns. */
const watchedBy =
  (reading: Pick<Watched, "format"> & { readonly parse: (value: unknown) => bigint | string | boolean }) =>
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

export const watchedCount = watchedBy({ parse: (value) => BigInt(String(value)), format: String });

export const watchedFlag = watchedBy({ parse: Boolean, format: (flag) => (flag === true ? "yes" : "no") });

/** Unix seconds; 0 is never. */
export const watchedTime = watchedBy({
  parse: (value) => BigInt(String(value)),
  format: (time) => (BigInt(time) === 0n ? "never" : formatTime(Number(time))),
});

export const watchedLiquid = ({ icnt }: Contracts, owner: string): Promise<Watched> =>
  watchedWei({ name: "liquidWei", label: `liquid ICNT of ${owner}` }, icnt, "balanceOf", [owner]);

export const watchedStake = ({ staking }: Contracts, nodeId: number): Promise<Watched> =>
  watchedWei(
    { name: "nodeStakeWei", label: `stake of node ${nodeId} from the next epoch on` },
    staking,
    "latestStake",
    [nodeId],
  );
