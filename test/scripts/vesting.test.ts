import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { getAddress, parseUnits, ZeroAddress } from "ethers";
import { CliError } from "../../scripts/lib/errors.ts";
import { BATCH_SIZE, batchesOf, readBatchFile } from "../../scripts/vesting/batch-file.ts";
import { csvLine, parseCsv } from "../../scripts/vesting/csv.ts";
import { formatDate, formatSpan, tryParseDate, tryParseSpan } from "../../scripts/vesting/dates.ts";
import { checkGrant, type GrantFields } from "../../scripts/vesting/grant.ts";
import { nextReleaseOf, releaseMonths } from "../../scripts/vesting/releases.ts";
import { type Schedule, vestedDown } from "../../scripts/vesting/schedule.ts";
import { readTable } from "../../scripts/vesting/tables.ts";
import { grantInWords } from "../../scripts/vesting/words.ts";

const icnt = (amount: string): bigint => parseUnits(amount, 18);
const MONTH = 2_629_800;
const BEA = getAddress("0x000000000000000000000000000000000000beef");
const FACTS = { address: getAddress("0x00000000000000000000000000000000000000ff"), tableCount: 2 };
const NEW_YEAR = 1_798_761_600;

describe("dates", () => {
  it("are ISO 8601, UTC unless they say otherwise", () => {
    assert.equal(tryParseDate("2027-01-01"), NEW_YEAR);
    assert.equal(tryParseDate("2027-01-01T00:00"), NEW_YEAR);
    assert.equal(tryParseDate("2027-01-01T01:30:05Z"), NEW_YEAR + 5_405);
    assert.equal(tryParseDate("2027-01-01T02:00:00+02:00"), NEW_YEAR);
    assert.equal(tryParseDate("2028-02-29"), tryParseDate("2028-02-28")! + 86_400);
  });

  it("that do not exist, or are written otherwise, are none", () => {
    for (const text of [
      "2027-02-30",
      "2027-13-01",
      "2027-02-29",
      "1.1.2027",
      "2027-01-01 12:00",
      "1969-12-31",
      "",
      "2027",
    ])
      assert.equal(tryParseDate(text), undefined, text);
  });

  it("are shown as short as they are", () => {
    assert.equal(formatDate(NEW_YEAR), "2027-01-01");
    assert.equal(formatDate(NEW_YEAR + 3_600), "2027-01-01 01:00 UTC");
    assert.equal(formatDate(NEW_YEAR + 1), "2027-01-01 00:00:01 UTC");
  });

  it("spans have a unit", () => {
    assert.deepEqual(["18mo", "90d", "12h", "30s"].map(tryParseSpan), [18 * MONTH, 90 * 86_400, 43_200, 30]);
    assert.deepEqual(["18", "-1d", "1.5mo", "d", ""].map(tryParseSpan), Array(5).fill(undefined));
    assert.deepEqual([0, MONTH, 2 * MONTH, 86_400, 5].map(formatSpan), [
      "0",
      "1 month",
      "2 months",
      "1 day",
      "5 seconds",
    ]);
  });
});

describe("CSV", () => {
  it("keeps lines, quotes, commas and breaks inside of quotes", () => {
    const rows = parseCsv('\uFEFFa, b ,c\r\n\r\n# a comment\r\n"1,5","say ""hi""","two\nlines"\nx,y,z');
    assert.deepEqual(rows, [
      { line: 1, cells: ["a", "b", "c"] },
      { line: 4, cells: ["1,5", 'say "hi"', "two\nlines"] },
      { line: 6, cells: ["x", "y", "z"] },
    ]);
  });

  it("reads what it writes", () => {
    const cells = ['a "quoted" one', "1,5", "plain", "two\nlines", ""];
    assert.deepEqual(parseCsv(csvLine(cells))[0]?.cells, cells);
  });

  for (const [title, field] of [
    ["digits", '"100"0'],
    ["another quoted part", '"100" "0"'],
    ["a quote", '"100"""0'],
  ] as const)
    it(`refuses ${title} after a closed quote, rather than to read another amount`, () => {
      assert.throws(
        () => parseCsv(`a,b\nx,${field}`),
        (error) => error instanceof CliError && error.code === "csv-quote-open",
      );
    });

  it("refuses a quote that is never closed", () => {
    assert.throws(
      () => parseCsv('a\n"b,c\nd'),
      (error) => error instanceof CliError && error.code === "csv-quote-open" && /line 2/.test(error.message),
    );
  });
});

