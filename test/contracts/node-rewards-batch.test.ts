import { expect } from "chai";
import { ethers, ICNT, networkHelpers } from "../helpers/genesis.ts";
import { deployRewards, emissionOf, indexGrowth, type RewardsSystem } from "../helpers/rewards.ts";

const STAKE = 10_000_000n * ICNT;
const EPOCHS = 2n;
const GROWTH = indexGrowth(0n, 4n * STAKE) / 2n;
/** Of one position for so many epochs in one claim, which rounds down once. */
const payFor = (epochs: bigint) => (STAKE * GROWTH * epochs) / 10n ** 27n;
const PAY = payFor(1n);
const ATTESTERS = [3n, 5n];
const ATTESTER_PAY = (emissionOf(0n) * 50_000n) / 1_000_000n / 2n;
/** Alice's on nodes 1 and 2, Bob's on both, then one of Alice's from epoch 1 on. */
const alices = { first: 1n, second: 3n, late: 5n } as const;
const bobs = { first: 2n, second: 4n } as const;
const NEW_ROLE = 7n;

describe("Batches of NodeRewards", () => {
  let system: RewardsSystem;

  const calls = {
    accrue: (epochs: bigint) => system.rewards.interface.encodeFunctionData("accrue", [epochs]),
    claim: (node: bigint, epoch: bigint, ...positions: bigint[]) => {
      const { leaf, proof } = system.ledgers.of(node, epoch);
      return system.rewards.interface.encodeFunctionData("claim", [node, epoch, leaf, proof, positions]);
    },
    proveIndex: (node: bigint, epoch: bigint) => {
      const { leaf, proof } = system.ledgers.of(node, epoch);
      return system.rewards.interface.encodeFunctionData("proveIndex", [epoch, leaf, proof]);
    },
    attesterPay: (attester: bigint, until: bigint) =>
      system.rewards.interface.encodeFunctionData("claimAttesterPay", [attester, until]),
  };
  const pays = (sent: Promise<unknown>, alice: bigint, bob: bigint, carol = 0n) =>
    expect(sent).to.changeTokenBalances(
      ethers,
      system.token,
      [system.alice, system.bob, system.carol, system.reserve],
      [alice, bob, carol, -(alice + bob + carol)],
    );

  async function deployAndEarn() {
    const deployed = await deployRewards();
    const { world, alice, bob, carol, open, endEpochs, finalize } = deployed;
    for (const node of [1n, 2n]) for (const owner of [alice, bob]) await open({ owner, node, amount: STAKE });
    await open({ owner: alice, amount: STAKE, from: 1n });
    for (const attester of ATTESTERS) await world.setAttesterOwner(attester, carol);
    await endEpochs(EPOCHS);
    await finalize([GROWTH, GROWTH], 0b11n, ATTESTERS);
    await finalize([2n * GROWTH, 2n * GROWTH], 0b00n, ATTESTERS);
    return deployed;
  }

  beforeEach(async () => {
    system = await networkHelpers.loadFixture(deployAndEarn);
  });

  describe("given pay of several nodes, epochs and attesters", () => {
    it("accrues, proves and pays all of it in one transaction", async () => {
      const sent = system.rewards.multicall([
        calls.accrue(EPOCHS),
        calls.proveIndex(1n, 0n),
        calls.claim(1n, 0n, alices.first, bobs.first),
        calls.claim(1n, 1n, alices.first, bobs.first, alices.late),
        calls.claim(2n, 1n, alices.second, bobs.second),
        ...ATTESTERS.map((attester) => calls.attesterPay(attester, EPOCHS)),
      ]);
      await pays(sent, 3n * PAY + payFor(2n), 2n * PAY + payFor(2n), 2n * ATTESTER_PAY);
      expect(await system.rewards.accruedCount()).to.equal(EPOCHS);
    });

    it("returns what each call returned", async () => {
      const results = await system.rewards.multicall.staticCall([
        calls.accrue(EPOCHS),
        calls.claim(1n, 0n, alices.first, bobs.first),
      ]);
      expect(results.map(BigInt)).to.deep.equal([EPOCHS, 2n * PAY]);
    });

    it("pays nothing when one call is refused, with that call's error", async () => {
      const { rewards, reserve } = system;
      const batch = [calls.claim(1n, 0n, alices.first), calls.claim(1n, 1n, alices.second)];
      await expect(rewards.multicall(batch))
        .to.be.revertedWithCustomError(rewards, "WrongNode")
        .withArgs(alices.second, 2n, 1n);
      expect(await reserve.paid()).to.equal(0n);
      expect(await rewards.nextEpochOf(alices.first)).to.equal(0n);
    });
  });

  describe("given a batch of which somebody claimed a part", () => {
    beforeEach(async () => {
      await system.claim(1n, 1n, bobs.first);
      await system.claim(2n, 0n, alices.second);
    });

    it("pays the rest", async () => {
      const batch = [
        calls.claim(1n, 0n, alices.first, bobs.first),
        calls.claim(2n, 1n, alices.second, bobs.second),
      ];
      await pays(system.rewards.multicall(batch), 2n * PAY, payFor(2n));
      await pays(system.rewards.multicall(batch), 0n, 0n);
    });

    it("passes over what was paid without an event, and leaves its cursor", async () => {
      const { rewards, claim } = system;
      const receipt = await (await claim(1n, 0n, bobs.first, alices.first, bobs.first)).wait();
      const claimed = receipt!.logs.filter(
        ({ topics }) => topics[0] === rewards.interface.getEvent("Claimed").topicHash,
      );
      expect(claimed.map(({ topics }) => BigInt(topics[1]!))).to.deep.equal([alices.first]);
      expect(await rewards.nextEpochOf(bobs.first)).to.equal(2n);
    });

    it("makes one payment to a recipient on both sides of a position passed over", async () => {
      const { reserve, claim, proveIndex } = system;
      await proveIndex(1n, 0n);
      const receipt = await (await claim(1n, 1n, alices.first, bobs.first, alices.late)).wait();
      expect(receipt!.logs.filter(({ address }) => address === reserve.target).length).to.equal(1);
    });
  });

  describe("given a batch whose epochs somebody accrued first", () => {
    it("pays all of it", async () => {
      const { rewards } = system;
      await rewards.accrue(2n ** 64n - 1n);
      const batch = [calls.accrue(EPOCHS), calls.claim(1n, 1n, alices.first, bobs.first)];
      await pays(rewards.multicall(batch), payFor(2n), payFor(2n));
    });
  });

  describe("given positions that cannot be claimed", () => {
    it("refuses them beside one that was paid", async () => {
      const { rewards, world, alice, claim } = system;
      await claim(1n, 0n, alices.first);
      await world.closePosition(bobs.first, 1n);
      const refusals: [bigint, bigint, string][] = [
        [0n, alices.late, "EpochOutOfRange"],
        [1n, bobs.first, "EpochOutOfRange"],
        [1n, alices.late, "StartIndexUnknown"],
        [0n, alices.second, "WrongNode"],
        [0n, 99n, "WrongNode"],
      ];
      for (const [epoch, position, error] of refusals)
        await expect(claim(1n, epoch, alices.first, position)).to.be.revertedWithCustomError(rewards, error);
      expect(await system.token.balanceOf(alice)).to.equal(PAY);
    });

    it("refuses a position that was paid when it is claimed for another node", async () => {
      const { rewards, claim } = system;
      await claim(1n, 1n, alices.first);
      await expect(claim(2n, 0n, alices.first))
        .to.be.revertedWithCustomError(rewards, "WrongNode")
        .withArgs(alices.first, 1n, 2n);
    });
  });

  describe("given calls that only some may make", () => {
    it("sets the recipient of the caller", async () => {
      const { rewards, alice, carol } = system;
      const call = rewards.interface.encodeFunctionData("setRecipient", [carol.address]);
      await rewards.connect(alice).multicall([call]);
      expect(await rewards.recipientOf(alice)).to.equal(carol.address);
      expect(await rewards.recipientOf(rewards)).to.equal(rewards.target);
    });

    it("upgrades for nobody but the authority, not even for who may call multicall by a role", async () => {
      const { rewards, code, manager, admin, stranger } = system;
      const upgrade = rewards.interface.encodeFunctionData("upgradeToAndCall", [
        await code.getAddress(),
        "0x",
      ]);
      const nested = rewards.interface.encodeFunctionData("multicall", [[upgrade]]);
      const multicall = rewards.interface.getFunction("multicall").selector;
      await manager.setTargetFunctionRole(rewards, [multicall], NEW_ROLE);
      await manager.grantRole(NEW_ROLE, stranger, 0);

      for (const call of [upgrade, nested])
        await expect(rewards.connect(stranger).multicall([call]))
          .to.be.revertedWithCustomError(rewards, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
      await expect(manager.connect(stranger).execute(rewards, nested))
        .to.be.revertedWithCustomError(rewards, "AccessManagedUnauthorized")
        .withArgs(manager.target);
      await expect(rewards.connect(admin).multicall([upgrade])).to.emit(rewards, "Upgraded");
    });

    it("initializes nothing again, and upgrades nothing but the proxy", async () => {
      const { rewards, code, admin } = system;
      const initialize = rewards.interface.encodeFunctionData("initialize", [admin.address]);
      for (const contract of [rewards, code])
        await expect(contract.multicall([initialize])).to.be.revertedWithCustomError(
          contract,
          "InvalidInitialization",
        );
      const upgrade = rewards.interface.encodeFunctionData("upgradeToAndCall", [
        await code.getAddress(),
        "0x",
      ]);
      await expect(code.multicall([upgrade])).to.be.revertedWithCustomError(
        code,
        "UUPSUnauthorizedCallContext",
      );
    });
  });
});
