import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { ethers, MONTH, MONTHS, networkHelpers, now } from "../helpers/genesis.ts";
import {
  allOwed,
  type DeployedVault,
  deployedVault,
  GENESIS,
  grantOf,
  SHARES,
  scheduleTuple,
  TABLE_GENESIS,
  vestedBy,
} from "../helpers/vesting.ts";

const { time, loadFixture } = networkHelpers;

/** Besides genesis: 3, linear with a cliff; 4, the same, but revocable. */
async function withSchedules() {
  const system = await deployedVault();
  const fixed = grantOf(system);
  const revocable = grantOf(system, {}, { revoker: system.revoker.address });
  await system.vault.create(fixed);
  await system.vault.create(revocable);
  return { ...system, fixed, revocable };
}
type System = DeployedVault & Awaited<ReturnType<typeof withSchedules>>;

describe("VestingVault, a schedule's life", () => {
  let system: System;
  /** Mines the next block that many seconds after the schedules' start. */
  const at = (elapsed: bigint) => time.setNextBlockTimestamp(system.start + elapsed);

  beforeEach(async () => {
    system = await loadFixture(withSchedules);
  });

  describe("given a linear schedule with a cliff", () => {
    it("vests as the model says, to the second", async () => {
      const { vault, start, fixed } = system;
      const { cliff, duration } = fixed.terms;
      const edges = [0n, cliff, duration].flatMap((edge) => [edge - 1n, edge, edge + 1n]);
      for (const elapsed of [...edges, -start, cliff / 3n, 2n * cliff, duration / 2n + 7n, 99n * duration])
        expect(await vault.vestedAmount(3, start + elapsed), `after ${elapsed} s`).to.equal(
          vestedBy(fixed, start + elapsed),
        );
    });

    it("has nothing to release twice in a second, before the start or after the end", async () => {
      const { vault } = system;
      const nothing = () =>
        expect(vault.release(1)).to.be.revertedWithCustomError(vault, "NothingToRelease").withArgs(1n);
      await nothing();
      await at(-1n);
      await nothing();
      await at(48n * MONTH);
      await vault.release(1);
      await nothing();
    });
  });

  describe("given a schedule by table", () => {
    it("vests as the model says around every month's end", async () => {
      const { vault, start, tabled } = system;
      for (let month = 0n; month <= MONTHS; ++month)
        for (const off of [-1n, 0n, 1n]) {
          const timestamp = start + month * MONTH + off;
          expect(await vault.vestedAmount(2, timestamp), `month ${month}, ${off} s`).to.equal(
            vestedBy(tabled, timestamp, SHARES),
          );
        }
    });

    it("has vested exactly the table's share at a month's end, rounded down", async () => {
      const { vault, start } = system;
      let shares = 0n;
      for (const [month, share] of SHARES.entries()) {
        shares += share;
        expect(await vault.vestedAmount(2, start + BigInt(month + 1) * MONTH)).to.equal(
          (TABLE_GENESIS * shares) / 1_000_000n,
        );
      }
    });
  });

  describe("when a stranger releases", () => {
    for (const [kind, id, shares] of [
      ["a linear schedule", 3n, undefined],
      ["a schedule by table", 2n, SHARES],
    ] as const)
      it(`pays the beneficiary of ${kind} what has vested since`, async () => {
        const { token, vault, start, beneficiary, stranger, fixed, tabled } = system;
        const grant = id === 2n ? tabled : fixed;
        const before = await vault.unreleasedOf(beneficiary);
        let paid = 0n;
        for (const elapsed of [MONTH * 7n, 10n * MONTH, 10n * MONTH + 1n, 47n * MONTH, 60n * MONTH]) {
          await at(elapsed);
          const vested = vestedBy(grant, start + elapsed, shares);
          const release = vault.connect(stranger).release(id);
          await expect(release)
            .to.emit(vault, "Released")
            .withArgs(id, beneficiary.address, beneficiary.address, vested - paid);
          await expect(release).to.changeTokenBalances(
            ethers,
            token,
            [beneficiary, vault],
            [vested - paid, paid - vested],
          );
          paid = vested;
          expect(await vault.scheduleOf(id)).to.deep.equal(scheduleTuple(grant, paid));
          expect(await vault.unreleasedOf(beneficiary)).to.equal(before - paid);
          expect(await vault.owed(id, id)).to.equal(grant.total - paid);
          expect(await vault.releasable(id)).to.equal(0n);
        }
        expect(paid).to.equal(grant.total);
      });
  });

  describe("given a recipient", () => {
    it("receives the releases of all the beneficiary's schedules, until it is taken back", async () => {
      const { token, vault, beneficiary, heir, stranger } = system;
      expect(await vault.recipientOf(beneficiary)).to.equal(beneficiary.address);
      await expect(vault.connect(beneficiary).setRecipient(heir))
        .to.emit(vault, "RecipientChanged")
        .withArgs(beneficiary.address, heir.address);
      expect(await vault.recipientOf(beneficiary)).to.equal(heir.address);
      await at(12n * MONTH);
      for (const id of [1n, 2n]) {
        const release = vault.connect(stranger).release(id);
        await expect(release).to.changeTokenBalance(ethers, token, beneficiary, 0n);
        const amount = (await vault.scheduleOf(id)).released;
        await expect(release)
          .to.emit(vault, "Released")
          .withArgs(id, beneficiary.address, heir.address, amount);
        await expect(release).to.changeTokenBalance(ethers, token, heir, amount);
      }
      expect(await vault.unreleasedOf(heir)).to.equal(0n);

      await vault.connect(beneficiary).setRecipient(ZeroAddress);
      expect(await vault.recipientOf(beneficiary)).to.equal(beneficiary.address);
      const back = vault.release(3);
      await expect(back).to.changeTokenBalance(ethers, token, heir, 0n);
      await expect(back).to.changeTokenBalance(
        ethers,
        token,
        beneficiary,
        (await vault.scheduleOf(3)).released,
      );
    });

    it("may not be the vault, and changes nothing that is owed", async () => {
      const { vault, beneficiary, heir } = system;
      await expect(vault.connect(beneficiary).setRecipient(vault)).to.be.revertedWithCustomError(
        vault,
        "VaultAsReceiver",
      );
      const before = await vault.unreleasedOf(beneficiary);
      await vault.connect(beneficiary).setRecipient(heir);
      expect(await vault.unreleasedOf(beneficiary)).to.equal(before);
    });
  });

  describe("given an offered handover", () => {
    beforeEach(async () => {
      const { vault, beneficiary, heir } = system;
      await vault.connect(beneficiary).setRecipient(system.stranger);
      await expect(vault.connect(beneficiary).offerHandover(3, heir))
        .to.emit(vault, "HandoverOffered")
        .withArgs(3n, beneficiary.address, heir.address);
    });

    it("changes nothing before it is accepted", async () => {
      const { vault, beneficiary, heir } = system;
      expect(await vault.pendingBeneficiaryOf(3)).to.equal(heir.address);
      expect((await vault.scheduleOf(3)).beneficiary).to.equal(beneficiary.address);
      expect(await vault.unreleasedOf(heir)).to.equal(0n);
    });

    it("moves the whole unreleased remainder, and later releases go by the new beneficiary", async () => {
      const { token, vault, start, beneficiary, heir, fixed } = system;
      await at(10n * MONTH);
      await vault.release(3);
      const released = vestedBy(fixed, start + 10n * MONTH);
      const others = (await vault.unreleasedOf(beneficiary)) - (fixed.total - released);
      const accepted = vault.connect(heir).acceptHandover(3);
      await expect(accepted).to.emit(vault, "HandedOver").withArgs(3n, beneficiary.address, heir.address);
      await expect(accepted).to.changeTokenBalance(ethers, token, vault, 0n);
      expect(await vault.scheduleOf(3)).to.deep.equal(
        scheduleTuple({ ...fixed, beneficiary: heir.address }, released),
      );
      expect(await vault.unreleasedOf(beneficiary)).to.equal(others);
      expect(await vault.unreleasedOf(heir)).to.equal(fixed.total - released);
      await at(48n * MONTH);
      await expect(vault.release(3)).to.changeTokenBalance(ethers, token, heir, fixed.total - released);
      expect(await vault.unreleasedOf(heir)).to.equal(0n);
    });

    it("is over once accepted: the old beneficiary has no say, the offer no successor", async () => {
      const { vault, beneficiary, heir } = system;
      await vault.connect(heir).acceptHandover(3);
      expect(await vault.pendingBeneficiaryOf(3)).to.equal(ZeroAddress);
      await expect(vault.connect(heir).acceptHandover(3))
        .to.be.revertedWithCustomError(vault, "NotOffered")
        .withArgs(3n, heir.address);
      await expect(vault.connect(beneficiary).offerHandover(3, beneficiary))
        .to.be.revertedWithCustomError(vault, "NotBeneficiary")
        .withArgs(3n, beneficiary.address);
      await vault.connect(heir).offerHandover(3, beneficiary);
      await vault.connect(beneficiary).acceptHandover(3);
      expect((await vault.scheduleOf(3)).beneficiary).to.equal(beneficiary.address);
    });

    it("is replaced by a second offer and withdrawn by one to nobody", async () => {
      const { vault, beneficiary, heir, treasury } = system;
      const refused = (caller: typeof heir) =>
        expect(vault.connect(caller).acceptHandover(3))
          .to.be.revertedWithCustomError(vault, "NotOffered")
          .withArgs(3n, caller.address);
      await vault.connect(beneficiary).offerHandover(3, treasury);
      await refused(heir);
      await vault.connect(beneficiary).offerHandover(3, ZeroAddress);
      await refused(treasury);
      expect(await vault.pendingBeneficiaryOf(3)).to.equal(ZeroAddress);
    });

    it("is nobody else's to make or take, and is for that schedule only", async () => {
      const { vault, heir, revoker } = system;
      for (const caller of [heir, revoker])
        await expect(vault.connect(caller).offerHandover(3, caller))
          .to.be.revertedWithCustomError(vault, "NotBeneficiary")
          .withArgs(3n, caller.address);
      await expect(vault.connect(revoker).acceptHandover(3)).to.be.revertedWithCustomError(
        vault,
        "NotOffered",
      );
      await expect(vault.connect(heir).acceptHandover(4)).to.be.revertedWithCustomError(vault, "NotOffered");
    });

    it("to the beneficiary itself changes nothing but the offer", async () => {
      const { vault, beneficiary, fixed } = system;
      const before = await vault.unreleasedOf(beneficiary);
      await vault.connect(beneficiary).offerHandover(3, beneficiary);
      await vault.connect(beneficiary).acceptHandover(3);
      expect(await vault.scheduleOf(3)).to.deep.equal(scheduleTuple(fixed));
      expect(await vault.unreleasedOf(beneficiary)).to.equal(before);
      expect(await vault.pendingBeneficiaryOf(3)).to.equal(ZeroAddress);
    });
  });

  describe("given a revocable schedule", () => {
    const revoke = () => system.vault.connect(system.revoker).revoke(4);

    for (const elapsed of [-1_000n, 0n, 3n * MONTH, 17n * MONTH + 5n, 48n * MONTH - 1n])
      it(`revoked after ${elapsed} s keeps what had vested, and returns the rest`, async () => {
        const { token, vault, start, beneficiary, treasury, revocable } = system;
        const before = await vault.unreleasedOf(beneficiary);
        await at(elapsed);
        const vested = vestedBy(revocable, start + elapsed);
        const returned = revocable.total - vested;
        const revocation = revoke();
        await expect(revocation)
          .to.emit(vault, "Revoked")
          .withArgs(4n, beneficiary.address, vested, returned);
        await expect(revocation).to.changeTokenBalances(
          ethers,
          token,
          [treasury, vault],
          [returned, -returned],
        );
        expect(await vault.scheduleOf(4)).to.deep.equal(scheduleTuple(revocable, 0n, start + elapsed));
        expect(await vault.unreleasedOf(beneficiary)).to.equal(before - returned);
        expect(await vault.owed(4, 4)).to.equal(vested);
        for (const later of [0n, 1n, 99n * MONTH])
          expect(await vault.vestedAmount(4, start + elapsed + later)).to.equal(vested);
        expect(await vault.vestedAmount(4, start + elapsed - MONTH)).to.equal(
          vestedBy(revocable, start + elapsed - MONTH),
        );

        await time.increaseTo(start + 99n * MONTH);
        if (vested > 0n)
          await expect(vault.release(4)).to.changeTokenBalance(ethers, token, beneficiary, vested);
        await expect(vault.release(4)).to.be.revertedWithCustomError(vault, "NothingToRelease");
        expect(await vault.owed(4, 4)).to.equal(0n);
      });

    it("returns what had not vested after a release, too", async () => {
      const { token, vault, start, treasury, revocable } = system;
      await at(10n * MONTH);
      await vault.release(4);
      await at(20n * MONTH);
      await revoke();
      const vested = vestedBy(revocable, start + 20n * MONTH);
      expect(await token.balanceOf(treasury)).to.equal(revocable.total - vested);
      expect(await vault.releasable(4)).to.equal(vested - vestedBy(revocable, start + 10n * MONTH));
      expect(await allOwed(system)).to.equal(await token.balanceOf(vault));
    });

    it("is revoked by its revoker alone, once", async () => {
      const { vault, payer, beneficiary, treasury, revoker } = system;
      for (const caller of [payer, beneficiary, treasury])
        await expect(vault.connect(caller).revoke(4))
          .to.be.revertedWithCustomError(vault, "NotRevoker")
          .withArgs(4n, caller.address);
      await expect(vault.connect(revoker).revoke(3))
        .to.be.revertedWithCustomError(vault, "NotRevoker")
        .withArgs(3n, revoker.address);
      await revoke();
      await expect(revoke())
        .to.be.revertedWithCustomError(vault, "AlreadyRevoked")
        .withArgs(4n, await now());
    });

    it("cannot be revoked when all has vested", async () => {
      const { vault } = system;
      await at(48n * MONTH);
      await expect(revoke()).to.be.revertedWithCustomError(vault, "NothingToRevoke").withArgs(4n);
      expect((await vault.scheduleOf(4)).revokedAt).to.equal(0n);
    });

    it("stays revocable after a handover, and an offer outlives the revocation", async () => {
      const { token, vault, start, beneficiary, heir, revocable } = system;
      await vault.connect(beneficiary).offerHandover(4, heir);
      await at(12n * MONTH);
      await revoke();
      const vested = vestedBy(revocable, start + 12n * MONTH);
      await vault.connect(heir).acceptHandover(4);
      expect(await vault.unreleasedOf(heir)).to.equal(vested);
      expect(await vault.unreleasedOf(beneficiary)).to.equal(GENESIS + system.fixed.total);
      await expect(vault.release(4)).to.changeTokenBalance(ethers, token, heir, vested);

      await vault.create(revocable);
      await vault.connect(beneficiary).offerHandover(5, heir);
      await vault.connect(heir).acceptHandover(5);
      await vault.connect(system.revoker).revoke(5);
      expect(await vault.unreleasedOf(heir)).to.equal(
        (await vault.scheduleOf(5)).total - (await returnedOf(5n)),
      );
    });

    const returnedOf = async (id: bigint) => {
      const { vault } = system;
      const [event] = await vault.queryFilter(vault.filters.Revoked(id));
      return event!.args.returned;
    };
  });

  describe("given a gift to the vault", () => {
    it("owes no more for it", async () => {
      const { token, vault } = system;
      const before = await allOwed(system);
      await token.transfer(vault, 5n);
      expect(await allOwed(system)).to.equal(before);
      expect(await token.balanceOf(vault)).to.equal(before + 5n);
    });
  });
});
