// What every command that sends transactions does before, while and after it sends them.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { toQuantity, Wallet } from "ethers";
import { type Lies, lyingRpc } from "../../scripts/support/lying-rpc.ts";
import type { Person, Result, World } from "./world.ts";

interface Changed {
  readonly transactions: readonly { readonly what: string; readonly hash: string; readonly block: number }[];
  readonly changes: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

export function spendingScenario(world: World): void {
  describe("spending", () => {
    const set = (to: Person | string, ...more: string[]) => [
      ...["recipient", "set", typeof to === "string" ? to : to.address, "--for", "rewards"],
      ...more,
    ];
    const recipientOf = (owner: Person) => world.contracts().rewards.recipientOf(owner.address);
    const through = async (lies: Lies, code: string, as: Person, to: Person) => {
      const liar = await lyingRpc(world.rpcUrl, lies);
      await world.fails(code, set(to, "--yes", "--rpc", liar.url), { as });
      liar.stop();
    };

    it("shows before it sends, asks, and reports what changed", async () => {
      const [anna, bert] = [await world.person("anna"), await world.person("bert")];
      const plain = await world.done(set(bert, "--dry-run"), { as: anna });
      assert.match(
        plain.stdout,
        /recipient of rewards +0x\w+ +→ +0x\w+\n\nGas \d+: about [\d.]+ of the chain's coin/,
      );
      const dry = (await world.done(set(bert, "--dry-run", "--json"), { as: anna })).json as Changed & {
        readonly dryRun: boolean;
        readonly gas: number;
        readonly steps: readonly { readonly gas: number }[];
      };
      assert.equal(dry.dryRun, true);
      assert.equal(dry.gas, dry.steps[0]?.gas);
      assert.deepEqual([dry.changes[0]?.before, dry.changes[0]?.after], [anna.address, bert.address]);
      assert.equal(await recipientOf(anna), anna.address);
      const { remedy } = await world.fails("confirmation-needed", set(bert), { as: anna });
      assert.match(remedy, /--yes.*--dry-run/);
      const sent = (await world.done(set(bert, "--yes", "--json"), { as: anna })).json as Changed;
      assert.deepEqual(sent.changes, dry.changes);
      assert.equal(await recipientOf(anna), bert.address);
      const receipt = await world.provider.getTransactionReceipt(sent.transactions[0]?.hash ?? "");
      assert.equal(receipt?.blockNumber, sent.transactions[0]?.block);
    });

    it("waits for as many confirmations as asked for", async () => {
      const [anna, carl] = [await world.person("anna"), await world.person("carl")];
      const mining = setInterval(() => world.provider.send("evm_mine", []), 300);
      const { json } = await world.done(set(carl, "--yes", "--json", "--confirmations", "3"), { as: anna });
      clearInterval(mining);
      const { transactions } = json as Changed;
      assert.ok((await world.provider.getBlockNumber()) >= (transactions[0]?.block ?? 0) + 2);
    });

    it("is signed by an encrypted key, which a dry run does not open", async () => {
      const dora = await world.person("dora");
      await world.done(["key", "import", "dora"], { input: dora.privateKey });
      const account = ["--account", "dora"];
      await world.done(set(dora, "--dry-run", ...account), { env: { ICN_PASSPHRASE: "" } });
      const to = await world.person("emil");
      await world.fails("passphrase-needed", set(to, "--yes", ...account), { env: { ICN_PASSPHRASE: "" } });
      await world.fails("wrong-passphrase", set(to, "--yes", ...account), {
        env: { ICN_PASSPHRASE: "another" },
      });
      assert.equal(await recipientOf(dora), dora.address);
      await world.done(set(to, "--yes", ...account));
      assert.equal(await recipientOf(dora), to.address);
    });

    it("takes a key in plain text on the devnet only", async () => {
      const anna = await world.person("anna");
      const elsewhere = join(world.directory, "elsewhere.json");
      writeFileSync(
        elsewhere,
        readFileSync(world.deployment, "utf8").replace('"chainId": 31337', '"chainId": 8453'),
      );
      for (const options of [{ as: anna }, {}]) {
        const key = "as" in options ? [] : ["--key", anna.privateKey];
        const { message } = await world.fails(
          "plain-key",
          set(anna, "--deployment", elsewhere, ...key),
          options,
        );
        assert.ok(!message.includes(anna.privateKey));
      }
      await world.fails("two-accounts", set(anna, "--key", anna.privateKey, "--account", "dora"));
      await world.fails("key-invalid", set(anna, "--key", "0x12"));
    });

    it("costs no more than allowed, and no more than there is", async () => {
      const [anna, fred] = [await world.person("anna"), await world.person("fred")];
      await world.fails("fee-above-cap", set(fred, "--yes", "--max-fee-gwei", "0.000000001"), { as: anna });
      await world.provider.send("anvil_setBalance", [anna.address, toQuantity(1_000n)]);
      const before = await recipientOf(anna);
      await world.fails("insufficient-coin", set(fred, "--yes"), { as: anna });
      assert.equal(await recipientOf(anna), before);
      await world.person("anna");
    });

    it("waits for what the account has under way", async () => {
      const [anna, fred] = [await world.person("anna"), await world.person("fred")];
      await world.provider.send("evm_setAutomine", [false]);
      await new Wallet(anna.privateKey, world.provider).sendTransaction({ to: fred.address, value: 1n });
      await world.fails("account-busy", set(fred, "--yes"), { as: anna });
      await world.provider.send("evm_mine", []);
      await world.provider.send("evm_setAutomine", [true]);
    });

    it("believes no answer that cannot be", async () => {
      const [anna, gerd] = [await world.person("anna"), await world.person("gerd")];
      const before = await recipientOf(anna);
      const failed = { status: "0x0", returnData: "0x12345678", gasUsed: "0x1" };
      const truth = (answer: unknown) => answer as { calls: unknown[] }[];
      await through({ eth_simulateV1: () => [] }, "bad-rpc-answer", anna, gerd);
      const refuse: Lies = {
        eth_simulateV1: (answer) =>
          truth(answer).map((block, place) => (place === 1 ? { calls: [failed] } : block)),
      };
      await through(refuse, "call-refused", anna, gerd);
      assert.equal(await recipientOf(anna), before);
      await through({ eth_sendRawTransaction: () => `0x${"0".repeat(64)}` }, "rpc-lies", anna, gerd);
    });

    it("tells progress and results apart", async () => {
      const [anna, hans] = [await world.person("anna"), await world.person("hans")];
      const { stdout, stderr }: Result = await world.done(set(hans, "--yes"), { as: anna });
      assert.match(stdout, /^rewards of 0x\w+ now go to 0x\w+\.\n$/);
      assert.match(stderr, /sent 0x/);
      assert.ok(!`${stdout}${stderr}`.includes("\u001b"));
    });
  });
}
