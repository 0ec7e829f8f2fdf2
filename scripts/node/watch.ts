// Values of views that a dry run shows before and after.
import type { BaseContract, Result } from "ethers";
import { formatIcnt } from "../lib/amounts.ts";
import type { Watched } from "../lib/plan.ts";

type Value = bigint | number | string | boolean;

export interface View<T extends Value> {
  readonly name: string;
  readonly label: string;
  readonly contract: BaseContract;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly read: (returned: Result) => T;
  readonly format: (value: T) => string;
}

export async function watch<T extends Value>(view: View<T>): Promise<Watched> {
  const { name, label, contract, method, args } = view;
  return {
    name,
    label,
    to: await contract.getAddress(),
    data: contract.interface.encodeFunctionData(method, [...args]),
    parse: (returned) => view.read(contract.interface.decodeFunctionResult(method, returned)),
    format: (value) => view.format(value as T),
  };
}

const icnt = (wei: bigint): string => `${formatIcnt(wei)} ICNT`;

export const amountView = (
  name: string,
  label: string,
  contract: BaseContract,
  method: string,
  args: readonly unknown[],
  read: (returned: Result) => bigint = (returned) => BigInt(returned.at(0)),
): Promise<Watched> => watch<bigint>({ name, label, contract, method, args, read, format: icnt });

export const textView = (
  name: string,
  label: string,
  contract: BaseContract,
  method: string,
  args: readonly unknown[],
  read: (returned: Result) => string = (got) => String(got.at(0)),
): Promise<Watched> => watch<string>({ name, label, contract, method, args, read, format: (text) => text });
