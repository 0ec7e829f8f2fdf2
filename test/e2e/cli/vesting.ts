// Vesting from the command line: created singly and from CSV, released, handed over, revoked, drawn.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { id, parseUnits, ZeroAddress } from "ethers";
import { BATCH_SIZE, batchesOf, readBatchFile } from "../../../scripts/vesting/batch-file.ts";
import type { Person, World } from "./world.ts";

const icnt = (amount: string): bigint => parseUnits(amount, 18);
const MONTH = 2_629_800;
/** EIP-7825. */
const TRANSACTION_GAS_MAX = 2 ** 24;
const LINES = 2 * BATCH_SIZE + 5;

interface Schedules {
  readonly schedules: readonly {
    readonly scheduleId: number;
    readonly totalWei: string;
    readonly vestedWei: string;
    readonly releasableWei: string;
    readonly revokedAt: number | null;
  }[];
}

interface Batches {
  readonly batches: readonly {
    readonly batchId: string;
    readonly schedules: number;
    readonly firstScheduleId: number;
    readonly wasThere: boolean;
  }[];
  readonly transactions: readonly { readonly gasUsed: number }[];
  readonly warnings: readonly string[];
}

export function vestingScenario(world: World): void {
  let payer: Person;
  let bea: Person;
  const vesting = (...args: string[]) => ["vesting", ...args];
  const isoOf = (timestamp: number) => new Date(timestamp * 1_000).toISOString().slice(0, 19);
  const inFile = (name: string, text: string): string => {
    const path = join(world.directory, name);
    writeFileSync(path, text);
    return path;
  };
  const schedulesOf = async ({ address }: Person) =>
    ((await world.done(vesting("list", address, "--json"))).json as Schedules).schedules;
  const grant = (start: number, ...more: string[]) =>
    vesting(
      ...["create", "--beneficiary", bea.address, "--amount", "1_200", "--start", isoOf(start), "--yes"],
      ...more,
    );

  before(async () => {
    payer = await world.person("payer", "500000");
    bea = await world.person("bea");
  });

  describe("a vesting schedule", () => {
    const created: number[] = [];

    it("is created with terms in words, paid by who creates it", async () => {
      const start = await world.now();
      const args = grant(start, "--months", "12", "--initial", "10%", "--revoker", payer.address);
      const { stdout } = await world.done([...args.filter((arg) => arg !== "--yes"), "--dry-run"], {
        as: payer,
      });
      assert.match(
        stdout,
        /1_200 ICNT to 0x\w+: 120 on .*, the rest linear over 12 months .*, revocable by 0x/,
      );
      assert.match(stdout, /500_000 ICNT +→ +498_800 ICNT/);
      const { scheduleId } = (await world.done([...args, "--json"], { as: payer })).json as {
        scheduleId: number;
      };
      created.push(scheduleId);
      await world.done(grant(start, "--duration", "90d", "--cliff", "30d"), { as: payer });
      created.push(scheduleId + 1);
      const found = await schedulesOf(bea);
      assert.deepEqual(
        found.map((one) => one.scheduleId),
        created,
      );
      assert.equal(BigInt(found[0]!.vestedWei) / icnt("1"), 120n);
      assert.equal(found[1]!.vestedWei, "0");
      assert.match((await world.done(vesting("list"), { as: bea })).stdout, /next release/);
    });

    it("is shown month by month, as the vault counts it", async () => {
      const [first] = created;
      const { months, startAt } = (await world.done(vesting("show", `${first}`, "--json"))).json as {
        months: readonly { month: number; endsAt: number; vestedWei: string }[];
        startAt: number;
      };
      assert.equal(months.length, 13);
      let vested = 0n;
      for (const { month, endsAt, vestedWei } of months) {
        vested += BigInt(vestedWei);
        assert.equal(endsAt, startAt + month * MONTH);
        assert.equal(vested, await world.contracts().vault.vestedAmount(first!, endsAt));
      }
      assert.match((await world.done(vesting("show", `${first}`))).stdout, /month +ends +vested in it/);
    });

    it("is released by anyone, to the beneficiary", async () => {
      const [first, second] = created;
      const { released } = (
        await world.done(vesting("release", `${first}`, "--yes", "--json"), { as: payer })
      ).json as { released: readonly { amountWei: string; recipient: string }[] };
      assert.deepEqual(
        released.map(({ recipient }) => recipient),
        [bea.address],
      );
      assert.equal(await world.contracts().icnt.balanceOf(bea.address), BigInt(released[0]!.amountWei));
      const early = await world.fails("nothing-to-release", vesting("release", `${second}`, "--yes"), {
        as: bea,
      });
      assert.match(early.remedy, /try again from /);
      await world.fails("nothing-named", vesting("release", "--yes"), { as: bea });
      await world.fails("unknown-schedule", vesting("release", "99999", "--yes"), { as: bea });
      await world.warpTo((await world.now()) + 60);
      const { stdout } = await world.done(vesting("release", "--all", "--yes"), { as: bea });
      assert.match(stdout, new RegExp(`Schedule ${first}: \\d`));
    });

    it("is handed over in two steps", async () => {
      const [, second] = created;
      const cleo = await world.person("cleo");
      const handover = (...args: string[]) => vesting("handover", ...args, "--yes");
      const offer = handover("offer", `${second}`, cleo.address);
      await world.fails("not-beneficiary", offer, { as: cleo });
      await world.fails("bad-receiver", handover("offer", `${second}`, bea.address), { as: bea });
      await world.fails("not-offered", handover("accept", `${second}`), { as: cleo });
      await world.fails("not-offered", handover("withdraw", `${second}`), { as: bea });
      await world.done(offer, { as: bea });
      await world.done(handover("withdraw", `${second}`), { as: bea });
      await world.done([...offer, "--json"], { as: bea });
      await world.done([...handover("withdraw", `${second}`), "--json"], { as: bea });
      await world.done(offer, { as: bea });
      const { changes } = (await world.done([...handover("accept", `${second}`), "--json"], { as: cleo }))
        .json as {
        changes: readonly { name: string; before: string; after: string }[];
      };
      const beneficiary = changes.find(({ name }) => name === "beneficiary");
      assert.deepEqual([beneficiary?.before, beneficiary?.after], [bea.address, cleo.address]);
      assert.deepEqual(
        (await schedulesOf(cleo)).map(({ scheduleId }) => scheduleId),
        [second],
      );
      assert.equal((await schedulesOf(bea)).length, 1);
      await world.done(handover("offer", `${second}`, bea.address), { as: cleo });
      await world.done(handover("accept", `${second}`), { as: bea });
    });

    it("is revoked by its revoker alone, once, while something has not vested", async () => {
      const [first, second] = created;
      const revoke = (scheduleId: number) => vesting("revoke", `${scheduleId}`, "--yes");
      await world.fails("not-revoker", revoke(first!), { as: bea });
      await world.fails("not-revoker", revoke(second!), { as: payer });
      const { vestedWei, returnedWei } = (await world.done([...revoke(first!), "--json"], { as: payer }))
        .json as {
        vestedWei: string;
        returnedWei: string;
      };
      assert.equal(BigInt(vestedWei) + BigInt(returnedWei), icnt("1200"));
      await world.fails("already-revoked", revoke(first!), { as: payer });
      const shown = (await schedulesOf(bea)).find(({ scheduleId }) => scheduleId === first);
      assert.ok(shown!.revokedAt! > 0);
      assert.equal(shown!.vestedWei, vestedWei);
      const past = (await world.now()) - 2 * MONTH;
      const whole = grant(past, "--months", "1", "--revoker", payer.address, "--json");
      const { scheduleId } = (await world.done(whole, { as: payer })).json as { scheduleId: number };
      await world.fails("nothing-to-revoke", revoke(scheduleId), { as: payer });
      await world.done(grant(past, "--months", "36", "--revoker", payer.address), { as: payer });
      assert.match((await world.done(revoke(scheduleId + 1), { as: payer })).stdout, /is revoked: /);
    });

    it("is refused with every mistake at once", async () => {
      const bad = ["--beneficiary", ZeroAddress, "--amount", "0", "--start", "2027-02-30", "--cliff", "x"];
      const { message } = await world.fails("grant-invalid", vesting("create", ...bad, "--yes"), {
        as: payer,
      });
      for (const field of ["beneficiary", "amount", "start", "months", "cliff"])
        assert.match(message, new RegExp(`--${field} `));
      await world.fails("grant-or-file", vesting("create", "--yes"), { as: payer });
      await world.fails("icnt-short", grant(await world.now(), "--months", "1"), { as: bea });
    });
  });

  describe("schedules from a file", () => {
    const head = "beneficiary,amount,start,months,cliff,initial,revoker";
    const beneficiary = (line: number) => `0x${id(`csv ${line}`).slice(-40)}`;
    const line = (number: number) => `${beneficiary(number)},1_0.5,2027-01-01,48,12,10%,`;
    const rows = Array.from({ length: LINES }, (_, index) => line(index + 1));

    it("are checked line by line before anything is sent", async () => {
      const path = inFile("bad.csv", [head, line(1), "0x1,ten,soon,61,70,200%,x", "0x2,1"].join("\n"));
      const { message } = await world.fails("csv-invalid", vesting("create", "--csv", path, "--yes"), {
        as: payer,
      });
      for (const problem of [
        /line 3: beneficiary "0x1"/,
        /line 3: months "61"/,
        /line 3: revoker "x"/,
        /line 4 has 2 fields/,
      ])
        assert.match(message, problem);
      const open = inFile("open.csv", `${head}\n"0x1,1`);
      await world.fails("csv-quote-open", vesting("create", "--csv", open, "--yes"), { as: payer });
      await world.fails("file-not-readable", vesting("create", "--csv", "nowhere.csv", "--yes"), {
        as: payer,
      });
    });

    it("resume where they were interrupted, and are never created twice", async () => {
      const path = inFile("team.csv", [head, ...rows].join("\n"));
      const { vault, icnt: token } = world.contracts(payer);
      const facts = { address: await vault.getAddress(), tableCount: 0 };
      const file = readBatchFile(readFileSync(path, "utf8"), path, facts, await world.now());
      const [first] = batchesOf(file.grants, "");
      await (await token.approve(facts.address, icnt("1050"))).wait();
      await (await vault.createBatch(first!.batchId, [...first!.grants])).wait();
      const count = await vault.scheduleCount();

      const create = vesting("create", "--csv", path, "--yes");
      const { batches, transactions } = (await world.done([...create, "--json"], { as: payer }))
        .json as Batches;
      assert.deepEqual(
        batches.map(({ schedules, wasThere }) => [schedules, wasThere]),
        [
          [BATCH_SIZE, true],
          [BATCH_SIZE, false],
          [5, false],
        ],
      );
      assert.equal(transactions.length, 3);
      for (const { gasUsed } of transactions) assert.ok(gasUsed < TRANSACTION_GAS_MAX, `${gasUsed} gas`);
      assert.equal(await vault.scheduleCount(), count + BigInt(LINES - BATCH_SIZE));
      assert.equal(await token.allowance(payer.address, facts.address), 0n);
      const last = await vault.scheduleOf(batches[2]!.firstScheduleId + 4);
      assert.equal(last.beneficiary.toLowerCase(), beneficiary(LINES));
      assert.deepEqual([last.total, last.initial], [icnt("10.5"), icnt("1.05")]);

      const again = await world.done(create, { as: payer });
      assert.match(again.stdout, /0 of 205 schedules created, the others were there/);
      assert.equal(await vault.scheduleCount(), count + BigInt(LINES - BATCH_SIZE));
    });

    it("are created once more with a label, with a warning about repeated lines", async () => {
      const path = inFile("pair.csv", [head, line(1), line(1)].join("\n"));
      const create = vesting("create", "--csv", path, "--yes", "--json");
      const { warnings } = (await world.done(create, { as: payer })).json as Batches;
      assert.deepEqual(warnings, ["line 3 repeats line 2: both will be created"]);
      const labelled = (await world.done([...create, "--label", "bonus"], { as: payer })).json as Batches;
      assert.deepEqual(
        labelled.batches.map(({ wasThere }) => wasThere),
        [false],
      );
    });
  });

  describe("tables", () => {
    const even = Array.from({ length: 60 }, (_, month) => (month < 40 ? 16_667 : 16_666));

    it("are stored once and followed by schedules", async () => {
      const path = inFile("even.txt", even.join("\n"));
      const add = vesting("table", "add", path, "--yes");
      const { tableId, wasThere } = (await world.done([...add, "--json"], { as: payer })).json as {
        tableId: number;
        wasThere: boolean;
      };
      assert.equal(wasThere, false);
      assert.match(
        (await world.done(add, { as: payer })).stdout,
        new RegExp(`has it already: table ${tableId}`),
      );
      const { months } = (await world.done(vesting("table", "show", `${tableId}`, "--json"))).json as {
        months: readonly { sharePpm: number }[];
      };
      assert.deepEqual(
        months.map(({ sharePpm }) => sharePpm),
        even,
      );
      await world.done(vesting("table", "show", `${tableId}`));
      assert.match((await world.done(vesting("table", "list"))).stdout, /after 12 months/);
      const { tables } = (await world.done(vesting("table", "list", "--json"))).json as { tables: unknown[] };
      assert.equal(tables.length, tableId);
      const start = await world.now();
      const { scheduleId } = (
        await world.done(grant(start, "--table", `${tableId}`, "--json"), { as: payer })
      ).json as { scheduleId: number };
      const curve = (await world.done(vesting("curve", `${scheduleId}`, "--json"))).json as {
        months: readonly { month: number; cumulativeWei: string }[];
      };
      for (const { month, cumulativeWei } of curve.months)
        assert.equal(
          BigInt(cumulativeWei),
          await world.contracts().vault.vestedAmount(scheduleId, Math.floor(start) + month * MONTH),
        );
    });

    it("are refused with a reason", async () => {
      const short = inFile("short.txt", even.slice(1).join(" "));
      const { message } = await world.fails("invalid-table", vesting("table", "add", short, "--yes"), {
        as: payer,
      });
      assert.match(message, /59 numbers/);
      await world.fails("unknown-table", vesting("table", "show", "999"));
    });
  });

  describe("pictures", () => {
    it("of the whole vault and of the emission hold what the contracts say", async () => {
      const svg = join(world.directory, "vesting.svg");
      const { stdout } = await world.done(vesting("curve", "--out", svg));
      assert.match(stdout, /Vested in all/);
      assert.match(readFileSync(svg, "utf8"), /^<\?xml[\s\S]+<\/svg>\n$/);
      const { totalWei } = (await world.done(vesting("curve", "--json"))).json as { totalWei: string };
      assert.ok(BigInt(totalWei) > icnt("500000000"));
      const { months } = (await world.done(["emission", "--json"])).json as {
        months: readonly { endsAt: number; cumulativeWei: string }[];
      };
      assert.equal(months.length, 61);
      for (const { endsAt, cumulativeWei } of months)
        assert.equal(BigInt(cumulativeWei), await world.contracts().reserve.cumulativeEmission(endsAt));
      assert.match((await world.done(["emission"])).stdout, /150 M ┤/);
      await world.fails("file-not-writable", ["emission", "--out", join(world.directory, "no", "x.svg")]);
    });

    it("of parameters need no chain", async () => {
      const main = ["--parameters", "deployments/parameters/main.json", "--json"];
      const env = { ICN_RPC_URL: "http://127.0.0.1:1", ICN_DEPLOYMENT: "" };
      const { curves } = (await world.done(vesting("curve", ...main), { env })).json as {
        curves: readonly { name: string; totalWei: string }[];
      };
      assert.equal(curves.find(({ name }) => name === "team")?.totalWei, `${icnt("154700000")}`);
      const { totalWei } = (await world.done(["emission", ...main], { env })).json as { totalWei: string };
      assert.equal(totalWei, `${icnt("140000000")}`);
    });
  });
}
