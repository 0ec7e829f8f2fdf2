import { expect } from "chai";
import { id, parseEther, ZeroHash } from "ethers";
import { callTo } from "../../helpers/actions.ts";
import {
  batchOf,
  DELAY,
  deployTimelock,
  ethers,
  L,
  MANNER,
  networkHelpers,
  ROUTINE_ROLE,
  type TimelockSystem,
  word,
} from "../../helpers/timelock.ts";
import type { Action } from "../../helpers/votes.ts";

const SLOW = (28n + 7n) * L;
const LONGEST = (60n + 7n) * L;
const TARGET = "0x00000000000000000000000000000000000ca11e";
const ROUTINE_CALL = "0x11223344";
const SLOW_CALL = "0x55667788";

/** For the fixture, which passes a connection to what it calls. */
const started = () => deployTimelock();

describe("The timelock", () => {
  let system: TimelockSystem;

  beforeEach(async () => {
    system = await networkHelpers.loadFixture(started);
    await system.manager.setTargetFunctionRole(TARGET, [ROUTINE_CALL], ROUTINE_ROLE);
  });

  const refuses = (execution: Promise<unknown>) =>
    expect(execution).to.be.revertedWithCustomError(system.timelock, "TimelockUnexpectedOperationState");

  describe("waits for stakers", () => {
    const calls: Readonly<Record<string, readonly (Action & { value?: bigint })[]>> = {
      "with a call that no role is named for": [{ to: TARGET, data: SLOW_CALL }],
      "with one such call among routine ones": [
        { to: TARGET, data: ROUTINE_CALL },
        { to: TARGET, data: SLOW_CALL },
        { to: TARGET, data: ROUTINE_CALL },
      ],
      "with a function that is routine elsewhere": [
        { to: "0x000000000000000000000000000000000000dead", data: ROUTINE_CALL },
      ],
      "with an empty call": [{ to: TARGET, data: "0x" }],
      "with less than a selector": [{ to: TARGET, data: ROUTINE_CALL.slice(0, 8) }],
      "with a plain transfer of coin": [{ to: TARGET, data: "0x", value: 1n }],
    };
    for (const [what, actions] of Object.entries(calls))
      it(what, async () => {
        const { timelock, schedule, executeAt } = system;
        const batch = batchOf(actions);
        await networkHelpers.setBalance(await timelock.getAddress(), parseEther("1"));
        expect(await timelock.delayOf(batch[0], batch[2])).to.equal(SLOW);
        const { id: operation, at } = await schedule(batch);
        expect(await timelock.getTimestamp(operation)).to.equal(at + SLOW);
        await refuses(executeAt(at + SLOW - 1n, batch));
        await executeAt(at + SLOW, batch);
        expect(await timelock.isOperationDone(operation)).to.equal(true);
        expect(await timelock.getTimestamp(operation)).to.equal(1n);
      });

    it("with whatever is the AccessManager's, although a role is named for it", async () => {
      const { manager, timelock, schedule } = system;
      const call = await callTo(manager, "multicall", [[]]);
      await manager.setTargetFunctionRole(manager, [call.data.slice(0, 10)], ROUTINE_ROLE);
      const { id: operation, at } = await schedule(batchOf([call]));
      expect(await timelock.getTimestamp(operation)).to.equal(at + SLOW);
    });

    it("with a single call too", async () => {
      const { timelock } = system;
      const call = [TARGET, 0n, SLOW_CALL, ZeroHash, ZeroHash] as const;
      await timelock.schedule(...call, 0n);
      const readyAt = BigInt(await networkHelpers.time.latest()) + SLOW;
      expect(await timelock.getTimestamp(await timelock.hashOperation(...call))).to.equal(readyAt);
      await networkHelpers.time.setNextBlockTimestamp(readyAt - 1n);
      await refuses(timelock.execute(...call, { gasLimit: 1_000_000 }));
      await timelock.execute(...call);
      expect(await timelock.isOperationDone(await timelock.hashOperation(...call))).to.equal(true);
    });
  });

  describe("waits its own delay", () => {
    it("with routine calls, one or many", async () => {
      const { timelock, schedule, executeAt } = system;
      const call = { to: TARGET, data: ROUTINE_CALL };
      for (const batch of [batchOf([call]), batchOf([call, call])]) {
        expect(await timelock.delayOf(batch[0], batch[2])).to.equal(DELAY);
        const { id: operation, at } = await schedule(batch);
        expect(await timelock.getTimestamp(operation)).to.equal(at + DELAY);
        await refuses(executeAt(at + DELAY - 1n, batch));
        await executeAt(at + DELAY, batch);
      }
    });

    it("or longer if that is asked for", async () => {
      const { timelock, schedule } = system;
      for (const data of [ROUTINE_CALL, SLOW_CALL]) {
        const { id: operation, at } = await schedule(batchOf([{ to: TARGET, data }]), 40n * L);
        expect(await timelock.getTimestamp(operation)).to.equal(at + 40n * L);
      }
    });
  });

  describe("lets stakers out whose unbonding began under other terms", () => {
    it("asks for the periods of the 61 epochs before the announcement, too", async () => {
      const { timelock, deploy } = system;
      const recorder = await ethers.deployContract("PeriodsDouble");
      const other = await deploy(DELAY, await recorder.getAddress());
      const now = BigInt(await networkHelpers.time.latest());
      await recorder.setPeriod(now - 61n * L, 60);
      expect(await other.leavingPeriod(now)).to.equal(LONGEST);
      expect(await other.leavingPeriod(now + 1n)).to.equal(8n * L);
      expect(await timelock.leavingPeriod(now)).to.equal(SLOW);
    });

    it("counts from epochZero on before it", async () => {
      const { timelock, schedule, epochZero, executeAt } = await deployTimelock(30n * L);
      const batch = batchOf([{ to: TARGET, data: SLOW_CALL }]);
      const { id: operation, at } = await schedule(batch);
      expect(await timelock.getTimestamp(operation)).to.equal(epochZero + SLOW);
      expect(await timelock.leavingPeriod(at)).to.equal(epochZero + SLOW - at);
      await refuses(executeAt(epochZero + SLOW - 1n, batch));
      await executeAt(epochZero + SLOW, batch);
    });
  });

  describe("counts 60 epochs, and carries out the repair,", () => {
    const manners = {
      "given a staking contract that reverts": [MANNER.reverts, "0x"],
      "given one that answers nothing": [MANNER.answers, "0x"],
      "given one that answers less than a number": [MANNER.answers, word(28n).slice(0, 64)],
      "given one that answers 2^32 − 1": [MANNER.answers, word(2n ** 32n - 1n)],
      "given one that answers 2^256 − 1": [MANNER.answers, word(2n ** 256n - 1n)],
      "given one that answers 0": [MANNER.answers, word(0n)],
      "given one that burns all gas": [MANNER.burns, "0x"],
    } as const;
    for (const [what, [manner, answer]] of Object.entries(manners))
      it(what, async () => {
        const { timelock, staking, schedule, executeAt } = system;
        await staking.setAnswer(manner, answer);
        const batch = batchOf([{ to: TARGET, data: SLOW_CALL }]);
        expect(await timelock.delayOf(batch[0], batch[2])).to.equal(LONGEST);
        const { id: operation, at } = await schedule(batch);
        expect(await timelock.getTimestamp(operation)).to.equal(at + LONGEST);
        await refuses(executeAt(at + LONGEST - 1n, batch));
        await executeAt(at + LONGEST, batch);
      });

    it("given one that is no contract at all", async () => {
      const other = await system.deploy(DELAY, TARGET);
      expect(await other.leavingPeriod(await networkHelpers.time.latest())).to.equal(LONGEST);
    });
  });

  describe("waits until bonds can leave, but no longer than for the longest unbonding period,", () => {
    const batch = batchOf([{ to: TARGET, data: SLOW_CALL }]);

    it("given epochs that are not final", async () => {
      const { timelock, oracle, schedule, executeAt, epochZero } = system;
      const { id: operation, at } = await schedule(batch);
      const needed = (at - epochZero) / L + 7n;
      await oracle.setAnswer(MANNER.answers, word(needed - 1n));
      expect(await timelock.getTimestamp(operation)).to.equal(at + SLOW);
      await refuses(executeAt(at + SLOW, batch));
      expect(await timelock.getTimestamp(operation)).to.equal(at + LONGEST);
      expect(await timelock.isOperationReady(operation)).to.equal(false);

      await oracle.setAnswer(MANNER.answers, word(needed));
      expect(await timelock.getTimestamp(operation)).to.equal(at + SLOW);
      await timelock.executeBatch(...batch);
    });

    for (const [what, manner, answer] of [
      ["reverts", MANNER.reverts, "0x"],
      ["answers nothing", MANNER.answers, "0x"],
      ["burns all gas", MANNER.burns, "0x"],
      ["never makes anything final", MANNER.answers, word(0n)],
    ] as const)
      it(`given an oracle that ${what}`, async () => {
        const { oracle, schedule, executeAt } = system;
        await oracle.setAnswer(manner, answer);
        const { at } = await schedule(batch);
        await refuses(executeAt(at + LONGEST - 1n, batch));
        await executeAt(at + LONGEST, batch);
      });

    it("which a routine call does not", async () => {
      const { oracle, schedule, executeAt } = system;
      await oracle.setAnswer(MANNER.reverts, "0x");
      const routine = batchOf([{ to: TARGET, data: ROUTINE_CALL }]);
      const { at } = await schedule(routine);
      await executeAt(at + DELAY, routine);
    });
  });

  describe("given a cancelled operation", () => {
    it("starts anew when it is scheduled again", async () => {
      const { timelock, schedule } = system;
      const batch = batchOf([{ to: TARGET, data: SLOW_CALL }]);
      const { id: operation, at: first } = await schedule(batch);
      await networkHelpers.time.increaseTo(first + SLOW - 10n);
      await timelock.cancel(operation);
      expect(await timelock.getTimestamp(operation)).to.equal(0n);
      await refuses(timelock.executeBatch(...batch));
      const { at } = await schedule(batch);
      expect(await timelock.getTimestamp(operation)).to.equal(at + SLOW);
    });

    it("forgets that it waited for stakers if it is routine now", async () => {
      const { timelock, manager, schedule, executeAt } = system;
      const batch = batchOf([{ to: TARGET, data: SLOW_CALL }]);
      const { id: operation } = await schedule(batch);
      await timelock.cancel(operation);
      await manager.setTargetFunctionRole(TARGET, [SLOW_CALL], ROUTINE_ROLE);
      const { at } = await schedule(batch);
      expect(await timelock.getTimestamp(operation)).to.equal(at + DELAY);
      await executeAt(at + DELAY, batch);
    });
  });

  describe("obeys the Governor alone", () => {
    it("in scheduling, executing and cancelling", async () => {
      const { timelock, stranger, schedule } = system;
      const batch = batchOf([{ to: TARGET, data: ROUTINE_CALL }]);
      const { id: operation, at } = await schedule(batch);
      await networkHelpers.time.increaseTo(at + DELAY);
      const by = timelock.connect(stranger);
      const other = batchOf([{ to: TARGET, data: ROUTINE_CALL }], id("other"));
      for (const call of [
        by.scheduleBatch(...other, SLOW),
        by.schedule(TARGET, 0, ROUTINE_CALL, ZeroHash, ZeroHash, SLOW),
        by.executeBatch(...batch),
        by.execute(TARGET, 0, ROUTINE_CALL, ZeroHash, ZeroHash),
        by.cancel(operation),
      ])
        await expect(call).to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount");
    });
  });

  describe("has a delay between L and 30 L", () => {
    it("at construction", async () => {
      const { timelock, deploy, staking } = system;
      const at = await staking.getAddress();
      for (const delay of [L, 30n * L]) expect(await (await deploy(delay, at)).getMinDelay()).to.equal(delay);
      for (const delay of [L - 1n, 30n * L + 1n])
        await expect(deploy(delay, at))
          .to.be.revertedWithCustomError(timelock, "TimelockDelayOutOfBounds")
          .withArgs(delay, L, 30n * L);
    });

    it("and changes it by itself only", async () => {
      const { timelock, governor, schedule } = system;
      await expect(timelock.updateDelay(L))
        .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
        .withArgs(governor.address);
      for (const [delay, fits] of [
        [L, true],
        [L - 1n, false],
        [30n * L, true],
        [30n * L + 1n, false],
      ] as const) {
        const batch = batchOf([await callTo(timelock, "updateDelay", [delay])]);
        const { id: operation } = await schedule(batch);
        await networkHelpers.time.increaseTo(await timelock.getTimestamp(operation));
        const execution = timelock.executeBatch(...batch);
        if (fits) await execution;
        else
          await expect(execution)
            .to.be.revertedWithCustomError(timelock, "TimelockDelayOutOfBounds")
            .withArgs(delay, L, 30n * L);
      }
      expect(await timelock.getMinDelay()).to.equal(30n * L);
    });

    it("which is the least for what waits for stakers, too", async () => {
      const { staking, deploy, governor } = system;
      await staking.setAnswer(MANNER.answers, word(1n));
      const other = await deploy(30n * L, await staking.getAddress());
      expect(await other.connect(governor).delayOf([TARGET], [SLOW_CALL])).to.equal(30n * L);
    });
  });
});
