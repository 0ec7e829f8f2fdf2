// icn gov propose: what it shows of each action, and what it refuses. Nothing is proposed here.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { ContractFactory, parseEther, Wallet, zeroPadValue } from "ethers";
import { artifactOf } from "../../../scripts/deploy/artifacts.ts";
import { bookOf } from "../../../scripts/governance/calls/book.ts";
import { PARAMETER_NAMES } from "../../../scripts/governance/parameters/parameters.ts";
import { rulesAt, withField } from "../../../scripts/governance/parameters/rules.ts";
import type { RulesStruct } from "../../../types/ethers-contracts/contracts/interfaces/ISlaOracle.ts";
import type { Person, World } from "./world.ts";

const DAY = 86_400;

interface Acting {
  readonly contract: string | null;
  readonly function: string | null;
  readonly wait: string;
  readonly words: string;
  readonly changes: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
  readonly build: { readonly artifact: unknown; readonly differing: unknown; readonly words: string } | null;
  readonly carried: readonly Acting[];
  readonly hiddenUpgrades: readonly { readonly implementation: string }[];
}

interface DryRun {
  readonly actions: readonly Acting[];
  readonly waitSeconds: number;
}

interface Row extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly label: string | null;
  readonly wait: string;
  readonly waitSeconds: number;
}

