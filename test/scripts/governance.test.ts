// Votes without a chain: parameters, calls in words, rules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { toBeHex } from "ethers";
import { artifactOf } from "../../scripts/deploy/artifacts.ts";
import { rulesStruct } from "../../scripts/deploy/genesis.ts";
import { PERMISSIONS } from "../../scripts/deploy/permissions.ts";
import { type Book, bookOf, UPGRADEABLE } from "../../scripts/governance/calls/book.ts";
import { decodeCall, plain } from "../../scripts/governance/calls/decode.ts";
import { QUEUE_SLOT } from "../../scripts/governance/calls/outcome.ts";
import {
  PARAMETER_NAMES,
  parameterNamed,
  parametersOf,
  requireParameter,
  watchedParameter,
} from "../../scripts/governance/parameters/parameters.ts";
import { differences, hashOfRules, rulesType, setField } from "../../scripts/governance/parameters/rules.ts";
import { format, tryParse } from "../../scripts/governance/parameters/units.ts";
import { formatDuration, tryParseDuration } from "../../scripts/lib/durations.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { CONTRACT_NAMES, type CompleteManifest } from "../../scripts/lib/manifest.ts";
import { formatTime } from "../../scripts/node/calendar.ts";
import { DEVNET } from "./support/chains.ts";

const ICNT = 10n ** 18n;
const addressAt = (place: number): string => toBeHex(place + 1, 20);
const manifest = {
  contracts: Object.fromEntries(CONTRACT_NAMES.map((name, place) => [name, { address: addressAt(place) }])),
} as unknown as CompleteManifest;
const book: Book = bookOf(manifest);
const coded = (code: string) => (error: unknown) => error instanceof CliError && error.code === code;

describe("times", () => {
  it("are read and told as people write them", () => {
    for (const [text, seconds] of [
      ["90", 90],
      ["90s", 90],
      ["15min", 900],
      ["12h", 43_200],
      ["7d", 604_800],
    ] as const)
      assert.equal(tryParseDuration(text), seconds);
    for (const text of ["", "1w", "-1d", "1.5h", "12 h", "1e3"])
      assert.equal(tryParseDuration(text), undefined);
    assert.equal(formatDuration(172_800), "2 d");
    assert.equal(formatDuration(86_400 + 7_260), "1 d 2 h");
    assert.equal(formatDuration(0), "0 s");
    assert.equal(formatTime(1_700_000_000), "2023-11-14 22:13:20 UTC");
    assert.equal(formatTime(2 ** 60), "never");
  });
});

describe("values of parameters", () => {
  it("are read in their units", () => {
    assert.equal(tryParse("icnt", "1_000"), 1_000n * ICNT);
    assert.equal(tryParse("ppm", "2.5"), 25_000n);
    assert.equal(tryParse("ppm", "4%"), 40_000n);
    assert.equal(tryParse("seconds", "12h"), 43_200n);
    assert.equal(tryParse("count", "1_000"), 1_000n);
    assert.equal(tryParse("address", addressAt(0)), addressAt(0));
    assert.equal(format("ppm", 25_000n), "2.5 %");
    assert.equal(format("icnt", ICNT), "1 ICNT");
    assert.equal(format("epochs", 28n), "28 epochs");
  });

  it("are refused in others", () => {
    for (const [unit, text] of [
      ["icnt", "1e3"],
      ["ppm", "five"],
      ["seconds", "soon"],
      ["epochs", "1.5"],
      ["count", "-1"],
      ["address", "0x12"],
    ] as const)
      assert.equal(tryParse(unit, text), undefined, text);
  });
});

/** Reserved for a vote, and set by an option of their own or by --call. */
const UNNAMED: readonly string[] = [
  "SlaOracle.scheduleRules",
  "AttesterCommittee.setCommittee",
  "IcnGovernor.updateTimelock",
];

