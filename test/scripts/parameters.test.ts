import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { vestingGenesis } from "../../scripts/deploy/genesis.ts";
import { parseParameters, readJson, readParameters } from "../../scripts/deploy/parameters.ts";
import { attesterKeys, roleWallet } from "../../scripts/devnet/keys.ts";
import { formatIcnt, tryParseIcnt } from "../../scripts/lib/amounts.ts";
import { CliError } from "../../scripts/lib/errors.ts";

const DEVNET = "deployments/parameters/devnet.json";
const MAIN = "deployments/parameters/main.json";
const ZERO = "0x0000000000000000000000000000000000000000";
const SOMEBODY = "0x00000000000000000000000000000000000000a1";

const rawDevnet = (): unknown => readJson(DEVNET);
/** Main's parties are named by whoever deploys; the rest of the file is ready. */
const rawMain = (): unknown => JSON.parse(JSON.stringify(readJson(MAIN)).replaceAll(ZERO, SOMEBODY));

/** Sets the field at a path such as "allocations.0.months"; undefined removes it. */
function set(raw: unknown, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((at, key) => at[key] as Fields, raw as Fields);
  parent[last] = value;
}
type Fields = Record<string, unknown>;

function problemsOf(raw: unknown): string {
  try {
    parseParameters(raw, "file");
  } catch (error) {
    assert.ok(error instanceof CliError);
    return error.message;
  }
  return "";
}

/** That many latency targets in order: class 0, 1, 2, … with all services. */
const targets = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    nodeClass: Math.floor(i / 3),
    service: 2 ** (i % 3),
    targetMs: 100,
  }));

const changed = (change: Fields): string => {
  const raw = rawDevnet();
  for (const [path, value] of Object.entries(change)) set(raw, path, value);
  return problemsOf(JSON.parse(JSON.stringify(raw)));
};

