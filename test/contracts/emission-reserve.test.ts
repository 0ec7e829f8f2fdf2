import { expect } from "chai";
import {
  DAY,
  deployToken,
  EMISSION,
  EMISSION_TABLE,
  emissionAfter,
  ethers,
  ICNT,
  MONTH,
  networkHelpers,
  nextAddress,
  now,
} from "../helpers/genesis.ts";

const { time, loadFixture } = networkHelpers;

async function deployed() {
  const [admin, rewards, pool, stranger] = await ethers.getSigners();
  const epochZero = (await now()) + 30n * DAY;
  const manager = await ethers.deployContract("AccessManager", [admin!.address]);
  const deployWith = (token: string, table: readonly bigint[]) =>
    ethers.deployContract("EmissionReserve", [token, rewards!, manager, epochZero, EMISSION, [...table]]);
  const token = await deployToken(await nextAddress(1), EMISSION);
  const reserve = await deployWith(await token.getAddress(), EMISSION_TABLE);
  return {
    ...{ token, reserve, manager, epochZero, deployWith },
    ...{ admin: admin!, rewards: rewards!, pool: pool!, stranger: stranger! },
  };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("EmissionReserve", () => {
  let system: Deployed;

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  describe("given a table", () => {
    it("tells it as it was given", async () => {
      const { reserve } = system;
      expect(await reserve.monthlySharesPpm()).to.deep.equal(EMISSION_TABLE);
      expect(await reserve.total()).to.equal(EMISSION);
      expect(await reserve.paid()).to.equal(0n);
    });

    it("refuses one that is no schedule of 60 falling months", async () => {
      const { reserve, token, deployWith } = system;
      const changed = (month: number, by: bigint) =>
        EMISSION_TABLE.map((share, index) => (index === month - 1 ? share + by : share));
      const refusals: [readonly bigint[], string, unknown[]][] = [
        [EMISSION_TABLE.slice(0, 59), "TableLength", [59n, 60n]],
        [[...EMISSION_TABLE, 0n], "TableLength", [61n, 60n]],
        [changed(1, 1n), "FirstMonth", [184_001n, 184_000n]],
        [changed(3, 1n), "TableRises", [3n]],
        [changed(60, -1n), "TableSum", [999_999n, 1_000_000n]],
        [changed(2, 1n), "TableSum", [1_000_001n, 1_000_000n]],
      ];
      for (const [table, error, values] of refusals)
        await expect(deployWith(await token.getAddress(), table))
          .to.be.revertedWithCustomError(reserve, error)
          .withArgs(...values);
    });

    it("refuses to promise another sum than it holds", async () => {
      const { reserve, deployWith } = system;
      for (const minted of [0n, EMISSION - 1n, EMISSION + 1n]) {
        const token = await deployToken(await nextAddress(1), minted);
        await expect(deployWith(await token.getAddress(), EMISSION_TABLE))
          .to.be.revertedWithCustomError(reserve, "GenesisMismatch")
          .withArgs(minted, EMISSION);
      }
    });

    it("emits as the model says", async () => {
      const { reserve, epochZero } = system;
      const edges = [1n, 2n, 31n, 59n, 60n].map((months) => months * MONTH);
      const around = edges.flatMap((at) => [at - 1n, at, at + 1n]);
      for (const elapsed of [0n, 1n, MONTH / 2n, 12n * MONTH + 12_345n, ...around, 1000n * MONTH])
        expect(await reserve.cumulativeEmission(epochZero + elapsed), `after ${elapsed} s`).to.equal(
          emissionAfter(elapsed),
        );
      expect(await reserve.cumulativeEmission(epochZero - 1n)).to.equal(0n);
      expect(await reserve.cumulativeEmission(epochZero + MONTH)).to.equal(25_760_000n * ICNT);
      expect(await reserve.cumulativeEmission(epochZero + 60n * MONTH)).to.equal(EMISSION);
    });
  });

  describe("when the rewards contract asks", () => {
    it("pays up to what was emitted, and not a wei more", async () => {
      const { token, reserve, rewards, pool, epochZero } = system;
      const asRewards = reserve.connect(rewards);
      let paid = 0n;
      for (const elapsed of [1n, DAY, MONTH + 1n, 60n * MONTH, 70n * MONTH]) {
        await time.increaseTo(epochZero + elapsed);
        const at = epochZero + elapsed + 10n;
        const emitted = emissionAfter(elapsed + 10n);
        await time.setNextBlockTimestamp(at);
        await expect(asRewards.pay(pool, emitted - paid + 1n))
          .to.be.revertedWithCustomError(reserve, "EmissionExceeded")
          .withArgs(emitted + 1n, emitted);
        await time.setNextBlockTimestamp(at + 1n);
        const payment = asRewards.pay(pool, emitted - paid);
        await expect(payment)
          .to.emit(reserve, "Paid")
          .withArgs(pool.address, emitted - paid, emitted);
        const change = emitted - paid;
        await expect(payment).to.changeTokenBalances(ethers, token, [pool, reserve], [change, -change]);
        paid = emitted;
        expect(await reserve.paid()).to.equal(paid);
      }
    });

    it("pays nothing before epochZero, whatever was donated", async () => {
      const { token, reserve, rewards, pool } = system;
      await token.transfer(reserve, 1_000n * ICNT);
      await expect(reserve.connect(rewards).pay(pool, 1n))
        .to.be.revertedWithCustomError(reserve, "EmissionExceeded")
        .withArgs(1n, 0n);
    });
  });

  describe("when anybody else asks", () => {
    it("refuses", async () => {
      const { reserve, admin, pool } = system;
      await expect(reserve.pay(pool, 0n))
        .to.be.revertedWithCustomError(reserve, "NotRewards")
        .withArgs(admin.address);
    });
  });

  describe("when the authority sweeps", () => {
    const SWEEPABLE = 66n * MONTH;

    it("sends what is left half a year after month 60", async () => {
      const { token, reserve, rewards, pool, epochZero } = system;
      await time.increaseTo(epochZero + MONTH);
      await reserve.connect(rewards).pay(pool, 5n * ICNT);
      await time.setNextBlockTimestamp(epochZero + SWEEPABLE - 1n);
      await expect(reserve.sweep(pool))
        .to.be.revertedWithCustomError(reserve, "SweepTooEarly")
        .withArgs(epochZero + SWEEPABLE - 1n, epochZero + SWEEPABLE);
      await time.setNextBlockTimestamp(epochZero + SWEEPABLE);
      const left = EMISSION - 5n * ICNT;
      const sweep = reserve.sweep(pool);
      await expect(sweep).to.emit(reserve, "Swept").withArgs(pool.address, left);
      await expect(sweep).to.changeTokenBalances(ethers, token, [pool, reserve], [left, -left]);
    });

    it("obeys nobody else", async () => {
      const { reserve, stranger, epochZero } = system;
      await time.increaseTo(epochZero + SWEEPABLE);
      await expect(reserve.connect(stranger).sweep(stranger))
        .to.be.revertedWithCustomError(reserve, "AccessManagedUnauthorized")
        .withArgs(stranger.address);
    });
  });
});