export function proposalScenario(world: World): void {
  const gov = (...args: (string | number)[]) => ["gov", ...args.map(String)];
  const inWorld = (name: string): string => join(world.directory, name);
  const written = (name: string, content: unknown): string => {
    writeFileSync(inWorld(name), JSON.stringify(content));
    return inWorld(name);
  };
  let proposer: Person;
  let poor: Person;
  /** First epoch of the rules that are scheduled, once they are. */
  let scheduledFrom: number;
  const propose = (title: string, ...actions: string[]) => gov("propose", "--title", title, ...actions);
  const tried = async (...actions: string[]): Promise<DryRun> =>
    (await world.done(propose("Try", ...actions, "--dry-run", "--json"), { as: proposer })).json as DryRun;
  const refused = (code: string, ...actions: string[]) =>
    world.fails(code, propose("Refused", ...actions, "--yes"), { as: proposer });
  describe("icn gov propose", () => {
    before(async () => {
      proposer = await world.person("proposer", "1000000");
      poor = await world.person("nobody in particular");
      await (await world.contracts(proposer).icnt.delegate(proposer.address)).wait();
    });

    it("shows what each action would change, and when", async () => {
      const dry = await tried(
        ...[
          "--set",
          "staking.bond-base=2_000",
          "--set",
          "oracle.veto-window=1d",
          "--set",
          "governor.quorum=5",
        ],
        ...["--set", "governor.voting-period=8d", "--set", "registry.class-caps.1.compute=30"],
        ...["--set", "rules.economics.attesterSharePpm=40000", "--set", "rules.timing.commitPpm=2"],
        ...["--call", `ICNT.approve("${poor.address}", "1")`, "--seat", "1,2,3"],
      );
      const changes = dry.actions.map(({ changes: all }) =>
        all.filter(({ before, after }) => before !== after).map(({ name, after }) => `${name} ${after}`),
      );
      assert.deepEqual(changes.slice(0, 6), [
        ["staking.bond-base 2000000000000000000000"],
        ["oracle.veto-window 86400"],
        ["governor.quorum 50000"],
        ["governor.voting-period 691200"],
        ["registry.class-caps.1.compute 30"],
        ["rules.economics.attesterSharePpm 40000", "rules.timing.commitPpm 2"],
      ]);
      assert.deepEqual(
        dry.actions.map(({ wait }) => wait),
        [
          ...["leaving", "timelock", "timelock", "timelock", "leaving", "leaving"],
          ...["timelock", "timelock"],
        ],
      );
      assert.equal(dry.waitSeconds, 35 * DAY);
      const { stdout } = await world.done(
        propose("Try", "--set", "staking.bond-per-unit=1", "--set", "timelock.delay=3d", "--dry-run"),
        { as: proposer },
      );
      assert.match(stdout, /least bond for each capacity unit +100 ICNT +→ +1 ICNT/);
      assert.match(stdout, /35 d after it was queued, as long as action 1 needs/);
    });

    it("is told by icn gov parameters what it can set", async () => {
      const rows = async (...name: string[]): Promise<Row[]> =>
        ((await world.done(gov("parameters", ...name, "--json"))).json as { parameters: Row[] }).parameters;
      const all = await rows();
      const names = all.map(({ name }) => name);
      for (const name of PARAMETER_NAMES.filter((one) => !/[A-Z]/.test(one)))
        assert.ok(names.includes(name), name);
      const find = (name: string) => all.find((row) => row.name === name);
      const fee = find("registry.fee");
      assert.deepEqual(
        [fee?.["valueWei"], fee?.["minWei"], fee?.["maxWei"]],
        [String(10n ** 19n), "0", String(10n ** 21n)],
      );
      assert.deepEqual([fee?.wait, fee?.waitSeconds], ["timelock", 2 * DAY]);
      const period = find("governor.voting-period");
      assert.deepEqual([period?.["minSeconds"], period?.["maxSeconds"]], [2 * DAY, 30 * DAY]);
      const cap = find("staking.slash-cap");
      assert.deepEqual([cap?.["maxPpm"], cap?.wait, cap?.waitSeconds], [100_000, "leaving", 35 * DAY]);
      assert.match(String(find("registry.credit-pool")?.["refusal"]), /zero address/);
      assert.equal(find("registry.class-caps.1.storage")?.["max"], 1_000_000);
      const { stdout } = await world.done(gov("parameters", "governor.late-quorum-extension"));
      assert.match(
        stdout,
        /governor\.late-quorum-extension +2 d +0 s to 7 d +2 d +voting after a late quorum/,
      );
      const unknown = await world.fails("unknown-parameter", gov("parameters", "registry.fees"));
      assert.match(unknown.remedy, /^did you mean registry\.fee\?/);
      await world.fails("rules-invalid", gov("parameters", "rules.nonsense"));
      const group = all.filter(({ name }) => name.startsWith("registry.class-caps.1."));
      assert.deepEqual([group.length, await rows("registry.class-caps.1")], [3, group]);
      const rules = all.filter(({ name }) => name.startsWith("rules."));
      assert.deepEqual(await rows("rules"), rules);
      assert.deepEqual(
        (
          await Promise.all(
            ["latencyTargets", "availabilityCurve", "latencyCurve"].map((list) => rows(`rules.${list}`)),
          )
        )
          .concat(rules)
          .flat()
          .filter(({ label }) => label === null),
        [],
      );
      const [reveal] = await rows("rules.timing.revealPpm");
      const [commit] = await rows("rules.timing.commitPpm");
      assert.equal(reveal?.["minPpm"], Number(commit?.["valuePpm"]) + 1);
      await refused("rules-out-of-bounds", "--set", `rules.timing.revealPpm=${commit?.["valuePpm"]}`);
    });

    it("is told of rules that are scheduled", async () => {
      const { oracle } = world.contracts();
      const rules = await rulesAt(world.contracts(), bookOf(world.manifest), 0);
      const changed = withField(rules, "economics.bondFactor", 8n);
      const from = (await world.epochNow()) + 5_000;
      scheduledFrom = from;
      for (const epoch of [from + 7, from]) {
        const data = oracle.interface.encodeFunctionData("scheduleRules", [
          changed as unknown as RulesStruct,
          epoch,
        ]);
        await world.asTimelock(await oracle.getAddress(), data);
      }
      const { json } = await world.done(gov("parameters", "rules.economics", "--json"));
      const { parameters } = json as { parameters: Row[] };
      const scheduled = [{ fromEpoch: from, fromAt: world.epochStart(from), value: 8 }];
      assert.deepEqual(
        parameters.map((row) => [row.name, row["scheduled"]]),
        [
          ["rules.economics.attesterSharePpm", []],
          ["rules.economics.stakeFloor", []],
          ["rules.economics.bondFactor", scheduled],
          ["rules.economics.stakePerUnit", []],
        ],
      );
      const { stdout } = await world.done(gov("parameters", "rules.economics.bondFactor"));
      assert.match(
        stdout,
        new RegExp(`From epoch ${from} \\(.+ UTC\\) on: rules\\.economics\\.bondFactor 8\n`),
      );
      const sooner = ["--set", "rules.economics.attesterSharePpm=40000", "--from-epoch", String(from - 1)];
      assert.deepEqual(
        (await tried(...sooner)).actions[0]?.changes.map(({ name, after }) => [name, after]),
        [
          ["rules.economics.attesterSharePpm", "40000"],
          [`rules.from.${from}`, "dropped"],
        ],
      );
      // Rules of a later epoch go on from those, not from the present ones.
      const later = ["--set", "rules.economics.attesterSharePpm=40000", "--from-epoch", String(from + 1)];
      assert.deepEqual(
        (await tried(...later)).actions[0]?.changes.map(({ name }) => name),
        ["rules.economics.attesterSharePpm"],
      );
      const back = ["--set", "rules.economics.bondFactor=8", "--from-epoch", String(from + 1)];
      await refused("nothing-to-change", ...back);
    });

    it("takes rules as a whole, and for a certain epoch", async () => {
      const { rules } = JSON.parse(readFileSync("deployments/parameters/devnet.json", "utf8")) as {
        rules: { measurement: object };
      };
      const changed = { ...rules, measurement: { ...rules.measurement, staleEpochsPaid: 1 } };
      const file = written("rules.json", changed);
      const from = (await world.epochNow()) + 100;
      const dry = await tried(
        "--rules",
        file,
        "--from-epoch",
        String(from),
        "--set",
        "rules.algorithmVersion=2",
      );
      assert.deepEqual(
        (
          await tried(
            "--rules",
            written("parameters.json", { schema: "other", rules: changed }),
            "--from-epoch",
            String(from),
          )
        ).actions[0]?.changes
          .slice(0, -1)
          .map(({ name }) => name),
        ["rules.measurement.staleEpochsPaid"],
      );
      assert.deepEqual(
        dry.actions.map(({ function: name, changes }) => [name, changes.map((change) => change.name)]),
        [
          [
            "scheduleRules",
            ["rules.algorithmVersion", "rules.measurement.staleEpochsPaid", `rules.from.${scheduledFrom}`],
          ],
        ],
      );
      await refused("rules-not-in-future", "--rules", file, "--from-epoch", "1");
      await refused("rules-invalid", "--rules", written("no-rules.json", {}));
      await refused("rules-invalid", "--set", "rules.economics.nonsense=1");
      await refused("rules-out-of-bounds", "--set", "rules.economics.attesterSharePpm=400000");
      await refused("usage", "--set", "registry.fee=12", "--from-epoch", "100");
    });

    it("refuses what fails, breaks a bound, or changes nothing", async () => {
      await refused("no-action");
      await world.fails("usage", propose("\u001b[32mRefused", "--set", "registry.fee=11"), { as: proposer });
      await refused("unknown-parameter", "--set", "registry.fees=1");
      await refused("value-invalid", "--set", "registry.fee=much");
      await refused("value-invalid", "--set", "registry.fee=1", "--set", "registry.fee=2");
      await refused("nothing-to-change", "--set", "registry.fee=10");
      await refused("nothing-to-change", "--renew-vetoes");
      await refused("nothing-to-change", "--renew-pause");
      await refused("quorum-out-of-bounds", "--set", "governor.quorum=50");
      await refused("voting-delay-out-of-bounds", "--set", "governor.voting-delay=1s");
      await refused("voting-period-out-of-bounds", "--set", "governor.voting-period=31d");
      await refused("proposal-threshold-out-of-bounds", "--set", "governor.proposal-threshold=1");
      await refused("timelock-delay-out-of-bounds", "--set", "timelock.delay=1h");
      const bound = await refused("veto-window-out-of-bounds", "--set", "oracle.veto-window=8d");
      assert.match(bound.message, /a veto window of 8 d is not within 12 h to 1 d/);
      await refused("call-invalid", "--call", "Elsewhere.transfer()");
      await refused("call-invalid", "--call", "ICNT.mint(1)");
      await refused("call-invalid", "--call", 'ICNT.transfer("nobody", 1)');
      await refused("erc20-insufficient-balance", "--call", `ICNT.transfer("${poor.address}", 1)`);
      await refused("no-effect", "--call", "NodeRewards.multicall([])");
      await refused("file-not-readable", "--set", "registry.fee=11", "--description", inWorld("nowhere.md"));
      await refused("application-invalid", "--admit", inWorld("nowhere.json"));
      await refused("unknown-attester", "--seat", "1,99");
      await refused("unknown-proposal", "--cancel-queued", "99");
    });

    it("shows who gets ICNT, and a role", async () => {
      const { IcnTimelock: timelock } = world.manifest.contracts;
      const amount = parseEther("5");
      const { icnt } = world.contracts(proposer);
      await (await icnt.transfer(timelock.address, amount)).wait();
      const changesOf = async (call: string): Promise<unknown[][]> =>
        (await tried("--call", call)).actions.flatMap(({ changes }) =>
          changes.map(({ name, before, after }) => [name, before, after]),
        );
      assert.deepEqual(await changesOf(`ICNT.transfer("${poor.address}", "${amount}")`), [
        ["liquidWei", "0", String(amount)],
      ]);
      await refused("nothing-to-change", "--call", `ICNT.transfer("${poor.address}", 0)`);
      const guardian = (delay: number) => `AccessManager.grantRole(1, "${poor.address}", ${delay})`;
      const [role] = await changesOf(guardian(0));
      assert.deepEqual(role?.slice(0, 2), ["role.GUARDIAN", "no"]);
      assert.match(String(role?.[2]), /^yes, from 20\d\d-.+ UTC on$/);
      const [slow] = await changesOf(guardian(3_600));
      assert.match(String(slow?.[2]), /^yes, from 20\d\d-.+ UTC on, after waiting 3600 s$/);
      await refused("nothing-to-change", "--call", `AccessManager.revokeRole(2, "${poor.address}")`);
    });

    it("checks the code of an upgrade", async () => {
      const as = poor;
      const { icnt: token, oracle } = world.contracts();
      await refused("implementation-unusable", "--upgrade", `ICNT=${await token.getAddress()}`);
      await refused("implementation-unusable", "--upgrade", `SlaOracle=${poor.address}`);
      await refused("implementation-unusable", "--upgrade", `SlaOracle=${await token.getAddress()}`);
      const { implementation = "" } = world.manifest.contracts.SlaOracle;
      await refused("implementation-unusable", "--upgrade", `SlaOracle=${implementation}`);
      await world.fails("unknown-artifact", gov("implementation", "SlaOracle", "--artifact", "Nothing"), {
        as,
      });
      await world.fails("implementation-unusable", gov("implementation", "SlaOracle", "--artifact", "ICNT"), {
        as,
      });
      assert.notEqual(await oracle.getAddress(), implementation);
    });

    it("says whose code an upgrade brings, and how it was constructed", async () => {
      const { abi, bytecode } = artifactOf("SlaOracle");
      const args = world.manifest.contracts.SlaOracle.args.slice(0, abi.deploy.inputs.length);
      const creator = new Wallet(poor.privateKey, world.provider);
      const created = async (code: string, ...values: unknown[]): Promise<string> => {
        const contract = await new ContractFactory(abi, code, creator).deploy(...values);
        await contract.waitForDeployment();
        return contract.getAddress();
      };
      const buildOf = async (address: string) =>
        (await tried("--upgrade", `SlaOracle=${address}`)).actions[0]?.build;
      const own = await buildOf(await created(bytecode, ...args));
      assert.deepEqual([own?.artifact, own?.differing], ["SlaOracle", []]);
      assert.equal(
        own?.words,
        "its code is this checkout's build of SlaOracle (contracts/oracle/SlaOracle.sol), constructed as the present one",
      );
      const elsewhere = await created(bytecode, poor.address, ...args.slice(1));
      const word = (address: unknown) => zeroPadValue(String(address), 32).toLowerCase();
      assert.deepEqual((await buildOf(elsewhere))?.differing, [
        { name: "SlaOracle.COMMITTEE", value: word(poor.address), expected: word(args[0]) },
      ]);
      const strange = `--upgrade=SlaOracle=${elsewhere}`;
      const { stdout } = await world.done(propose("Try", strange, "--dry-run"), { as: proposer });
      assert.match(
        stdout,
        /BUT NOT CONSTRUCTED AS the present one: SlaOracle\.COMMITTEE is 0x\w{40}, not AttesterCommittee \(0x\w{40}\)/,
      );
      const upgrade = abi.encodeFunctionData("upgradeToAndCall", [elsewhere, "0x"]);
      const inside = `AccessManager.execute("${world.manifest.contracts.SlaOracle.address}", "${upgrade}")`;
      const [hidden] = (await tried("--call", inside)).actions;
      assert.deepEqual(hidden?.carried[0]?.build, await buildOf(elsewhere));
      assert.ok(hidden?.changes.some(({ name, after }) => name === "code.SlaOracle" && after === elsewhere));
      const words = await world.done(propose("Try", "--call", inside, "--dry-run"), { as: proposer });
      assert.match(
        words.stdout,
        /it calls SlaOracle\.upgradeToAndCall\(.+\n +its code is .+ BUT NOT CONSTRUCTED/,
      );
      const good = await created(bytecode, ...args);
      const tail = `SlaOracle.upgradeToAndCall("${good}", "${upgrade}")`;
      const [last] = (await tried("--call", tail)).actions;
      assert.deepEqual(last?.carried[0]?.build, await buildOf(elsewhere));
      const code = last?.changes.filter(({ name }) => name === "code.SlaOracle").map(({ after }) => after);
      assert.deepEqual(code, [elsewhere, elsewhere]);
      assert.deepEqual(last?.hiddenUpgrades, []);
      const manager = artifactOf("AccessManager").abi;
      const oracle = world.manifest.contracts.SlaOracle.address;
      const nested = [1, 2, 3].reduce(
        (call) => manager.encodeFunctionData("multicall", [[call]]),
        manager.encodeFunctionData("execute", [oracle, upgrade]),
      );
      const deep = `AccessManager.multicall(["${nested}"])`;
      assert.deepEqual(
        (await tried("--call", deep)).actions[0]?.hiddenUpgrades.map(({ implementation }) => implementation),
        [elsewhere],
      );
      const loud = await world.done(propose("Try", "--call", deep, "--dry-run"), { as: proposer });
      assert.match(loud.stdout, /AND 1 CALLS INSIDE OF IT THAT WERE NOT LOOKED AT/);
      assert.match(loud.stdout, /IT UPGRADES SlaOracle, WHICH IT DOES NOT SAY, .+ BUT NOT CONSTRUCTED/);
      const foreign = await refused("implementation-unusable", `--upgrade=NodeStaking=${good}`);
      assert.match(foreign.message, /is the code of SlaOracle, which lacks functions of NodeStaking/);
      const wrong = `NodeStaking.upgradeToAndCall("${good}", "0x")`;
      assert.match(
        (await tried("--call", wrong)).actions[0]?.build?.words ?? "",
        /^IT IS NO CODE FOR NodeStaking, WHICH WOULD STOP WORKING/,
      );
      // The end of the code is the metadata's hash, which nothing runs.
      const altered = bytecode.replace(/(64736f6c6343.{6}0033)$/, (end) => end.replace("6f6c", "6f6d"));
      assert.notEqual(altered, bytecode);
      assert.deepEqual(await buildOf(await created(altered, ...args)), {
        ...{ artifact: null, differing: null, words: "its code is not what this checkout builds" },
      });
      const [action] = (await tried("--set", "registry.fee=11")).actions;
      assert.equal(action?.build, null);
    });
  });
}