describe("parameters", () => {
  const names = PARAMETER_NAMES.filter((name) => /^[a-z-]+(\.[a-z-]+)+$/.test(name));

  it("have a view and a setter that the contracts have", () => {
    assert.ok(names.length >= 14);
    for (const name of [...names, "registry.class-caps.1.storage", "registry.class-caps.255.network"]) {
      const parameter = parameterNamed(name);
      assert.ok(parameter, name);
      const setter = artifactOf(parameter.contract).abi.getFunction(parameter.setter);
      const together = parametersOf(parameter.contract, parameter.setter, parameter.fixed);
      assert.equal(setter?.inputs.length, parameter.fixed.length + together.length, name);
      assert.deepEqual(together[parameter.place]?.name, name);
      assert.match(watchedParameter(book, parameter).data, /^0x[0-9a-f]{8}/);
    }
  });

  it("are all that a vote can set", () => {
    for (const contract of CONTRACT_NAMES)
      for (const [method, { caller }] of Object.entries(PERMISSIONS[contract])) {
        const isSetter = /^(set|update)[A-Z]/.test(method) && /\bvote\b/.test(caller);
        if (!isSetter || contract === "AccessManager" || UNNAMED.includes(`${contract}.${method}`)) continue;
        assert.ok(
          parametersOf(contract, method, [1]).length > 0,
          `${contract}.${method} has no name for --set`,
        );
      }
  });

  it("that are none are told with those that they may be meant for", () => {
    for (const [name, meant] of [
      ["staking.unbonding-period", "staking.unbonding-epochs"],
      ["Registry.Fees", "registry.fee"],
      ["veto", "oracle.veto-window"],
    ] as const)
      assert.throws(
        () => requireParameter(name),
        (error) => error instanceof CliError && error.remedy.startsWith(`did you mean ${meant}?`),
        name,
      );
    assert.throws(
      () => requireParameter("constructor"),
      (error) => error instanceof CliError && error.remedy.startsWith("name one of registry.fee, "),
    );
  });

  it("that are none have no name", () => {
    for (const name of [
      "registry",
      "registry.class-caps.256.storage",
      "registry.class-caps.1.memory",
      "toString",
    ])
      assert.equal(parameterNamed(name), undefined, name);
  });

  it("of one setter are read from one answer", () => {
    const { abi } = artifactOf("NodeStaking");
    const returned = abi.encodeFunctionResult("minimumBond", [1_000n * ICNT + 100n * ICNT * 2n ** 128n]);
    const read = (name: string) => watchedParameter(book, parameterNamed(name)!).parse(returned);
    assert.equal(read("staking.bond-base"), 1_000n * ICNT);
    assert.equal(read("staking.bond-per-unit"), 100n * ICNT);
  });
});

describe("a call", () => {
  const call = (target: string, data: string, value = 0n) => decodeCall(book, { target, data, value });
  const to = (name: (typeof CONTRACT_NAMES)[number]) => book.addressOf(name);
  const encode = (name: (typeof CONTRACT_NAMES)[number], method: string, args: unknown[]) =>
    artifactOf(name).abi.encodeFunctionData(method, args);

  it("is told with its contract, function and arguments", () => {
    const words = (name: (typeof CONTRACT_NAMES)[number], method: string, args: unknown[]) =>
      call(to(name), encode(name, method, args)).words;
    assert.equal(words("NodeRegistry", "setFee", [12n * ICNT]), "NodeRegistry.setFee(fee: 12 ICNT)");
    assert.equal(
      words("NodeRegistry", "setClassCaps", [1, 2, 3, 4]),
      "NodeRegistry.setClassCaps(nodeClass: 1, storageUnits: 2, computeUnits: 3, networkUnits: 4)",
    );
    assert.equal(words("SlaOracle", "setVetoWindow", [43_200]), "SlaOracle.setVetoWindow(vetoWindow: 12 h)");
    assert.equal(
      words("ICNT", "transfer", [to("IcnTimelock"), ICNT]),
      `ICNT.transfer(to: IcnTimelock (${to("IcnTimelock")}), value: 1 ICNT)`,
    );
  });

  it("has the wait of the table of permissions", () => {
    for (const name of UPGRADEABLE) {
      const upgrade = call(to(name), encode(name, "upgradeToAndCall", [addressAt(99), "0x"]));
      assert.equal(upgrade.wait, "leaving");
      assert.ok(upgrade.isReserved);
    }
    assert.equal(call(to("SlaOracle"), encode("SlaOracle", "renewVetoes", [])).wait, "timelock");
    assert.equal(call(to("ICNT"), encode("ICNT", "transfer", [addressAt(99), 1])).isReserved, false);
  });

  it("that nobody knows is told raw", () => {
    const unknown = call(addressAt(99), "0x12345678aa", 5n);
    assert.match(
      unknown.words,
      /^an unknown contract \(0x\w+\): unknown call 0x12345678 with 0xaa, with 5 wei/,
    );
    assert.equal(unknown.wait, "leaving");
    assert.match(call(to("ICNT"), "0x12345678").words, /^ICNT: unknown call 0x12345678$/);
    assert.match(call(to("ICNT"), "0x").words, /^ICNT: no call$/);
    const broken = encode("ICNT", "transfer", [addressAt(1), 1]).slice(0, 40);
    assert.match(call(to("ICNT"), broken).words, /^ICNT: transfer, whose arguments cannot be read, with 0x/);
  });

  it("with text that is none is told raw", () => {
    const data = encode("ICNT", "transfer", [addressAt(1), 1]);
    const pause = encode("SlaOracle", "pause", ["AB"]).replace("4142", "ff42");
    assert.match(
      call(to("SlaOracle"), pause).words,
      /^SlaOracle: pause, whose arguments cannot be read, with 0x/,
    );
    assert.match(call(to("ICNT"), data).words, /^ICNT\.transfer/);
  });

  it("ends a stranger's text where it ends", () => {
    const endpoint = 'https://a.example"\n2. NodeRegistry.setFee(fee: 0 ICNT)';
    const key = toBeHex(7, 32);
    const { words } = call(
      to("AttesterCommittee"),
      encode("AttesterCommittee", "admit", [addressAt(98), addressAt(97), key, endpoint]),
    );
    assert.equal(words.split("\n").length, 1);
    assert.ok(words.includes(JSON.stringify(endpoint)));
  });
});

