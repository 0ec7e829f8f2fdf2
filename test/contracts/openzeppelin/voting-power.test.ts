// All votes of an account: what it holds, has staked and has vesting, read together and delegated apart.
import { expect } from "chai";
import { toBeHex, ZeroAddress, ZeroHash } from "ethers";
import { restored } from "../../helpers/openzeppelin/restored.ts";
import { type Network, timeOf } from "../../helpers/openzeppelin/source.ts";
import { type Account, deploySystem, icnt } from "../../helpers/system.ts";

const SUPPLY = icnt(700_000_000);
const NAMES = ["icnt", "staking", "vault"] as const;
/** What the holder has liquid, staked and vesting; no sum of some equals another's. */
const UNITS = { icnt: icnt(1_000), staking: icnt(200), vault: icnt(30) };

const made = restored(async () => {
  const system = await deploySystem();
  const operator = await system.account("operator", icnt(20_000));
  const node = await system.registerNode(operator, { bond: icnt(10_000), storageUnits: 40 });
  const holder = await system.account("holder", icnt(1_230));
  const delegate = await system.account("delegate");
  await holder.staking.stake(node, UNITS.staking, 0n);
  const terms = { start: await holder.icnt.clock(), cliff: 0n, duration: 1_000n, tableId: 0n };
  const schedule = { beneficiary: holder.address, total: UNITS.vault, initial: 0n };
  await holder.vault.create({ ...schedule, terms: { ...terms, revoker: ZeroAddress } });
  return { chain: system.connection, holder, delegate };
});

describe("VotingPower", () => {
  let chain: Network;
  let holder: Account;
  let delegate: Account;

  beforeEach(async () => {
    ({ chain, holder, delegate } = await made());
  });

  it("names its sources", async () => {
    const { votingPower, ...sources } = holder;
    const expected = NAMES.map((name) => sources[name].getAddress());
    const lower = (addresses: readonly string[]) => addresses.map((address) => address.toLowerCase());
    expect(lower(await votingPower.sources())).to.deep.equal(lower(await Promise.all(expected)));
  });

  it("adds up what each source says, now and at any past time", async () => {
    const { votingPower } = holder;
    const changes: bigint[] = [];
    for (const name of NAMES) changes.push(await timeOf(await holder[name].delegate(delegate.address)));
    await chain.networkHelpers.mine();
    const sums = [UNITS.icnt, UNITS.icnt + UNITS.staking, UNITS.icnt + UNITS.staking + UNITS.vault];
    expect(await votingPower.getVotes(delegate.address)).to.equal(sums[2]);
    expect(await votingPower.getVotes(holder.address)).to.equal(0n);
    expect(await votingPower.getPastVotes(delegate.address, changes[0]! - 1n)).to.equal(0n);
    for (const [index, at] of changes.entries())
      expect(await votingPower.getPastVotes(delegate.address, at)).to.equal(sums[index]);
    expect(await votingPower.pastVotesBySource(delegate.address, changes[2]!)).to.deep.equal(
      NAMES.map((name) => UNITS[name]),
    );
    expect(await votingPower.getPastTotalSupply(changes[0]!)).to.equal(SUPPLY);
  });

  it("names a delegate that all sources have", async () => {
    const { votingPower } = holder;
    for (const name of NAMES) {
      expect(await votingPower.delegates(holder.address)).to.equal(ZeroAddress);
      await holder[name].delegate(delegate.address);
    }
    expect(await votingPower.delegates(holder.address)).to.equal(delegate.address);
    await holder.staking.delegate(holder.address);
    expect(await votingPower.delegates(holder.address)).to.equal(ZeroAddress);
  });

  it("takes no delegation, called or signed", async () => {
    const { votingPower, address } = holder;
    for (const delegation of [
      () => votingPower.delegate(address),
      () => votingPower.delegateBySig(address, 0n, 2n ** 64n, 27, ZeroHash, ZeroHash),
    ])
      await expect(delegation()).to.be.revertedWithCustomError(votingPower, "DelegateAtSource");
  });

  it("knows nothing of the present and the future", async () => {
    const { votingPower, address } = holder;
    const token = await chain.ethers.getContractAt("ICNT", await holder.icnt.getAddress());
    const present = await votingPower.clock();
    for (const timestamp of [present, 50_000_000_000n])
      for (const lookup of [
        () => votingPower.getPastVotes(address, timestamp),
        () => votingPower.getPastTotalSupply(timestamp),
      ])
        await expect(lookup())
          .to.be.revertedWithCustomError(token, "ERC5805FutureLookup")
          .withArgs(timestamp, present);
  });

  describe("given a staking contract that was upgraded to one that does not answer as it should", () => {
    const ANSWERS = 0;
    const word = (value: bigint) => toBeHex(value, 32);

    async function votesOf(manner: number, answer: string): Promise<readonly bigint[]> {
      const staking = await chain.ethers.deployContract("AnswerDouble");
      await staking.setAnswer(manner, answer);
      const sources = [await holder.icnt.getAddress(), staking, await holder.vault.getAddress()];
      const votingPower = await chain.ethers.deployContract("VotingPower", sources);
      const at = await timeOf(await holder.icnt.delegate(holder.address));
      await chain.networkHelpers.mine();
      return [await votingPower.getVotes(holder.address), await votingPower.getPastVotes(holder.address, at)];
    }

    for (const [what, manner, answer] of [
      ["nothing", ANSWERS, "0x"],
      ["too little", ANSWERS, "0x01"],
      ["a refusal", 1, "0x"],
      ["until all gas is gone", 2, "0x"],
    ] as const)
      it(`lets the rest vote on its repair: ${what}`, async () => {
        expect(await votesOf(manner, answer)).to.deep.equal([UNITS.icnt, UNITS.icnt]);
      });

    it("takes no more from it than there can be", async () => {
      const most = UNITS.icnt + SUPPLY;
      expect(await votesOf(ANSWERS, word(2n ** 256n - 1n))).to.deep.equal([most, most]);
      expect(await votesOf(ANSWERS, word(5n))).to.deep.equal([UNITS.icnt + 5n, UNITS.icnt + 5n]);
    });
  });
});
