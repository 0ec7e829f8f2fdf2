// A node's life by the command line: registered, changed, maintained, handed over, shown and closed.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseUnits, Wallet } from "ethers";
import { lyingRpc } from "../../scripts/support/lying-rpc.ts";
import type { Person, Result, World } from "./world.ts";

interface Sent {
  readonly nodeId: number;
  readonly transactions: readonly unknown[];
  readonly changes: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
}

const icnt = (amount: string): string => parseUnits(amount, 18).toString();
const newKey = (): string => Wallet.createRandom().address;
const UNITS = 10;
/** Of a bond, open at once. */
const REQUESTS_MAX = 15;

export function nodeScenario(world: World): void {
  const node = (...args: (string | number)[]) => ["node", ...args.map(String)];
  const yes = (...args: (string | number)[]) => node(...args, "--yes");
  let operator: Person;

  const register = (change: Readonly<Record<string, string>> = {}, ...more: string[]) => {
    const options = {
      ...{ "--node-key": newKey(), "--endpoint": "http://127.0.0.1:1", "--bond": "2_000", "--country": "DE" },
      ...{ "--storage-units": String(UNITS), "--commission": "5" },
      ...change,
    };
    return yes("register", ...Object.entries(options).flat(), ...more);
  };
  const sentBy = ({ json }: Result): Sent => json as Sent;
  const registered = async (as = operator): Promise<number> =>
    sentBy(await world.done(register({}, "--json"), { as })).nodeId;
  const nextEpoch = async () => world.warpTo(world.epochStart((await world.epochNow()) + 1));
  /** Both ways, the first with --json: what it printed. */
  const change = (sent: Result, name: string) => sentBy(sent).changes.find((one) => one.name === name);

  describe("nodes are registered", () => {
    it("in one call that approves, registers and activates", async () => {
      operator = await world.person("operator", "40000");
      const { stdout } = await world.done(register(), { as: operator });
      assert.match(stdout, /^Node \d+ is registered and active from epoch \d+ \(20.* UTC\) on/);
      const sent = await world.done(register({}, "--json"), { as: operator });
      assert.equal(sentBy(sent).transactions.length, 3);
      assert.equal(change(sent, "status")?.after, "active");
      const spent =
        BigInt(String(change(sent, "liquidWei")?.before)) - BigInt(String(change(sent, "liquidWei")?.after));
      assert.equal(spent, parseUnits("2010", 18));
    });

    it("after a dry run that sends nothing", async () => {
      const { registry } = world.contracts();
      const before = await registry.nodeCount();
      const { stdout } = await world.done(register({}, "--dry-run"), { as: operator });
      assert.match(stdout, /1\. +let the registry take 2_010 ICNT[\s\S]*3\. +activate node \d+/);
      assert.match(stdout, /liquid ICNT of 0x\w+ +[\d_.]+ ICNT +→ +[\d_.]+ ICNT/);
      assert.equal(await registry.nodeCount(), before);
    });

    it("in two calls where the first was cut short", async () => {
      let sent = 0;
      const liar = await lyingRpc(world.rpcUrl, {
        eth_sendRawTransaction: (hash) => (++sent === 2 ? `0x${"0".repeat(64)}` : hash),
      });
      const key = newKey();
      const { message, remedy } = await world.fails(
        "node-not-activated",
        register({ "--node-key": key }, "--rpc", liar.url),
        { as: operator },
      );
      liar.stop();
      const nodeId = /^node (\d+) is registered/.exec(message)?.[1] ?? "";
      assert.match(remedy, new RegExp(`icn node activate ${nodeId}\``));
      const again = await world.fails("node-key-used", register({ "--node-key": key }), { as: operator });
      assert.match(again.remedy, new RegExp(`icn node activate ${nodeId}\``));
      await world.done(yes("activate", nodeId, "--json"), { as: await world.person("anybody") });
      await world.fails("wrong-status", yes("activate", nodeId), { as: operator });
      const active = await world.fails("node-key-used", register({ "--node-key": key }), { as: operator });
      assert.match(active.message, /which is active/);
      const stranger = await world.person("stranger", "3000");
      await world.fails("node-key-used", register({ "--node-key": key }), { as: stranger });
    });

    it("activated by a call without --json, too", async () => {
      const { registry, icnt: token } = world.contracts(operator);
      await (await token.approve(await registry.getAddress(), icnt("2010"))).wait();
      const terms = { nodeClass: 1, services: 1, country: "0x4445", storageUnits: 10, computeUnits: 0 };
      const rest = { networkUnits: 0, commissionPpm: 0 };
      await (
        await registry.register(newKey(), { ...terms, ...rest }, "http://a.example", icnt("2000"))
      ).wait();
      const { stdout } = await world.done(yes("activate", String(await registry.nodeCount())), {
        as: operator,
      });
      assert.match(stdout, /is active from epoch/);
    });

    it("or refused with a reason", async () => {
      const as = operator;
      await world.fails("no-service", register({ "--storage-units": "0" }), { as });
      await world.fails("invalid-units", register({ "--storage-units": "4000000000" }), { as });
      await world.fails("bond-too-low", register({ "--bond": "1_999.9" }), { as });
      await world.fails("icnt-short", register(), { as: await world.person("poor", "100") });
      await world.fails("commission-too-high", register({ "--commission": "51" }), { as });
      await world.fails("unknown-node", yes("activate", 99_999), { as });
    });
  });

  describe("a node changes", () => {
    let nodeId: number;

    it("its bond", async () => {
      const as = operator;
      nodeId = await registered();
      const { stdout } = await world.done(yes("bond", nodeId, "500"), { as });
      assert.match(stdout, /has a bond of 2_500 ICNT from epoch/);
      const more = await world.done(yes("bond", nodeId, "0.5", "--json"), { as });
      assert.deepEqual(
        [change(more, "bondWei")?.before, change(more, "bondWei")?.after],
        [icnt("2500"), icnt("2500.5")],
      );
      await world.fails("icnt-short", yes("bond", nodeId, "1_000_000"), { as });
      await world.fails("not-operator", yes("bond", nodeId, "1"), { as: await world.person("stranger") });
      await world.fails("unknown-node", yes("bond", 99_999, "1"), { as });
    });

    it("and takes some of it out", async () => {
      const as = operator;
      const { stdout } = await world.done(yes("unbond", nodeId, "100"), { as });
      assert.match(
        stdout,
        /100 ICNT leave the bond.*request \d+ is paid out from 20.* UTC on, once .* final/s,
      );
      const less = await world.done(yes("unbond", nodeId, "50.5", "--json"), { as });
      const request = less.json as { amountWei: string; maturesAt: number; leftAtEpoch: number };
      assert.equal(request.amountWei, icnt("50.5"));
      assert.ok(request.maturesAt > world.epochStart(request.leftAtEpoch));
      const { message } = await world.fails("bond-locked", yes("unbond", nodeId, "351"), { as });
      assert.match(message, /at most 350 ICNT/);
      await world.fails("bond-locked", yes("unbond", nodeId), { as });
      await world.fails("amount-above-position", yes("unbond", nodeId, "10_000"), { as });
    });

    it("in at most 15 parts at a time", async () => {
      const { staking } = world.contracts(operator);
      for (let part = 2; part < REQUESTS_MAX; part++)
        await (await staking.requestUnbonding(await staking.bondPositionOf(nodeId), 1n)).wait();
      await world.fails("too-many-requests", yes("unbond", nodeId, "1"), { as: operator });
    });

    it("keeps what its delegations stand on", async () => {
      const as = operator;
      const { staking, icnt: token } = world.contracts(world.role("deployer"));
      await nextEpoch();
      const amount = parseUnits("10000", 18);
      await (await token.approve(await staking.getAddress(), amount)).wait();
      await (await staking.stake(nodeId, amount, 1_000_000)).wait();
      await world.fails("stake-above-limit", yes("terms", nodeId, "--storage-units", "9"), { as });
    });

    it("its terms, of which only the named ones move", async () => {
      const as = operator;
      const raised = await world.done(yes("terms", nodeId, "--commission", "7.5"), { as });
      assert.match(raised.stdout, /higher commission holds for new delegations/);
      const json = await world.done(yes("terms", nodeId, "--commission", "2", "--country", "FR", "--json"), {
        as,
      });
      assert.deepEqual(
        sentBy(json).changes.map(({ name, before, after }) => [name, before, after]),
        [
          ["country", "DE", "FR"],
          ["commissionPpm", "7.5 %", "2 %"],
        ],
      );
      const { terms } = json.json as { terms: Record<string, unknown> };
      assert.deepEqual(
        [terms["storageUnits"], terms["country"], terms["commissionPpm"]],
        [UNITS, "FR", 20_000],
      );
      await world.fails("nothing-to-change", yes("terms", nodeId, "--commission", "2"), { as });
      await world.fails("nothing-to-change", yes("terms", nodeId), { as });
      await world.fails("no-service", yes("terms", nodeId, "--storage-units", "0"), { as });
      await world.fails("invalid-units", yes("terms", nodeId, "--network-units", "4000000000"), { as });
      await world.fails("bond-too-low", yes("terms", nodeId, "--storage-units", "50"), { as });
    });

    it("its endpoint and its key", async () => {
      const as = operator;
      await world.done(yes("endpoint", nodeId, "https://a.example"), { as });
      const moved = await world.done(yes("endpoint", nodeId, "https://b.example", "--json"), { as });
      assert.equal(change(moved, "endpoint")?.after, "https://b.example");
      await world.fails("nothing-to-change", yes("endpoint", nodeId, "https://b.example"), { as });
      const key = newKey();
      const { stdout } = await world.done(yes("rotate-key", nodeId, key), { as });
      assert.match(stdout, /from epoch \d+ .* restart it at that moment, not earlier/s);
      const again = await world.done(yes("rotate-key", nodeId, newKey(), "--json"), { as });
      assert.equal(change(again, "nodeKey")?.before, key);
      await world.fails("node-key-used", yes("rotate-key", nodeId, key), { as });
      await world.fails("zero-node-key", yes("rotate-key", nodeId, `0x${"0".repeat(40)}`), { as });
      await world.fails("invalid-endpoint", yes("endpoint", nodeId, `http://${"a".repeat(250)}`), { as });
    });

    it("and pauses for maintenance", async () => {
      const as = operator;
      const { stdout } = await world.done(yes("maintenance", "start", nodeId), { as });
      assert.match(stdout, /in maintenance from epoch/);
      await world.fails("wrong-status", yes("maintenance", "start", nodeId), { as });
      await world.done(yes("maintenance", "end", nodeId), { as });
      await world.fails("wrong-status", yes("maintenance", "end", nodeId), { as });
      const began = await world.done(yes("maintenance", "start", nodeId, "--json"), { as });
      assert.equal(change(began, "status")?.after, "maintenance");
      const ended = await world.done(yes("maintenance", "end", nodeId, "--json"), { as });
      assert.equal(change(ended, "status")?.after, "active");
    });
  });

  describe("a node is handed over", () => {
    it("in two steps", async () => {
      const nodeId = await registered();
      const heir = await world.person("heir", "100");
      const offer = yes("handover", "offer", nodeId, heir.address);
      const { stdout } = await world.done(offer, { as: operator });
      assert.match(stdout, /Claim before it is accepted/);
      await world.fails("handover-useless", offer, { as: operator });
      await world.fails("handover-useless", yes("handover", "offer", nodeId, operator.address), {
        as: operator,
      });
      await world.done(yes("handover", "withdraw", nodeId), { as: operator });
      await world.fails("not-offered", yes("handover", "withdraw", nodeId), { as: operator });
      await world.fails("not-offered", yes("handover", "accept", nodeId), { as: heir });
      await world.done([...offer, "--json"], { as: operator });
      const taken = await world.done(yes("handover", "accept", nodeId, "--json"), { as: heir });
      assert.deepEqual(
        [change(taken, "operator")?.before, change(taken, "operator")?.after],
        [operator.address, heir.address],
      );
      await world.fails("not-operator", yes("endpoint", nodeId, "http://c.example"), { as: operator });
      await world.done(yes("handover", "offer", nodeId, operator.address), { as: heir });
      await world.done(yes("handover", "withdraw", nodeId, "--json"), { as: heir });
      await world.done(yes("handover", "offer", nodeId, operator.address), { as: heir });
      const back = await world.done(yes("handover", "accept", nodeId), { as: operator });
      assert.match(back.stdout, /You operate node/);
    });
  });

  describe("a node leaves", () => {
    it("with its whole bond, once that has matured", async () => {
      const as = operator;
      const nodeId = await registered();
      await world.fails("nothing-to-finish", yes("finish-exit", nodeId), { as });
      const left = await world.done(yes("exit", nodeId, "--json"), { as });
      const { request } = left.json as {
        request: { amountWei: string; maturesAt: number; leftAtEpoch: number };
      };
      assert.equal(request.amountWei, icnt("2000"));
      await world.fails("wrong-status", yes("exit", nodeId), { as });
      await world.fails("wrong-status", yes("bond", nodeId, "1"), { as });
      await world.fails("no-bond", yes("unbond", nodeId), { as });
      const ended = await world.done(yes("finish-exit", nodeId), { as });
      assert.match(ended.stdout, /has left for good\.\n2_000 ICNT wait/);
      await world.fails("not-matured", yes("finish-exit", nodeId), { as });
      await world.fails("node-exited", yes("endpoint", nodeId, "http://d.example"), { as });
      await world.settleUpTo(request.leftAtEpoch);
      await world.warpTo(request.maturesAt);
      const paid = await world.done(yes("finish-exit", nodeId, "--json"), { as });
      assert.equal((paid.json as { paidWei: string }).paidWei, icnt("2000"));
      await world.fails("nothing-to-finish", yes("finish-exit", nodeId), { as });
      const plain = await world.done(yes("exit", await registered()), { as });
      assert.match(plain.stdout, /neither measured nor paid from epoch/);
    });
  });

  describe("node status", () => {
    let nodeId: number;

    it("lists nodes by what is asked", async () => {
      nodeId = await registered();
      await nextEpoch();
      await world.settleUpTo(await world.epochNow());
      await world.reporter.settle({ [nodeId]: { up: 250, down: 6, latencyRatioPpm: 1_500_000 } });
      await world.reporter.settle({ [nodeId]: { up: 255, down: 1, latencyRatioPpm: 900_000 } });
      const { stdout } = await world.done(node("status", "--sort", "score"));
      assert.match(stdout, /^node +status +score/);
      const mine = await world.done(node("status", "--mine", "--json"), { as: operator });
      const { nodes } = mine.json as { nodes: { nodeId: number; lastScorePpm: number }[] };
      const listed = nodes.find((one) => one.nodeId === nodeId);
      assert.equal(listed?.lastScorePpm, 1_000_000);
      const nobody = await world.done(node("status", "--mine"), { as: await world.person("nobody") });
      assert.equal(nobody.stdout, "You operate no node.\n");
    });

    it("tells all of one", async () => {
      await world.reporter.settle({ [nodeId]: { up: 250, down: 6, latencyRatioPpm: 1_500_000 } });
      const { stdout } = await world.done(node("status", nodeId));
      assert.match(stdout, /│.*█▅?.*│ \d+\n/);
      assert.match(stdout, /availability was 97\.\d+ % in epoch \d+.*6? ?\(4 of 4 attesters\)/s);
      assert.match(stdout, /takes 1\.50 times its target/);
      assert.match(stdout, /a projection, no promise/);
      const { json } = await world.done(node("status", nodeId, "--json"));
      const shown = json as Shown;
      assert.deepEqual(
        shown.epochs
          .filter(({ kind }) => kind === "measured")
          .map(({ upBuckets, downBuckets }) => [upBuckets, downBuckets]),
        [
          [250, 6],
          [255, 1],
          [250, 6],
        ],
      );
      assert.deepEqual(
        shown.mend.map(({ kind }) => kind),
        ["endpoint-unreachable", "availability", "latency"],
      );
      assert.equal(shown.stake.bondWei, icnt("2000"));
    });

    it("projects what the contracts then pay", async () => {
      const { rewards } = world.contracts();
      const { json } = await world.done(node("status", nodeId, "--json"));
      const { projection } = json as Shown;
      assert.ok(projection !== null && projection.scorePpm < 1_000_000);
      const epoch = await world.reporter.settle({
        [nodeId]: { up: 250, down: 6, latencyRatioPpm: 1_500_000 },
      });
      await (await world.contracts(operator).rewards.accrue(100)).wait();
      const delta = (await rewards.indexAt(epoch)) - (await rewards.indexAt(epoch - 1));
      const gain = (delta * BigInt(projection.scorePpm)) / 1_000_000n;
      assert.equal(projection.perEpoch.bondWei, ((parseUnits("2000", 18) * gain) / 10n ** 27n).toString());
    });

    it("says what is missing where the evidence is", async () => {
      const elsewhere = ["--bundles", join(world.directory, "nowhere")];
      const { stdout } = await world.done(node("status", nodeId, ...elsewhere));
      assert.match(stdout, /Evidence of \d+ epochs is not at hand.*The rest is from the chain alone/s);
      assert.match(stdout, /\? evidence not at hand/);
      const { json } = await world.done(node("status", ...elsewhere, "--json"));
      assert.ok((json as { missing: unknown[] }).missing.length > 0);
      await world.fails("unknown-node", node("status", 99_999));
    });
  });
}

interface Shown {
  readonly epochs: readonly {
    readonly kind: string;
    readonly upBuckets: number;
    readonly downBuckets: number;
  }[];
  readonly mend: readonly { readonly kind: string }[];
  readonly stake: { readonly bondWei: string };
  readonly projection: {
    readonly scorePpm: number;
    readonly perEpoch: { readonly bondWei: string };
  } | null;
}
