// Keys on the command line: made, imported, listed, and signing.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Wallet } from "ethers";
import type { World } from "./world.ts";

interface Shown {
  readonly name: string;
  readonly address: string;
  readonly path: string;
}

export function keyScenario(world: World): void {
  describe("keys", () => {
    const KEY = `0x${"7".repeat(64)}`;
    const key = (...args: string[]) => ["key", ...args];
    const inFile = (name: string, text: string): string => {
      const path = join(world.directory, name);
      writeFileSync(path, text);
      return path;
    };

    it("there are none to begin with", async () => {
      const { json } = await world.done(key("list", "--json"));
      assert.deepEqual(json, { directory: world.keystores, accounts: [] });
      await world.fails("no-account", key("show"));
    });

    it("are made, and imported from standard input and from a file", async () => {
      const made = (await world.done(key("create", "made", "--json"))).json as Shown;
      assert.deepEqual(JSON.parse(readFileSync(made.path, "utf8")).version, 3);
      await world.done(key("create", "also-made"));
      const imported = (await world.done(key("import", "imported", "--json"), { input: KEY })).json as Shown;
      assert.equal(imported.address, new Wallet(KEY).address);
      await world.done(key("import", "copied", "--keystore", made.path));
      const { json } = await world.done(key("show", "copied", "--json"));
      assert.equal((json as Shown).address, made.address);
      assert.match((await world.done(key("show", "made"))).stdout, new RegExp(made.address));
      assert.match((await world.done(key("list"))).stdout, /also-made +0x/);
    });

    it("are refused with a reason", async () => {
      await world.fails("account-exists", key("create", "made"));
      await world.fails("account-name-invalid", key("create", "../made"));
      await world.fails("passphrase-short", key("create", "x"), { env: { ICN_PASSPHRASE: "short" } });
      await world.fails("passphrase-file-missing", key("create", "x", "--passphrase-file", "/nowhere"));
      await world.fails("key-invalid", key("import", "x"), { input: "0x12" });
      await world.fails("keystore-missing", key("import", "x", "--keystore", "/nowhere"));
      await world.fails("keystore-invalid", key("import", "x", "--keystore", inFile("no-keystore", "{}")));
      await world.fails("account-unnamed", key("show"));
      await world.fails("unknown-account", key("show", "nobody"));
      const made = join(world.keystores, "made.json");
      const wrong = { env: { ICN_PASSPHRASE: "something else" } };
      await world.fails("wrong-passphrase", key("import", "x", "--keystore", made), wrong);
    });
  });
}
