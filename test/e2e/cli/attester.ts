// An attester's life by the command line: keys, admission, seat, bond, rotation, pay.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it } from "node:test";
import { computeAddress, parseUnits, Wallet } from "ethers";
import { loadKey } from "../../../oracle/adapters/keys/load.ts";
import { parseConfig } from "../../../oracle/config/config.ts";
import { withEnvFile } from "../../../oracle/config/env-file.ts";
import { toHex } from "../../../oracle/domain/hashing.ts";
import type { Person, World } from "./world.ts";

const PASSPHRASE = "an attester's own passphrase";
const SEATED = [1, 2, 3, 4];
const icnt = (amount: string): string => parseUnits(amount, 18).toString();

interface Made {
  readonly directory: string;
  readonly envFile: string;
  readonly signingKey: string;
  readonly boxKey: string;
  readonly submitter: string;
}

interface Status {
  readonly attesterId: number;
  readonly seatNow: number | null;
  readonly seatNext: number | null;
  readonly keyNow: string | null;
  readonly keyNext: string | null;
  readonly bondWei: string;
  readonly claimable: { readonly payWei: string };
  readonly epochs: readonly { readonly outcome: string }[];
  readonly oracle: { readonly reachable: boolean; readonly ready: boolean } | null;
}

export function attesterScenario(world: World): void {
  const attester = (...args: (string | number)[]) => ["attester", ...args.map(String)];
  const yes = (...args: (string | number)[]) => attester(...args, "--yes");
  const inWorld = (name: string): string => join(world.directory, name);
  const nextEpoch = async () => world.warpTo(world.epochStart((await world.epochNow()) + 1));
  const statusOf = async (id: number): Promise<Status> =>
    ((await world.done(attester("status", id, "--json"))).json as { attesters: Status[] }).attesters[0]!;
  let owner: Person;
  let made: Made;
  let attesterId: number;

  /** Has the timelock make the call that a command prints, as a passed vote would. */
  const decide = async (args: readonly string[]) => {
    const { to, data } = (await world.done(args)).json as { to: string; data: string };
    await world.asTimelock(to, data);
  };
  const written = (name: string, text: string): string => {
    writeFileSync(inWorld(name), text);
    return inWorld(name);
  };
  const init = (directory: string, ...more: string[]) =>
    attester("init", "--dir", inWorld(directory), ...more);
  const apply = (out: string, ...more: string[]) =>
    attester(
      "register",
      "--dir",
      made.directory,
      "--endpoint",
      "http://127.0.0.1:1",
      "--out",
      inWorld(out),
      ...more,
    );

  describe("an attester is set up", () => {
    it("with keys and settings that the oracle reads", async () => {
      const passphraseFile = written("attester-passphrase", `${PASSPHRASE}\n`);
      const options = ["--passphrase-file", passphraseFile, "--id", "5"];
      made = (await world.done(init("attester-5", ...options, "--json"))).json as Made;
      assert.equal(statSync(join(made.directory, "signing.json")).mode & 0o777, 0o600);
      const read = (path: string) => readFileSync(path, "utf8");
      const config = parseConfig(withEnvFile({ ICN_ENV_FILE: made.envFile }, read), read);
      assert.equal(config.attesterId, 5);
      const signing = toHex(await loadKey(config.signingKey, "ICN_SIGNING_KEYSTORE"));
      assert.equal(computeAddress(signing), made.signingKey);
      const { stdout } = await world.done(init("attester-6"));
      assert.match(stdout, /submitter +0x\w+ \(send it coin for gas\)/);
      assert.match(readFileSync(inWorld("attester-6/oracle.env"), "utf8"), /# ICN_ATTESTER_ID=\n/);
    });

    it("without overwriting anything", async () => {
      const before = readFileSync(join(made.directory, "signing.json"), "utf8");
      await world.fails("attester-dir-used", init("attester-5"));
      assert.equal(readFileSync(join(made.directory, "signing.json"), "utf8"), before);
      await world.fails("passphrase-short", init("x"), { env: { ICN_PASSPHRASE: "short" } });
      assert.equal(existsSync(inWorld("x")), false);
    });
  });

  describe("it applies and is admitted", () => {
    it("with a file that both keys signed", async () => {
      owner = await world.person("attester owner", "200000");
      const { json } = await world.done(apply("application.json", "--json"), { as: owner });
      const { application } = json as { application: { owner: string; signingKey: string; boxKey: string } };
      assert.deepEqual(
        [application.owner, application.signingKey, application.boxKey],
        [owner.address, made.signingKey, made.boxKey],
      );
      await world.done(apply("application-2.json"), { as: owner });
      await world.fails("file-exists", apply("application.json"), { as: owner });
      const nowhere = attester("register", "--dir", inWorld("nowhere"), "--endpoint", "http://127.0.0.1:1");
      await world.fails("attester-dir-missing", nowhere, { as: owner });
      const wrong = ["--attester-passphrase-file", written("wrong-passphrase", "something else")];
      await world.fails("wrong-passphrase", apply("x.json", ...wrong), { as: owner });
    });

    it("by a vote, for which anybody can check it", async () => {
      const file = inWorld("application.json");
      const call = await world.done(attester("admit", file, "--calldata"));
      assert.match(call.stdout, /data +0x[0-9a-f]{200,}/);
      const { stdout } = await world.done(attester("admit", file));
      assert.match(stdout, /icn gov propose --title "[^"]+" --admit \S+application\.json/);
      await decide(attester("admit", file, "--json"));
      attesterId = Number(await world.contracts().committee.attesterCount());
      assert.equal((await world.contracts().committee.attesterOf(attesterId)).owner, owner.address);
      await world.fails("signing-key-used", attester("admit", file));
      await world.fails("signing-key-used", apply("y.json"), { as: owner });
    });

    it("only with a sound application", async () => {
      const read = () =>
        JSON.parse(readFileSync(inWorld("application.json"), "utf8")) as Record<string, unknown>;
      const edited = (change: object) => written("edited.json", JSON.stringify({ ...read(), ...change }));
      const admit = (file: string) => attester("admit", file);
      await world.fails("application-forged", admit(edited({ endpoint: "http://evil.example" })));
      await world.fails("application-elsewhere", admit(edited({ chainId: 1 })));
      await world.fails("application-invalid", admit(edited({ boxKey: "0x12" })));
      await world.fails("application-invalid", admit(inWorld("nowhere.json")));
    });
  });

  describe("it bonds and takes a seat", () => {
    it("once its bond suffices", async () => {
      const as = owner;
      await world.fails("bond-too-low", attester("seat", ...SEATED, attesterId));
      const { stdout } = await world.done(yes("bond", attesterId, "99_999"), { as });
      assert.match(stdout, /a bond of 99_999 ICNT; a seat needs 100_000/);
      const full = await world.done(yes("bond", attesterId, "1", "--json"), { as });
      assert.equal((full.json as { bondWei: string }).bondWei, icnt("100000"));
      await world.fails("icnt-short", yes("bond", attesterId, "1_000_000"), { as });
      await world.fails("unknown-attester", yes("bond", 99, "1"), { as });
    });

    it("by a vote", async () => {
      const ids = [...SEATED, attesterId];
      await world.fails("unknown-attester", attester("seat", 99));
      await world.done(attester("seat", ...ids, "--calldata"));
      const { stdout } = await world.done(attester("seat", ...[...ids].reverse()));
      assert.match(stdout, new RegExp(`--seat 1,2,3,4,${attesterId}$`, "m"));
      await decide(attester("seat", ...ids, "--json"));
      await nextEpoch();
      assert.equal((await statusOf(attesterId)).seatNow, SEATED.length);
      await decide(attester("seat", ...SEATED, "--json"));
    });
  });

  describe("its owner changes", () => {
    it("its endpoint", async () => {
      const as = owner;
      await world.done(yes("endpoint", attesterId, "http://127.0.0.1:2"), { as });
      await world.done(yes("endpoint", attesterId, "http://127.0.0.1:3", "--json"), { as });
      await world.fails("nothing-to-change", yes("endpoint", attesterId, "http://127.0.0.1:3"), { as });
      await world.fails("not-attester-owner", yes("endpoint", attesterId, "http://127.0.0.1:4"), {
        as: world.attester(1).owner,
      });
    });

    it("its signing key, which is on disk before the chain hears of it", async () => {
      const as = owner;
      const dir = ["--dir", made.directory];
      await world.done(attester("rotate", attesterId, ...dir, "--dry-run"), { as });
      assert.equal(existsSync(join(made.directory, "signing-2.json")), false);
      await world.fails("confirmation-needed", attester("rotate", attesterId, ...dir), { as });
      assert.ok(existsSync(join(made.directory, "signing-2.json")));
      const { json } = await world.done(yes("rotate", attesterId, ...dir, "--json"), { as });
      const { keystore, signingKey } = json as { keystore: string; signingKey: string };
      assert.equal(keystore, join(made.directory, "signing-2.json"), "the interrupted rotation was taken up");
      const opened = await Wallet.fromEncryptedJson(readFileSync(keystore, "utf8"), PASSPHRASE);
      assert.equal(opened.address, signingKey);
      const { stdout } = await world.done(yes("rotate", attesterId, ...dir), { as });
      assert.match(stdout, /ICN_SIGNING_KEYSTORE=.*signing-3\.json in oracle\.env/);
      const other = ["--dir", inWorld("attester-6")];
      await world.fails("other-attester-dir", yes("rotate", attesterId, ...other), { as });
      const current = await world.contracts().committee.attesterOf(attesterId);
      assert.notEqual(current.signingKey, signingKey);
    });

    it("its box key", async () => {
      const as = owner;
      const dir = ["--dir", made.directory];
      const { json } = await world.done(yes("box-key", attesterId, ...dir, "--json"), { as });
      assert.equal((await world.contracts().committee.attesterOf(attesterId)).boxKey, (json as Made).boxKey);
      const { stdout } = await world.done(yes("box-key", attesterId, ...dir), { as });
      assert.match(stdout, /ICN_BOX_KEYSTORE=.*box-3\.json/);
      assert.deepEqual(
        readdirSync(made.directory).filter((name) => name.startsWith("box")),
        ["box-2.json", "box-3.json", "box.json"],
      );
    });

    it("or is told which keystore is broken", async () => {
      const broken = inWorld("attester-6");
      writeFileSync(join(broken, "signing.json"), "{}");
      const rotate = yes("rotate", attesterId, "--dir", broken);
      await world.fails("keystore-invalid", rotate, { as: owner });
    });
  });

  describe("it is paid", () => {
    it("for each epoch in which its bundle counted, to the wei that status foretold", async () => {
      await nextEpoch();
      await world.settleUpTo(await world.epochNow());
      await world.reporter.settle();
      const first = world.attester(1).owner;
      const { icnt: token } = world.contracts();
      const before = await token.balanceOf(first.address);
      const foretold = (await statusOf(1)).claimable.payWei;
      const claimed = await world.done(yes("rewards", 1, "--json"), { as: await world.person("anybody") });
      const paid = (claimed.json as { attesters: { paidWei: string }[] }).attesters[0]?.paidWei;
      assert.equal(paid, foretold);
      assert.equal((await token.balanceOf(first.address)) - before, BigInt(String(paid)));
      assert.ok(BigInt(String(paid)) > 0n);
      const nothing = await world.fails("nothing-to-claim", yes("rewards", 1), { as: first });
      assert.match(nothing.remedy, /next final report/);
    });

    it("by its owner without naming it, and it says why an epoch was not paid", async () => {
      const own = await world.person("attester owner");
      const { stdout } = await world.done(yes("rewards"), { as: own });
      assert.match(stdout, new RegExp(`Attester ${attesterId}: .* ICNT to ${own.address}`));
      assert.match(stdout, /not seated/);
      await world.fails("not-attester-owner", yes("rewards"), { as: await world.person("anybody") });
    });
  });

  describe("attester status", () => {
    it("lists all, and tells all of one", async () => {
      const list = await world.done(attester("status"));
      assert.match(list.stdout, /^attester +owner +now +next epoch/);
      const server = createServer((_, response) => {
        response.writeHead(503).end(JSON.stringify({ ready: false, reasons: ["stale-chain"] }));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      server.unref();
      await world.done(yes("endpoint", attesterId, endpoint), { as: owner });
      const { stdout } = await world.done(attester("status", attesterId));
      server.close();
      assert.match(stdout, /oracle +not ready: stale-chain/);
      assert.match(stdout, /last epochs\n\d+ │/);
      const status = await statusOf(2);
      assert.equal(status.seatNow, 1);
      assert.equal(status.keyNow, world.attester(2).signing.address);
      assert.ok(status.epochs.some(({ outcome }) => outcome === "paid"));
      assert.equal(status.oracle?.ready, false);
      await world.fails("unknown-attester", attester("status", 99));
    });
  });
}
