import { expect } from "chai";
import { concat, id, ZeroHash } from "ethers";
import { artifactOf } from "../../../scripts/deploy/artifacts.ts";
import { PERMISSIONS, ROLES } from "../../../scripts/deploy/permissions.ts";
import { CONTRACT_NAMES, type ContractName } from "../../../scripts/lib/manifest.ts";
import { encodeCall } from "../../helpers/calls.ts";
import {
  DUE,
  type Guarded,
  guardedNetwork,
  LEAVING,
  NODE,
  oracleCall,
  PAUSE,
  report,
  timeOf,
} from "../../helpers/guarded.ts";
import { DAY, icnt } from "../../helpers/system.ts";
import { type Action, Proposal, pass, STATE } from "../../helpers/votes.ts";

describe("The guardian", () => {
  let network: Guarded;

  before(async () => {
    network = await guardedNetwork();
  });
  beforeEach(() => network.rewind());

  const oracle = () => network.guardian.oracle;
  const addressOf = (contract: ContractName) => network.system.manifest.contracts[contract].address;
  /** Sent by the guardian, with plausible arguments. */
  const send = (contract: ContractName, name: string) => {
    const { abi } = artifactOf(contract);
    const fragment = abi.getFunction(name);
    if (fragment === null) throw new Error(`${contract} has no function ${name}`);
    const data = encodeCall(abi, fragment, { bytes: "0x", delay: 2n * BigInt(DAY) });
    return network.guardian.signer.sendTransaction({ to: addressOf(contract), data });
  };
  const refused = async (contract: ContractName, name: string, error: string) =>
    expect(send(contract, name), `${contract}.${name}`)
      .to.be.revertedWithCustomError({ interface: artifactOf(contract).abi }, error)
      .withArgs(...argumentsOf(error));
  const argumentsOf = (error: string): readonly unknown[] => {
    const { address } = network.guardian;
    if (error === "AccessManagerUnauthorizedAccount") return [address, ROLES.ADMIN];
    return [address];
  };
  const restricted = (contract: ContractName) =>
    Object.entries(PERMISSIONS[contract])
      .filter(([, { role }]) => role !== undefined && role !== "GUARDIAN")
      .map(([name]) => name);

  describe("given a pending report, when it vetoes", () => {
    beforeEach(() => report(network.system));

    it("reopens the epoch, and the next generation can be made final", async () => {
      const { system, stranger } = network;
      await expect(oracle().veto(DUE, "a bundle is not public"))
        .to.emit(oracle(), "Vetoed")
        .withArgs(DUE, 0, network.guardian.address, "a bundle is not public");
      const { status, generation } = await oracle().duty();
      expect([status, generation]).to.deep.equal([0n, 1n]);
      await expect(system.submit(await system.reportWith({ generation: 0 }))).to.be.revertedWithCustomError(
        oracle(),
        "WrongGeneration",
      );
      await report(system);
      await expect(system.finalize(DUE, stranger)).to.emit(oracle(), "Finalized");
      expect((await oracle().recordOf(DUE)).generation).to.equal(1n);
    });

    it("has three vetoes, and three again after a vote", async () => {
      const { system } = network;
      for (const left of [2n, 1n, 0n]) {
        await oracle().veto(DUE, "again");
        expect(await oracle().vetoesLeft()).to.equal(left);
        await report(system);
      }
      await expect(oracle().veto(DUE, "a fourth time")).to.be.revertedWithCustomError(oracle(), "NoVetoLeft");
      await system.finalize(DUE);

      const renewal = await pass(system, [oracleCall(system, "renewVetoes")], "Vetoes again");
      expect(await renewal.state()).to.equal(STATE.executed);
      expect(await oracle().vetoesLeft()).to.equal(3n);
      await report(system);
      await expect(oracle().veto(DUE + 1, "after the vote")).to.emit(oracle(), "Vetoed");
    });
  });

  describe("cannot stop for long", () => {
    it("a pause under way is not made longer", async () => {
      const pausedAt = await timeOf(oracle().pause("an exploit"));
      await expect(oracle().pause("more")).to.be.revertedWithCustomError(oracle(), "NewRiskPaused");
      expect(await oracle().pausedUntil()).to.equal(pausedAt + PAUSE);
    });

    it("a pause ended early leaves nothing for another", async () => {
      await oracle().pause("an exploit");
      await oracle().unpause();
      await expect(oracle().pause("more")).to.be.revertedWithCustomError(oracle(), "NoPauseLeft");
      await oracle().requireNotPaused();
    });

    it("it renews neither pause nor vetoes", async () => {
      await refused("SlaOracle", "renewPause", "AccessManagedUnauthorized");
      await refused("SlaOracle", "renewVetoes", "AccessManagedUnauthorized");
    });

    it("it closes no contract through the AccessManager", async () => {
      await refused("AccessManager", "setTargetClosed", "AccessManagerUnauthorizedAccount");
    });
  });

  describe("cannot report", () => {
    it("without the attesters' signatures", async () => {
      const { system, guardian } = network;
      const { report: due, roots } = await system.reportWith({});
      await expect(guardian.oracle.submit(due, [...roots], 0, "0x")).to.be.revertedWithCustomError(
        oracle(),
        "QuorumNotReached",
      );
    });

    it("with signatures of its own", async () => {
      const { system, guardian } = network;
      const { report: due, roots, signers } = await system.reportWith({});
      const own = concat(Array.from({ length: 5 }, () => concat([id("r"), `0x${"00".repeat(31)}01`])));
      await expect(guardian.oracle.submit(due, [...roots], signers, own)).to.be.revertedWithCustomError(
        oracle(),
        "InvalidSignature",
      );
    });

    it("another root under their signatures", async () => {
      const { system, guardian } = network;
      const { report: due, roots, signers, signatures } = await system.reportWith({});
      const other = { ...due, ledgerRoot: id("mine") };
      await expect(
        guardian.oracle.submit(other, [...roots], signers, signatures),
      ).to.be.revertedWithCustomError(oracle(), "InvalidSignature");
    });
  });

  describe("cannot undo", () => {
    it("a report that is final", async () => {
      await expect(oracle().veto(DUE - 1, "too late"))
        .to.be.revertedWithCustomError(oracle(), "NotReported")
        .withArgs(DUE - 1);
    });

    it("a report whose window is over", async () => {
      await report(network.system);
      const { finalizableAt } = await oracle().duty();
      await network.system.connection.networkHelpers.time.increaseTo(finalizableAt);
      await expect(oracle().veto(DUE, "too late")).to.be.revertedWithCustomError(oracle(), "VetoWindowOver");
    });

    it("a report that nobody made", async () => {
      await expect(oracle().veto(DUE, "ahead")).to.be.revertedWithCustomError(oracle(), "NotReported");
    });
  });

  describe("cannot change", () => {
    for (const contract of CONTRACT_NAMES.filter(
      (name) => name !== "AccessManager" && restricted(name).length > 0,
    ))
      it(`the rules, parameters or code of ${contract}`, async () => {
        for (const name of restricted(contract)) await refused(contract, name, "AccessManagedUnauthorized");
      });

    it("the committee", async () => {
      for (const name of ["admit", "setCommittee", "setBondRequired"])
        await refused("AttesterCommittee", name, "AccessManagedUnauthorized");
    });

    it("roles, its own included", async () => {
      for (const name of restricted("AccessManager"))
        await refused("AccessManager", name, "AccessManagerUnauthorizedAccount");
      await expect(network.guardian.manager.grantRole(ROLES.ADMIN, network.guardian.address, 0))
        .to.be.revertedWithCustomError(network.guardian.manager, "AccessManagerUnauthorizedAccount")
        .withArgs(network.guardian.address, ROLES.ADMIN);
    });

    it("the Governor's settings, and the timelock's", async () => {
      for (const [name, { caller }] of Object.entries(PERMISSIONS.IcnGovernor))
        if (caller === PERMISSIONS.IcnGovernor["relay"]?.caller)
          await refused("IcnGovernor", name, "GovernorOnlyExecutor");
      await refused("IcnTimelock", "updateDelay", "TimelockUnauthorizedCaller");
    });
  });

  describe("cannot take", () => {
    it("a bond, by a slash or otherwise", async () => {
      const { guardian } = network;
      await expect(guardian.staking.slash(NODE, icnt(1), 0))
        .to.be.revertedWithCustomError(
          { interface: artifactOf("NodeStaking").abi },
          "AccessManagedUnauthorized",
        )
        .withArgs(guardian.address);
      const current = await guardian.staking.bondPositionOf(NODE);
      await expect(guardian.staking.requestUnbonding(current, LEAVING.bond)).to.be.revertedWithCustomError(
        guardian.staking,
        "NotOwner",
      );
    });

    it("node rewards, before or after the end of emission", async () => {
      const { guardian } = network;
      await expect(guardian.reserve.pay(guardian.address, 1n)).to.be.revertedWithCustomError(
        guardian.reserve,
        "NotRewards",
      );
      await refused("EmissionReserve", "sweep", "AccessManagedUnauthorized");
    });

    it("anybody's ICNT, liquid or vesting", async () => {
      const { guardian, holder } = network;
      const { deployer } = network.system;
      await expect(
        guardian.icnt.transferFrom(deployer.address, guardian.address, 1n),
      ).to.be.revertedWithCustomError({ interface: artifactOf("ICNT").abi }, "ERC20InsufficientAllowance");
      await expect(guardian.vault.revoke(1)).to.be.revertedWithCustomError(guardian.vault, "NotRevoker");
      await expect(guardian.vault.offerHandover(1, guardian.address)).to.be.revertedWithCustomError(
        guardian.vault,
        "NotBeneficiary",
      );
      // What is due to others goes to them, whoever asks.
      await expect(guardian.staking.completeUnbonding(2)).to.changeTokenBalances(
        network.system.connection.ethers,
        guardian.icnt,
        [guardian.address, holder.address],
        [0n, LEAVING.delegation],
      );
    });
  });

  describe("cannot decide about a vote's operation", () => {
    let proposal: Proposal;
    let action: Action;
    const call = (): [string[], bigint[], string[], string, string] => [
      [action.to],
      [0n],
      [action.data],
      ZeroHash,
      ZeroHash,
    ];

    beforeEach(async () => {
      const { system, partner } = network;
      action = oracleCall(system, "renewVetoes");
      proposal = await Proposal.make(system, partner, [action], "Vetoes again");
      await proposal.passAndQueue();
    });

    const unauthorized = (role: string) => [network.guardian.address, id(role)] as const;

    it("to cancel it", async () => {
      const { timelock, governor } = network.guardian;
      const [scheduled] = await timelock.queryFilter(timelock.filters.CallScheduled(), 0);
      await expect(timelock.cancel(scheduled?.args.id ?? ZeroHash))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(...unauthorized("CANCELLER_ROLE"));
      await expect(proposal.cancel(network.guardian)).to.be.revertedWithCustomError(
        governor,
        "GovernorUnableToCancel",
      );
      expect(await proposal.state()).to.equal(STATE.queued);
    });

    it("to put one of its own beside it", async () => {
      const { timelock } = network.guardian;
      await expect(timelock.scheduleBatch(...call(), 40n * BigInt(DAY)))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(...unauthorized("PROPOSER_ROLE"));
    });

    it("to carry it out ahead of its time, or past the Governor", async () => {
      const { timelock } = network.guardian;
      await expect(proposal.execute(network.guardian)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
      await proposal.toReady();
      await expect(timelock.executeBatch(...call()))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(...unauthorized("EXECUTOR_ROLE"));
    });

    it("to hold it up by a pause", async () => {
      await oracle().pause("a vote that it dislikes");
      await proposal.toReady();
      await proposal.execute();
      expect(await proposal.state()).to.equal(STATE.executed);
    });
  });
});