describe("rules", () => {
  const type = rulesType(book);
  const { abi } = artifactOf("SlaOracle");
  const data = abi.encodeFunctionData("scheduleRules", [rulesStruct(DEVNET), 9]);
  const inForce = plain(type, abi.decodeFunctionData("scheduleRules", data)[0]);

  it("are changed field by field, and told by what differs", () => {
    const share = setField(book, inForce, "economics.attesterSharePpm", "40_000");
    const floor = setField(book, share, "economics.stakeFloor", "2_000_000");
    const target = setField(book, floor, "latencyTargets.0.targetMs", "250");
    assert.deepEqual(
      differences(inForce, target).map(({ path, after }) => [path, after]),
      [
        ["economics.attesterSharePpm", "40000"],
        ["economics.stakeFloor", "2_000_000 ICNT"],
        ["latencyTargets.0.targetMs", "250"],
      ],
    );
    assert.notEqual(hashOfRules(book, target), hashOfRules(book, inForce));
    assert.deepEqual(differences(inForce, inForce), []);
  });

  it("take lists as JSON", () => {
    const curve = setField(book, inForce, "latencyCurve", '[{"xPpm": 0, "yPpm": 1000000}]');
    assert.deepEqual(
      differences(inForce, curve).map(({ path }) => path),
      ["latencyCurve"],
    );
  });

  it("have no other fields and no other values", () => {
    for (const [path, text] of [
      ["economics.nonsense", "1"],
      ["economics", "1"],
      ["nonsense", "1"],
      ["economics.attesterSharePpm", "much"],
      ["economics.attesterSharePpm", "-1"],
      ["economics.attesterSharePpm", "99999999999"],
      ["economics.stakeFloor", "1e3"],
      ["latencyCurve", '[{"x": 1}]'],
      ["toString", "1"],
      ["__proto__.x", "1"],
    ] as const)
      assert.throws(() => setField(book, inForce, path, text), coded("rules-invalid"), path);
  });
});

describe("the Governor's queue of expected calls", () => {
  it("is where the simulation fills it", () => {
    const file = "artifacts/contracts/governance/IcnGovernor.sol/IcnGovernor.json";
    const { buildInfoId, inputSourceName } = JSON.parse(readFileSync(file, "utf8")) as {
      buildInfoId: string;
      inputSourceName: string;
    };
    const { output } = JSON.parse(
      readFileSync(`artifacts/build-info/${buildInfoId}.output.json`, "utf8"),
    ) as {
      output: {
        contracts: Record<
          string,
          Record<string, { storageLayout: { storage: { label: string; slot: string }[] } }>
        >;
      };
    };
    const { storage } = output.contracts[inputSourceName]!["IcnGovernor"]!.storageLayout;
    assert.equal(storage.find(({ label }) => label === "_governanceCall")?.slot, String(QUEUE_SLOT));
  });
});
