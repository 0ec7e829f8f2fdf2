// Calls that a vote can make of the deployment's contracts.
import { getAddress } from "ethers";
import type { Session } from "../../lib/command.ts";
import type { ContractName } from "../../lib/manifest.ts";
import { type Parameter, parametersOf, watchedParameter } from "../parameters/parameters.ts";
import type { Value } from "../parameters/units.ts";
import type { Book } from "./book.ts";
import type { Call } from "./decode.ts";

/** A call of a contract's function. */
export const callTo = (
  book: Book,
  contract: ContractName,
  method: string,
  args: readonly unknown[],
): Call => ({
  ...{ target: getAddress(book.addressOf(contract)), value: 0n },
  data: book.abiOf(contract).encodeFunctionData(method, [...args]),
});

/** A setter takes all its parameters at once: those that are not given keep their values. */
export async function setterCall(
  { provider }: Session,
  book: Book,
  { contract, setter, fixed }: Parameter,
  given: ReadonlyMap<string, Value>,
): Promise<Call> {
  const args = parametersOf(contract, setter, fixed).map(async (parameter) => {
    const { to, data, parse } = watchedParameter(book, parameter);
    return given.get(parameter.name) ?? parse(await provider.call({ to, data }));
  });
  return callTo(book, contract, setter, [...fixed, ...(await Promise.all(args))]);
}
