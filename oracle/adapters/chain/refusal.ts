import { BaseError, decodeErrorResult, type Hex } from "viem";
import type { Refusal } from "../../ports/transactions.ts";
import { attesterCommitteeAbi, nodeRegistryAbi, slaOracleAbi } from "./abi.gen.ts";

const ERRORS = [...slaOracleAbi, ...attesterCommitteeAbi, ...nodeRegistryAbi].filter(
  (item) => item.type === "error",
);

/** The named error of a call that the contract reverted; undefined if the failure is of another kind. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const data = revertData(error);
  if (data !== undefined) return decoded(data);
  const reverted = error.walk(
    (inner) => inner instanceof BaseError && inner.name === "ExecutionRevertedError",
  );
  return reverted === null ? undefined : { error: "reverted", args: [] };
}

function decoded(data: Hex): Refusal {
  try {
    const { errorName, args } = decodeErrorResult({ abi: ERRORS, data });
    return { error: errorName, args: [...(args ?? [])] };
  } catch {
    return { error: "reverted", args: [data.slice(0, 74)] };
  }
}

function revertData(error: BaseError): Hex | undefined {
  let data: Hex | undefined;
  error.walk((inner) => {
    if (!(inner instanceof Error) || !("data" in inner)) return false;
    const found =
      typeof inner.data === "object" && inner.data !== null && "data" in inner.data
        ? inner.data.data
        : inner.data;
    if (typeof found !== "string" || !/^0x[0-9a-fA-F]{8,}$/.test(found)) return false;
    data = found as Hex;
    return true;
  });
  return data;
}
