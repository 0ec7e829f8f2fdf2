// Votes by the command line alone: delegate, propose, vote, queue, carry out; a parameter, and an upgrade.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { getAddress, Interface, id, parseUnits, Wallet } from "ethers";
import { bookOf } from "../../../scripts/governance/calls/book.ts";
import { callTo } from "../../../scripts/governance/calls/calls.ts";
import { rulesAt } from "../../../scripts/governance/parameters/rules.ts";
import { registerNode } from "../../../scripts/node/nodes.ts";
import type { Person, World } from "./world.ts";

const DAY = 86_400;
/** Epochs that must be final after the one of the announcement. */
const REACTION_EPOCHS = 7;
const MILLION = 10n ** 24n;
const HOLDINGS = "1000000";
const icnt = (amount: string): bigint => parseUnits(amount, 18);

interface Shown {
  readonly number: number;
  readonly proposalId: string;
  readonly state: string;
  readonly forWei: string;
  readonly quorumLeftWei: string;
  readonly etaAt: number | null;
  readonly history: readonly { readonly what: string; readonly at: number }[];
  readonly actions: readonly Acting[];
  readonly votes: readonly { readonly voter: string }[];
  readonly failure: { readonly code: string } | null;
}

interface Acting {
  readonly contract: string | null;
  readonly function: string | null;
  readonly wait: string;
  readonly words: string;
  readonly changes: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
  readonly build: object | null;
}

