import { z } from "zod";
import type { Hex } from "../../domain/types.ts";

const hex = z
  .string()
  .regex(/^0x[0-9a-fA-F]*$/)
  .transform((text) => text.toLowerCase() as Hex);

/** One log of a contract, as stored and as in an evidence directory's events.jsonl. */
export const rawLogSchema = z.object({
  blockNumber: z.int().min(0),
  /** Unix seconds. */
  blockTimestamp: z.int().min(0),
  transactionHash: hex,
  logIndex: z.int().min(0),
  address: hex,
  topics: z.array(hex).max(4),
  data: hex,
});

export type RawLog = z.infer<typeof rawLogSchema>;