const problemsOf = (fields: GrantFields): readonly string[] => {
  const checked = checkGrant(fields, FACTS);
  return "problems" in checked ? checked.problems : [];
};
const GOOD = { beneficiary: BEA, amount: "1_000", start: "2027-01-01", months: "48" };

describe("a grant", () => {
  const grantOf = (fields: GrantFields) => {
    const checked = checkGrant({ ...GOOD, ...fields }, FACTS);
    assert.ok("grant" in checked);
    return checked.grant;
  };

  it("takes months or a span, amounts or shares, a table, a revoker", () => {
    assert.deepEqual(grantOf({}), {
      ...{ beneficiary: BEA, total: icnt("1000"), initial: 0n },
      terms: { start: NEW_YEAR, cliff: 0, duration: 48 * MONTH, tableId: 0, revoker: ZeroAddress },
    });
    assert.equal(grantOf({ months: "", duration: "90d" }).terms.duration, 90 * 86_400);
    assert.equal(grantOf({ cliff: "12" }).terms.cliff, 12 * MONTH);
    assert.equal(grantOf({ initial: "12.5%" }).initial, icnt("125"));
    assert.equal(grantOf({ initial: "0.5" }).initial, icnt("0.5"));
    assert.equal(grantOf({ months: "", table: "2" }).terms.duration, 60 * MONTH);
    assert.equal(grantOf({ revoker: BEA }).terms.revoker, BEA);
  });

  const refusals: readonly (readonly [string, GrantFields, RegExp])[] = [
    ["no beneficiary", { beneficiary: "" }, /beneficiary is missing/],
    ["nobody", { beneficiary: ZeroAddress }, /beneficiary "0x0+" is no address/],
    ["a wrong checksum", { beneficiary: BEA.toLowerCase().replace("beef", "BEEf") }, /right checksum/],
    ["the vault", { beneficiary: FACTS.address }, /is the vault itself/],
    ["nothing", { amount: "0" }, /amount "0" is nothing/],
    ["more than there is", { amount: "700_000_001" }, /more than all ICNT there are, 700_000_000/],
    ["a day that is none", { start: "2027-02-30" }, /start "2027-02-30" is no date/],
    ["no length", { months: "" }, /months is missing/],
    ["two lengths", { duration: "90d" }, /stands beside months/],
    ["five years and a month", { months: "61" }, /months "61" is outside of 1 second to 60 months/],
    ["a length of nothing", { months: "", duration: "0d" }, /outside of 1 second/],
    ["a cliff beyond the end", { cliff: "49" }, /cliff "49" is longer than the schedule/],
    ["more at the start than in all", { initial: "1_001" }, /initial "1_001" is more than the amount/],
    ["more than the whole", { initial: "101%" }, /initial "101%" is more than the amount/],
    ["a table that is not there", { months: "", table: "3" }, /the chain has 2/],
    ["a table over 48 months", { table: "1" }, /does not fit a table, which lasts 60 months/],
    ["a revoker that is none", { revoker: "bea" }, /revoker "bea" is no address/],
  ];
  for (const [what, fields, message] of refusals)
    it(`refuses ${what}`, () => assert.match(problemsOf({ ...GOOD, ...fields }).join("\n"), message));

  it("is refused with all its problems", () => assert.equal(problemsOf({ cliff: "x" }).length, 5));

  it("is told in words", () => {
    const words = grantInWords(grantOf({ initial: "10%", cliff: "12" }));
    assert.equal(
      words,
      `1_000 ICNT to ${BEA}: 100 on 2027-01-01, the rest linear over 48 months from 2027-01-01 to 2031-01-01, nothing more before 2028-01-01 06:00 UTC, irrevocable`,
    );
  });
});

