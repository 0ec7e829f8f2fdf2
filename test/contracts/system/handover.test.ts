import { expect } from "chai";
import { commissionOf, earnedIn, payOf } from "../../helpers/arithmetic.ts";
import { type Account, deploySystem, icnt, type System } from "../../helpers/system.ts";

const PERFECT = 1_000_000;
const COMMISSION_PPM = 100_000;
const GOOD = { up: 256, down: 0 };
const BAD = { up: 0, down: 256 };
const BOND = icnt(10_000);
const STAKE = icnt(6_000);
const NODE = 1;

describe("A node that changes hands and pauses", () => {
  let system: System;
  let seller: Account;
  let buyer: Account;
  let holder: Account;
  /** By the order in which they were opened: the buyer's bond goes on from the seller's. */
  const position = { seller: 1, holder: 2, buyer: 3 } as const;

  before(async () => {
    system = await deploySystem();
    seller = await system.account("seller", icnt(20_000));
    buyer = await system.account("buyer");
    holder = await system.account("holder", STAKE);
    await system.registerNode(seller, { bond: BOND, commissionPpm: COMMISSION_PPM });
    await holder.staking.stake(NODE, STAKE, COMMISSION_PPM);
    await system.settle(0, { [NODE]: GOOD });
  });

  describe("given a node handed over in epoch 1, when that epoch is final", () => {
    before(async () => {
      await seller.registry.offerOperator(NODE, buyer.address);
      await buyer.registry.acceptOperator(NODE);
      await buyer.registry.startMaintenance(NODE);
      await system.settle(1, { [NODE]: GOOD });
    });

    it("pays the bond of both epochs to the old operator", async () => {
      const pay = payOf(BOND, earnedIn(0, PERFECT) + earnedIn(1, PERFECT));
      await expect(system.claim(NODE, 1, [position.seller])).to.changeTokenBalances(
        system.connection.ethers,
        holder.icnt,
        [seller.address, buyer.address],
        [pay, 0n],
      );
    });

    it("pays the commission that nobody had claimed to the new one", async () => {
      const pay = payOf(STAKE, earnedIn(0, PERFECT) + earnedIn(1, PERFECT));
      const commission = commissionOf(pay, COMMISSION_PPM);
      await expect(system.claim(NODE, 1, [position.holder])).to.changeTokenBalances(
        system.connection.ethers,
        holder.icnt,
        [holder.address, seller.address, buyer.address],
        [pay - commission, 0n, commission],
      );
    });
  });

  describe("given maintenance in epoch 2, when attesters report outages all the same", () => {
    before(async () => {
      await system.settle(2, { [NODE]: BAD });
    });

    it("copies the leaf: no pay, and nothing against the node", () => {
      expect(system.proofOf(2, NODE).leaf).to.deep.equal(system.proofOf(1, NODE).leaf);
    });

    it("has nothing of it to claim for the bond that the old operator had", async () => {
      await expect(system.claim(NODE, 2, [position.seller]))
        .to.be.revertedWithCustomError(holder.rewards, "EpochOutOfRange")
        .withArgs(position.seller, 2, 2, 2);
    });
  });

  describe("given a node that serves again from epoch 4 on", () => {
    before(async () => {
      await buyer.registry.endMaintenance(NODE);
      await system.settle(3, {});
      await system.settle(4, { [NODE]: GOOD });
    });

    it("pays the new operator's bond for that epoch alone, from its own start", async () => {
      await system.proveIndex(NODE, 1);
      await expect(system.claim(NODE, 4, [position.buyer])).to.changeTokenBalances(
        system.connection.ethers,
        holder.icnt,
        [seller.address, buyer.address],
        [0n, payOf(BOND, earnedIn(4, PERFECT))],
      );
    });
  });
});
