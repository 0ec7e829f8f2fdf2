// A network in which everything that a pause could touch is going on.
import { dataSlice, id } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { type Account, DAY, deploySystem, icnt, type System } from "./system.ts";
import { type Action, partnerOf } from "./votes.ts";

export const PAUSE = 21n * BigInt(DAY);
export const WINDOW = BigInt(DAY / 2);
export const NODE = 1;
/** By the order in which they were opened. */
export const POSITION = { bond: 1, delegation: 2 } as const;
export const REQUEST = { bond: 1, delegation: 2 } as const;
export const LEAVING = { bond: icnt(500), delegation: icnt(250) };
/** The first epoch that is not reported. */
export const DUE = 1;
const NOW_EPOCH = 29;

export interface Guarded {
  readonly system: System;
  readonly guardian: Account;
  readonly operator: Account;
  readonly holder: Account;
  readonly partner: Account;
  readonly stranger: Account;
  /** Puts the chain back to where this network begins. */
  readonly rewind: () => Promise<void>;
}

/** Epoch 0 is final and unclaimed, parts of a bond and of a delegation may leave, epoch 1 is due. */
export async function guardedNetwork(): Promise<Guarded> {
  const system = await deploySystem();
  const operator = await system.account("operator", icnt(50_000));
  const holder = await system.account("holder", icnt(10_000));
  const stranger = await system.account("stranger", icnt(50_000));
  const partner = await partnerOf(system);
  const guardian = await system.as(system.parameters.guardian);
  await system.registerNode(operator, { bond: icnt(20_000) });
  await holder.staking.stake(NODE, icnt(2_000), 0);
  await system.toEpoch(0);
  await operator.staking.requestUnbonding(POSITION.bond, LEAVING.bond);
  await holder.staking.requestUnbonding(POSITION.delegation, LEAVING.delegation);
  await system.settle(0, { [NODE]: { up: 256, down: 0 } });
  await system.toEpoch(NOW_EPOCH);
  const snapshot = await system.connection.networkHelpers.takeSnapshot();
  const rewind = () => snapshot.restore();
  return { system, guardian, operator, holder, partner, stranger, rewind };
}

/** The second in which a sent transaction was mined. */
export async function timeOf(
  sent: Promise<{ getBlock(): Promise<{ timestamp: number } | null> }>,
): Promise<bigint> {
  const block = await (await sent).getBlock();
  if (block === null) throw new Error("not mined");
  return BigInt(block.timestamp);
}

/** Reports the due epoch, whatever it is; returns when. */
export async function report(system: System): Promise<bigint> {
  return timeOf(system.submit(await system.reportWith({})));
}

/** Sets the second of the next transaction. */
export const next = (system: System, at: bigint): Promise<void> =>
  system.connection.networkHelpers.time.setNextBlockTimestamp(at);

export const finalizableAt = async (system: System): Promise<bigint> =>
  (await system.deployer.oracle.duty()).finalizableAt;

/** A new node of the caller's, as the registry takes it. */
export const registration = (by: Account) => {
  const terms = {
    ...{ nodeClass: 3, services: 1, country: "0x4445", storageUnits: 10, computeUnits: 0, networkUnits: 0 },
    commissionPpm: 0,
  };
  const nodeKey = dataSlice(id(`another key of ${by.address}`), 12);
  return by.registry.register(nodeKey, terms, "https://node.example", icnt(10_000));
};

/** A call of the oracle that takes no arguments, for a vote to make. */
export const oracleCall = (system: System, name: "renewPause" | "renewVetoes"): Action => ({
  to: system.manifest.contracts.SlaOracle.address,
  data: artifactOf("SlaOracle").abi.encodeFunctionData(name),
});
