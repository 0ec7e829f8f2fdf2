import { z } from "zod";
import type { EmissionSchedule } from "../domain/emission.ts";
import type { Hex } from "../domain/types.ts";

export const CONTRACTS = [
  "ICNT",
  "VestingVault",
  "EmissionReserve",
  "NodeRegistry",
  "NodeStaking",
  "AttesterCommittee",
  "SlaOracle",
  "NodeRewards",
  "AccessManager",
] as const;
export type ContractName = (typeof CONTRACTS)[number];

const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => text.toLowerCase() as Hex);

const contract = z.object({
  address,
  implementation: address.optional(),
  block: z.int().min(0),
  tx: z.string().optional(),
  args: z.array(z.unknown()),
});

/** The manifest that a deployment leaves (docs/wire.md). */
export const deploymentSchema = z.object({
  schema: z.literal("icn-deployment-1"),
  chainId: z.int().min(1),
  parameters: z.string(),
  parametersHash: z.string(),
  commit: z.string(),
  epochZero: z.int().min(0),
  epochLength: z.int().min(1),
  complete: z.literal(true),
  contracts: z.object(
    Object.fromEntries(CONTRACTS.map((name) => [name, contract])) as Record<ContractName, typeof contract>,
  ),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** Block from which events matter. */
export function firstBlock(deployment: Deployment): number {
  return Math.min(...Object.values(deployment.contracts).map(({ block }) => block));
}

const count = z.union([z.int(), z.string().regex(/^\d{1,40}$/)]);
const reserveArguments = z.tuple([z.string(), z.string(), z.string(), count, count, z.array(count)]);

/** The emission as the reserve was constructed with: (token, rewards, authority, epochZero, total, monthly shares). */
export function emissionSchedule(deployment: Deployment): EmissionSchedule {
  const [, , , , total, shares] = reserveArguments.parse(deployment.contracts.EmissionReserve.args);
  return { total: BigInt(total), monthlySharesPpm: shares.map(Number) };
}