describe("a file of grants", () => {
  const read = (text: string, now = 0) => readBatchFile(text, "team.csv", FACTS, now);
  const HEAD = "beneficiary,amount,start,months";
  const lineOf = (count: number) => `0x${count.toString(16).padStart(40, "0")},1,2027-01-01,12`;
  const many = (count: number) =>
    [HEAD, ...Array.from({ length: count }, (_, index) => lineOf(index + 1))].join("\n");

  it("names every problem with its line, also behind quoted breaks", () => {
    const text = `${HEAD}\n"\n${BEA}",1,2027-01-01,12\nx,y,z\n${BEA},1,2027-01-01,61`;
    assert.throws(
      () => read(text),
      (error) => {
        assert.ok(error instanceof CliError && error.code === "csv-invalid");
        for (const problem of [
          /line 4 has 3 fields, the head has 4/,
          /line 4: amount "y"/,
          /line 5: months "61"/,
        ])
          assert.match(error.message, problem);
        return true;
      },
    );
  });

  it("needs its columns, each once, and no others", () => {
    for (const [text, problem] of [
      ["beneficiary,amount\n0x1,1", /the column "start" is missing/],
      [`${HEAD},note\n${lineOf(1)},x`, /"note" is no column/],
      [`${HEAD},months\n${lineOf(1)},12`, /"months" stands twice/],
      [HEAD, /no line below/],
      ["", /is missing/],
    ] as const)
      assert.throws(
        () => read(text),
        (error) => error instanceof CliError && problem.test(error.message),
      );
  });

  it("warns about repeated and ended lines", () => {
    const { warnings } = read(`${HEAD}\n${lineOf(1)}\n${lineOf(1)}`, NEW_YEAR + 13 * MONTH);
    assert.equal(warnings.length, 3);
    assert.match(warnings.join("\n"), /line 3 repeats line 2[\s\S]*ended on/);
  });

  it("is cut into batches whose ids follow from content, place and label alone", () => {
    const { grants } = read(many(BATCH_SIZE + 1));
    const batches = batchesOf(grants, "");
    assert.deepEqual(
      batches.map((batch) => batch.grants.length),
      [BATCH_SIZE, 1],
    );
    const ids = batches.map(({ batchId }) => batchId);
    const reshaped = many(BATCH_SIZE + 1)
      .replaceAll(",12\n", ",  12mo\r\n")
      .replace(",1,", ",1.00,");
    const idsOf = (text: string, label = "") =>
      batchesOf(read(text).grants, label).map(({ batchId }) => batchId);
    assert.deepEqual(idsOf(reshaped), ids);
    for (const other of [
      idsOf(many(BATCH_SIZE + 1), "again"),
      idsOf(many(BATCH_SIZE + 2)),
      idsOf(many(BATCH_SIZE)),
    ])
      for (const batchId of other) assert.ok(!ids.includes(batchId));
    assert.equal(new Set(ids).size, ids.length);
  });
});

const scheduleOf = (change: Partial<Schedule> = {}, terms: Partial<Schedule["terms"]> = {}): Schedule => ({
  ...{ scheduleId: 1, beneficiary: BEA, total: 1_200n, initial: 0n, released: 0n, revokedAt: 0 },
  ...change,
  terms: { start: NEW_YEAR, cliff: 0, duration: 12 * MONTH, tableId: 0, revoker: ZeroAddress, ...terms },
});
const NONE = new Map<number, readonly number[]>();

