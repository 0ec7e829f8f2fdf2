// What a command means to do, before anything is sent: transactions in order, and what to look at before and after.
import type { ContractTransaction } from "ethers";

/** One transaction, in words and as a call. */
export interface Step {
  /** As it goes on after "will": "stake 1_000 ICNT on node 3". */
  readonly what: string;
  /** Null where the data creates a contract. */
  readonly to: string | null;
  readonly data: string;
}

/** A value of the chain that the reader of a dry run wants to see change. */
export interface Watched {
  /** Name in `--json`, in camelCase with its unit: "liquidWei". */
  readonly name: string;
  /** "liquid ICNT of 0x…". */
  readonly label: string;
  readonly to: string;
  readonly data: string;
  readonly parse: (returned: string) => bigint | number | string | boolean;
  readonly format: (value: bigint | number | string | boolean) => string;
}

export interface Plan {
  readonly steps: readonly Step[];
  readonly watched: readonly Watched[];
  /** What the steps mean beyond themselves, such as what a proposal would do; shown before anything is sent. */
  readonly about?: { readonly json: object; readonly words: string };
}

/** A step from what ethers' `populateTransaction` returns. */
export async function stepOf(
  what: string,
  call: Promise<ContractTransaction>,
): Promise<Step & { readonly to: string }> {
  const { to, data } = await call;
  return { what, to, data };
}
