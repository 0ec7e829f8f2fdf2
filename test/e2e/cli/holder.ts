// What a holder does: stake, leave, claim, see what there is and what was earned.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { id, parseUnits, Wallet } from "ethers";
import { registerNode } from "../../../scripts/node/nodes.ts";
import type { Person, World } from "./world.ts";

const icnt = (amount: string): bigint => parseUnits(amount, 18);
const COMMISSION_PPM = 50_000;
const PPM = 1_000_000n;

interface Changes {
  readonly transactions: readonly { readonly what: string }[];
  readonly changes: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

interface Opened extends Changes {
  readonly positionId: number;
  readonly fromEpoch: number;
  readonly amountWei: string;
}

interface Portfolio {
  readonly liquidWei: string;
  readonly stakedWei: string;
  readonly leavingWei: string;
  readonly claimableWei: string | null;
  readonly claimableUnknown: string | null;
  readonly claimableCommissionWei: string | null;
  readonly totalWei: string;
  readonly positions: readonly {
    readonly positionId: number;
    readonly nodeId: number;
    readonly amountWei: string;
    readonly claimableWei: string | null;
  }[];
  readonly leaving: readonly { readonly requestId: number; readonly matured: boolean }[];
  readonly rewardsRecipient: string;
}

interface Claims extends Changes {
  readonly paid: readonly {
    readonly positionId: number;
    readonly nodeId: number;
    readonly payWei: string;
    readonly commissionWei: string;
    readonly recipient: string;
    readonly throughEpoch: number;
  }[];
  readonly upToDate: number;
}

const sumOf = (amounts: readonly string[]): bigint => amounts.reduce((sum, one) => sum + BigInt(one), 0n);

export function holderScenario(world: World): void {
  let ann: Person;
  let operator: Person;
  const nodes: number[] = [];
  const portfolioOf = async ({ address }: Person, ...more: string[]) =>
    (await world.done(["portfolio", address, "--json", ...more])).json as Portfolio;
  const nodeOf = async (owner: Person): Promise<number> => {
    const { address } = new Wallet(id(`node key ${owner.name} ${nodes.length}`));
    const node = await registerNode(world.contracts(owner), owner.address, {
      ...{ nodeKey: address, endpoint: "http://127.0.0.1:1", nodeClass: 1, country: "DE" },
      ...{ storageUnits: 10, computeUnits: 0, networkUnits: 0, commissionPpm: COMMISSION_PPM },
      bond: icnt("2000"),
    });
    nodes.push(node);
    return node;
  };
  const nextEpoch = async (): Promise<void> => world.warpTo(world.epochStart((await world.epochNow()) + 1));

  describe("staking", () => {
    before(async () => {
      ann = await world.person("ann", "10000");
      operator = await world.person("holder's operator", "5000");
      await nodeOf(operator);
      await nodeOf(operator);
    });

    it("shows what would change and sends nothing on a dry run", async () => {
      const { stdout } = await world.done(["delegate", `${nodes[0]}`, "1_000", "--dry-run"], { as: ann });
      assert.match(stdout, /stake 1_000 ICNT on node/);
      assert.match(stdout, /10_000 ICNT +→ +9_000 ICNT/);
      assert.equal((await portfolioOf(ann)).stakedWei, "0");
    });

    it("stakes on two nodes and approves exactly what it needs", async () => {
      const args = ["delegate", `${nodes[0]}`, "1_000", "--yes", "--json"];
      const { json } = await world.done(args, { as: ann });
      const { transactions, changes } = json as Opened;
      assert.equal(transactions.length, 2);
      const liquid = changes.find(({ name }) => name === "liquidWei");
      assert.deepEqual([liquid?.before, liquid?.after], [`${icnt("10000")}`, `${icnt("9000")}`]);
      const { stdout } = await world.done(["delegate", `${nodes[1]}`, "500", "--yes"], { as: ann });
      assert.match(stdout, /Position \d+: 500 ICNT on node \d+ from epoch \d+ on, at a commission of 5 %/);
      const staking = await world.contracts().staking.getAddress();
      assert.equal(await world.contracts().icnt.allowance(ann.address, staking), 0n);
    });

    it("adds to a delegation", async () => {
      const [first] = (await portfolioOf(ann)).positions;
      const args = ["top-up", `${first!.positionId}`, "250", "--yes"];
      const { json } = await world.done([...args, "--json"], { as: ann });
      assert.equal((json as Opened).amountWei, `${icnt("1250")}`);
      await world.done(["top-up", `${(json as Opened).positionId}`, "50", "--yes"], { as: ann });
      const { stakedWei, totalWei } = await portfolioOf(ann);
      assert.deepEqual([stakedWei, totalWei], [`${icnt("1800")}`, `${icnt("10000")}`]);
    });

    it("says that stake would vote for nobody, to whoever named a delegate for liquid ICNT only", async () => {
      const wallet = await world.person("wallet", "100");
      const args = ["delegate", `${nodes[0]}`, "1", "--dry-run"];
      assert.doesNotMatch((await world.done(args, { as: wallet })).stderr, /vote for nobody/);
      await (await world.contracts(wallet).icnt.delegate(ann.address)).wait();
      const { stderr } = await world.done(args, { as: wallet });
      assert.match(stderr, new RegExp(`vote for nobody: icn votes delegate ${ann.address} --staked`));
      await (await world.contracts(wallet).staking.delegate(ann.address)).wait();
      assert.doesNotMatch((await world.done(args, { as: wallet })).stderr, /vote for nobody/);
    });

    it("names the first thing that would fail", async () => {
      const poor = await world.person("poor");
      const [own] = (await portfolioOf(ann)).positions;
      const as = ann;
      const node = `${nodes[0]}`;
      await world.fails("node-not-stakable", ["delegate", "999", "1", "--yes"], { as });
      await world.fails("commission-above-max", ["delegate", node, "1", "--max-commission", "4", "--yes"], {
        as,
      });
      const { remedy } = await world.fails("stake-above-limit", ["delegate", node, "100_000", "--yes"], {
        as,
      });
      assert.match(remedy, /at most 8_700 ICNT/);
      await world.fails("icnt-short", ["delegate", node, "1", "--yes"], { as: poor });
      const [bond] = (await portfolioOf(operator)).positions;
      await world.fails("not-delegation", ["top-up", `${bond!.positionId}`, "1", "--yes"], { as: operator });
      await world.fails("unknown-position", ["top-up", "9999", "1", "--yes"], { as });
      await world.fails("not-owner", ["top-up", `${own!.positionId}`, "1", "--yes"], { as: poor });
      await world.fails("not-owner", ["undelegate", `${own!.positionId}`, "--yes"], { as: poor });
    });
  });

  describe("claiming", () => {
    it("has nothing to claim before an epoch is final", async () => {
      const { stdout } = await world.done(["claim", "--yes"], { as: ann });
      assert.match(stdout, /Nothing to claim/);
      const nobody = await world.person("nobody");
      await world.fails("no-position", ["claim", "--yes"], { as: nobody });
      await world.fails("unknown-position", ["claim", "--position", "9999", "--yes"], { as: nobody });
    });

    it("claims over nodes and epochs in one transaction, what the portfolio said, to the wei", async () => {
      await nextEpoch();
      await world.settleUpTo((await world.epochNow()) + 2);
      const before = await portfolioOf(ann);
      assert.ok(BigInt(before.claimableWei!) > 0n);
      const offline = await portfolioOf(ann, "--bundles", world.evidence);
      assert.equal(offline.claimableWei, before.claimableWei);
      const { json } = await world.done(["claim", "--yes", "--json"], { as: ann });
      const { paid, transactions } = json as Claims;
      assert.equal(transactions.length, 1);
      assert.deepEqual([...new Set(paid.map(({ nodeId }) => nodeId))].toSorted(), nodes.toSorted());
      assert.equal(sumOf(paid.map(({ payWei }) => payWei)), BigInt(before.claimableWei!));
      const after = await portfolioOf(ann);
      assert.equal(after.claimableWei, "0");
      assert.equal(after.totalWei, before.totalWei);
      for (const { payWei, commissionWei } of paid) {
        const whole = BigInt(payWei) + BigInt(commissionWei);
        assert.equal(BigInt(commissionWei), (whole * BigInt(COMMISSION_PPM)) / PPM);
      }
    });

    it("pays nothing twice, and says so", async () => {
      const { json } = await world.done(["claim", "--yes", "--json"], { as: ann });
      const { paid, upToDate, transactions } = json as Claims;
      assert.deepEqual([paid.length, transactions.length], [0, 0]);
      assert.ok(upToDate >= 2);
      assert.match(
        (await world.done(["claim", "--yes"], { as: ann })).stdout,
        /no final epoch that is unpaid/,
      );
    });

    it("lets anyone claim for others, to their recipients", async () => {
      const cold = await world.person("ann's cold wallet");
      const set = ["recipient", "set", cold.address, "--for", "rewards", "--yes"];
      await world.done([...set, "--json"], { as: ann });
      assert.match((await world.done(set, { as: ann })).stdout, /Nothing to do/);
      const shown = (await world.done(["recipient", "show", ann.address, "--json"])).json;
      assert.deepEqual(shown, {
        account: ann.address,
        rewardsRecipient: cold.address,
        vestingRecipient: ann.address,
      });
      assert.match((await world.done(["recipient", "show"], { as: ann })).stdout, new RegExp(cold.address));
      await world.reporter.settle({ [nodes[1]!]: { up: 200, down: 56 } });
      const [first, second] = (await portfolioOf(ann)).positions;
      assert.equal(second!.claimableWei, "0");
      const one = ["claim", "--position", `${first!.positionId}`, "--yes", "--json"];
      const { paid } = (await world.done(one, { as: operator })).json as Claims;
      assert.deepEqual(
        paid.map(({ recipient, positionId }) => [recipient, positionId]),
        [[cold.address, first!.positionId]],
      );
      assert.equal(await world.contracts().icnt.balanceOf(cold.address), BigInt(paid[0]!.payWei));
      await world.done(["claim", "--owner", ann.address, "--node", `${nodes[1]}`, "--yes"], { as: operator });
      const { commission } = await commissionOf(operator);
      assert.ok(commission !== null);
      await world.done(["claim", "--all-owners", "--yes"], { as: operator });
      assert.equal((await commissionOf(operator)).commission, "0");
      await world.done(["recipient", "clear", "--yes"], { as: ann });
      await world.done(["recipient", "clear", "--yes", "--json"], { as: ann });
      assert.equal((await portfolioOf(ann)).rewardsRecipient, ann.address);
    });
    const commissionOf = async (who: Person) => ({
      commission: (await portfolioOf(who)).claimableCommissionWei,
    });

    it("refuses to send pay into a contract of ours", async () => {
      const staking = await world.contracts().staking.getAddress();
      await world.fails("recipient-is-contract", ["recipient", "set", staking, "--yes"], { as: ann });
    });

    it("calls claimable unknown without evidence, and still shows the rest", async () => {
      await world.reporter.settle();
      const found = await portfolioOf(ann, "--bundles", join(world.directory, "nothing"));
      assert.equal(found.claimableWei, null);
      assert.match(found.claimableUnknown!, /is missing/);
      const words = await world.done(["portfolio", "--bundles", join(world.directory, "nothing")], {
        as: ann,
      });
      assert.match(words.stdout, /claimable +unknown/);
      await world.fails("bundle-missing", ["claim", "--bundles", join(world.directory, "nothing"), "--yes"], {
        as: ann,
      });
    });
  });

  describe("earnings", () => {
    it("are listed by epochs, node and position, and add up", async () => {
      const csv = join(world.directory, "earnings.csv");
      const { json } = await world.done(["earnings", ann.address, "--csv", csv, "--json"]);
      const { earnings, totalWei, stakeWei } = json as {
        earnings: readonly { kind: string; payWei: string; paidAt: number }[];
        totalWei: string;
        stakeWei: string;
      };
      assert.ok(earnings.length >= 3 && earnings.every(({ kind }) => kind === "stake"));
      assert.equal(sumOf(earnings.map(({ payWei }) => payWei)), BigInt(totalWei));
      assert.equal(stakeWei, totalWei);
      const [head, ...lines] = readFileSync(csv, "utf8").trim().split("\n");
      assert.equal(
        head,
        "kind,from_epoch,through_epoch,node,position,attester,pay_icnt,commission_icnt,recipient,tx,time",
      );
      assert.equal(lines.length, earnings.length);
      const inCsv = lines.reduce((sum, line) => sum + icnt(line.split(",")[6]!), 0n);
      assert.equal(inCsv, BigInt(totalWei));
    });

    it("of an operator hold its bond's pay and its delegators' commission", async () => {
      const { json } = await world.done(["earnings", "--json"], { as: operator });
      const { commissionWei, earnings } = json as {
        commissionWei: string;
        earnings: readonly { kind: string; recipient: string }[];
      };
      const { earnings: anns } = (await world.done(["earnings", ann.address, "--json"])).json as {
        earnings: readonly { commissionWei: string }[];
      };
      assert.equal(BigInt(commissionWei), sumOf(anns.map((one) => one.commissionWei)));
      assert.ok(earnings.some(({ kind }) => kind === "stake"));
      assert.match(
        (await world.done(["earnings"], { as: operator })).stdout,
        /ICNT in all: stake .*, commission /,
      );
    });

    it("of an attester's owner are its pay", async () => {
      const { owner } = world.attester(1);
      const { rewards, oracle } = world.contracts(world.role("deployer"));
      await (await rewards.claimAttesterPay(1, await oracle.finalizedCount())).wait();
      const { json } = await world.done(["earnings", owner.address, "--json"]);
      const { attesterWei } = json as { attesterWei: string };
      assert.ok(BigInt(attesterWei) > 0n);
    });

    it("cannot be written where nobody may write", async () => {
      const nowhere = join(world.directory, "nowhere", "earnings.csv");
      await world.fails("file-not-writable", ["earnings", ann.address, "--csv", nowhere]);
    });
  });

  describe("leaving", () => {
    it("takes a part out, then all, and withdraws it one epoch after its last", async () => {
      const [first, second] = (await portfolioOf(ann)).positions;
      const over = ["undelegate", `${first!.positionId}`, "99_999", "--yes"];
      await world.fails("amount-above-position", over, { as: ann });
      const part = ["undelegate", `${first!.positionId}`, "300", "--yes", "--json"];
      const taken = (await world.done(part, { as: ann })).json as { requestId: number; successorId: number };
      const { requestId, successorId } = taken;
      const all = await world.done(["undelegate", `${second!.positionId}`, "--yes"], { as: ann });
      assert.match(all.stdout, /can be withdrawn from /);
      await world.fails("position-closed", ["undelegate", `${second!.positionId}`, "--yes"], { as: ann });
      const { leavingWei, stakedWei, positions } = await portfolioOf(ann);
      assert.ok(positions.some(({ positionId }) => positionId === successorId));
      assert.deepEqual([leavingWei, stakedWei], [`${icnt("800")}`, `${icnt("1000")}`]);
      const early = await world.fails("not-matured", ["withdraw", `${requestId}`, "--yes"], { as: ann });
      assert.match(early.message, /it matures on /);
      assert.match((await world.done(["withdraw", "--yes"], { as: ann })).stdout, /Nothing to withdraw/);
      await nextEpoch();
      await nextEpoch();
      assert.ok((await portfolioOf(ann)).leaving.every(({ matured }) => matured));
      await world.done(["withdraw", `${requestId}`, "--yes", "--json"], { as: ann });
      const { stdout } = await world.done(["withdraw", "--yes"], { as: ann });
      assert.match(stdout, /Withdrawn: 500 ICNT of one request/);
      await world.fails("unknown-request", ["withdraw", `${requestId}`, "--yes"], { as: ann });
      assert.equal((await portfolioOf(ann)).leavingWei, "0");
    });
  });

  describe("leaving with a bond", () => {
    it("waits for the unbonding period, and for the reports of what it backed", async () => {
      const [, nodeId] = nodes;
      const { positions } = await portfolioOf(operator);
      const bond = positions.find((one) => one.nodeId === nodeId)!;
      const undelegate = ["undelegate", `${bond.positionId}`, "--yes", "--json"];
      await world.fails("bond-too-low", undelegate, { as: operator });
      await (await world.contracts(operator).registry.startExit(nodeId!)).wait();
      const { requestId, maturesAt } = (await world.done(undelegate, { as: operator })).json as {
        requestId: number;
        maturesAt: number;
      };
      await world.warpTo(maturesAt);
      await world.fails("not-settled", ["withdraw", `${requestId}`, "--yes"], { as: operator });
      assert.match(
        (await world.done(["withdraw", "--yes"], { as: operator })).stdout,
        /waits: its bond backed epoch/,
      );
      await world.settleUpTo(await world.epochNow());
      const { stdout } = await world.done(["withdraw", "--yes"], { as: operator });
      assert.match(stdout, /Withdrawn: 2_000 ICNT/);
    });
  });

  describe("the portfolio", () => {
    it("is the whole in words", async () => {
      await world.settleUpTo(await world.epochNow());
      const { stdout } = await world.done(["portfolio"], { as: ann });
      assert.match(stdout, /liquid +\d/);
      assert.match(stdout, /position +node +kind +ICNT/);
    });
  });
}
