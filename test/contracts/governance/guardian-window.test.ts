import { expect } from "chai";
import {
  DUE,
  finalizableAt,
  type Guarded,
  guardedNetwork,
  next,
  oracleCall,
  PAUSE,
  report,
  timeOf,
  WINDOW,
} from "../../helpers/guarded.ts";
import { DAY } from "../../helpers/system.ts";
import { pass } from "../../helpers/votes.ts";

const HOUR = 3_600n;
/** Enough for what is refused: without a limit the refusal would be the estimate's, at another time. */
const GAS = { gasLimit: 300_000 };

describe("An open veto window and the guardian's pause", () => {
  let network: Guarded;
  let reportedAt: bigint;
  let endOfWindow: bigint;

  before(async () => {
    network = await guardedNetwork();
  });
  beforeEach(() => network.rewind());

  const oracle = () => network.system.deployer.oracle;
  const to = (at: bigint) => network.system.connection.networkHelpers.time.increaseTo(at);
  const pause = () => timeOf(network.guardian.oracle.pause("an exploit"));
  const unpause = () => timeOf(network.guardian.oracle.unpause());
  const pauseAt = async (at: bigint) => {
    await next(network.system, at);
    await pause();
  };
  const unpauseAt = async (at: bigint) => {
    await next(network.system, at);
    await unpause();
  };
  const finalizeAt = async (at: bigint) => {
    await next(network.system, at);
    return oracle().finalize(DUE, GAS);
  };
  const vetoAt = async (at: bigint) => {
    await next(network.system, at);
    return network.guardian.oracle.veto(DUE, "not public", GAS);
  };

  const reportDue = async () => {
    reportedAt = await report(network.system);
    endOfWindow = reportedAt + WINDOW;
    expect(await finalizableAt(network.system)).to.equal(endOfWindow);
  };

  describe("given a report with its window open", () => {
    beforeEach(reportDue);

    describe("when the pause lasts its 21 epochs", () => {
      beforeEach(() => pauseAt(reportedAt + HOUR));

      it("ends as much later", async () => {
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + PAUSE);
        expect((await oracle().recordOf(DUE)).finalizableAt).to.equal(endOfWindow + PAUSE);
      });

      it("takes no finality during the pause, nor until the window is over", async () => {
        await expect(oracle().finalize(DUE)).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
        await expect(finalizeAt(reportedAt + HOUR + PAUSE - 1n))
          .to.be.revertedWithCustomError(oracle(), "NewRiskPaused")
          .withArgs(reportedAt + HOUR + PAUSE);
        await expect(finalizeAt(reportedAt + HOUR + PAUSE)).to.be.revertedWithCustomError(
          oracle(),
          "VetoWindowOpen",
        );
        await expect(finalizeAt(endOfWindow + PAUSE - 1n)).to.be.revertedWithCustomError(
          oracle(),
          "VetoWindowOpen",
        );
        await expect(finalizeAt(endOfWindow + PAUSE)).to.emit(oracle(), "Finalized");
      });

      it("can be used for a veto to its new end", async () => {
        await expect(vetoAt(endOfWindow + PAUSE - 1n)).to.emit(oracle(), "Vetoed");
      });

      it("cannot be used for a veto afterwards", async () => {
        await expect(vetoAt(endOfWindow + PAUSE)).to.be.revertedWithCustomError(oracle(), "VetoWindowOver");
      });
    });

    describe("when the pause is ended early", () => {
      it("ends later by exactly what was paused", async () => {
        await pauseAt(reportedAt + HOUR);
        await unpauseAt(reportedAt + 5n * HOUR);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + 4n * HOUR);
        await expect(finalizeAt(endOfWindow + 4n * HOUR - 1n)).to.be.revertedWithCustomError(
          oracle(),
          "VetoWindowOpen",
        );
        await expect(finalizeAt(endOfWindow + 4n * HOUR)).to.emit(oracle(), "Finalized");
      });

      it("does so in the pause's last second, too", async () => {
        await pauseAt(reportedAt + HOUR);
        await unpauseAt(reportedAt + HOUR + PAUSE - 1n);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + PAUSE - 1n);
      });

      it("is as long as before if it was paused in its last second", async () => {
        await pauseAt(endOfWindow - 1n);
        await unpauseAt(endOfWindow + 3n * HOUR);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + 3n * HOUR + 1n);
      });
    });

    describe("when it is vetoed during the pause", () => {
      beforeEach(async () => {
        await pauseAt(reportedAt + HOUR);
        await vetoAt(endOfWindow + BigInt(DAY));
      });

      it("waits for the pause's end, and gives the next generation a whole window", async () => {
        const { system } = network;
        expect(await finalizableAt(system)).to.equal(0n);
        await expect(report(system)).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
        await to(reportedAt + HOUR + PAUSE);
        const again = await report(system);
        expect((await oracle().recordOf(DUE)).generation).to.equal(1n);
        expect(await finalizableAt(system)).to.equal(again + WINDOW);
      });

      it("gives it no more if the pause is ended early", async () => {
        const { system } = network;
        await unpause();
        expect(await finalizableAt(system)).to.equal(0n);
        const again = await report(system);
        expect(await finalizableAt(system)).to.equal(again + WINDOW);
        await expect(finalizeAt(again + WINDOW)).to.emit(oracle(), "Finalized");
      });
    });

    describe("when a vote renewed the pause and it is used twice", () => {
      beforeEach(async () => {
        await pauseAt(reportedAt + HOUR);
        await pass(network.system, [oracleCall(network.system, "renewPause")], "Another pause");
      });

      it("does not make the first pause longer", async () => {
        await expect(pause())
          .to.be.revertedWithCustomError(oracle(), "NewRiskPaused")
          .withArgs(reportedAt + HOUR + PAUSE);
      });

      it("is longer by both, each ended early", async () => {
        const [firstEnd, second] = [
          reportedAt + 20n * BigInt(DAY),
          reportedAt + 20n * BigInt(DAY) + 2n * HOUR,
        ];
        await unpauseAt(firstEnd);
        const firstPause = firstEnd - reportedAt - HOUR;
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + firstPause);
        await pauseAt(second);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + firstPause + PAUSE);
        await unpauseAt(second + 7n * HOUR);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + firstPause + 7n * HOUR);
        await expect(finalizeAt(endOfWindow + firstPause + 7n * HOUR)).to.emit(oracle(), "Finalized");
      });

      it("is longer by both, each to its end", async () => {
        const firstEnd = reportedAt + HOUR + PAUSE;
        await pauseAt(firstEnd);
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + 2n * PAUSE);
        await expect(finalizeAt(endOfWindow + 2n * PAUSE - 1n)).to.be.revertedWithCustomError(
          oracle(),
          "VetoWindowOpen",
        );
        await expect(finalizeAt(endOfWindow + 2n * PAUSE)).to.emit(oracle(), "Finalized");
      });

      it("is over for the second if it ended between them", async () => {
        await to(endOfWindow + PAUSE);
        await pause();
        expect(await finalizableAt(network.system)).to.equal(endOfWindow + PAUSE);
      });
    });
  });

  describe("given a report whose window was over", () => {
    for (const [when, late] of [
      ["just over", 0n],
      ["long over", 3n * BigInt(DAY)],
    ] as const)
      describe(`when the pause comes as it is ${when}`, () => {
        beforeEach(async () => {
          await reportDue();
          await pauseAt(endOfWindow + late);
        });

        it("is not opened again", async () => {
          expect(await finalizableAt(network.system)).to.equal(endOfWindow);
          await expect(network.guardian.oracle.veto(DUE, "late")).to.be.revertedWithCustomError(
            oracle(),
            "VetoWindowOver",
          );
        });

        it("is final as soon as the pause is over", async () => {
          const end = endOfWindow + late + PAUSE;
          await expect(finalizeAt(end - 1n)).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
          await expect(finalizeAt(end)).to.emit(oracle(), "Finalized");
        });

        it("has the same end if the pause is ended early", async () => {
          await unpause();
          expect(await finalizableAt(network.system)).to.equal(endOfWindow);
          await expect(oracle().finalize(DUE)).to.emit(oracle(), "Finalized");
        });
      });
  });

  describe("given no pending report", () => {
    for (const early of [true, false])
      it(`gives the first report after a pause ${early ? "ended early" : "of 21 epochs"} its usual window`, async () => {
        const { system } = network;
        const pausedAt = await pause();
        if (early) await unpause();
        else await to(pausedAt + PAUSE);
        await reportDue();
        await expect(finalizeAt(endOfWindow)).to.emit(oracle(), "Finalized");
        expect(await system.deployer.oracle.finalizedCount()).to.equal(BigInt(DUE + 1));
      });

    it("leaves the record of the last final epoch alone", async () => {
      const before = await oracle().recordOf(DUE - 1);
      await pause();
      await unpause();
      expect(await oracle().recordOf(DUE - 1)).to.deep.equal(before);
    });
  });
});
