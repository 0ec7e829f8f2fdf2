import { expect } from "chai";
import { concat, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import {
  BOND,
  BOX_KEY,
  COMMITTEE_SIZE_MAX,
  deployOracle,
  ethers,
  L,
  networkHelpers,
  type OracleSystem,
  seatCommittee,
  seatedOracle,
  signingKey,
} from "../helpers/oracle.ts";

const { time, loadFixture } = networkHelpers;
const ENDPOINT = "https://attester.example";
const members = (ids: number[], rotation: Record<number, number> = {}) =>
  ids.map((id) => [BigInt(id), signingKey(id, rotation[id] ?? 0).address]);

describe("AttesterCommittee", () => {
  let system: OracleSystem;
  const admit = (id: number) => system.committee.admit(system.owner, signingKey(id), BOX_KEY, ENDPOINT);

  describe("given nobody admitted", () => {
    beforeEach(async () => {
      system = await loadFixture(deployOracle);
    });

    it("admits attesters with dense ids and announces all of them", async () => {
      const { committee, owner } = system;
      for (const id of [1, 2]) {
        await expect(admit(id))
          .to.emit(committee, "AttesterAdmitted")
          .withArgs(id, owner.address)
          .and.to.emit(committee, "SigningKeyChanged")
          .withArgs(id, 0n, signingKey(id).address)
          .and.to.emit(committee, "BoxKeyChanged")
          .withArgs(id, BOX_KEY)
          .and.to.emit(committee, "AttesterEndpointChanged")
          .withArgs(id, ENDPOINT);
        expect(await committee.attesterCount()).to.equal(id);
        expect(await committee.attesterOf(id)).to.deep.equal([
          ...[owner.address, 0n, signingKey(id).address, BOX_KEY, ENDPOINT],
        ]);
      }
    });

    it("refuses what no attester can be", async () => {
      const { committee, owner } = system;
      await admit(1);
      const refusals: [Parameters<typeof committee.admit>, string, unknown[]][] = [
        [[ZeroAddress, signingKey(2), BOX_KEY, ENDPOINT], "ZeroOwner", []],
        [[owner, ZeroAddress, BOX_KEY, ENDPOINT], "ZeroKey", []],
        [[owner, signingKey(2), ZeroHash, ENDPOINT], "ZeroKey", []],
        [[owner, signingKey(1), BOX_KEY, ENDPOINT], "SigningKeyUsed", [signingKey(1).address]],
        [[owner, signingKey(2), BOX_KEY, ""], "InvalidEndpoint", [0n, 256n]],
        [[owner, signingKey(2), BOX_KEY, "x".repeat(257)], "InvalidEndpoint", [257n, 256n]],
      ];
      for (const [args, error, values] of refusals)
        await expect(committee.admit(...args))
          .to.be.revertedWithCustomError(committee, error)
          .withArgs(...values);
      expect(await committee.attesterCount()).to.equal(1n);
    });

    it("knows no attester and no committee", async () => {
      const { committee } = system;
      for (const call of [
        () => committee.attesterOf(1),
        () => committee.bond(1, 1),
        () => committee.setBoxKey(1, BOX_KEY),
      ])
        await expect(call()).to.be.revertedWithCustomError(committee, "UnknownAttester").withArgs(1n);
      for (const call of [
        () => committee.committeeAt(0),
        () => committee.seatsAt(0),
        () => committee.seatAt(1, 0),
        () => committee.keyAt(1, 0),
      ])
        await expect(call()).to.be.revertedWithCustomError(committee, "NoCommittee").withArgs(0n);
    });

    it("obeys the authority alone", async () => {
      const { committee, committeeCode, owner, stranger } = system;
      const as = committee.connect(stranger);
      for (const call of [
        () => as.admit(owner, signingKey(1), BOX_KEY, ENDPOINT),
        () => as.setCommittee([1]),
        () => as.setBondRequired(1),
        () => as.upgradeToAndCall(committeeCode, "0x"),
      ])
        await expect(call())
          .to.be.revertedWithCustomError(committee, "AccessManagedUnauthorized")
          .withArgs(stranger.address);
    });

    it("bounds the bond that is required", async () => {
      const { committee } = system;
      const max = 1_000_000n * 10n ** 18n;
      await expect(committee.setBondRequired(max)).to.emit(committee, "BondRequiredChanged").withArgs(max);
      expect(await committee.bondRequired()).to.equal(max);
      await expect(committee.setBondRequired(max + 1n))
        .to.be.revertedWithCustomError(committee, "BondRequiredTooHigh")
        .withArgs(max + 1n, max);
    });

    it("is initialized once, and its implementation never", async () => {
      const { committee, committeeCode, manager } = system;
      for (const contract of [committee, committeeCode])
        await expect(contract.initialize(manager, BOND)).to.be.revertedWithCustomError(
          committee,
          "InvalidInitialization",
        );
    });

    it("is upgraded by the authority and keeps its state", async () => {
      const { committee, token, epochZero } = system;
      await admit(1);
      const next = await ethers.deployContract("AttesterCommittee", [token, epochZero, L, 7]);
      await committee.upgradeToAndCall(next, "0x");
      expect(await committee.attesterCount()).to.equal(1n);
    });

    it("has between 1 and 31 seats", async () => {
      const { token, epochZero, committee } = system;
      for (const size of [0n, 32n])
        await expect(ethers.deployContract("AttesterCommittee", [token, epochZero, L, size]))
          .to.be.revertedWithCustomError(committee, "CommitteeSize")
          .withArgs(size, 31n);
    });
  });

  describe("given an attester", () => {
    beforeEach(async () => {
      system = await loadFixture(deployOracle);
      await admit(1);
    });

    it("takes bond from anyone", async () => {
      const { committee, token, stranger } = system;
      await token.transfer(stranger, BOND);
      await token.connect(stranger).approve(committee, BOND);

      await expect(committee.connect(stranger).bond(1, 60n))
        .to.emit(committee, "AttesterBonded")
        .withArgs(1n, stranger.address, 60n, 60n);
      await expect(committee.connect(stranger).bond(1, 40n))
        .to.emit(committee, "AttesterBonded")
        .withArgs(1n, stranger.address, 40n, 100n);

      expect((await committee.attesterOf(1)).bond).to.equal(100n);
      expect(await token.balanceOf(committee)).to.equal(100n);
    });

    it("takes no bond that was not paid", async () => {
      const { committee, token, stranger } = system;
      await expect(committee.connect(stranger).bond(1, 1)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientAllowance",
      );
      expect((await committee.attesterOf(1)).bond).to.equal(0n);
    });

    it("lets its owner change keys and endpoint", async () => {
      const committee = system.committee.connect(system.owner);
      const key = signingKey(1, 1).address;
      const boxKey = toBeHex(7, 32);

      await expect(committee.rotateSigningKey(1, key))
        .to.emit(committee, "SigningKeyChanged")
        .withArgs(1n, 0n, key);
      await expect(committee.setBoxKey(1, boxKey)).to.emit(committee, "BoxKeyChanged").withArgs(1n, boxKey);
      await expect(committee.setEndpoint(1, "http://new"))
        .to.emit(committee, "AttesterEndpointChanged")
        .withArgs(1n, "http://new");

      expect(await committee.attesterOf(1)).to.deep.equal([
        system.owner.address,
        0n,
        key,
        boxKey,
        "http://new",
      ]);
    });

    it("lets nobody else", async () => {
      const { committee, admin } = system;
      for (const call of [
        () => committee.rotateSigningKey(1, signingKey(2)),
        () => committee.setBoxKey(1, BOX_KEY),
        () => committee.setEndpoint(1, ENDPOINT),
      ])
        await expect(call())
          .to.be.revertedWithCustomError(committee, "NotAttesterOwner")
          .withArgs(1n, admin.address);
    });

    it("never takes a key a second time, also not one rotated out", async () => {
      const committee = system.committee.connect(system.owner);
      await committee.rotateSigningKey(1, signingKey(1, 1));
      for (const key of [signingKey(1), signingKey(1, 1)])
        await expect(committee.rotateSigningKey(1, key))
          .to.be.revertedWithCustomError(committee, "SigningKeyUsed")
          .withArgs(key.address);
      await expect(admit(1)).to.be.revertedWithCustomError(committee, "SigningKeyUsed");
    });

    it("seats it only with its bond", async () => {
      const { committee, token } = system;
      await token.approve(committee, BOND);
      await committee.bond(1, BOND - 1n);
      await expect(committee.setCommittee([1]))
        .to.be.revertedWithCustomError(committee, "BondTooLow")
        .withArgs(1n, BOND - 1n, BOND);

      await committee.bond(1, 1n);
      await expect(committee.setCommittee([1]))
        .to.emit(committee, "CommitteeChanged")
        .withArgs(1n, 0n, members([1]));
    });
  });

  describe("given a committee of seven before epoch 0", () => {
    beforeEach(async () => {
      system = await loadFixture(seatedOracle);
    });

    it("is in force from epoch 0 on", async () => {
      const { committee } = system;
      for (const epoch of [0n, 1n, 2n ** 64n - 1n])
        expect(await committee.committeeAt(epoch)).to.deep.equal([1n, members([1, 2, 3, 4, 5, 6, 7])]);
    });

    it("reads the same packed: 4 bytes of id, 20 of key", async () => {
      const { committee } = system;
      const packed = concat(
        members([1, 2, 3, 4, 5, 6, 7]).flatMap(([id, key]) => [toBeHex(id!, 4), String(key)]),
      );
      expect(await committee.seatsAt(0)).to.deep.equal([1n, packed]);
    });

    it("knows every seat and key", async () => {
      const { committee } = system;
      for (const id of [1, 2, 7]) {
        expect(await committee.seatAt(id, 0)).to.deep.equal([BigInt(id - 1), 7n]);
        expect(await committee.keyAt(id, 0)).to.equal(signingKey(id).address);
      }
      for (const call of [() => committee.seatAt(8, 0), () => committee.keyAt(8, 0)])
        await expect(call()).to.be.revertedWithCustomError(committee, "NotMember").withArgs(8n, 0n);
    });

    it("is replaced before it begins, under its id", async () => {
      const { committee } = system;
      await expect(committee.setCommittee([2, 5]))
        .to.emit(committee, "CommitteeChanged")
        .withArgs(1n, 0n, members([2, 5]));
      expect(await committee.committeeAt(0)).to.deep.equal([1n, members([2, 5])]);
      expect(await committee.seatAt(5, 0)).to.deep.equal([1n, 2n]);
    });

    it("refuses what no committee can be", async () => {
      const { committee } = system;
      const tooMany = Array.from({ length: Number(COMMITTEE_SIZE_MAX) + 1 }, (_, i) => i + 1);
      const refusals: [number[], string, unknown[]][] = [
        [[], "CommitteeSize", [0n, COMMITTEE_SIZE_MAX]],
        [tooMany, "CommitteeSize", [COMMITTEE_SIZE_MAX + 1n, COMMITTEE_SIZE_MAX]],
        [[1, 8], "UnknownAttester", [8n]],
        [[2, 1], "NotAscending", [2n, 1n]],
        [[1, 2, 2], "NotAscending", [2n, 2n]],
      ];
      for (const [ids, error, args] of refusals)
        await expect(committee.setCommittee(ids))
          .to.be.revertedWithCustomError(committee, error)
          .withArgs(...args);
    });

    describe("when epoch 1 is in progress", () => {
      beforeEach(() => time.increaseTo(system.epochZero + L));

      it("changes from epoch 2 on, under the next id", async () => {
        const { committee } = system;
        await expect(committee.setCommittee([1, 3]))
          .to.emit(committee, "CommitteeChanged")
          .withArgs(2n, 2n, members([1, 3]));

        expect((await committee.committeeAt(1)).committeeId).to.equal(1n);
        expect(await committee.committeeAt(2)).to.deep.equal([2n, members([1, 3])]);
        await expect(committee.keyAt(2, 2))
          .to.be.revertedWithCustomError(committee, "NotMember")
          .withArgs(2n, 2n);
        expect(await committee.keyAt(2, 1)).to.equal(signingKey(2).address);
      });

      it("keeps the keys of an epoch that began, whatever is rotated", async () => {
        const { committee, owner } = system;
        const all = [1, 2, 3, 4, 5, 6, 7];
        await expect(committee.connect(owner).rotateSigningKey(3, signingKey(3, 1)))
          .to.emit(committee, "SigningKeyChanged")
          .withArgs(3n, 2n, signingKey(3, 1).address)
          .and.to.emit(committee, "CommitteeChanged")
          .withArgs(2n, 2n, members(all, { 3: 1 }));
        await committee.connect(owner).rotateSigningKey(4, signingKey(4, 1));

        expect(await committee.committeeAt(1)).to.deep.equal([1n, members(all)]);
        expect(await committee.committeeAt(2)).to.deep.equal([2n, members(all, { 3: 1, 4: 1 })]);
        expect(await committee.keyAt(3, 2)).to.equal(signingKey(3, 1).address);
      });

      it("seats the key that is the latest then", async () => {
        const { committee, owner } = system;
        await committee.setCommittee([1, 2]);
        await committee.connect(owner).rotateSigningKey(3, signingKey(3, 1));
        expect(await committee.committeeAt(2)).to.deep.equal([2n, members([1, 2])]);

        await time.increase(L);
        await committee.setCommittee([2, 3]);
        expect(await committee.committeeAt(3)).to.deep.equal([3n, members([2, 3], { 3: 1 })]);
      });

      it("finds the committee of every epoch in a long history", async () => {
        const { committee } = system;
        for (let id = 2; id <= 9; id++) {
          await committee.setCommittee([1, (id % 6) + 2]);
          await time.increase(2n * L);
        }
        for (let id = 2; id <= 9; id++)
          for (const epoch of [2 * id - 2, 2 * id - 1])
            expect(await committee.committeeAt(epoch)).to.deep.equal([
              BigInt(id),
              members([1, (id % 6) + 2]),
            ]);
        expect((await committee.committeeAt(0)).committeeId).to.equal(1n);
      });
    });
  });

  describe("given a committee that begins later than epoch 0", () => {
    it("has none before", async () => {
      system = await loadFixture(deployOracle);
      await time.increaseTo(system.epochZero + L);
      await seatCommittee(system, 2);

      const { committee } = system;
      await expect(committee.committeeAt(1))
        .to.be.revertedWithCustomError(committee, "NoCommittee")
        .withArgs(1n);
      expect(await committee.committeeAt(2)).to.deep.equal([1n, members([1, 2])]);
    });
  });
});