describe("deployments/parameters", () => {
  it("devnet.json is right as it is", () => {
    assert.equal(readParameters(DEVNET).chainId, 31337);
  });

  it("devnet.json names the keys that the devnet uses", () => {
    readParameters(DEVNET).committee.attesters.forEach(({ owner, signingKey, boxKey }, place) => {
      const keys = attesterKeys(place);
      assert.deepEqual(
        [owner, signingKey, boxKey],
        [keys.owner.address, keys.signing.address, keys.boxPublicKey],
      );
    });
  });

  it("main.json lacks the parties' addresses and nothing else", () => {
    const problems = problemsOf(readJson(MAIN)).split("\n").slice(1);
    assert.equal(problems.length, 10);
    for (const problem of problems) assert.match(problem, /is not set: write the party's address/);
    assert.equal(problemsOf(rawMain()), "");
  });

  for (const [name, raw] of [
    ["devnet", rawDevnet()],
    ["main", rawMain()],
  ] as const) {
    const parameters = parseParameters(raw, name);

    it(`${name}.json splits the supply as the design says`, () => {
      const share = (group: string): string =>
        formatIcnt(
          parameters.allocations.reduce(
            (sum, line) => (line.group === group ? sum + line.amountIcnt : sum),
            0n,
          ),
        );
      assert.deepEqual(
        ["team", "investors", "devco", "ecosystem", "partners", "nodeRewards", "rewardsReserve"].map(share),
        ["154_700_000", "150_500_000", "37_800_000", "70_000_000", "77_000_000", "140_000_000", "70_000_000"],
      );
    });

    it(`${name}.json releases the node rewards high first`, () => {
      const { sharesPpm } = parameters.emission;
      const weights = sharesPpm.map((_, month) => (month + 1) ** -0.9192935833219179);
      const all = weights.reduce((sum, weight) => sum + weight);
      for (const [month, share] of sharesPpm.entries())
        assert.ok(Math.abs(share - ((weights[month] ?? 0) / all) * 1e6) <= 1, `month ${month + 1}: ${share}`);
      assert.equal(Math.round(sharesPpm.slice(0, 12).reduce((sum, share) => sum + share) / 10_000), 62);
      assert.equal(Math.round((sharesPpm[59] ?? 0) / 100), 43);
    });
  }
});

describe("given wrong parameters", () => {
  const { committee, emission } = parseParameters(rawDevnet(), DEVNET);
  const cases: readonly (readonly [string, Fields, RegExp])[] = [
    ["another version", { schema: "icn-parameters-0" }, /schema = .*write "icn-parameters-1"/],
    ["an unknown field", { colour: "red" }, /colour/],
    ["a missing field", { guardian: undefined }, /guardian = missing/],
    ["a zero address", { guardian: ZERO }, /guardian = .*is not set/],
    ["a key holder as admin", { admin: roleWallet("revoker").address }, /Unrecognized key: "admin"/],
    ["a quorum of all", { "governance.quorumPpm": 1_000_000 }, /quorumPpm = 1000000: is too high/],
    [
      "a threshold that nobody has",
      { "governance.proposalThresholdIcnt": "7_000_000.1" },
      /proposalThresholdIcnt = .*write 1_000 to 7_000_000/,
    ],
    [
      "votes over before anybody notices",
      { "governance.votingDelaySeconds": 7, "governance.votingPeriodSeconds": 63 },
      /votingDelaySeconds = 7: is out of bounds for epochs of 64 s: write 8 to 896\n.*votingPeriodSeconds = 63: .*write 64 to 1920/,
    ],
    [
      "an extension longer than the period",
      { "governance.lateQuorumExtensionSeconds": 65 },
      /lateQuorumExtensionSeconds = 65: .*write 0 to 64/,
    ],
    ["a hasty timelock", { "governance.timelockSeconds": 63 }, /timelockSeconds = 63: .*write 64 to 1920/],
    ["too short epochs", { epochLengthSeconds: 8 }, /epochLengthSeconds = 8: is too low: write 16/],
    [
      "allocations below the supply",
      { "allocations.0.amountIcnt": "154_699_999" },
      /allocations = .*sum to 699_999_999, not 700_000_000 ICNT: add 1/,
    ],
    ["allocations above the supply", { "allocations.0.amountIcnt": "154_700_000.5" }, /take off 0\.5/],
    ["an amount that is none", { "allocations.0.amountIcnt": "1e6" }, /allocations\.0\.amountIcnt = "1e6"/],
    ["a team that accrues in year one", { "allocations.0.startMonth": 11 }, /startMonth = 11.*write 12/],
    ["a lump for investors", { "allocations.1.initialPpm": 1 }, /initialPpm = 1.*write 0/],
    ["a liquid team", { "allocations.5.group": "team" }, /frees team at once/],
    ["no treasury", { treasury: undefined }, /treasury = missing/],
    ["a treasury of zero", { treasury: ZERO }, /treasury = .*is not set: write the party's address/],
    ["a zero revoker", { vestingRevoker: ZERO }, /vestingRevoker = .*is not set/],
    [
      "revocable vesting that nobody can revoke",
      { vestingRevoker: undefined },
      /vestingRevoker = missing: is needed, for Team is revocable: write who/,
    ],
    [
      "a revoker of nothing",
      { "allocations.0.revocable": undefined },
      /vestingRevoker = .*may revoke nothing: write "revocable": true/,
    ],
    ["an undecided revocability", { "allocations.0.revocable": "yes" }, /revocable = "yes": is neither true/],
    ["no way to vest", { "allocations.0.months": undefined }, /months = missing: .*write either it or/],
    ["two ways to vest", { "allocations.4.months": 60 }, /allocations\.4\.months = 60: is one of two ways/],
    ["a late table", { "allocations.4.startMonth": 1 }, /startMonth = 1: ends after month 60: write 0/],
    ["too long a cliff", { "allocations.0.cliffMonths": 49 }, /cliffMonths = 49: is longer than 48 months/],
    [
      "vesting that rises",
      { "allocations.4.monthlySharesPpm.1": 40_001, "allocations.4.monthlySharesPpm.59": 6_665 },
      /monthlySharesPpm\.1 = 40001: rises above 40000 of the month before: write at most that/,
    ],
    [
      "monthly shares of less than the whole",
      { "allocations.4.monthlySharesPpm.59": 6_665 },
      /monthlySharesPpm = .*sums to 999999, not 1000000: change the shares by 1 in all/,
    ],
    ["vesting beyond month 60", { "allocations.0.months": 49 }, /months = 49: ends after month 60/],
    [
      "two emission lines",
      { "allocations.5": { kind: "emission", name: "x", group: "ecosystem", amountIcnt: "10_000_000" } },
      /hold 2 emission lines: write exactly one/,
    ],
    ["a table that does not sum", { "emission.sharesPpm.59": 4267 }, /sums to 999999, not 1000000/],
    ["a table that rises", { "emission.sharesPpm.59": 4335 }, /sharesPpm\.59 = 4335: rises above 4334/],
    [
      "another first month",
      { "emission.sharesPpm.0": 183_999 },
      /sharesPpm\.0 = 183999: must start with 184000/,
    ],
    ["a short table", { "emission.sharesPpm": emission.sharesPpm.slice(0, 59) }, /has 59 months: write 60/],
    ["a short veto window", { "oracle.vetoWindowSeconds": 31 }, /vetoWindowSeconds = 31.*write 32 to 64/],
    ["a long veto window", { "oracle.vetoWindowSeconds": 65 }, /vetoWindowSeconds = 65.*write 32 to 64/],
    [
      "a shared signing key",
      { "committee.attesters.1.signingKey": committee.attesters[0]?.signingKey },
      /attesters\.1\.signingKey.*needs its own/,
    ],
    [
      "bonds that nobody can pay",
      { "committee.bondIcnt": "2_600_000" },
      /seatAtGenesis.*needs 10_400_000 ICNT/,
    ],
    ["a curve that falls back", { "rules.availabilityCurve.1.xPpm": 950_000 }, /availabilityCurve\.1\.xPpm/],
    [
      "an interval beyond the epoch",
      { "rules.measurement.computeBucketInterval": 257 },
      /computeBucketInterval = 257: is too high: write 1 to 256/,
    ],
    [
      "too large a download",
      { "rules.measurement.networkBytes": 4_194_305 },
      /networkBytes = 4194305: is too high: write 1024 to 4194304/,
    ],
    [
      "a latency target for no service",
      { "rules.latencyTargets.1.service": 3 },
      /latencyTargets\.1\.service = 3: is no service: write 1 \(storage\), 2/,
    ],
    [
      "too long a latency target",
      { "rules.latencyTargets.0.targetMs": 60_001 },
      /latencyTargets\.0\.targetMs = 60001: is too high: write 1 to 60000/,
    ],
    [
      "a service without a latency target for all classes",
      { "rules.latencyTargets.2.nodeClass": 1 },
      /latencyTargets = .*has no network target for class 0: add \{"nodeClass": 0, "service": 4/,
    ],
    [
      "a pair of class and service twice",
      { "rules.latencyTargets.2.service": 2 },
      /latencyTargets\.2 = .*is not above the one before: sort by nodeClass, then service/,
    ],
    [
      "too many latency targets",
      { "rules.latencyTargets": targets(65) },
      /latencyTargets = .*has too many targets: write at most 64/,
    ],
    ["reveal before commit", { "rules.timing.revealPpm": 1_000 }, /revealPpm = 1000: is not after commitPpm/],
    ["unbonding beyond the bound", { "staking.unbondingEpochs": 61 }, /unbondingEpochs = 61: is too high/],
    ["too much for attesters", { "rules.economics.attesterSharePpm": 100_001 }, /attesterSharePpm/],
  ];
  for (const [what, change, message] of cases)
    it(`refuses ${what}`, () => assert.match(changed(change), message));

  it("lists all problems at once", () => {
    const problems = changed({
      guardian: "nobody",
      "emission.sharesPpm.0": 1,
      "rules.measurement.measuredBucketsMin": 0,
    });
    for (const field of ["guardian", "emission.sharesPpm.0", "rules.measurement.measuredBucketsMin"])
      assert.ok(problems.includes(`  ${field} = `), problems);
  });
});

describe("the vault's genesis", () => {
  const clock = { genesisAt: 1_800_000_000n, epochZero: 0n, epochLength: 64n };
  const MONTH = 2_629_800n;

  it("is a schedule per vesting line, in order and in wei and seconds", () => {
    const parameters = readParameters(DEVNET);
    const { grants, tables } = vestingGenesis(parameters, clock);
    const [team, , devco, , table] = grants;
    assert.deepEqual(team, {
      beneficiary: roleWallet("treasury").address,
      total: 154_700_000n * 10n ** 18n,
      initial: 0n,
      terms: {
        start: clock.genesisAt + 12n * MONTH,
        cliff: 0n,
        duration: 48n * MONTH,
        tableId: 0,
        revoker: roleWallet("revoker").address,
      },
    });
    assert.equal(devco?.initial, 3_780_000n * 10n ** 18n);
    assert.equal(devco?.terms.revoker, ZERO);
    assert.deepEqual(
      [table?.beneficiary, table?.terms.tableId, table?.terms.duration],
      [roleWallet("delegator").address, 1, 60n * MONTH],
    );
    assert.equal(tables.length, 1);
    assert.deepEqual(
      [tables[0]?.[0], tables[0]?.[11], tables[0]?.[12], tables[0]?.[59]],
      [40_000, 480_000, 495_000, 1_000_000],
    );
    const vesting = parameters.allocations.filter(({ kind }) => kind === "vesting");
    assert.deepEqual(
      grants.map(({ total }) => total),
      vesting.map(({ amountIcnt }) => amountIcnt),
    );
  });

  it("gives lines with equal shares one table, others their own", () => {
    const raw = rawDevnet();
    const even = Array.from({ length: 60 }, (_, month) => (month < 40 ? 16_667 : 16_666));
    const front = (parseParameters(raw, DEVNET).allocations[4] as Fields)["monthlySharesPpm"];
    for (const [line, shares] of [
      [2, even],
      [3, front],
      [6, even],
    ] as const) {
      set(raw, `allocations.${line}.months`, undefined);
      set(raw, `allocations.${line}.monthlySharesPpm`, shares);
    }
    const { grants, tables } = vestingGenesis(
      parseParameters(JSON.parse(JSON.stringify(raw)), "file"),
      clock,
    );
    assert.deepEqual(
      grants.map(({ terms }) => terms.tableId),
      [0, 0, 1, 2, 2, 1, 0],
    );
    assert.deepEqual(
      tables.map(([first]) => first),
      [16_667, 40_000],
    );
  });
});

describe("amounts of ICNT", () => {
  const cases: readonly (readonly [string, bigint | undefined])[] = [
    ["1_000", 1_000n * 10n ** 18n],
    ["1.5", 15n * 10n ** 17n],
    ["0.000000000000000001", 1n],
    ["1.0000000000000000001", undefined],
    ["1e3", undefined],
    ["-1", undefined],
    ["_1", undefined],
    ["", undefined],
  ];
  for (const [text, wei] of cases) it(`reads "${text}"`, () => assert.equal(tryParseIcnt(text), wei));

  it("writes them with grouped thousands", () => {
    assert.equal(formatIcnt(1_234_567_500_000_000_000_000_000n), "1_234_567.5");
    assert.equal(formatIcnt(1n), "0.000000000000000001");
    assert.equal(formatIcnt(1_999_999n * 10n ** 12n, 2), "1.99");
  });
});
