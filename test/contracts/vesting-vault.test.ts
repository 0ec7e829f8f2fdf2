import { expect } from "chai";
import { toBeHex, ZeroAddress } from "ethers";
import {
  DAY,
  deployToken,
  ethers,
  ICNT,
  MONTH,
  MONTHS,
  networkHelpers,
  nextAddress,
  now,
  type Schedule,
  vestedBy,
} from "../helpers/genesis.ts";

const { time, loadFixture } = networkHelpers;
const GENESIS = 1_000_000n * ICNT;

async function deployed() {
  const [payer, beneficiary, stranger] = await ethers.getSigners();
  const start = (await now()) + 30n * DAY;
  const genesis: Schedule = {
    beneficiary: beneficiary!.address,
    start,
    cliff: 0n,
    duration: 24n * MONTH,
    total: GENESIS,
    initial: GENESIS / 10n,
  };
  const token = await deployToken(await nextAddress(1), GENESIS);
  const vault = await ethers.deployContract("VestingVault", [token, [genesis]]);
  await token.approve(vault, ethers.MaxUint256);
  return { token, vault, genesis, start, payer: payer!, beneficiary: beneficiary!, stranger: stranger! };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("VestingVault", () => {
  let system: Deployed;
  const schedule = (changed: Partial<Schedule> = {}): Schedule => ({
    beneficiary: system.beneficiary.address,
    start: system.start,
    cliff: 6n * MONTH,
    duration: 48n * MONTH,
    total: 777_777n * ICNT + 7n,
    initial: 7_777n * ICNT + 1n,
    ...changed,
  });

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  describe("given the genesis schedules", () => {
    it("owes what the token minted to it", async () => {
      const { token, vault } = system;
      expect(await vault.owed()).to.equal(GENESIS);
      expect(await token.balanceOf(vault)).to.equal(GENESIS);
      expect(await vault.scheduleCount()).to.equal(1n);
      expect(await vault.releasable(1)).to.equal(0n);
    });

    it("refuses to owe another sum than it holds", async () => {
      const { genesis, vault } = system;
      for (const minted of [0n, GENESIS - 1n, GENESIS + 1n]) {
        const token = await deployToken(await nextAddress(1), minted);
        await expect(ethers.deployContract("VestingVault", [token, [genesis]]))
          .to.be.revertedWithCustomError(vault, "GenesisMismatch")
          .withArgs(minted, GENESIS);
      }
    });
  });

  describe("given a linear schedule with a cliff", () => {
    it("vests as the model says, to the second", async () => {
      const { vault, start } = system;
      const created = schedule();
      await vault.create(created);
      const { cliff, duration } = created;
      const edges = [0n, cliff, duration].flatMap((at) => [at - 1n, at, at + 1n]);
      for (const elapsed of [...edges, -start, cliff / 3n, 2n * cliff, duration / 2n + 7n, 99n * duration])
        expect(await vault.vestedAmount(2, start + elapsed), `after ${elapsed} s`).to.equal(
          elapsed >= duration ? created.total : vestedBy(created, start + elapsed),
        );
    });

    describe("when it is released by a stranger", () => {
      it("pays the beneficiary what has vested since", async () => {
        const { token, vault, start, beneficiary, stranger } = system;
        const created = schedule();
        await vault.create(created);
        let paid = 0n;
        for (const elapsed of [0n, 10n * MONTH, 10n * MONTH + 1n, 47n * MONTH, 48n * MONTH]) {
          await time.setNextBlockTimestamp(start + elapsed);
          const vested = elapsed === 48n * MONTH ? created.total : vestedBy(created, start + elapsed);
          const release = vault.connect(stranger).release(2);
          await expect(release)
            .to.emit(vault, "Released")
            .withArgs(2n, beneficiary.address, vested - paid);
          await expect(release).to.changeTokenBalances(
            ethers,
            token,
            [beneficiary, vault],
            [vested - paid, paid - vested],
          );
          paid = vested;
          expect(await vault.released(2)).to.equal(paid);
          expect(await vault.owed()).to.equal(GENESIS + created.total - paid);
        }
      });

      it("has nothing to release twice in a second, before the start or after the end", async () => {
        const { vault, start } = system;
        await vault.create(schedule({ initial: 0n }));
        const nothing = async () =>
          expect(vault.release(2)).to.be.revertedWithCustomError(vault, "NothingToRelease").withArgs(2n);
        await nothing();
        await time.setNextBlockTimestamp(start + 6n * MONTH - 1n);
        await nothing();
        await time.increaseTo(start + 48n * MONTH);
        await vault.release(2);
        await nothing();
      });
    });
  });

  describe("given schedules to create", () => {
    it("pulls the total and announces the schedule", async () => {
      const { token, vault, payer, beneficiary } = system;
      const created = schedule();
      const creation = vault.create(created);
      await expect(creation)
        .to.emit(vault, "ScheduleCreated")
        .withArgs(2n, beneficiary.address, Object.values(created));
      await expect(creation).to.changeTokenBalances(
        ethers,
        token,
        [payer, vault],
        [-created.total, created.total],
      );
      expect(await vault.scheduleOf(2)).to.deep.equal(Object.values(created));
    });

    it("creates a batch with one pull, ids in order", async () => {
      const { token, vault, payer } = system;
      const batch = [1n, 2n, 3n].map((n) =>
        schedule({ beneficiary: toBeHex(0xbe00n + n, 20), total: n * ICNT, initial: n }),
      );
      const creation = vault.createBatch(batch);
      await expect(creation).to.changeTokenBalances(ethers, token, [payer, vault], [-6n * ICNT, 6n * ICNT]);
      const receipt = await (await creation).wait();
      const transfers = receipt!.logs.filter(({ address }) => address === token.target);
      expect(transfers.length).to.equal(1);
      expect(await vault.scheduleCount()).to.equal(4n);
      for (const [index, created] of batch.entries())
        expect(await vault.scheduleOf(index + 2)).to.deep.equal(
          Object.values({ ...created, beneficiary: ethers.getAddress(created.beneficiary) }),
        );
    });

    it("refuses what cannot be a schedule, alone or in a batch", async () => {
      const { vault } = system;
      const max = MONTHS * MONTH;
      const refusals: [Partial<Schedule>, string, unknown[]][] = [
        [{ beneficiary: ZeroAddress }, "ZeroBeneficiary", []],
        [{ total: 0n, initial: 0n }, "ZeroTotal", []],
        [{ total: 5n, initial: 6n }, "InitialAboveTotal", [6n, 5n]],
        [{ cliff: 0n, duration: 0n }, "InvalidDuration", [0n, 0n, max]],
        [{ cliff: 0n, duration: max + 1n }, "InvalidDuration", [0n, max + 1n, max]],
        [{ cliff: 11n, duration: 10n }, "InvalidDuration", [11n, 10n, max]],
      ];
      for (const [changed, error, values] of refusals) {
        await expect(vault.create(schedule(changed)))
          .to.be.revertedWithCustomError(vault, error)
          .withArgs(...values);
        await expect(vault.createBatch([schedule(), schedule(changed)])).to.be.revertedWithCustomError(
          vault,
          error,
        );
      }
      expect(await vault.scheduleCount()).to.equal(1n);
    });

    it("takes the longest schedule, cliff and all", async () => {
      const { vault, start } = system;
      const longest = MONTHS * MONTH;
      await vault.create(schedule({ cliff: longest, duration: longest, initial: 1n }));
      expect(await vault.vestedAmount(2, start + longest - 1n)).to.equal(1n);
      expect(await vault.vestedAmount(2, start + longest)).to.equal(schedule().total);
    });

    it("refuses a creator who cannot pay", async () => {
      const { token, vault, stranger } = system;
      await token.connect(stranger).approve(vault, ethers.MaxUint256);
      await expect(vault.connect(stranger).create(schedule())).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientBalance",
      );
    });
  });

  describe("given an unknown schedule", () => {
    it("says so everywhere", async () => {
      const { vault } = system;
      for (const call of [
        () => vault.scheduleOf(2),
        () => vault.released(2),
        () => vault.releasable(2),
        () => vault.vestedAmount(2, 0),
        () => vault.release(2),
      ])
        await expect(call()).to.be.revertedWithCustomError(vault, "UnknownSchedule").withArgs(2n);
    });
  });
});