describe("releases", () => {
  it("come next at the first second that owes a wei", () => {
    const next = (schedule: Schedule, at: number) => nextReleaseOf(schedule, NONE, at);
    const second = Math.ceil((12 * MONTH) / 1_200);
    assert.equal(next(scheduleOf(), NEW_YEAR - 5), NEW_YEAR + second);
    assert.equal(next(scheduleOf({}, { cliff: 3 * MONTH }), NEW_YEAR), NEW_YEAR + 3 * MONTH);
    assert.equal(next(scheduleOf({ initial: 7n }, { cliff: 3 * MONTH }), NEW_YEAR - 5), NEW_YEAR);
    assert.equal(next(scheduleOf({ released: 50n }), NEW_YEAR + MONTH), NEW_YEAR + MONTH);
    assert.equal(next(scheduleOf({ released: 100n }), NEW_YEAR + MONTH), NEW_YEAR + MONTH + second);
    assert.equal(next(scheduleOf({ released: 1_200n }), NEW_YEAR), undefined);
    assert.equal(
      next(scheduleOf({ released: 100n, revokedAt: NEW_YEAR + MONTH }), NEW_YEAR + 2 * MONTH),
      undefined,
    );
  });

  it("are told month by month: vested, released, releasable, past and coming", () => {
    const schedule = scheduleOf({ initial: 120n, released: 150n }, { duration: 3 * MONTH });
    const releases = [
      { at: NEW_YEAR, amount: 120n },
      { at: NEW_YEAR + MONTH / 2, amount: 30n },
    ];
    const now = NEW_YEAR + MONTH + MONTH / 2;
    const months = releaseMonths(schedule, NONE, releases, now);
    assert.deepEqual(
      months.map(({ vestedWei, releasedWei, releasableWei, coming }) => [
        vestedWei,
        releasedWei,
        releasableWei,
        coming,
      ]),
      [
        [120n, 120n, 0n, false],
        [360n, 30n, 330n, false],
        [360n, 0n, 510n, false],
        [360n, 0n, 1_050n, true],
      ],
    );
  });

  it("of a table follow its months exactly, and it stops where it was revoked", () => {
    const shares = Array.from({ length: 60 }, (_, month) => (month < 59 ? 10_000 : 410_000));
    let sum = 0;
    const tables = new Map([[1, shares.map((share) => (sum += share))]]);
    const schedule = scheduleOf({ total: 1_000_000n }, { tableId: 1, duration: 60 * MONTH });
    const vested = (seconds: number, change: Partial<Schedule> = {}) =>
      vestedDown({ ...schedule, ...change }, tables, NEW_YEAR + seconds);
    assert.equal(vested(-1), 0n);
    for (let month = 0; month < 60; month++) assert.equal(vested(month * MONTH), BigInt(month) * 10_000n);
    assert.equal(vested(MONTH / 2), 5_000n);
    assert.equal(vested(59 * MONTH + MONTH / 2), 795_000n);
    assert.equal(vested(60 * MONTH), 1_000_000n);
    assert.equal(vested(60 * MONTH, { revokedAt: NEW_YEAR + MONTH / 2 }), 5_000n);
  });
});

describe("a table file", () => {
  const directory = mkdtempSync(join(tmpdir(), "icn-table-"));
  after(() => rmSync(directory, { recursive: true }));
  const read = (text: string, isCumulative = false) => {
    const path = join(directory, "table.txt");
    writeFileSync(path, text);
    return readTable(path, isCumulative);
  };
  const EVEN: number[] = Array.from({ length: 60 }, (_, month) => (month < 40 ? 16_667 : 16_666));

  it("holds shares, or their running sums, apart by whatever", () => {
    const cumulative = read(EVEN.join(" "));
    assert.equal(cumulative.at(-1), 1_000_000);
    assert.deepEqual(read(JSON.stringify(EVEN)), cumulative);
    assert.deepEqual(read(cumulative.join("\n"), true), cumulative);
  });

  it("is refused with a reason", () => {
    const falling = read(EVEN.join(" ")).with(3, 0);
    for (const [text, isCumulative, problem] of [
      [EVEN.slice(1).join(" "), false, /has 59 numbers/],
      [EVEN.with(0, 0).join(" "), false, /sums to 983333/],
      [EVEN.with(0, -1).join(" "), false, /number 1 is "-1"/],
      [falling.join(" "), true, /falls in month 4/],
      [EVEN.join(" "), true, /ends with 16666/],
    ] as const)
      assert.throws(
        () => read(text, isCumulative),
        (error) => error instanceof CliError && error.code === "invalid-table" && problem.test(error.message),
      );
  });
});
