// The votes of the token, and what OpenZeppelin tests of a token's votes alone: transfers and checkpoints.
import { expect } from "chai";
import { deployToken, ethers, ICNT, networkHelpers, SUPPLY } from "../../helpers/genesis.ts";
import { timeOf, type VotesSource } from "../../helpers/openzeppelin/source.ts";
import { behavesLikeVotes } from "./votes.behavior.ts";

const { loadFixture, mine } = networkHelpers;
const BALANCE = 1_000n * ICNT;

async function tokenSource(): Promise<VotesSource> {
  const [deployer, ...accounts] = await ethers.getSigners();
  const token = await deployToken(deployer!.address, 0n);
  const genesis = await timeOf(token.deploymentTransaction()!);
  return {
    votes: token,
    chain: { ethers, networkHelpers },
    accounts,
    units: BALANCE,
    give: (account, units) => token.transfer(account, units),
    take: (account, units) => token.connect(account).transfer(deployer!, units),
    totalAt: (timestamp) => (timestamp < genesis ? 0n : SUPPLY),
  };
}

async function deployed() {
  const [, holder, receiver, delegate, other] = await ethers.getSigners();
  const token = await deployToken(holder!.address, BALANCE);
  return { token, holder: holder!, receiver: receiver!, delegate: delegate!, other: other! };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;

describe("ICNT's votes", () => {
  behavesLikeVotes(() => loadFixture(tokenSource));

  let system: Deployed;

  beforeEach(async () => {
    system = await loadFixture(deployed);
  });

  it("cannot exceed what a checkpoint holds", async () => {
    const { token, holder } = system;
    const amount = 2n ** 208n;
    await expect(ethers.deployContract("ICNT", [[{ to: holder.address, amount }]]))
      .to.be.revertedWithCustomError(token, "ERC20ExceededSafeSupply")
      .withArgs(amount, amount - 1n);
  });

  it("exist from genesis on", async () => {
    const { token } = system;
    const genesis = await timeOf(token.deploymentTransaction()!);
    await mine(2);
    expect(await token.getPastTotalSupply(genesis - 1n)).to.equal(0n);
    for (const later of [0n, 1n]) expect(await token.getPastTotalSupply(genesis + later)).to.equal(SUPPLY);
  });

  describe("given a transfer", () => {
    const VALUE = 1n;
    const transfer = () => system.token.connect(system.holder).transfer(system.receiver, VALUE);
    const delegateThemselves = async (...accounts: ("holder" | "receiver")[]) => {
      for (const name of accounts) await system.token.connect(system[name]).delegate(system[name]);
    };
    /** The names of the transfer's events, in their order. */
    const eventsOf = async (sent: Awaited<ReturnType<typeof transfer>>) => {
      const { logs } = (await sent.wait())!;
      return logs.map((log) => system.token.interface.parseLog(log)?.name);
    };
    const expectVotes = async (ofHolder: bigint, ofReceiver: bigint) => {
      const { token, holder, receiver } = system;
      const at = await token.clock();
      expect([await token.getVotes(holder), await token.getVotes(receiver)]).to.deep.equal([
        ...[ofHolder, ofReceiver],
      ]);
      await mine();
      expect(await token.getPastVotes(holder, at)).to.equal(ofHolder);
      expect(await token.getPastVotes(receiver, at)).to.equal(ofReceiver);
    };

    it("moves no votes where nobody delegated", async () => {
      expect(await eventsOf(await transfer())).to.deep.equal(["Transfer"]);
      await expectVotes(0n, 0n);
    });

    it("takes them from the sender's delegate, after the transfer", async () => {
      const { token, holder } = system;
      await delegateThemselves("holder");
      const sent = await transfer();
      await expect(sent)
        .to.emit(token, "DelegateVotesChanged")
        .withArgs(holder.address, BALANCE, BALANCE - VALUE);
      expect(await eventsOf(sent)).to.deep.equal(["Transfer", "DelegateVotesChanged"]);
      await expectVotes(BALANCE - VALUE, 0n);
    });

    it("gives them to the receiver's delegate, after the transfer", async () => {
      const { token, receiver } = system;
      await delegateThemselves("receiver");
      const sent = await transfer();
      await expect(sent).to.emit(token, "DelegateVotesChanged").withArgs(receiver.address, 0n, VALUE);
      expect(await eventsOf(sent)).to.deep.equal(["Transfer", "DelegateVotesChanged"]);
      await expectVotes(0n, VALUE);
    });

    it("moves them from delegate to delegate, after the transfer", async () => {
      const { token, holder, receiver } = system;
      await delegateThemselves("holder", "receiver");
      const sent = await transfer();
      await expect(sent)
        .to.emit(token, "DelegateVotesChanged")
        .withArgs(holder.address, BALANCE, BALANCE - VALUE);
      await expect(sent).to.emit(token, "DelegateVotesChanged").withArgs(receiver.address, 0n, VALUE);
      const moved = ["DelegateVotesChanged", "DelegateVotesChanged"];
      expect(await eventsOf(sent)).to.deep.equal(["Transfer", ...moved]);
      await expectVotes(BALANCE - VALUE, VALUE);
    });
  });

  describe("given changes of a delegate's votes", () => {
    it("keeps a checkpoint of each, and finds the recent and the old", async () => {
      const { token, holder, delegate, other } = system;
      expect(await token.numCheckpoints(delegate)).to.equal(0n);
      const changes = [await token.connect(holder).delegate(delegate)];
      for (const value of [10n, 10n, 7n]) changes.push(await token.connect(holder).transfer(other, value));
      changes.push(await token.connect(other).transfer(holder, 20n), await token.transfer(holder, 100n));
      await mine(2);

      const votes = [0n, -10n, -20n, -27n, -7n, 93n].map((change) => BALANCE + change);
      expect(await token.numCheckpoints(delegate)).to.equal(6n);
      expect(await token.getPastVotes(delegate, (await timeOf(changes[0]!)) - 1n)).to.equal(0n);
      for (const [index, change] of changes.entries()) {
        const at = await timeOf(change);
        expect(await token.checkpoints(delegate, index)).to.deep.equal([at, votes[index]]);
        expect(await token.getPastVotes(delegate, at)).to.equal(votes[index]);
      }
      const last = await timeOf(changes.at(-1)!);
      expect(await token.getPastVotes(delegate, last + 1n)).to.equal(votes.at(-1));
    });

    it("keeps one checkpoint for all changes of one block", async () => {
      const { token, holder, delegate, other } = system;
      // With gas estimated one by one, the transfers would be as cheap as before the delegation.
      const gasLimit = 200_000n;
      await ethers.provider.send("evm_setAutomine", [false]);
      const changes = [
        await token.connect(holder).delegate(delegate, { gasLimit }),
        await token.connect(holder).transfer(other, 10n, { gasLimit }),
        await token.connect(holder).transfer(other, 10n, { gasLimit }),
      ];
      await mine();
      await ethers.provider.send("evm_setAutomine", [true]);
      for (const change of changes) await change.wait();
      const at = BigInt(await networkHelpers.time.latest());
      expect(await token.numCheckpoints(delegate)).to.equal(1n);
      expect(await token.checkpoints(delegate, 0n)).to.deep.equal([at, BALANCE - 20n]);

      const later = await timeOf(await token.transfer(holder, 20n));
      expect(await token.numCheckpoints(delegate)).to.equal(2n);
      expect(await token.checkpoints(delegate, 1n)).to.deep.equal([later, BALANCE]);
    });
  });
});
