// Real votes on the deployed system: a proposal from its calls to their execution, at the speed of the chain's clock.

import type { ContractTransactionResponse } from "ethers";
import { id, toBeHex, ZeroHash } from "ethers";
import { roleWallet } from "../../scripts/devnet/keys.ts";
import type { Account, System } from "./system.ts";

export const SUPPORT = { against: 0, for: 1, abstain: 2 } as const;
export const STATE = {
  pending: 0n,
  active: 1n,
  canceled: 2n,
  defeated: 3n,
  succeeded: 4n,
  queued: 5n,
  expired: 6n,
  executed: 7n,
} as const;

/** A call that a vote makes. */
export interface Action {
  readonly to: string;
  readonly data: string;
}

/** Whoever has the partners' 77 M of vesting ICNT: enough for a quorum alone. */
export async function partnerOf(system: System): Promise<Account> {
  const partner = await system.as(roleWallet("partner").address);
  if ((await partner.vault.delegates(partner.address)) !== partner.address)
    await partner.vault.delegate(partner.address);
  return partner;
}

/** One proposal, its steps as anybody may take them. */
export class Proposal {
  readonly id: bigint;
  readonly #system: System;
  readonly #by: Account;
  readonly #call: [string[], bigint[], string[], string];

  constructor(system: System, by: Account, id: bigint, call: [string[], bigint[], string[], string]) {
    this.#system = system;
    this.#by = by;
    this.id = id;
    this.#call = call;
  }

  static async make(
    system: System,
    by: Account,
    actions: readonly Action[],
    description: string,
  ): Promise<Proposal> {
    const { governor } = by;
    const call = callOf(actions, description);
    await system.connection.networkHelpers.mine();
    await governor.propose(...call);
    const proposalId = await governor.getProposalId(call[0], call[1], call[2], id(description));
    return new Proposal(system, by, proposalId, call);
  }

  state(): Promise<bigint> {
    return this.#by.governor.state(this.id);
  }

  /** To the first second in which votes are taken. */
  async toVoting(): Promise<void> {
    await this.#warpPast(await this.#by.governor.proposalSnapshot(this.id));
  }

  async toEndOfVoting(): Promise<void> {
    await this.#warpPast(await this.#by.governor.proposalDeadline(this.id));
  }

  vote(by: Account, support: keyof typeof SUPPORT = "for"): Promise<ContractTransactionResponse> {
    return by.governor.castVote(this.id, SUPPORT[support]);
  }

  queue(by: Account = this.#by): Promise<ContractTransactionResponse> {
    return by.governor.queue(this.#call[0], this.#call[1], this.#call[2], id(this.#call[3]));
  }

  /** Under which the timelock knows it. */
  async operationId(): Promise<string> {
    const { governor, timelock } = this.#by;
    const [targets, values, calldatas, description] = this.#call;
    const salt = toBeHex((BigInt(await governor.getAddress()) << 96n) ^ BigInt(id(description)), 32);
    return timelock.hashOperationBatch(targets, values, calldatas, ZeroHash, salt);
  }

  /** When the timelock lets it pass, as it looks now. */
  async readyAt(): Promise<bigint> {
    return this.#by.timelock.getTimestamp(await this.operationId());
  }

  /** To the first second in which the timelock lets it pass: later than announced if it was put off. */
  async toReady(): Promise<void> {
    const { time } = this.#system.connection.networkHelpers;
    for (let at = await this.readyAt(); BigInt(await time.latest()) < at; at = await this.readyAt())
      await time.increaseTo(at);
  }

  /** Execution in a block of that timestamp, mined even if it fails. */
  async executeAt(timestamp: bigint): Promise<ContractTransactionResponse> {
    await this.#system.connection.networkHelpers.time.setNextBlockTimestamp(timestamp);
    const [targets, values, calldatas, description] = this.#call;
    return this.#by.governor.execute(targets, values, calldatas, id(description), { gasLimit: 10_000_000 });
  }

  execute(by: Account = this.#by): Promise<ContractTransactionResponse> {
    return by.governor.execute(this.#call[0], this.#call[1], this.#call[2], id(this.#call[3]));
  }

  cancel(by: Account = this.#by): Promise<ContractTransactionResponse> {
    return by.governor.cancel(this.#call[0], this.#call[1], this.#call[2], id(this.#call[3]));
  }

  /** Votes for it and waits until it is queued. */
  async passAndQueue(voters: readonly Account[] = [this.#by]): Promise<void> {
    await this.toVoting();
    for (const voter of voters) await this.vote(voter);
    await this.toEndOfVoting();
    await this.queue();
  }

  async #warpPast(timestamp: bigint): Promise<void> {
    const { time } = this.#system.connection.networkHelpers;
    if (BigInt(await time.latest()) <= timestamp) await time.increaseTo(timestamp + 1n);
  }
}

const callOf = (actions: readonly Action[], description: string): [string[], bigint[], string[], string] => [
  actions.map(({ to }) => to),
  actions.map(() => 0n),
  actions.map(({ data }) => data),
  description,
];

/** A whole vote by the partner, executed as soon as the timelock lets it pass. */
export async function pass(
  system: System,
  actions: readonly Action[],
  description: string,
): Promise<Proposal> {
  const partner = await partnerOf(system);
  const proposal = await Proposal.make(system, partner, actions, description);
  await proposal.passAndQueue();
  await proposal.toReady();
  await proposal.execute();
  return proposal;
}
