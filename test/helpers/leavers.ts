// Stakers who leave when a vote announces what they do not like.

import { expect } from "chai";
import { type Account, icnt, type System } from "./system.ts";

export const DELEGATION = icnt(3_000);
export const BOND = icnt(10_000);

/** One who stakes, by a bond or a delegation, and leaves with everything. */
export class Leaver {
  readonly account: Account;
  readonly amount: bigint;
  readonly #positionId: bigint;
  /** Undefined for delegators. */
  readonly #nodeId: number | undefined;
  #requestId = 0n;

  constructor(account: Account, positionId: bigint, amount: bigint, nodeId?: number) {
    this.account = account;
    this.amount = amount;
    this.#positionId = positionId;
    this.#nodeId = nodeId;
  }

  static async operator(system: System, name: string): Promise<Leaver> {
    const account = await system.account(name, BOND + icnt(10));
    const nodeId = await system.registerNode(account, { bond: BOND });
    return new Leaver(account, await account.staking.bondPositionOf(nodeId), BOND, nodeId);
  }

  static async delegator(system: System, name: string, nodeId: number): Promise<Leaver> {
    const account = await system.account(name, DELEGATION);
    await account.staking.stake(nodeId, DELEGATION, 0);
    return new Leaver(account, await account.staking.positionCount(), DELEGATION);
  }

  /** In two blocks for an operator, in one for a delegator. */
  async ask(amount = this.amount): Promise<void> {
    const { staking, registry } = this.account;
    const nodeId = this.#nodeId;
    if (nodeId !== undefined && amount === this.amount) await registry.startExit(nodeId);
    const positionId = nodeId === undefined ? this.#positionId : await staking.bondPositionOf(nodeId);
    await staking.requestUnbonding(positionId, amount);
    const [event] = await staking.queryFilter(staking.filters.UnbondingRequested(), "latest");
    this.#requestId = event?.args.requestId ?? expect.fail("nothing was asked for");
  }

  async maturesAt(): Promise<bigint> {
    return (await this.account.staking.requestOf(this.#requestId)).maturesAt;
  }

  complete() {
    return this.account.staking.completeUnbonding(this.#requestId);
  }

  balance(): Promise<bigint> {
    return this.account.icnt.balanceOf(this.account.address);
  }
}

/** Makes every epoch before `count` final as soon as it can be; what is in the reports does not matter. */
export async function settleUntil(system: System, count: number): Promise<void> {
  const { oracle } = system.deployer;
  for (let epoch = Number(await oracle.finalizedCount()); epoch < count; epoch++) {
    await system.toEpoch(epoch + 1);
    await system.submit(await system.reportWith({}));
    await system.finalize(epoch);
  }
}
