import { decodeFunctionResult, encodeFunctionData, numberToHex } from "viem";
import { z } from "zod";
import { OracleError } from "../../domain/errors.ts";
import type { Hex } from "../../domain/types.ts";
import type { Duty } from "../../ports/chain.ts";
import { slaOracleAbi } from "./abi.gen.ts";
import type { Rpc } from "./rpc.ts";

const STATUSES = ["none", "reported", "finalized"] as const;
const bytes = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform((text) => text.toLowerCase() as Hex);

/** The contract's `duty()` as of one block. */
export async function readDuty(rpc: Rpc, oracle: Hex, block: number, signal: AbortSignal): Promise<Duty> {
  const data = encodeFunctionData({ abi: slaOracleAbi, functionName: "duty" });
  const params: [{ to: Hex; data: Hex }, Hex] = [{ to: oracle, data }, numberToHex(block)];
  const result = await rpc.request({ method: "eth_call", params }, bytes, signal);
  const duty = decodeFunctionResult({ abi: slaOracleAbi, functionName: "duty", data: result });
  const status = STATUSES[duty.status];
  if (status === undefined) throw new OracleError("chain-wrong", `There is no report status ${duty.status}.`);
  return {
    epoch: Number(duty.epoch),
    status,
    generation: duty.generation,
    committeeId: duty.committeeId,
    rulesHash: duty.rulesHash,
    previousLedgerRoot: duty.previousLedgerRoot,
    nodeCount: Number(duty.nodeCount),
    vetoedAt: duty.vetoedAt === 0n ? null : Number(duty.vetoedAt),
    finalizableAt: duty.finalizableAt === 0n ? null : Number(duty.finalizableAt),
    pausedUntil: Number(duty.pausedUntil),
  };
}
