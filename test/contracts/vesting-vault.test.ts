import { expect } from "chai";
import { encodeBytes32String, toBeHex, ZeroAddress } from "ethers";
import { deployToken, ethers, ICNT, MONTH, MONTHS, networkHelpers, nextAddress } from "../helpers/genesis.ts";
import {
  allOwed,
  cumulative,
  type DeployedVault,
  deployedVault,
  GENESIS,
  type Grant,
  grantOf,
  grantTuple,
  LINEAR_GENESIS,
  SHARES,
  scheduleTuple,
  type Terms,
  TIMELOCK,
} from "../helpers/vesting.ts";

const { loadFixture } = networkHelpers;
const LONGEST = MONTHS * MONTH;
const BATCH = encodeBytes32String("batch");

describe("VestingVault, creating", () => {
  let system: DeployedVault;
  const schedule = (changed: Partial<Grant> = {}, terms: Partial<Terms> = {}) =>
    grantOf(system, changed, terms);

  beforeEach(async () => {
    system = await loadFixture(deployedVault);
  });

  describe("given the genesis schedules", () => {
    it("owes what the token minted to it", async () => {
      const { token, vault, linear, tabled, beneficiary } = system;
      expect(await allOwed(system)).to.equal(GENESIS);
      expect(await token.balanceOf(vault)).to.equal(GENESIS);
      expect(await vault.unreleasedOf(beneficiary)).to.equal(GENESIS);
      expect(await vault.scheduleCount()).to.equal(2n);
      expect(await vault.scheduleOf(1)).to.deep.equal(scheduleTuple(linear));
      expect(await vault.scheduleOf(2)).to.deep.equal(scheduleTuple(tabled));
      expect(await vault.releasable(1)).to.equal(0n);
    });

    it("refuses to owe another sum than it holds", async () => {
      const { linear, vault, treasury } = system;
      for (const minted of [0n, LINEAR_GENESIS - 1n, LINEAR_GENESIS + 1n]) {
        const token = await deployToken(await nextAddress(1), minted);
        await expect(ethers.deployContract("VestingVault", [token, treasury.address, TIMELOCK, [linear], []]))
          .to.be.revertedWithCustomError(vault, "GenesisMismatch")
          .withArgs(minted, LINEAR_GENESIS);
      }
    });

    it("refuses a treasury from which nothing would come back", async () => {
      const { token, vault } = system;
      const self = await nextAddress(0);
      await expect(
        ethers.deployContract("VestingVault", [token, self, TIMELOCK, [], []]),
      ).to.be.revertedWithCustomError(vault, "VaultAsReceiver");
      await expect(
        ethers.deployContract("VestingVault", [token, ZeroAddress, TIMELOCK, [], []]),
      ).to.be.revertedWithCustomError(vault, "ZeroTreasury");
      expect(await vault.treasury()).to.equal(system.treasury.address);
    });

    it("refuses a table that is none, or one it was not given", async () => {
      const { token, vault, tabled, treasury } = system;
      const flat = Array.from({ length: 60 }, () => 0n);
      await expect(ethers.deployContract("VestingVault", [token, treasury.address, TIMELOCK, [], [flat]]))
        .to.be.revertedWithCustomError(vault, "InvalidTable")
        .withArgs(60n, 0n, 0n);
      await expect(ethers.deployContract("VestingVault", [token, treasury.address, TIMELOCK, [tabled], []]))
        .to.be.revertedWithCustomError(vault, "UnknownTable")
        .withArgs(1n);
    });
  });

  describe("given a schedule to create", () => {
    it("pulls the total and announces the schedule", async () => {
      const { token, vault, payer, beneficiary, revoker } = system;
      const created = schedule({}, { revoker: revoker.address });
      const creation = vault.create(created);
      await expect(creation)
        .to.emit(vault, "ScheduleCreated")
        .withArgs(3n, beneficiary.address, grantTuple(created));
      await expect(creation).to.changeTokenBalances(
        ethers,
        token,
        [payer, vault],
        [-created.total, created.total],
      );
      expect(await vault.scheduleOf(3)).to.deep.equal(scheduleTuple(created));
      expect(await vault.unreleasedOf(beneficiary)).to.equal(GENESIS + created.total);
      expect(await vault.owed(3, 3)).to.equal(created.total);
    });

    it("keeps terms apart that differ in one field", async () => {
      const { vault, start, revoker } = system;
      const base = { cliff: 0n, duration: LONGEST };
      const all: Partial<Terms>[] = [
        base,
        { ...base, start: start + 1n },
        { ...base, cliff: 1n },
        { ...base, duration: LONGEST - 1n },
        { ...base, tableId: 1n },
        { ...base, revoker: revoker.address },
      ];
      for (const terms of [...all, ...all]) await vault.create(schedule({}, terms));
      for (const [index, terms] of [...all, ...all].entries())
        expect(await vault.scheduleOf(3 + index)).to.deep.equal(scheduleTuple(schedule({}, terms)));
    });

    it("takes the longest schedule, cliff and all", async () => {
      const { vault, start } = system;
      for (const tableId of [0n, 1n]) {
        await vault.create(schedule({ initial: 1n }, { cliff: LONGEST, duration: LONGEST, tableId }));
        const id = 3n + tableId;
        expect(await vault.vestedAmount(id, start + LONGEST - 1n)).to.equal(1n);
        expect(await vault.vestedAmount(id, start + LONGEST)).to.equal(schedule().total);
      }
    });

    it("refuses a creator who cannot pay", async () => {
      const { token, vault, stranger } = system;
      await token.connect(stranger).approve(vault, ethers.MaxUint256);
      await expect(vault.connect(stranger).create(schedule())).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientBalance",
      );
    });

    it("refuses what cannot be a schedule, alone or in a batch", async () => {
      const { vault } = system;
      const vaultAddress = await vault.getAddress();
      const refusals: [Partial<Grant>, Partial<Terms>, string, unknown[]][] = [
        [{ beneficiary: ZeroAddress }, {}, "ZeroBeneficiary", []],
        [{ beneficiary: vaultAddress }, {}, "VaultAsReceiver", []],
        [{ total: 0n, initial: 0n }, {}, "ZeroTotal", []],
        [{ total: 5n, initial: 6n }, {}, "InitialAboveTotal", [6n, 5n]],
        [{ total: 2n ** 96n }, {}, "SafeCastOverflowedUintDowncast", [96n, 2n ** 96n]],
        [{}, { cliff: 0n, duration: 0n }, "InvalidDuration", [0n, 0n, LONGEST]],
        [{}, { cliff: 0n, duration: LONGEST + 1n }, "InvalidDuration", [0n, LONGEST + 1n, LONGEST]],
        [{}, { cliff: 11n, duration: 10n }, "InvalidDuration", [11n, 10n, LONGEST]],
        [{}, { tableId: 1n, duration: LONGEST - 1n }, "InvalidDuration", [6n * MONTH, LONGEST - 1n, LONGEST]],
        [{}, { tableId: 2n, duration: LONGEST }, "UnknownTable", [2n]],
      ];
      for (const [changed, terms, error, values] of refusals) {
        const refused = schedule(changed, terms);
        await expect(vault.create(refused))
          .to.be.revertedWithCustomError(vault, error)
          .withArgs(...values);
        await expect(vault.createBatch(BATCH, [schedule(), refused])).to.be.revertedWithCustomError(
          vault,
          error,
        );
      }
      expect(await vault.scheduleCount()).to.equal(2n);
    });
  });

  describe("given a batch", () => {
    const batch = () =>
      [1n, 2n, 3n].map((n) =>
        schedule(
          { beneficiary: toBeHex(0xbe00n + n, 20), total: n * ICNT, initial: n },
          n === 2n ? { tableId: 1n, duration: LONGEST } : {},
        ),
      );

    it("creates it with one pull, ids in order", async () => {
      const { token, vault, payer } = system;
      const creation = vault.createBatch(BATCH, batch());
      await expect(creation).to.emit(vault, "BatchCreated").withArgs(payer.address, BATCH, 3n, 3n);
      await expect(creation).to.changeTokenBalances(ethers, token, [payer, vault], [-6n * ICNT, 6n * ICNT]);
      const receipt = await (await creation).wait();
      const transfers = receipt!.logs.filter(({ address }) => address === token.target);
      expect(transfers.length).to.equal(1);
      expect(await vault.scheduleCount()).to.equal(5n);
      for (const [index, created] of batch().entries()) {
        expect(await vault.scheduleOf(index + 3)).to.deep.equal(scheduleTuple(created));
        expect(await vault.unreleasedOf(created.beneficiary)).to.equal(created.total);
      }
      expect(await vault.owed(3, 5)).to.equal(6n * ICNT);
      expect(await vault.owed(4, 4)).to.equal(2n * ICNT);
    });

    it("creates it once per creator and id", async () => {
      const { token, vault, payer, stranger } = system;
      await vault.createBatch(BATCH, batch());
      expect(await vault.batchCreated(payer, BATCH)).to.equal(true);
      await expect(vault.createBatch(BATCH, batch().slice(1)))
        .to.be.revertedWithCustomError(vault, "BatchExists")
        .withArgs(payer.address, BATCH);
      await vault.createBatch(encodeBytes32String("another"), batch());

      await token.transfer(stranger, 6n * ICNT);
      await token.connect(stranger).approve(vault, 6n * ICNT);
      expect(await vault.batchCreated(stranger, BATCH)).to.equal(false);
      await vault.connect(stranger).createBatch(BATCH, batch());
      expect(await vault.batchCreated(stranger, BATCH)).to.equal(true);
      expect(await vault.scheduleCount()).to.equal(11n);
    });

    it("refuses an empty one, and can be sent again where it failed", async () => {
      const { token, vault, payer } = system;
      await expect(vault.createBatch(BATCH, [])).to.be.revertedWithCustomError(vault, "EmptyBatch");
      await token.approve(vault, 6n * ICNT - 1n);
      await expect(vault.createBatch(BATCH, batch())).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientAllowance",
      );
      expect(await vault.batchCreated(payer, BATCH)).to.equal(false);
      await token.approve(vault, 6n * ICNT);
      await vault.createBatch(BATCH, batch());
    });
  });

  describe("given tables", () => {
    const even = cumulative(SHARES.map((_, month) => (month < 40 ? 16_667n : 16_666n)));

    it("stores each once, under dense ids", async () => {
      const { vault, stranger } = system;
      expect(await vault.tableCount()).to.equal(1n);
      expect(await vault.tableOf(1)).to.deep.equal(cumulative(SHARES));
      await expect(vault.connect(stranger).addTable(even)).to.emit(vault, "TableAdded").withArgs(2n, even);
      await expect(vault.addTable(even)).not.to.emit(vault, "TableAdded");
      expect(await vault.addTable.staticCall(even)).to.equal(2n);
      expect(await vault.addTable.staticCall(cumulative(SHARES))).to.equal(1n);
      expect(await vault.tableOf(2)).to.deep.equal(even);
      expect(await vault.tableCount()).to.equal(2n);
    });

    it("refuses one that falls or does not end with the whole", async () => {
      const { vault } = system;
      const wrong: [number, bigint, unknown[]][] = [
        [1, even[0]! - 1n, [2n, even[0], even[0]! - 1n]],
        [58, 1_000_001n, [60n, 1_000_001n, 1_000_000n]],
        [59, 999_999n, [60n, even[58], 999_999n]],
        [59, 1_000_001n, [60n, even[58], 1_000_001n]],
      ];
      for (const [month, share, values] of wrong)
        await expect(vault.addTable(even.with(month, share)))
          .to.be.revertedWithCustomError(vault, "InvalidTable")
          .withArgs(...values);
      expect(await vault.tableCount()).to.equal(1n);
    });

    it("knows no others", async () => {
      const { vault } = system;
      for (const id of [0n, 2n, 2n ** 32n - 1n])
        await expect(vault.tableOf(id)).to.be.revertedWithCustomError(vault, "UnknownTable").withArgs(id);
    });
  });

  describe("given an unknown schedule", () => {
    it("says so everywhere", async () => {
      const { vault, beneficiary } = system;
      for (const id of [0n, 3n])
        for (const call of [
          () => vault.scheduleOf(id),
          () => vault.releasable(id),
          () => vault.vestedAmount(id, 0),
          () => vault.pendingBeneficiaryOf(id),
          () => vault.owed(id, id),
          () => vault.release(id),
          () => vault.offerHandover(id, beneficiary),
          () => vault.acceptHandover(id),
          () => vault.revoke(id),
        ])
          await expect(call()).to.be.revertedWithCustomError(vault, "UnknownSchedule").withArgs(id);
    });
  });
});
