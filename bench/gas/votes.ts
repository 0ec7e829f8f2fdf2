import { roleWallet } from "../../scripts/devnet/keys.ts";
import { icnt, type System } from "../../test/helpers/system.ts";
import { type Action, Proposal } from "../../test/helpers/votes.ts";
import { gasOf, type Row } from "./row.ts";

const BOND = icnt(2_000);

/**
 * Votes of a holder of liquid, staked and vesting ICNT, each with one checkpoint. That voting goes on and that the quorum
 * was reached before are the steady state; the vote that reaches the quorum is shown apart.
 */
export async function voteRows(system: System): Promise<Row[]> {
  const operator = await system.account("operator", icnt(10_000));
  const node = await system.registerNode(operator, { bond: BOND });
  const partner = await system.as(roleWallet("partner").address);
  const holder = await system.as(roleWallet("delegator").address);
  const small = await system.account("small", icnt(1_000));
  for (const { address } of [partner, holder]) await system.deployer.icnt.transfer(address, icnt(1_000));
  await holder.icnt.approve(await holder.staking.getAddress(), icnt(1_000));
  await holder.staking.stake(node, icnt(500), 0);

  const { vault, icnt: liquid, staking } = holder;
  const delegated = await gasOf(liquid.delegate(holder.address));
  await staking.delegate(holder.address);
  await vault.delegate(holder.address);
  await partner.vault.delegate(partner.address);
  await small.icnt.delegate(small.address);

  const proposal = await Proposal.make(
    system,
    partner,
    [await routineAction(system)],
    "A proposal to vote on",
  );
  await proposal.toVoting();
  const first = await gasOf(proposal.vote(small));
  const quorum = await gasOf(proposal.vote(partner));
  const vote = await gasOf(proposal.vote(holder));

  return [
    { operation: "castVote, one checkpoint in each of three sources", gas: vote, goal: 104_000 },
    { operation: "castVote, first of its proposal, one source has a checkpoint", gas: first },
    { operation: "castVote, reaches the quorum", gas: quorum },
    { operation: "ICNT delegate votes to oneself, first", gas: delegated },
    { operation: "delegate, of an owner whose ICNT and stake vote", gas: await restake(system, node) },
  ];
}

async function routineAction({ deployer }: System): Promise<Action> {
  const { oracle } = deployer;
  return { to: await oracle.getAddress(), data: oracle.interface.encodeFunctionData("renewVetoes") };
}

/** What votes add to a delegation of stake: two checkpoints of the delegate's, in ICNT and in staking. */
async function restake(system: System, node: number): Promise<number> {
  const holder = await system.as(roleWallet("delegator").address);
  return gasOf(holder.staking.stake(node, icnt(10), 0));
}
