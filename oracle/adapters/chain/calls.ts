import { concat, encodeFunctionData } from "viem";
import type { Hex } from "../../domain/types.ts";
import type { ReportCalls } from "../../ports/transactions.ts";
import { slaOracleAbi } from "./abi.gen.ts";

/** The calls of SlaOracle that an attester sends. */
export function createReportCalls(oracle: Hex): ReportCalls {
  return {
    submit: (report, roots, signers, signatures) => ({
      to: oracle,
      data: encodeFunctionData({
        abi: slaOracleAbi,
        functionName: "submit",
        args: [
          { ...report, epoch: BigInt(report.epoch), nodeCount: BigInt(report.nodeCount) },
          roots,
          BigInt(signers),
          concat(signatures),
        ],
      }),
    }),
    finalize: (epoch) => ({
      to: oracle,
      data: encodeFunctionData({ abi: slaOracleAbi, functionName: "finalize", args: [BigInt(epoch)] }),
    }),
  };
}
