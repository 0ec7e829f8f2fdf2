import { expect } from "chai";
import { ledgerTree } from "../../../oracle/domain/ledger.ts";
import type { LedgerLeaf } from "../../../oracle/domain/types.ts";
import { growthOf, payOf } from "../../helpers/arithmetic.ts";
import { type Account, deploySystem, icnt, type System } from "../../helpers/system.ts";

const BOND = icnt(10_000);
const DELEGATION = icnt(4_000);
const GOOD = { up: 256, down: 0 };
const bond = { first: 1, second: 2 } as const;
const delegation = 3;

describe("Claims that must not pass", () => {
  let system: System;
  let stranger: Account;
  let holder: Account;
  let first: Account;

  /** What a refused claim may not touch. */
  const state = async () => [
    await stranger.reserve.paid(),
    await stranger.rewards.accruedCount(),
    ...(await Promise.all([1, 2, 3].map((position) => stranger.rewards.nextEpochOf(position)))),
    await stranger.icnt.balanceOf(holder.address),
  ];
  const refuses = async (
    claim: () => Promise<unknown>,
    contract: Account["rewards" | "oracle"],
    error: string,
    args: unknown[],
  ) => {
    const before = await state();
    await expect(claim())
      .to.be.revertedWithCustomError(contract, error)
      .withArgs(...args);
    expect(await state()).to.deep.equal(before);
  };

  before(async () => {
    system = await deploySystem();
    stranger = await system.account("stranger");
    holder = await system.account("holder", DELEGATION);
    first = await system.account("first", icnt(20_000));
    const second = await system.account("second", icnt(20_000));
    for (const operator of [first, second]) await system.registerNode(operator, { bond: BOND });
    await holder.staking.stake(1, DELEGATION, 0);
    for (const epoch of [0, 1]) await system.settle(epoch, { 1: GOOD, 2: GOOD });
  });

  describe("given two final epochs", () => {
    it("refuses a leaf that differs by one", async () => {
      const { leaf, proof } = system.proofOf(1, 1);
      const altered: LedgerLeaf[] = [
        { ...leaf, rewardIndex: leaf.rewardIndex + 1n },
        { ...leaf, upBuckets: leaf.upBuckets - 1n },
        { ...leaf, staleEpochs: leaf.staleEpochs + 1 },
      ];
      for (const wrong of altered)
        await refuses(
          () => stranger.rewards.claim(1, 1, wrong, proof, [1]),
          stranger.rewards,
          "InvalidProof",
          [1, 1],
        );
    });

    it("refuses the leaf of another node or epoch", async () => {
      const { leaf, proof } = system.proofOf(1, 2);
      await refuses(
        () => stranger.rewards.claim(1, 1, leaf, proof, [1]),
        stranger.rewards,
        "InvalidProof",
        [1, 1],
      );
      await refuses(
        () => stranger.rewards.claim(2, 0, leaf, proof, [2]),
        stranger.rewards,
        "InvalidProof",
        [2, 0],
      );
    });

    it("refuses a position of another node, also among right ones", async () => {
      await refuses(() => system.claim(1, 1, [bond.first, bond.second]), stranger.rewards, "WrongNode", [
        bond.second,
        2,
        1,
      ]);
    });

    it("refuses a position that does not exist", async () => {
      await refuses(() => system.claim(1, 1, [99]), stranger.rewards, "WrongNode", [99, 0, 1]);
    });

    it("refuses an epoch that is not final", async () => {
      const { leaf, proof } = system.proofOf(1, 1);
      await refuses(
        () => stranger.rewards.claim(1, 2, leaf, proof, [1]),
        stranger.oracle,
        "NotFinalized",
        [2],
      );
    });

    it("INV-4: pays no epoch twice, also when a position is named twice or an earlier epoch is claimed", async () => {
      const pays = (claim: Promise<unknown>, pay: bigint) =>
        expect(claim).to.changeTokenBalances(
          system.connection.ethers,
          stranger.icnt,
          [first.address, stranger.reserve],
          [pay, -pay],
        );
      await pays(system.claim(1, 0, [bond.first, bond.first]), payOf(BOND, growthOf(0)));
      await pays(system.claim(1, 1, [bond.first]), payOf(BOND, growthOf(1)));
      for (const epoch of [0, 1]) await pays(system.claim(1, epoch, [bond.first]), 0n);
      expect(await stranger.rewards.nextEpochOf(bond.first)).to.equal(2);
    });
  });

  describe("given a delegation that was closed in epoch 2", () => {
    before(async () => {
      await system.toEpoch(2, 50_000);
      await holder.staking.requestUnbonding(delegation, DELEGATION);
      for (const epoch of [2, 3]) await system.settle(epoch, { 1: GOOD, 2: GOOD });
    });

    it("refuses an epoch after its last", async () => {
      await refuses(() => system.claim(1, 3, [delegation]), stranger.rewards, "EpochOutOfRange", [
        delegation,
        3,
        0,
        3,
      ]);
    });

    it("pays it through its last", async () => {
      await expect(system.claim(1, 2, [delegation])).to.changeTokenBalance(
        system.connection.ethers,
        stranger.icnt,
        holder.address,
        payOf(DELEGATION, growthOf(0) + growthOf(1) + growthOf(2)),
      );
    });
  });

  describe("given a false root that a full quorum signed", () => {
    const forged = (rewardIndex: bigint): LedgerLeaf => ({ ...system.proofOf(3, 1).leaf, rewardIndex });
    const settleForged = async (epoch: number, leaf: LedgerLeaf) => {
      await system.toEpoch(epoch + 1);
      const ledgerRoot = ledgerTree([leaf, system.proofOf(3, 2).leaf]).root;
      await system.submit(await system.reportWith({ ledgerRoot }));
      await system.finalize(epoch);
    };
    const claimForged = (epoch: number, leaf: LedgerLeaf) => {
      const proof = ledgerTree([leaf, system.proofOf(3, 2).leaf]).proof(0);
      return stranger.rewards.claim(1, epoch, leaf, proof, [bond.first]);
    };

    it("pays a leaf that claims too much no more than its cap", async () => {
      const greedy = forged(10n ** 30n);
      await settleForged(4, greedy);
      await expect(claimForged(4, greedy)).to.changeTokenBalance(
        system.connection.ethers,
        stranger.icnt,
        (await stranger.staking.positionOf(bond.first)).owner,
        payOf(BOND, growthOf(2) + growthOf(3) + growthOf(4)),
      );
    });

    it("refuses a leaf below what was paid", async () => {
      const fallen = forged(1n);
      await settleForged(5, fallen);
      await refuses(() => claimForged(5, fallen), stranger.rewards, "IndexFell", [bond.first, 1, 10n ** 30n]);
    });
  });
});