export function governanceScenario(world: World): void {
  const gov = (...args: (string | number)[]) => ["gov", ...args.map(String)];
  const votes = (...args: string[]) => ["votes", ...args];
  const inWorld = (name: string): string => join(world.directory, name);
  const written = (name: string, content: unknown): string => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(inWorld(name), text);
    return inWorld(name);
  };
  const nodeOf = async (): Promise<number> => {
    const operator = await world.person("voters' operator", "3000");
    return registerNode(world.contracts(operator), operator.address, {
      ...{ nodeKey: new Wallet(id("voters' node")).address, endpoint: "http://127.0.0.1:1", nodeClass: 1 },
      ...{ country: "DE", storageUnits: 1, computeUnits: 0, networkUnits: 0, commissionPpm: 0 },
      bond: icnt("2000"),
    });
  };
  const pass = async (seconds: number) => world.warpTo((await world.now()) + seconds);
  const shown = async (number: number): Promise<Shown> =>
    (await world.done(gov("show", number, "--json"))).json as Shown;
  /** Holders of liquid, staked and vesting ICNT; the last reaches the quorum alone. */
  let liquid: Person;
  let staked: Person;
  let vesting: Person;
  let poor: Person;

  const propose = (title: string, ...actions: string[]) => gov("propose", "--title", title, ...actions);
  const proposed = async (title: string, ...actions: string[]): Promise<number> => {
    const { json } = await world.done(propose(title, ...actions, "--yes", "--json"), { as: vesting });
    return (json as { number: number }).number;
  };
  const refused = (code: string, ...actions: string[]) =>
    world.fails(code, propose("Refused", ...actions, "--yes"), { as: vesting });
  const passed = async (number: number): Promise<void> => {
    await pass(2 * DAY + 60);
    await world.done(gov("vote", number, "for", "--yes"), { as: vesting });
    await pass(7 * DAY + 60);
  };

  describe("votes are delegated", () => {
    it("at all three sources by one command", async () => {
      liquid = await world.person("liquid voter", HOLDINGS);
      staked = await world.person("staked voter", HOLDINGS);
      vesting = world.role("partner");
      poor = await world.person("voter without votes");
      const empty = await world.done(gov("list"));
      assert.match(empty.stdout, /No proposal was made yet/);
      await world.done(["delegate", String(await nodeOf()), "1_000", "--yes"], { as: staked });
      const before = await world.done(votes("show", vesting.address));
      assert.match(before.stdout, /Nobody votes with 77_000_000 vesting ICNT/);
      const lacking = await world.fails(
        "governor-insufficient-proposer-votes",
        propose("Too early", "--set", "registry.fee=11", "--yes"),
        { as: vesting },
      );
      assert.match(lacking.message, /700_000 are missing; its ICNT: 77_000_000 vesting \(votes for nobody\)/);
      const { json } = await world.done(votes("delegate", "self", "--yes", "--json"), { as: vesting });
      assert.equal((json as { transactions: unknown[] }).transactions.length, 3);
      const again = await world.done(votes("delegate", "self", "--yes"), { as: vesting });
      assert.match(again.stdout, /^Nothing to do/);
      await world.done(votes("delegate", liquid.address, "--staked", "--yes"), { as: staked });
      const shows = (await world.done(votes("show", "--json"), { as: liquid })).json as {
        votesWei: string;
        voicelessWei: string;
      };
      assert.equal(BigInt(shows.votesWei), icnt("1000"));
      assert.equal(BigInt(shows.voicelessWei), icnt(HOLDINGS));
      await world.fails("usage", votes("delegate", "everybody", "--yes"), { as: liquid });
      await world.fails("usage", votes("delegate", "--yes"), { as: liquid });
    });

    it("by a signature that somebody else sends", async () => {
      const file = inWorld("delegation.json");
      const sign = votes("delegate", "self", "--liquid", "--vesting", "--sign-to", file, "--expires", "2d");
      await world.done([...sign, "--json"], { as: liquid });
      await world.fails("file-exists", sign, { as: liquid });
      await world.fails(
        "file-not-writable",
        votes("delegate", "self", "--sign-to", inWorld("no/where.json")),
        {
          as: liquid,
        },
      );
      const send = (name: string) => votes("delegate", "--signed", name, "--yes");
      const content = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      const as = poor;
      await world.fails(
        "signed-forged",
        send(written("forged.json", { ...content, delegatee: poor.address })),
        {
          as,
        },
      );
      await world.fails("signed-elsewhere", send(written("elsewhere.json", { ...content, chainId: 1 })), {
        as,
      });
      await world.fails("signed-invalid", send(written("invalid.json", { ...content, more: 1 })), { as });
      await world.fails("usage", [...send(file), poor.address], { as });
      await world.done(send(file), { as });
      assert.equal(await world.contracts().icnt.delegates(liquid.address), liquid.address);
      await world.fails("invalid-account-nonce", send(file), { as });
      const late = inWorld("delegation-late.json");
      const nobody = votes("delegate", "nobody", "--liquid", "--sign-to", late, "--expires", "60s");
      const { stdout } = await world.done(nobody, { as: staked });
      assert.match(stdout, /has nobody vote with the liquid ICNT/);
      await pass(120);
      await world.fails("votes-expired-signature", send(late), { as });
    });
  });

  describe("a vote", () => {
    let fee: number;
    let upgrade: number;
    let code: string;

    it("is proposed", async () => {
      const as = vesting;
      const made = await world.done(
        gov("implementation", "SlaOracle", "--artifact", "SlaOracleNext", "--yes", "--json"),
        { as: poor },
      );
      code = (made.json as { implementation: string }).implementation;
      await world.done(gov("implementation", "NodeRewards", "--yes"), { as: poor });
      const text = written("why.md", "Fees pay for nothing yet.\n1. NodeRegistry.setFee(fee: 1 ICNT)");
      const set = ["--set", "registry.fee=12", "--description", text];
      const { stdout } = await world.done(propose("A fee of 12", ...set, "--yes"), { as });
      assert.match(stdout, /Proposal 1 is made: "A fee of 12"/);
      fee = 1;
      await world.fails("proposal-exists", propose("A fee of 12", ...set, "--yes"), { as });
      upgrade = await proposed("Upgrade the oracle", "--upgrade", `SlaOracle=${code}`);
      const list = (await world.done(gov("list", "--json"))).json as { proposals: Shown[] };
      assert.deepEqual(
        list.proposals.map(({ number, state }) => [number, state]),
        [
          [fee, "pending"],
          [upgrade, "pending"],
        ],
      );
      const page = await world.done(gov("show", fee));
      assert.match(
        page.stdout,
        /Proposal 1: A fee of 12\n\n {2}\| Fees pay for nothing yet.*\n {2}\| 1\. NodeRegistry/,
      );
      assert.doesNotMatch(page.stdout, /#proposer/);
      assert.match(page.stdout, /fee of a registration +10 ICNT +→ +12 ICNT/);
      const { proposalId, votes: cast } = await shown(fee);
      assert.deepEqual(cast, []);
      assert.equal((await world.done(gov("list"))).stdout.split("\n").length, 4);
      assert.equal(((await world.done(gov("show", proposalId, "--json"))).json as Shown).number, fee);
    });

    it("is cancelled by its proposer before voting begins, and by nobody else", async () => {
      const cancel = async (title: string) =>
        gov("cancel", await proposed(title, "--set", "registry.fee=13"));
      const other = await cancel("A mistake");
      await world.fails("cancel-by-vote", [...other, "--yes"], { as: poor });
      await world.done([...other, "--yes"], { as: vesting });
      await world.done([...(await cancel("Another")), "--yes", "--json"], { as: vesting });
      await world.fails("voting-over", gov("vote", 3, "for", "--yes"), { as: vesting });
      await world.fails("voting-not-begun", gov("vote", fee, "for", "--yes"), { as: vesting });
    });

    it("is taken with the votes of its snapshot", async () => {
      await pass(2 * DAY + 60);
      await world.fails("cancel-by-vote", gov("cancel", fee, "--yes"), { as: vesting });
      const late = await world.fails("no-voting-power", gov("vote", fee, "for", "--yes"), { as: staked });
      assert.match(late.message, /999_000 liquid \(votes for nobody\), 1_000 staked \(votes for 0x/);
      await world.fails("not-passed", gov("queue", fee, "--yes"), { as: poor });
      const cast = await world.done(gov("vote", fee, "against", "--reason", "Too much", "--yes", "--json"), {
        as: liquid,
      });
      assert.equal(BigInt((cast.json as { votesWei: string }).votesWei), icnt("1001000"));
      await world.fails("governor-already-cast-vote", gov("vote", fee, "for", "--yes"), { as: liquid });
      await world.done(gov("vote", upgrade, "for", "--yes"), { as: vesting });
      await world.fails("usage", gov("vote", upgrade, "--yes"), { as: vesting });
    });

    it("is taken by a ballot that somebody else sends", async () => {
      const [plain, reasoned] = [inWorld("ballot.json"), inWorld("reasoned.json")];
      await world.done(gov("vote", fee, "for", "--sign-to", plain, "--json"), { as: vesting });
      const because = ["--reason", "An upgrade that I read", "--sign-to", reasoned];
      await world.done(gov("vote", upgrade, "abstain", ...because), { as: liquid });
      const send = (file: string) => gov("vote", "--signed", file, "--yes");
      const content = JSON.parse(readFileSync(plain, "utf8")) as Record<string, unknown>;
      const as = poor;
      await world.fails("signed-forged", send(written("b1.json", { ...content, support: "against" })), {
        as,
      });
      await world.fails(
        "signed-elsewhere",
        send(written("b2.json", { ...content, governor: poor.address })),
        {
          as,
        },
      );
      await world.fails("signed-invalid", send(written("b3.json", "none")), { as });
      await world.fails("usage", gov("vote", fee, "for", "--signed", plain), { as });
      await world.done(send(plain), { as });
      await world.done([...send(reasoned), "--json"], { as });
      await world.fails("invalid-account-nonce", send(plain), { as });
      const { forWei, quorumLeftWei } = await shown(fee);
      assert.equal(BigInt(forWei), 77n * MILLION);
      assert.equal(quorumLeftWei, "0");
    });

    it("is shown with who cast it", async () => {
      assert.deepEqual((await shown(fee)).votes, [
        { voter: vesting.address, support: "for", votesWei: String(77n * MILLION), reason: "" },
        { voter: liquid.address, support: "against", votesWei: String(icnt("1001000")), reason: "Too much" },
      ]);
      const { stdout } = await world.done(gov("show", upgrade));
      const [, first = "", second = ""] = /^Who voted:\n(.+)\n(.+)\n\n/m.exec(stdout) ?? [];
      assert.match(first, new RegExp(`^${vesting.address} +for +77_000_000 ICNT \\(11\\.00 %\\)$`));
      assert.match(second, new RegExp(`^${liquid.address} +abstain +.+ +"An upgrade that I read"$`));
    });

    it("sets a parameter after the timelock's delay", async () => {
      const as = poor;
      await pass(7 * DAY + 60);
      await world.fails("not-queued", gov("execute", fee, "--yes"), { as });
      const { stdout } = await world.done(gov("queue", fee, "--yes"), { as });
      assert.match(stdout, /can be carried out from/);
      await world.done(gov("queue", upgrade, "--yes", "--json"), { as });
      const early = await world.fails("not-ready", gov("execute", fee, "--yes"), { as });
      assert.match(early.message, /on, in (2 d|1 d 23 h)/);
      const stop = gov("propose", "--title", "Too late", "--cancel-queued", fee, "--dry-run");
      assert.match(
        (await world.done(stop, { as: vesting })).stdout,
        /WHICH MAY BE CARRIED OUT BEFORE, from .+ UTC on +queued +→ +cancelled/,
      );
      await pass(2 * DAY);
      await world.done(gov("execute", fee, "--yes", "--json"), { as });
      assert.equal(await world.contracts().registry.fee(), icnt("12"));
      assert.equal((await shown(fee)).state, "executed");
      const told = await world.done(gov("show", fee));
      assert.match(told.stdout, /fee of a registration +10 ICNT +→ +12 ICNT/);
      const { history } = await shown(fee);
      assert.deepEqual(
        history.map(({ what }) => what),
        ["made", "queued", "executed"],
      );
      assert.ok(history[2]!.at - history[1]!.at >= 2 * DAY);
      const when = new Date(history[2]!.at * 1_000).toISOString().replace("T", " ").slice(0, 19);
      assert.match(told.stdout, new RegExp(`carried out +${when} UTC`));
    });

    it("waits longer once the unbonding period is longer, then replaces the code", async () => {
      const as = poor;
      const queuedIn = await world.epochNow();
      const { staking, oracle } = world.contracts();
      const { etaAt } = await shown(upgrade);
      const longer = staking.interface.encodeFunctionData("setUnbondingPeriod", [30]);
      await world.asTimelock(await staking.getAddress(), longer);
      assert.equal((await shown(upgrade)).etaAt, Number(etaAt) + 2 * DAY);
      await world.settleUpTo(queuedIn + REACTION_EPOCHS);
      await world.warpTo(Number(etaAt) + 60);
      const early = await world.fails("not-ready", gov("execute", upgrade, "--yes"), { as });
      assert.match(early.message, /the unbonding period was made longer since/);
      const waiting = await world.done(gov("show", upgrade));
      assert.match(
        waiting.stdout,
        /What comes next: can be carried out from .+; when it was queued that was/,
      );
      await pass(2 * DAY);
      const page = await world.done(gov("execute", upgrade, "--dry-run"), { as });
      assert.match(
        page.stdout,
        /this checkout's build of SlaOracleNext \(contracts.mocks.next.SlaOracleNext.sol\), constructed as the present one\n/,
      );
      const { stdout } = await world.done(gov("execute", upgrade, "--yes"), { as });
      assert.match(stdout, /is carried out/);
      const [done] = (await shown(upgrade)).actions;
      assert.deepEqual(done?.changes, [
        {
          ...{ name: "code.SlaOracle", label: "code of SlaOracle" },
          ...{ before: getAddress(world.manifest.contracts.SlaOracle.implementation ?? ""), after: code },
        },
      ]);
      assert.deepEqual(done.build, {
        ...{ artifact: "SlaOracleNext", differing: [] },
        words:
          "its code is this checkout's build of SlaOracleNext (contracts/mocks/next/SlaOracleNext.sol), constructed as the deployment's own",
      });
      const next = new Interface(["function version() view returns (uint256)"]);
      const data = next.encodeFunctionData("version");
      assert.equal(BigInt(await world.provider.call({ to: await oracle.getAddress(), data })), 2n);
    });

    it("cancels what an earlier one has queued", async () => {
      const queued = await proposed("To be stopped", "--set", "staking.bond-base=3_000");
      await passed(queued);
      await world.done(gov("queue", queued, "--yes"), { as: poor });
      const told = await world.fails("cancel-by-vote", gov("cancel", queued, "--yes"), { as: vesting });
      assert.match(told.remedy, new RegExp(`--cancel-queued ${queued}`));
      await refused("not-queued", "--cancel-queued", String(fee));
      const stop = await proposed("Stop it", "--cancel-queued", String(queued));
      assert.match((await world.done(gov("show", stop))).stdout, /"To be stopped" +queued +→ +cancelled/);
      await passed(stop);
      await world.done(gov("queue", stop, "--yes"), { as: poor });
      await pass(2 * DAY + 60);
      await world.done(gov("execute", stop, "--yes"), { as: poor });
      const { state, history } = await shown(queued);
      assert.equal(state, "canceled");
      assert.deepEqual(
        history.map(({ what }) => what),
        ["made", "queued", "canceled"],
      );
    });

    it("of strangers is shown raw, and so is why it would fail", async () => {
      const governor = world.contracts(vesting).governor;
      const { oracle, vault } = world.contracts();
      const stranger = [poor.address, await vault.getAddress(), await oracle.getAddress()];
      const book = bookOf(world.manifest);
      const rules = await rulesAt(world.contracts(), book, 0);
      const never = callTo(book, "SlaOracle", "scheduleRules", [rules, 2n ** 60n]).data;
      const text = "\n\u001b[32mGreen\u001b[8m\u202e\n1. NodeRegistry.setFee(fee: 1 ICNT)";
      const sent = await governor.propose(
        stranger,
        [0n, 1n, 0n],
        ["0x12345678aa", "0xdeadbeef", never],
        text,
      );
      await sent.wait();
      const list = (await world.done(gov("list", "--json"))).json as { proposals: Shown[] };
      const { number } = list.proposals.at(-1)!;
      const { stdout } = await world.done(gov("show", number));
      assert.match(stdout, /Proposal \d+: \(without a title\)\n\n {2}\| .+Green.+\n {2}\| 1\. NodeRegistry/);
      assert.ok(!stdout.includes("\u001b") && !stdout.includes("\u202e"));
      assert.match(stdout, /an unknown contract \(0x\w+\): unknown call 0x12345678 with 0xaa/);
      assert.match(stdout, /VestingVault: unknown call 0xdeadbeef, with 1 wei of the chain's coin/);
      assert.match(stdout, /effectiveFrom: 1152921504606846976\)/);
      assert.match(stdout, /As things stand it would fail/);
      assert.notEqual((await shown(number)).failure, null);
      await world.fails("unknown-proposal", gov("show", 99));
    });
  });
}
