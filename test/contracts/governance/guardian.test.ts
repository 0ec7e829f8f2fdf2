import { expect } from "chai";
import {
  DUE,
  type Guarded,
  guardedNetwork,
  LEAVING,
  NODE,
  next,
  oracleCall,
  PAUSE,
  POSITION,
  REQUEST,
  registration,
  report,
  timeOf,
} from "../../helpers/guarded.ts";
import { DAY, icnt } from "../../helpers/system.ts";
import { Proposal, pass, STATE } from "../../helpers/votes.ts";

const ZERO = 0n;

describe("The guardian's pause", () => {
  let network: Guarded;
  let pausedAt: bigint;

  before(async () => {
    network = await guardedNetwork();
  });
  beforeEach(() => network.rewind());

  const oracle = () => network.system.deployer.oracle;
  const pause = async () => {
    pausedAt = await timeOf(network.guardian.oracle.pause("an exploit"));
  };
  const toEndOfPause = () => network.system.connection.networkHelpers.time.increaseTo(pausedAt + PAUSE);

  /** What adds risk, by name. */
  const newRisk = (): readonly (readonly [string, () => Promise<unknown>])[] => {
    const { system, operator, holder, stranger } = network;
    return [
      ["register", () => registration(stranger)],
      ["stake", () => stranger.staking.stake(NODE, icnt(100), 0)],
      ["topUp", async () => holder.staking.topUp(await latestOf(POSITION.delegation), icnt(100))],
      ["addBond", () => operator.staking.addBond(NODE, icnt(100))],
      ["submit", async () => system.submit(await system.reportWith({}))],
    ];
  };
  /** The position that a holder has now instead of the one of epoch 0. */
  const latestOf = async (position: number) => {
    const { staking } = network.stranger;
    const { owner } = await staking.positionOf(position);
    const [latest] = await staking.positionsOf(owner, 0, 1);
    if (latest === undefined) throw new Error("no position");
    return latest;
  };

  describe("given no pause", () => {
    it("leaves everything as it is", async () => {
      expect(await oracle().pausedUntil()).to.equal(ZERO);
      expect(await oracle().pauseLeft()).to.equal(true);
      await oracle().requireNotPaused();
      for (const [, call] of newRisk()) await call();
    });

    it("cannot be ended", async () => {
      const { guardian } = network;
      await expect(guardian.oracle.unpause()).to.be.revertedWithCustomError(oracle(), "NotPaused");
    });
  });

  describe("given a pause", () => {
    beforeEach(pause);

    it("says until when, who and why", async () => {
      const { guardian } = network;
      const until = pausedAt + PAUSE;
      const [event] = await oracle().queryFilter(oracle().filters.Paused(), -1);
      expect([...(event?.args ?? [])]).to.deep.equal([until, guardian.address, "an exploit"]);
      expect(await oracle().pausedUntil()).to.equal(until);
      expect((await oracle().duty()).pausedUntil).to.equal(until);
      expect(await oracle().pauseLeft()).to.equal(false);
    });

    describe("when somebody adds risk", () => {
      it("refuses registrations, stake, bond and reports", async () => {
        for (const [name, call] of newRisk())
          await expect(call(), name)
            .to.be.revertedWithCustomError(oracle(), "NewRiskPaused")
            .withArgs(pausedAt + PAUSE);
      });

      it("refuses them to the last second, and takes them after 21 epochs", async () => {
        const { time, takeSnapshot } = network.system.connection.networkHelpers;
        const snapshot = await takeSnapshot();
        for (const [name, call] of newRisk()) {
          await time.increaseTo(pausedAt + PAUSE - 2n);
          await expect(call(), name).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
          await snapshot.restore();
        }
        await next(network.system, pausedAt + PAUSE);
        for (const [, call] of newRisk()) await call();
      });

      it("takes them at once after it was ended early", async () => {
        await expect(network.guardian.oracle.unpause())
          .to.emit(oracle(), "Unpaused")
          .withArgs(network.guardian.address);
        for (const [, call] of newRisk()) await call();
        expect(await oracle().statusOf(DUE)).to.equal(1n);
      });
    });

    describe("when somebody leaves", () => {
      it("lets unbonding be requested, of a delegation and of a bond", async () => {
        const { holder, operator } = network;
        await holder.staking.requestUnbonding(await latestOf(POSITION.delegation), icnt(1_000));
        await operator.staking.requestUnbonding(await latestOf(POSITION.bond), icnt(1_000));
      });

      it("pays out matured requests, of a delegation and of a settled bond", async () => {
        const { system, holder, operator, stranger } = network;
        for (const [request, amount, owner] of [
          [REQUEST.delegation, LEAVING.delegation, holder],
          [REQUEST.bond, LEAVING.bond, operator],
        ] as const)
          await expect(stranger.staking.completeUnbonding(request)).to.changeTokenBalance(
            system.connection.ethers,
            stranger.icnt,
            owner.address,
            amount,
          );
      });

      it("pays claims and attesters, and accrues", async () => {
        const { system, stranger } = network;
        await stranger.rewards.accrue(5);
        await expect(system.claim(NODE, 0, [POSITION.bond, POSITION.delegation])).to.emit(
          stranger.rewards,
          "Claimed",
        );
        await system.proveIndex(NODE, 0);
        await expect(stranger.rewards.claimAttesterPay(1, 1)).to.emit(stranger.rewards, "AttesterPaid");
      });

      it("releases vesting", async () => {
        const { partner, stranger } = network;
        let schedule = await partner.vault.scheduleCount();
        while ((await partner.vault.scheduleOf(schedule)).beneficiary !== partner.address) schedule -= 1n;
        await expect(stranger.vault.release(schedule)).to.emit(stranger.vault, "Released");
      });

      it("lets a node exit, pause and change hands", async () => {
        const { operator, stranger } = network;
        await operator.registry.startMaintenance(NODE);
        await operator.registry.endMaintenance(NODE);
        await operator.registry.offerOperator(NODE, stranger.address);
        await stranger.registry.acceptOperator(NODE);
        await stranger.registry.startExit(NODE);
      });

      it("lets ICNT be transferred", async () => {
        const { holder, stranger } = network;
        await stranger.icnt.transfer(holder.address, 1n);
      });
    });

    describe("when holders vote", () => {
      it("lets votes be delegated, of all three kinds", async () => {
        const { holder, partner, stranger } = network;
        for (const source of [holder.icnt, holder.staking, partner.vault])
          await expect(source.delegate(stranger.address)).to.emit(source, "DelegateChanged");
      });

      it("carries a proposal from its first to its last step while it lasts", async () => {
        const { system } = network;
        const proposal = await pass(system, [oracleCall(system, "renewVetoes")], "Vetoes again");
        expect(await proposal.state()).to.equal(STATE.executed);
        await expect(oracle().requireNotPaused()).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
      });
    });
  });

  describe("given a pause that is over", () => {
    beforeEach(async () => {
      await pause();
      await toEndOfPause();
    });

    it("cannot be ended any more", async () => {
      const { guardian } = network;
      await expect(guardian.oracle.unpause()).to.be.revertedWithCustomError(oracle(), "NotPaused");
      expect(await oracle().pausedUntil()).to.equal(pausedAt + PAUSE);
    });

    it("cannot be repeated until a vote renews it, once", async () => {
      const { system, guardian } = network;
      const again = () => guardian.oracle.pause("again");
      await expect(again()).to.be.revertedWithCustomError(oracle(), "NoPauseLeft");

      const renewal = await pass(system, [oracleCall(system, "renewPause")], "Another pause");
      expect(await renewal.state()).to.equal(STATE.executed);
      expect(await oracle().pauseLeft()).to.equal(true);

      await expect(again()).to.emit(oracle(), "Paused");
      await guardian.oracle.unpause();
      await expect(again()).to.be.revertedWithCustomError(oracle(), "NoPauseLeft");
    });

    it("lets the epochs that waited be reported and made final, in order", async () => {
      const { system } = network;
      for (const epoch of [DUE, DUE + 1]) {
        await report(system);
        await system.finalize(epoch);
      }
      expect(await oracle().finalizedCount()).to.equal(BigInt(DUE + 2));
    });
  });

  describe("given a vote that renews it before it is used", () => {
    it("leaves one pause, not two", async () => {
      const { system, guardian } = network;
      await pass(system, [oracleCall(system, "renewPause")], "For nothing");
      await pause();
      await guardian.oracle.unpause();
      await expect(guardian.oracle.pause("again")).to.be.revertedWithCustomError(oracle(), "NoPauseLeft");
    });
  });

  describe("given a vote that was queued before", () => {
    it("is executed during the pause, in time", async () => {
      const { system, partner } = network;
      const proposal = await Proposal.make(
        system,
        partner,
        [oracleCall(system, "renewPause")],
        "Already on its way",
      );
      await proposal.passAndQueue();
      await pause();
      await proposal.toReady();
      expect(BigInt(await system.connection.networkHelpers.time.latest())).to.be.lessThan(
        pausedAt + BigInt(3 * DAY),
      );
      await proposal.execute();
      expect(await oracle().pauseLeft()).to.equal(true);
    });
  });
});
