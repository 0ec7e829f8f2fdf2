import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { Wallet } from "ethers";
import { accountOf } from "../../scripts/lib/account.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { codeIn, icn, type Result } from "./support/icn.ts";

const PASSPHRASE = "correct horse";
const KEY = `0x${"1".repeat(64)}`;

describe("keys", () => {
  const root = mkdtempSync(join(tmpdir(), "icn-keys-"));
  after(() => rmSync(root, { recursive: true }));

  let directories = 0;
  const fresh = () => {
    const env = { ICN_KEYSTORE_DIR: join(root, `keys-${directories++}`), ICN_PASSPHRASE: PASSPHRASE };
    return { env, key: (args: string[], input = "") => icn(["key", ...args, "--json"], { env, input }) };
  };
  const shown = ({ status, stdout, stderr }: Result) => {
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as { name: string; address: string; path: string };
  };

  it("given in place of a name are not repeated", async () => {
    const { key } = fresh();
    for (const args of [
      ["create", KEY],
      ["show", KEY],
    ]) {
      await key(["create", "other"]);
      const { status, stderr } = await key(args);
      assert.equal(status, 1);
      assert.ok(!stderr.includes(KEY.slice(0, 20)), stderr);
    }
  });

  it("are created encrypted, for their owner alone, and never shown", async () => {
    const { env, key } = fresh();
    const result = await key(["create", "savings"]);
    const { name, address, path } = shown(result);
    assert.deepEqual([name, path], ["savings", join(env.ICN_KEYSTORE_DIR, "savings.json")]);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(env.ICN_KEYSTORE_DIR).mode & 0o777, 0o700);
    const opened = await Wallet.fromEncryptedJson(readFileSync(path, "utf8"), PASSPHRASE);
    assert.equal(opened.address, address);
    for (const secret of [opened.privateKey.slice(2), PASSPHRASE])
      assert.ok(!`${result.stdout}${result.stderr}${readFileSync(path, "utf8")}`.includes(secret));
  });

  it("are imported from standard input and from another program's keystore", async () => {
    const { key } = fresh();
    const plain = shown(await key(["import", "plain"], `${KEY}\n`));
    assert.equal(plain.address, new Wallet(KEY).address);
    const foreign = join(root, "foreign.json");
    const wallet = Wallet.createRandom();
    writeFileSync(foreign, wallet.encryptSync(PASSPHRASE));
    assert.equal(shown(await key(["import", "foreign", "--keystore", foreign])).address, wallet.address);
    const { accounts } = JSON.parse((await key(["list"])).stdout) as { accounts: { name: string }[] };
    assert.deepEqual(
      accounts.map(({ name }) => name),
      ["foreign", "plain"],
    );
    assert.equal(shown(await key(["show", wallet.address])).name, "foreign");
  });

  it("are never overwritten", async () => {
    const { key } = fresh();
    const { path } = shown(await key(["create", "one"]));
    const before = readFileSync(path, "utf8");
    assert.equal(codeIn(await key(["create", "one"])), "account-exists");
    assert.equal(codeIn(await key(["import", "one"], KEY)), "account-exists");
    assert.equal(readFileSync(path, "utf8"), before);
  });

  const refusals: readonly (readonly [string, string, string[], string, Record<string, string>])[] = [
    ["a name with a path in it", "account-name-invalid", ["create", "../x"], "", {}],
    ["a short passphrase", "passphrase-short", ["create", "x"], "", { ICN_PASSPHRASE: "short" }],
    [
      "a passphrase file that is missing",
      "passphrase-file-missing",
      ["create", "x", "--passphrase-file", "/nowhere"],
      "",
      {},
    ],
    ["a key that is none", "key-invalid", ["import", "x"], "0x12", {}],
    ["no key at all", "key-invalid", ["import", "x"], "", {}],
    ["the key zero", "key-invalid", ["import", "x"], `0x${"0".repeat(64)}`, {}],
    ["a keystore that is missing", "keystore-missing", ["import", "x", "--keystore", "/nowhere"], "", {}],
    ["a keystore that is none", "keystore-invalid", ["import", "x", "--keystore", "package.json"], "", {}],
    ["no account to show", "no-account", ["show"], "", {}],
  ];
  for (const [what, code, args, input, more] of refusals)
    it(`say what to do about ${what}`, async () => {
      const { env } = fresh();
      const result = await icn(["key", ...args, "--json"], { env: { ...env, ...more }, input });
      assert.equal(codeIn(result), code, result.stderr);
      assert.equal(result.status, 1);
      assert.ok(!existsSync(join(env.ICN_KEYSTORE_DIR, "x.json")));
    });

  it("need a passphrase from somewhere", async () => {
    const { env } = fresh();
    const result = await icn(["key", "create", "x", "--json"], {
      env: { ICN_KEYSTORE_DIR: env.ICN_KEYSTORE_DIR },
    });
    assert.equal(codeIn(result), "passphrase-needed");
  });

  it("take the passphrase from a file, less its line's end", async () => {
    const { env } = fresh();
    const file = join(root, "passphrase");
    writeFileSync(file, `${PASSPHRASE}\n`);
    const { path } = shown(
      await icn(["key", "create", "x", "--json", "--passphrase-file", file], {
        env: { ICN_KEYSTORE_DIR: env.ICN_KEYSTORE_DIR },
      }),
    );
    assert.ok(await Wallet.fromEncryptedJson(readFileSync(path, "utf8"), PASSPHRASE));
  });

  it("refuse a wrong passphrase", async () => {
    const { env, key } = fresh();
    const { path } = shown(await key(["create", "x"]));
    const wrong = { ...env, ICN_PASSPHRASE: "something else" };
    const result = await icn(["key", "import", "y", "--keystore", path, "--json"], { env: wrong });
    assert.equal(codeIn(result), "wrong-passphrase");
  });

  describe("that sign", () => {
    const code = (wanted: string) => (error: unknown) => error instanceof CliError && error.code === wanted;
    const withEnv = <T>(env: Record<string, string>, run: () => T): T => {
      const before = { ...process.env };
      Object.assign(process.env, env);
      try {
        return run();
      } finally {
        for (const name of Object.keys(env)) delete process.env[name];
        Object.assign(process.env, before);
      }
    };

    it("are plain on the devnet only", () => {
      assert.equal(accountOf(31337, { key: KEY }).address, new Wallet(KEY).address);
      assert.throws(() => accountOf(8453, { key: KEY }), code("plain-key"));
      withEnv({ ICN_PRIVATE_KEY: KEY }, () => {
        assert.equal(accountOf(31337, {}).address, new Wallet(KEY).address);
        assert.throws(() => accountOf(8453, {}), code("plain-key"));
      });
    });

    it("are named once", () => {
      assert.throws(() => accountOf(31337, { key: KEY, account: "x" }), code("two-accounts"));
    });

    it("are the only keystore there is, or the one named; opened when they sign", async () => {
      const { env, key } = fresh();
      const { address } = shown(await key(["create", "one"]));
      const only = withEnv(env, () => accountOf(8453, {}));
      assert.equal(only.address, address);
      await key(["create", "two"]);
      withEnv(env, () => {
        assert.throws(() => accountOf(8453, {}), code("account-unnamed"));
        assert.throws(() => accountOf(8453, { account: "three" }), code("unknown-account"));
        assert.equal(accountOf(8453, { account: address.toLowerCase() }).address, address);
      });
      const opened = await withEnv(env, () => only.unlock());
      assert.equal(opened.address, address);
    });
  });
});
