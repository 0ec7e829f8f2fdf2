import { expect } from "chai";
import { attesterPayOf } from "../../helpers/arithmetic.ts";
import { type Account, ATTESTERS, deploySystem, icnt, type System } from "../../helpers/system.ts";

const ABSENT = 7;
const PRESENT = [1, 2, 3, 4, 5, 6];
const LEISURELY = 127;
const BUSY = 128;

describe("Pay of the attesters", () => {
  let system: System;
  let stranger: Account;
  let node: number;

  const ownerOf = async (attesterId: number) => (await stranger.committee.attesterOf(attesterId)).owner;
  const pays = async (attesterId: number, until: number, pay: bigint) =>
    expect(stranger.rewards.claimAttesterPay(attesterId, until)).to.changeTokenBalance(
      system.connection.ethers,
      stranger.icnt,
      await ownerOf(attesterId),
      pay,
    );

  before(async () => {
    system = await deploySystem();
    stranger = await system.account("stranger");
    const operator = await system.account("operator", icnt(20_000));
    node = await system.registerNode(operator, { bond: icnt(10_000) });
  });

  describe("given one that was absent in epoch 0 and present in epoch 1", () => {
    before(async () => {
      await system.settle(0, { [node]: { up: 256, down: 0 } }, PRESENT);
      await system.settle(1, { [node]: { up: BUSY, down: 0 } });
    });

    it("pays one that observed in both a seventh of both shares, at once", async () => {
      await pays(1, 2, attesterPayOf(0) + attesterPayOf(1));
    });

    it("pays the absent one for epoch 1 alone", async () => {
      await pays(ABSENT, 1, 0n);
      await pays(ABSENT, 2, attesterPayOf(1));
    });

    it("pays the recipient that the owner named", async () => {
      const owner = await system.as(await ownerOf(2));
      const safe = await system.account("safe");
      await owner.rewards.setRecipient(safe.address);
      await expect(stranger.rewards.claimAttesterPay(2, 2)).to.changeTokenBalances(
        system.connection.ethers,
        stranger.icnt,
        [safe.address, owner.address],
        [attesterPayOf(0) + attesterPayOf(1), 0n],
      );
    });

    it("pays nothing twice", async () => {
      await expect(stranger.rewards.claimAttesterPay(1, 2))
        .to.be.revertedWithCustomError(stranger.rewards, "NothingToClaim")
        .withArgs(1, 2, 2);
    });

    it("pays nothing for an epoch that is not final, and moves no cursor", async () => {
      await expect(stranger.rewards.claimAttesterPay(3, 3))
        .to.be.revertedWithCustomError(stranger.oracle, "NotFinalized")
        .withArgs(2);
      expect(await stranger.rewards.attesterCursor(3)).to.equal(0);
    });
  });

  describe("given an epoch in which all were conclusive in less than half of the buckets", () => {
    before(() => system.settle(2, { [node]: { up: LEISURELY, down: 0 } }));

    it("pays nobody", async () => {
      for (let attesterId = 1; attesterId <= ATTESTERS; attesterId++) {
        const before = await stranger.rewards.attesterCursor(attesterId);
        const owed = [0, 1].reduce(
          (sum, epoch) =>
            epoch < before || (epoch === 0 && attesterId === ABSENT) ? sum : sum + attesterPayOf(epoch),
          0n,
        );
        await pays(attesterId, 3, owed);
      }
    });
  });
});
