import { expect } from "chai";
import { callTo } from "../../helpers/actions.ts";
import { ADDED, type Next, nextVersions, PROXIES, type ProxyName, versionOf } from "../../helpers/next.ts";
import { type Account, ATTESTERS, DAY, deploySystem, icnt, type System } from "../../helpers/system.ts";
import { answersOf } from "../../helpers/views.ts";
import { Proposal, partnerOf, pass } from "../../helpers/votes.ts";

const COMMISSION_PPM = 100_000;
const GOOD = { up: 256, down: 0 };
const FLAKY = { up: 253, down: 3 };
const SEEN = { 1: GOOD, 2: FLAKY };
/** In which the upgrades are queued, and 35 epochs later carried out. */
const ANNOUNCED = 8;
const CARRIED_OUT = ANNOUNCED + 35;
const PENDING = CARRIED_OUT - 1;
const FOREVER = 2n ** 63n;
/** The last epoch of the positions that were changed. */
const CHANGED = 21;
const position = { steady: 1, shaky: 2, alice: 3, bob: 4, aliceNow: 5, steadyNow: 6 } as const;

describe("An upgrade by vote, over live state", () => {
  let system: System;
  let partner: Account;
  let people: Readonly<Record<"steady" | "shaky" | "alice" | "bob" | "rotator", Account>>;
  let next: Readonly<Record<ProxyName, Next>>;
  let proposals: ReadonlyMap<ProxyName | "all", Proposal>;
  let readyAt: bigint;
  let unchanged: ReadonlyMap<string, string>;
  let rewind: () => Promise<void>;

  const helpers = () => system.connection.networkHelpers;

  async function settleThrough(last: number): Promise<void> {
    for (let epoch = Number(await partner.oracle.finalizedCount()); epoch <= last; epoch++)
      await system.settle(epoch, SEEN);
  }

  async function stake(): Promise<void> {
    const { steady, shaky, alice, bob } = people;
    await system.registerNode(steady, { bond: icnt(10_000), commissionPpm: COMMISSION_PPM });
    await system.registerNode(shaky, { bond: icnt(5_000) });
    await alice.staking.stake(1, icnt(6_000), COMMISSION_PPM);
    await bob.staking.stake(1, icnt(2_000), COMMISSION_PPM);
    await alice.staking.delegate(bob.address);
    await bob.icnt.delegate(bob.address);
    await steady.staking.delegate(steady.address);
    await alice.rewards.setRecipient(bob.address);
  }

  async function queueAll(): Promise<void> {
    const actions = { all: PROXIES.map((name) => next[name].upgrade) };
    const made = new Map<ProxyName | "all", Proposal>();
    for (const name of ["all", ...PROXIES] as const) {
      const upgrades = name === "all" ? actions.all : [next[name].upgrade];
      made.set(name, await Proposal.make(system, partner, upgrades, `Next version of ${name}`));
    }
    for (const proposal of made.values()) {
      await proposal.toVoting();
      await proposal.vote(partner);
    }
    await settleThrough(ANNOUNCED - 2);
    for (const proposal of made.values()) await proposal.toEndOfVoting();
    await system.toEpoch(ANNOUNCED, DAY / 4);
    for (const proposal of made.values()) await proposal.queue();
    readyAt = BigInt(system.startOf(CARRIED_OUT) + DAY / 4) + 100n;
    proposals = made;
  }

  /** Something of everything that can be under way. */
  async function live(): Promise<void> {
    const { steady, bob, alice, rotator } = people;
    await settleThrough(20);
    await partner.rewards.accrue(15);
    await system.claim(1, 20, [position.alice]);
    await alice.staking.topUp(position.alice, icnt(1_000));
    await steady.staking.requestUnbonding(position.steady, icnt(3_000));
    await partner.rewards.claimAttesterPay(1, 10);
    await settleThrough(30);
    await rotator.committee.rotateSigningKey(ATTESTERS, "0x0000000000000000000000000000000000007007");
    await settleThrough(PENDING - 1);
    await bob.staking.requestUnbonding(position.bob, icnt(2_000));
    await system.report(PENDING, SEEN);
  }

  async function answers(): Promise<ReadonlyMap<string, string>> {
    const { registry, staking, committee, oracle, rewards, votingPower, icnt: token } = system.deployer;
    const accounts = Object.values(people).map(({ address }) => address);
    const epochs = [0, 20, 21, PENDING - 1, PENDING, CARRIED_OUT, CARRIED_OUT + 1, FOREVER];
    const times = [system.startOf(0), system.startOf(21), system.startOf(CARRIED_OUT)];
    const rules = await oracle.rulesHashAt(0);
    const { report } = await system.agree(PENDING, SEEN);
    return answersOf(
      { registry, staking, committee, oracle, rewards, votingPower, token },
      {
        ...{ nodeId: [1, 2, 3], positionId: [1, 2, 3, 4, 5, 6, 7], requestId: [1, 2, 3] },
        ...{ attesterId: [1, ATTESTERS, ATTESTERS + 1], nodeClass: [0, 3], epoch: epochs },
        ...{ owner: accounts, account: accounts, spender: accounts, before: [0], max: [10] },
        ...{ timestamp: times, timepoint: times, bond: [icnt(10_000)], units: [0, 10] },
        ...{ rulesHash: [rules], report: [report] },
      },
    );
  }

  /** What follows, and what everybody has in the end. */
  async function goOn(): Promise<readonly string[]> {
    const { steady, shaky, alice, bob } = people;
    await system.finalize(PENDING);
    await partner.rewards.accrue(CARRIED_OUT);
    await system.claim(1, PENDING, [position.bob]);
    await system.claim(1, CHANGED, [position.steady, position.alice]);
    await system.proveIndex(1, CHANGED);
    await system.claim(1, PENDING, [position.aliceNow, position.steadyNow]);
    await system.claim(2, PENDING, [position.shaky]);
    for (let id = 1; id <= ATTESTERS; id++) await partner.rewards.claimAttesterPay(id, CARRIED_OUT);
    await system.settle(CARRIED_OUT, SEEN);
    await system.claim(2, CARRIED_OUT, [position.shaky]);
    for (const requestId of [1, 2]) {
      const { maturesAt } = await partner.staking.requestOf(requestId);
      if (BigInt(await helpers().time.latest()) < maturesAt) await helpers().time.increaseTo(maturesAt);
      await partner.staking.completeUnbonding(requestId);
    }
    await pass(system, [await callTo(partner.registry, "setFee", [icnt(20)])], "A fee");
    const owners = await Promise.all(
      Array.from({ length: ATTESTERS }, async (_, i) => (await partner.committee.attesterOf(i + 1)).owner),
    );
    const holders = [steady, shaky, alice, bob].map(({ address }) => address).concat(owners);
    const balances = await Promise.all(holders.map((holder) => partner.icnt.balanceOf(holder)));
    const votes = await Promise.all(holders.map((holder) => partner.votingPower.getVotes(holder)));
    return [...balances, ...votes, await partner.reserve.paid(), await partner.registry.fee()].map(String);
  }

  before(async () => {
    system = await deploySystem();
    partner = await partnerOf(system);
    const owner = (await partner.committee.attesterOf(ATTESTERS)).owner;
    people = {
      steady: await system.account("steady", icnt(20_000)),
      shaky: await system.account("shaky", icnt(20_000)),
      alice: await system.account("alice", icnt(7_000)),
      bob: await system.account("bob", icnt(2_500)),
      rotator: await system.as(owner),
    };
    next = await nextVersions(system);
    await stake();
    await queueAll();
    await live();
    await helpers().time.increaseTo(readyAt);
    unchanged = await answers();
    rewind = (await helpers().takeSnapshot()).restore;
  });

  describe("given none", () => {
    it("has a pending report, a final epoch that nobody claimed by, open requests and votes", async () => {
      const { oracle, rewards, staking, votingPower } = partner;
      expect((await oracle.duty()).status).to.equal(1n);
      expect(await rewards.nextEpochOf(position.bob)).to.be.lessThan(BigInt(PENDING - 1));
      for (const requestId of [1, 2]) expect((await staking.requestOf(requestId)).amount).not.to.equal(0n);
      expect(await votingPower.getVotes(people.bob.address)).to.be.greaterThan(icnt(7_500));
      expect(unchanged.size).to.be.greaterThan(300);
      expect([...unchanged.values()]).not.to.include("refused: ");
    });
  });

  describe("given one", () => {
    let withoutIt: readonly string[];

    before(async () => {
      withoutIt = await goOn();
      await rewind();
    });
    afterEach(() => rewind());

    for (const name of ["all", ...PROXIES] as const) {
      const upgraded = name === "all" ? PROXIES : [name];
      describe(`of ${name}`, () => {
        beforeEach(async () => {
          await (proposals.get(name) ?? expect.fail()).execute();
        });

        it("runs the new code, with what was added set", async () => {
          for (const proxy of PROXIES) {
            const isNew = upgraded.includes(proxy);
            expect(await versionOf(next[proxy].proxy), proxy).to.equal(isNew ? 2n : 1n);
            if (!isNew) continue;
            expect(await next[proxy].proxy.added()).to.equal(ADDED);
            await expect(next[proxy].proxy.initializeNext(1)).to.be.revertedWithCustomError(
              next[proxy].proxy,
              "InvalidInitialization",
            );
          }
        });

        it("answers every view as before", async () => {
          const now = await answers();
          const changed = [...unchanged].filter(([question, answer]) => now.get(question) !== answer);
          expect(changed).to.deep.equal([]);
          expect(now.size).to.equal(unchanged.size);
        });

        it("goes on as if nothing had happened: report, claims to the wei, requests, votes", async () => {
          expect(await goOn()).to.deep.equal(withoutIt);
        });
      });
    }
  });
});
