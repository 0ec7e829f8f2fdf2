import { expect } from "chai";
import { DAY, ethers, ICNT, networkHelpers } from "../helpers/genesis.ts";
import {
  ATTESTER_SHARE_PPM,
  deployRewards,
  emissionOf,
  indexGrowth,
  type RewardsSystem,
  STAKE_FLOOR,
} from "../helpers/rewards.ts";

const { time, loadFixture } = networkHelpers;

describe("NodeRewards", () => {
  let system: RewardsSystem;

  beforeEach(async () => {
    system = await loadFixture(deployRewards);
  });

  describe("given a proxy", () => {
    it("is initialized once, and its code never", async () => {
      const { rewards, code, admin } = system;
      for (const contract of [rewards, code])
        await expect(contract.initialize(admin)).to.be.revertedWithCustomError(
          contract,
          "InvalidInitialization",
        );
    });

    it("is upgraded by the authority alone", async () => {
      const { rewards, code, stranger } = system;
      await expect(rewards.connect(stranger).upgradeToAndCall(code, "0x"))
        .to.be.revertedWithCustomError(rewards, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
      await expect(rewards.upgradeToAndCall(code, "0x")).to.emit(rewards, "Upgraded").withArgs(code.target);
    });
  });

  describe("given epochs to accrue", () => {
    it("computes A of ended epochs in order, for the stake and the rules of each", async () => {
      const { rewards, world, alice, bob, open, endEpochs } = system;
      await open({ owner: alice, amount: 20_000_000n * ICNT });
      await open({ owner: bob, node: 2n, amount: 30_000_000n * ICNT, from: 1n });
      await world.setEconomics(2n, {
        ...{ attesterSharePpm: 100_000n, stakeFloor: STAKE_FLOOR, bondFactor: 9n, stakePerUnit: 1n },
      });
      await endEpochs(3n);

      const [first, second] = [indexGrowth(0n, 20_000_000n * ICNT), indexGrowth(1n, 50_000_000n * ICNT)];
      const third = indexGrowth(2n, 50_000_000n * ICNT, 100_000n);
      await expect(rewards.accrue(1)).to.emit(rewards, "IndexAccrued").withArgs(0n, first);
      await expect(rewards.accrue(99))
        .to.emit(rewards, "IndexAccrued")
        .withArgs(1n, first + second)
        .and.to.emit(rewards, "IndexAccrued")
        .withArgs(2n, first + second + third);
      expect(await rewards.accruedCount()).to.equal(3n);
      expect(await rewards.indexAt(2)).to.equal(first + second + third);
    });

    it("knows nothing of the running epoch", async () => {
      const { rewards, endEpochs, epochZero } = system;
      const nothing = async (count: bigint) => {
        await expect(rewards.accrue(1)).not.to.emit(rewards, "IndexAccrued");
        expect(await rewards.accruedCount()).to.equal(count);
      };
      await nothing(0n);
      await time.increaseTo(epochZero + DAY / 2n);
      await nothing(0n);
      await endEpochs(1n);
      await rewards.accrue(0);
      expect(await rewards.accruedCount()).to.equal(0n);
      await rewards.accrue(2n ** 64n - 1n);
      await nothing(1n);
      await expect(rewards.indexAt(1)).to.be.revertedWithCustomError(rewards, "NotAccrued").withArgs(1n, 1n);
    });

    it("tells the emission of any epoch", async () => {
      const { rewards } = system;
      for (const epoch of [0n, 29n, 30n, 31n, 365n, 1825n, 1826n, 1827n, 5000n])
        expect(await rewards.emissionOf(epoch), `epoch ${epoch}`).to.equal(emissionOf(epoch));
    });
  });

  describe("given one staker with all stake on a node that served well", () => {
    const STAKE = 50_000_000n * ICNT;

    it("pays the stakers' whole share of the emission, but for the dust of rounding", async () => {
      const { rewards, token, reserve, alice, open, endEpochs, finalize, claim } = system;
      const position = await open({ owner: alice, amount: STAKE });
      await endEpochs(1n);
      const index = indexGrowth(0n, STAKE);
      await finalize([index]);

      const share = (emissionOf(0n) * (1_000_000n - ATTESTER_SHARE_PPM)) / 1_000_000n;
      const pay = await rewards.claim.staticCall(
        ...([1n, 0n, ...Object.values(system.ledgers.of(1n, 0n)), [position]] as Parameters<
          typeof rewards.claim
        >),
      );
      expect(pay).to.be.within(share - 1n, share);
      const claimed = claim(1n, 0n, position);
      await expect(claimed)
        .to.emit(rewards, "Claimed")
        .withArgs(position, 1n, alice.address, alice.address, 0n, 0n, pay, 0n);
      await expect(claimed).to.changeTokenBalances(ethers, token, [alice, reserve, rewards], [pay, -pay, 0n]);
      expect(await rewards.nextEpochOf(position)).to.equal(1n);
    });

    describe("when it claims in steps", () => {
      it("pays each epoch once", async () => {
        const { rewards, token, alice, open, endEpochs, finalize, claim } = system;
        const position = await open({ owner: alice, amount: STAKE });
        await endEpochs(4n);
        let index = 0n;
        for (let epoch = 0n; epoch < 4n; epoch++) {
          index += indexGrowth(epoch, STAKE) / 2n;
          await finalize([index]);
        }
        await claim(1n, 1n, position);
        for (const paid of [0n, 1n]) {
          await expect(claim(1n, paid, position)).to.not.emit(rewards, "Claimed");
          expect(await rewards.nextEpochOf(position)).to.equal(2n);
        }
        await expect(claim(1n, 3n, position)).to.emit(rewards, "Claimed");
        expect(await token.balanceOf(alice)).to.be.within(
          (STAKE * index) / 10n ** 27n - 1n,
          (STAKE * index) / 10n ** 27n,
        );
      });
    });

    describe("when a false root promises more", () => {
      it("pays the cap, and refuses to pay more when the root comes down again", async () => {
        const { rewards, token, alice, open, endEpochs, finalize, claim } = system;
        const position = await open({ owner: alice, amount: STAKE });
        await endEpochs(2n);
        const cap = indexGrowth(0n, STAKE);
        await finalize([cap * 1_000n]);
        await finalize([cap + 1n]);
        await claim(1n, 0n, position);
        expect(await token.balanceOf(alice)).to.equal((STAKE * cap) / 10n ** 27n);
        await expect(claim(1n, 1n, position))
          .to.be.revertedWithCustomError(rewards, "IndexFell")
          .withArgs(position, cap + 1n, cap * 1_000n);
      });
    });

    describe("when a false root promises nothing", () => {
      it("pays nothing and moves on", async () => {
        const { rewards, alice, open, endEpochs, finalize, claim } = system;
        const position = await open({ owner: alice, amount: STAKE });
        await endEpochs(1n);
        await finalize([0n]);
        await expect(claim(1n, 0n, position))
          .to.emit(rewards, "Claimed")
          .withArgs(position, 1n, alice.address, alice.address, 0n, 0n, 0n, 0n);
        expect(await rewards.nextEpochOf(position)).to.equal(1n);
      });
    });
  });

  describe("given delegators of a node with a commission", () => {
    const STAKE = 10_000_000n * ICNT;
    const GROWTH = indexGrowth(0n, 40_000_000n * ICNT);
    const PAY = (STAKE * GROWTH) / 10n ** 27n;
    let positions: bigint[];

    beforeEach(async () => {
      const { alice, bob, operator, open, endEpochs, finalize } = system;
      positions = [];
      for (const [owner, commissionPpm] of [
        ...([
          [operator, 0n],
          [alice, 100_000n],
          [alice, 0n],
          [bob, 250_001n],
        ] as const),
      ])
        positions.push(await open({ owner, amount: STAKE, commissionPpm }));
      await endEpochs(1n);
      await finalize([GROWTH, GROWTH]);
    });

    it("pays owners and the operator's commissions in one claim", async () => {
      const { token, reserve, alice, bob, operator, claim } = system;
      const [fromAlice, fromBob] = [(PAY * 100_000n) / 1_000_000n, (PAY * 250_001n) / 1_000_000n];
      const claimed = claim(1n, 0n, ...positions);
      await expect(claimed).to.changeTokenBalances(
        ethers,
        token,
        [operator, alice, bob, reserve],
        [PAY + fromAlice + fromBob, 2n * PAY - fromAlice, PAY - fromBob, -4n * PAY],
      );
    });

    it("makes one transfer of what consecutive positions owe to one recipient", async () => {
      const { reserve, claim } = system;
      const receipt = await (await claim(1n, 0n, ...positions)).wait();
      const payments = receipt!.logs.filter(({ address }) => address === reserve.target);
      expect(payments.length).to.equal(4);
    });

    it("pays to the recipient an owner stored, whoever claims", async () => {
      const { rewards, token, alice, carol, claim } = system;
      await expect(rewards.connect(alice).setRecipient(carol))
        .to.emit(rewards, "RecipientChanged")
        .withArgs(alice.address, carol.address);
      expect(await rewards.recipientOf(alice)).to.equal(carol.address);
      await expect(claim(1n, 0n, positions[2]!)).to.changeTokenBalances(
        ethers,
        token,
        [alice, carol],
        [0n, PAY],
      );
      await rewards.connect(alice).setRecipient(ethers.ZeroAddress);
      expect(await rewards.recipientOf(alice)).to.equal(alice.address);
    });

    it("changes nothing when one position of the batch cannot be paid", async () => {
      const { rewards, reserve, open, carol, claim } = system;
      const elsewhere = await open({ owner: carol, node: 2n, amount: STAKE });
      const refusals: [bigint[], string][] = [
        [[...positions, elsewhere], "WrongNode"],
        [[...positions, 99n], "WrongNode"],
      ];
      for (const [batch, error] of refusals)
        await expect(claim(1n, 0n, ...batch)).to.be.revertedWithCustomError(rewards, error);
      expect(await reserve.paid()).to.equal(0n);
      expect(await rewards.nextEpochOf(positions[0]!)).to.equal(0n);
    });

    it("refuses a leaf that is not the node's in that ledger", async () => {
      const { rewards, ledgers } = system;
      const own = ledgers.of(1n, 0n);
      const other = ledgers.of(2n, 0n);
      const better = { ...own.leaf, rewardIndex: own.leaf.rewardIndex + 1n };
      for (const [leaf, proof] of [
        ...([
          [other.leaf, other.proof],
          [better, own.proof],
          [own.leaf, other.proof],
          [own.leaf, []],
        ] as const),
      ])
        await expect(rewards.claim(1n, 0n, leaf, [...proof], [positions[0]!]))
          .to.be.revertedWithCustomError(rewards, "InvalidProof")
          .withArgs(1n, 0n);
    });
  });

  describe("given positions that start and end between epochs", () => {
    const STAKE = 40_000_000n * ICNT;

    it("needs the start index of a known node proven once", async () => {
      const { rewards, token, alice, bob, open, endEpochs, finalize, claim, proveIndex } = system;
      const late = await open({ owner: alice, amount: STAKE, from: 1n });
      const alsoLate = await open({ owner: bob, amount: STAKE, from: 1n });
      await endEpochs(2n);
      const [start, growth] = [indexGrowth(0n, 0n), indexGrowth(1n, 2n * STAKE)];
      await finalize([start]);
      await finalize([start + growth]);
      await expect(claim(1n, 1n, late))
        .to.be.revertedWithCustomError(rewards, "StartIndexUnknown")
        .withArgs(1n, 0n);
      await expect(claim(1n, 0n, late))
        .to.be.revertedWithCustomError(rewards, "EpochOutOfRange")
        .withArgs(late, 0n, 1n, 2n ** 64n - 1n);

      await expect(proveIndex(1n, 0n)).to.emit(rewards, "IndexProven").withArgs(1n, 0n, start);
      expect(await rewards.provenIndex(1, 0)).to.deep.equal([true, start]);
      expect(await rewards.provenIndex(1, 1)).to.deep.equal([false, 0n]);
      const pay = (STAKE * growth) / 10n ** 27n;
      await expect(claim(1n, 1n, late, alsoLate)).to.changeTokenBalances(
        ethers,
        token,
        [alice, bob],
        [pay, pay],
      );
    });

    it("starts at zero, without proof, on a node that the ledger before did not hold", async () => {
      const { token, alice, open, endEpochs, finalize, claim } = system;
      const position = await open({ owner: alice, node: 2n, amount: STAKE, from: 1n });
      await endEpochs(2n);
      const growth = indexGrowth(1n, STAKE);
      await finalize([7n]);
      await finalize([7n, growth]);
      await expect(claim(2n, 1n, position)).to.changeTokenBalance(
        ethers,
        token,
        alice,
        (STAKE * growth) / 10n ** 27n,
      );
    });

    it("caps the first pay on such a node by A since its start", async () => {
      const { token, alice, open, endEpochs, finalize, claim } = system;
      const position = await open({ owner: alice, node: 2n, amount: STAKE, from: 1n });
      await endEpochs(2n);
      const growth = indexGrowth(1n, STAKE);
      await finalize([7n]);
      await finalize([7n, indexGrowth(0n, 0n) + growth]);
      await expect(claim(2n, 1n, position)).to.changeTokenBalance(
        ethers,
        token,
        alice,
        (STAKE * growth) / 10n ** 27n,
      );
    });

    it("pays through the last epoch and not beyond", async () => {
      const { rewards, world, alice, open, endEpochs, finalize, claim } = system;
      const position = await open({ owner: alice, amount: STAKE });
      await world.closePosition(position, 2n);
      await endEpochs(3n);
      for (const index of [1n, 2n, 3n]) await finalize([index]);
      await expect(claim(1n, 2n, position))
        .to.be.revertedWithCustomError(rewards, "EpochOutOfRange")
        .withArgs(position, 2n, 0n, 2n);
      await claim(1n, 1n, position);
      await expect(claim(1n, 2n, position))
        .to.be.revertedWithCustomError(rewards, "EpochOutOfRange")
        .withArgs(position, 2n, 2n, 2n);
    });

    it("computes up to ten missing A itself", async () => {
      const { rewards, alice, open, endEpochs, finalize, claim } = system;
      const position = await open({ owner: alice, amount: STAKE });
      await endEpochs(12n);
      for (let epoch = 0n; epoch < 12n; epoch++) await finalize([epoch]);
      await expect(claim(1n, 10n, position))
        .to.be.revertedWithCustomError(rewards, "NotAccrued")
        .withArgs(10n, 0n);
      await claim(1n, 9n, position);
      expect(await rewards.accruedCount()).to.equal(10n);
      await expect(claim(1n, 12n - 1n, position)).to.emit(rewards, "IndexAccrued");
    });
  });

  describe("given attesters", () => {
    const COMMITTEE = [3n, 5n, 8n];
    const payOf = (epoch: bigint) => (emissionOf(epoch) * ATTESTER_SHARE_PPM) / 1_000_000n / 3n;

    beforeEach(async () => {
      const { world, carol, endEpochs, finalize } = system;
      for (const id of [...COMMITTEE, 9n]) await world.setAttesterOwner(id, carol);
      await endEpochs(4n);
      await finalize([0n], 0b111n, COMMITTEE);
      await finalize([0n], 0b101n, COMMITTEE);
      await finalize([0n], 0b011n, [1n, 2n]);
    });

    it("pays the seats that each epoch's mask names, up to the epoch asked", async () => {
      const { rewards, token, carol } = system;
      const cases: [bigint, bigint, bigint, bigint][] = [
        [3n, 0n, 1n, payOf(0n)],
        [3n, 1n, 3n, payOf(1n)],
        [5n, 0n, 3n, payOf(0n)],
        [8n, 0n, 3n, payOf(0n) + payOf(1n)],
        [9n, 0n, 3n, 0n],
      ];
      for (const [attester, from, until, pay] of cases) {
        const claimed = rewards.claimAttesterPay(attester, until);
        await expect(claimed)
          .to.emit(rewards, "AttesterPaid")
          .withArgs(attester, carol.address, from, until, pay);
        await expect(claimed).to.changeTokenBalance(ethers, token, carol, pay);
        expect(await rewards.attesterCursor(attester)).to.equal(until);
      }
    });

    it("pays no epoch twice and none before its end", async () => {
      const { rewards, world } = system;
      await rewards.claimAttesterPay(3n, 2n);
      for (const until of [0n, 1n, 2n])
        await expect(rewards.claimAttesterPay(3n, until))
          .to.be.revertedWithCustomError(rewards, "NothingToClaim")
          .withArgs(3n, 2n, until);
      const oracle = await ethers.getContractAt("ISlaOracle", await world.getAddress());
      await expect(rewards.claimAttesterPay(3n, 4n))
        .to.be.revertedWithCustomError(oracle, "NotFinalized")
        .withArgs(3n);
    });

    it("pays to the recipient the owner stored", async () => {
      const { rewards, token, carol, bob } = system;
      await rewards.connect(carol).setRecipient(bob);
      await expect(rewards.claimAttesterPay(5n, 1n)).to.changeTokenBalances(
        ethers,
        token,
        [bob, carol],
        [payOf(0n), 0n],
      );
    });
  });
});
