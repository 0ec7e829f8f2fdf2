import { icnt, type System } from "../../test/helpers/system.ts";
import { gasOf, type Row } from "./row.ts";

/** Transfers between holders of some ICNT, so that no balance and no history of votes starts from nothing. */
export async function tokenRows(system: System): Promise<Row[]> {
  const alice = await system.account("alice", icnt(1_000));
  const bob = await system.account("bob", icnt(1_000));
  const neither = await gasOf(alice.icnt.transfer(bob.address, icnt(1)));

  for (const holder of [alice, bob]) await holder.icnt.delegate(holder.address);
  await alice.icnt.transfer(bob.address, icnt(1));
  const both = await gasOf(alice.icnt.transfer(bob.address, icnt(1)));

  return [
    { operation: "ICNT transfer, neither side delegated", gas: neither, goal: 39_500 },
    { operation: "ICNT transfer, both sides delegated", gas: both, goal: 105_000 },
  ];
}
