import { type Account, icnt, type System } from "../../test/helpers/system.ts";
import { gasOf, type Row } from "./row.ts";

const OPEN = 260_000;
const CLOSE = 150_000;
const WITHDRAW = 75_000;
const UNBONDING_EPOCHS = 28;

/**
 * Delegations on a node that has bond and delegations already. Each step is the first change of its epoch, so it pushes
 * checkpoints of the node and of the total, unless the row says otherwise.
 */
export async function delegationRows(system: System): Promise<Row[]> {
  const operator = await system.account("operator", icnt(60_000));
  const holder = await system.account("holder", icnt(10_000));
  const other = await system.account("other", icnt(10_000));
  const node = await system.registerNode(operator, { bond: icnt(50_000), storageUnits: 100 });
  await other.staking.stake(node, icnt(1_000), 0);

  await system.toEpoch(1);
  const position = (await holder.staking.positionCount()) + 1n;
  const first = await gasOf(holder.staking.stake(node, icnt(1_000), 0));
  const second = await gasOf(other.staking.stake(node, icnt(1_000), 0));
  await system.toEpoch(2);
  const reduced = await gasOf(other.staking.requestUnbonding(position + 1n, icnt(400)));
  await system.toEpoch(3);
  const request = 2;
  const toppedUp = await gasOf(other.staking.topUp(position + 2n, icnt(100)));
  await system.toEpoch(4);
  const closed = await gasOf(holder.staking.requestUnbonding(position, icnt(1_000)));
  await system.toEpoch(6);
  const withdrawn = await gasOf(holder.staking.completeUnbonding(request));

  return [
    { operation: "delegate", gas: first, goal: OPEN },
    { operation: "delegate, not the first change of its epoch", gas: second },
    { operation: "delegation: top up", gas: toppedUp, goal: OPEN },
    { operation: "delegation: close", gas: closed, goal: CLOSE },
    { operation: "delegation: take a part out", gas: reduced },
    { operation: "delegation: withdraw", gas: withdrawn, goal: WITHDRAW },
  ];
}

/** The bond of a node that registers, changes it, leaves, and withdraws once all that the bond backed is settled. */
export async function bondRows(system: System): Promise<Row[]> {
  const stayer = await system.account("stayer", icnt(60_000));
  await system.registerNode(stayer, { bond: icnt(50_000) });
  await system.toEpoch(0);
  const leaver = await system.account("leaver", icnt(60_000));
  const node = await system.registerNode(leaver, { bond: icnt(20_000) });
  const bond = () => leaver.staking.bondPositionOf(node);

  await system.settle(0, {});
  const added = await gasOf(leaver.staking.addBond(node, icnt(1_000)));
  await system.settle(1, {});
  const reduced = await gasOf(leaver.staking.requestUnbonding(await bond(), icnt(500)));
  await system.settle(2, {});
  await leaver.registry.startExit(node);
  const closed = await gasOf(leaver.staking.requestUnbonding(await bond(), icnt(20_500)));
  await system.settle(3, {});
  await system.toEpoch(4 + UNBONDING_EPOCHS);
  await leaver.staking.completeUnbonding(1);
  const withdrawn = await gasOf(leaver.staking.completeUnbonding(2));

  return [
    { operation: "node: register with bond", gas: await registrationGas(leaver, node) },
    { operation: "bond: add", gas: added, goal: OPEN },
    { operation: "bond: close", gas: closed, goal: CLOSE },
    { operation: "bond: take a part out", gas: reduced },
    { operation: "bond: withdraw", gas: withdrawn, goal: WITHDRAW },
  ];
}

/** A node announces maintenance, ends it and changes hands; each step in an epoch of its own but the offer. */
export async function operatorRows(system: System): Promise<Row[]> {
  const operator = await system.account("operator", icnt(60_000));
  const successor = await system.account("successor");
  const node = await system.registerNode(operator, { bond: icnt(50_000) });

  await system.toEpoch(1);
  const started = await gasOf(operator.registry.startMaintenance(node));
  await system.toEpoch(2);
  const ended = await gasOf(operator.registry.endMaintenance(node));
  await system.toEpoch(3);
  const offered = await gasOf(operator.registry.offerOperator(node, successor.address));
  const accepted = await gasOf(successor.registry.acceptOperator(node));

  return [
    { operation: "node: start maintenance", gas: started },
    { operation: "node: end maintenance", gas: ended },
    { operation: "node: offer to another operator", gas: offered },
    { operation: "node: accept, with its bond", gas: accepted },
  ];
}

async function registrationGas({ registry }: Account, node: number): Promise<number> {
  const [event] = await registry.queryFilter(registry.filters.NodeRegistered(node));
  if (event === undefined) throw new Error(`node ${node} was never registered`);
  const { gasUsed } = await event.getTransactionReceipt();
  return Number(gasUsed);
}
