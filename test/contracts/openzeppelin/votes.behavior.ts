// What OpenZeppelin tests of everything with votes: delegating by call and by signature, and reading the past.
import { expect } from "chai";
import { MaxUint256, ZeroAddress } from "ethers";
import { signDelegation, timeOf, type VotesSource } from "../../helpers/openzeppelin/source.ts";

/** Far ahead of any clock. */
const FUTURE = 50_000_000_000n;

/** The mocha tests of a source that `load` makes anew for each. */
export function behavesLikeVotes(load: () => Promise<VotesSource>): void {
  let source: VotesSource;
  const mine = () => source.chain.networkHelpers.mine();
  const account = (index: number) => source.accounts[index]!;

  beforeEach(async () => {
    source = await load();
  });

  describe("given an account without units", () => {
    it("remembers its delegate and gives it no votes", async () => {
      const { votes } = source;
      const [alice, bob] = [account(0), account(1)];
      expect(await votes.delegates(alice)).to.equal(ZeroAddress);
      const delegation = votes.connect(alice).delegate(bob);
      await expect(delegation)
        .to.emit(votes, "DelegateChanged")
        .withArgs(alice.address, ZeroAddress, bob.address);
      await expect(delegation).not.to.emit(votes, "DelegateVotesChanged");
      expect(await votes.delegates(alice)).to.equal(bob.address);
      expect(await votes.getVotes(bob)).to.equal(0n);
    });

    it("starts at nonce zero", async () => {
      expect(await source.votes.nonces(account(0))).to.equal(0n);
    });
  });

  describe("given an account with units", () => {
    beforeEach(async () => {
      await source.give(account(0), source.units);
    });

    it("has no votes before it delegates", async () => {
      const { votes } = source;
      expect(await votes.delegates(account(0))).to.equal(ZeroAddress);
      expect(await votes.getVotes(account(0))).to.equal(0n);
    });

    it("has its votes from the moment it delegates to itself", async () => {
      const { votes, units } = source;
      const alice = account(0);
      const delegation = await votes.connect(alice).delegate(alice);
      const delegatedAt = await timeOf(delegation);
      await expect(delegation)
        .to.emit(votes, "DelegateChanged")
        .withArgs(alice.address, ZeroAddress, alice.address);
      await expect(delegation).to.emit(votes, "DelegateVotesChanged").withArgs(alice.address, 0n, units);
      await mine();
      expect(await votes.delegates(alice)).to.equal(alice.address);
      expect(await votes.getVotes(alice)).to.equal(units);
      expect(await votes.getPastVotes(alice, delegatedAt - 1n)).to.equal(0n);
      expect(await votes.getPastVotes(alice, delegatedAt)).to.equal(units);
    });

    it("moves its votes to another delegate, and keeps the past", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await votes.connect(alice).delegate(alice);
      await mine();
      const change = await votes.connect(alice).delegate(bob);
      const changedAt = await timeOf(change);
      await expect(change)
        .to.emit(votes, "DelegateChanged")
        .withArgs(alice.address, alice.address, bob.address);
      await expect(change).to.emit(votes, "DelegateVotesChanged").withArgs(alice.address, units, 0n);
      await expect(change).to.emit(votes, "DelegateVotesChanged").withArgs(bob.address, 0n, units);
      await mine();
      expect(await votes.delegates(alice)).to.equal(bob.address);
      expect([await votes.getVotes(alice), await votes.getVotes(bob)]).to.deep.equal([0n, units]);
      expect(await votes.getPastVotes(alice, changedAt - 1n)).to.equal(units);
      expect(await votes.getPastVotes(bob, changedAt - 1n)).to.equal(0n);
      expect(await votes.getPastVotes(alice, changedAt)).to.equal(0n);
      expect(await votes.getPastVotes(bob, changedAt)).to.equal(units);
    });

    it("shares a delegate with others", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await source.give(bob, 2n * units);
      await votes.connect(alice).delegate(alice);
      expect([await votes.getVotes(alice), await votes.getVotes(bob)]).to.deep.equal([units, 0n]);
      await votes.connect(bob).delegate(alice);
      expect([await votes.getVotes(alice), await votes.getVotes(bob)]).to.deep.equal([3n * units, 0n]);
      expect(await votes.delegates(bob)).to.equal(alice.address);
    });

    it("may swap votes with another", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await source.give(bob, 2n * units);
      await votes.connect(alice).delegate(bob);
      await votes.connect(bob).delegate(alice);
      expect([await votes.getVotes(alice), await votes.getVotes(bob)]).to.deep.equal([2n * units, units]);
    });

    it("passes on what comes to it and what leaves it", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      const changes = [
        await votes.connect(alice).delegate(bob),
        await source.give(alice, units),
        await source.take(alice, units),
        await source.give(alice, 2n * units),
        await source.take(alice, 2n * units),
        await source.take(alice, units),
      ];
      await mine();
      const expected = [1n, 2n, 1n, 3n, 1n, 0n].map((count) => count * units);
      expect(await votes.getVotes(bob)).to.equal(0n);
      expect(await votes.getPastVotes(bob, (await timeOf(changes[0]!)) - 1n)).to.equal(0n);
      for (const [index, change] of changes.entries())
        expect(await votes.getPastVotes(bob, await timeOf(change))).to.equal(expected[index]);
    });
  });

  describe("given a signed delegation", () => {
    const expiry = MaxUint256;
    const signed = (changed: { nonce?: bigint; expiry?: bigint } = {}) =>
      signDelegation(source.votes, account(0), {
        ...{ delegatee: account(1).address, nonce: 0n, expiry },
        ...changed,
      });

    it("delegates for who signed it", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await source.give(alice, units);
      const { v, r, s } = await signed();
      const delegation = await votes.connect(account(2)).delegateBySig(bob, 0n, expiry, v, r, s);
      const delegatedAt = await timeOf(delegation);
      await expect(delegation)
        .to.emit(votes, "DelegateChanged")
        .withArgs(alice.address, ZeroAddress, bob.address);
      await expect(delegation).to.emit(votes, "DelegateVotesChanged").withArgs(bob.address, 0n, units);
      await mine();
      expect(await votes.delegates(alice)).to.equal(bob.address);
      expect(await votes.nonces(alice)).to.equal(1n);
      expect([await votes.getVotes(alice), await votes.getVotes(bob)]).to.deep.equal([0n, units]);
      expect(await votes.getPastVotes(bob, delegatedAt - 1n)).to.equal(0n);
      expect(await votes.getPastVotes(bob, delegatedAt)).to.equal(units);
    });

    it("serves once", async () => {
      const { votes } = source;
      const [alice, bob] = [account(0), account(1)];
      const { v, r, s } = await signed();
      await votes.delegateBySig(bob, 0n, expiry, v, r, s);
      await expect(votes.delegateBySig(bob, 0n, expiry, v, r, s))
        .to.be.revertedWithCustomError(votes, "InvalidAccountNonce")
        .withArgs(alice.address, 1n);
    });

    it("delegates for nobody we know once the delegate is another", async () => {
      const { votes } = source;
      const [alice, other] = [account(0), account(2)];
      const { v, r, s } = await signed();
      const delegation = await votes.delegateBySig(other, 0n, expiry, v, r, s);
      const { logs } = (await delegation.wait())!;
      const changes = logs.map((log) => votes.interface.parseLog(log));
      expect(changes.map((change) => change?.name)).to.deep.equal(["DelegateChanged"]);
      expect(changes[0]?.args.slice(1)).to.deep.equal([ZeroAddress, other.address]);
      expect(changes[0]?.args[0]).not.to.equal(alice.address);
      expect(await votes.delegates(alice)).to.equal(ZeroAddress);
      expect(await votes.nonces(alice)).to.equal(0n);
    });

    it("must carry the next nonce", async () => {
      const { votes } = source;
      const [alice, bob] = [account(0), account(1)];
      const { v, r, s } = await signed({ nonce: 1n });
      await expect(votes.delegateBySig(bob, 1n, expiry, v, r, s))
        .to.be.revertedWithCustomError(votes, "InvalidAccountNonce")
        .withArgs(alice.address, 0n);
    });

    it("must not have expired", async () => {
      const { votes, chain } = source;
      const past = BigInt(await chain.networkHelpers.time.latest()) - 1n;
      const { v, r, s } = await signed({ expiry: past });
      await expect(votes.delegateBySig(account(1), 0n, past, v, r, s))
        .to.be.revertedWithCustomError(votes, "VotesExpiredSignature")
        .withArgs(past);
    });
  });

  describe("given the past", () => {
    it("knows nothing of the present and the future", async () => {
      const { votes } = source;
      const present = await votes.clock();
      for (const timestamp of [present, FUTURE]) {
        await expect(votes.getPastVotes(account(0), timestamp))
          .to.be.revertedWithCustomError(votes, "ERC5805FutureLookup")
          .withArgs(timestamp, present);
        await expect(votes.getPastTotalSupply(timestamp))
          .to.be.revertedWithCustomError(votes, "ERC5805FutureLookup")
          .withArgs(timestamp, present);
      }
    });

    it("has no votes at the beginning of time", async () => {
      const { votes } = source;
      expect(await votes.getPastVotes(account(1), 0n)).to.equal(0n);
      expect(await votes.getPastTotalSupply(0n)).to.equal(source.totalAt(0n));
    });

    it("has votes from their first change on, and none before", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await source.give(alice, units);
      const delegatedAt = await timeOf(await votes.connect(alice).delegate(bob));
      await source.chain.networkHelpers.mine(2);
      expect(await votes.getPastVotes(bob, delegatedAt - 1n)).to.equal(0n);
      for (const later of [0n, 1n])
        expect(await votes.getPastVotes(bob, delegatedAt + later)).to.equal(units);
    });

    it("knows the total of every time, whatever moved", async () => {
      const { votes, units } = source;
      const [alice, bob] = [account(0), account(1)];
      await votes.connect(alice).delegate(alice);
      const changes = [
        await source.give(alice, units),
        await source.give(bob, units),
        await source.take(bob, units),
        await source.take(alice, units),
      ];
      await mine();
      for (const change of changes)
        for (const at of [(await timeOf(change)) - 1n, await timeOf(change)])
          expect(await votes.getPastTotalSupply(at)).to.equal(source.totalAt(at));
    });
  });
}
