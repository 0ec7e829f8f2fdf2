import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { parseEther, toQuantity, Wallet } from "ethers";
import { roleWallet } from "../../scripts/devnet/keys.ts";
import { formatIcnt } from "../../scripts/lib/amounts.ts";
import { connectChain, connectContracts } from "../../scripts/lib/chain.ts";
import type { SigningSession } from "../../scripts/lib/command.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { addressesOf } from "../../scripts/lib/manifest.ts";
import { type Plan, stepOf, type Watched } from "../../scripts/lib/plan.ts";
import { type SpendOptions, spend } from "../../scripts/lib/spend.ts";
import { deployOn, type LocalChain, startLocalChain } from "./support/chains.ts";
import { lyingRpc } from "./support/lying-rpc.ts";

const ICNT = 10n ** 18n;
const OPTIONS: SpendOptions = {
  network: "devnet",
  yes: true,
  maxFeeGwei: 500n * 10n ** 9n,
  confirmations: 1,
};
const FRIEND = roleWallet("treasury").address;

for (const kind of ["anvil", "hardhat"] as const)
  describe(`spending on ${kind}`, () => {
    let chain: LocalChain;
    let session: SigningSession;
    let deployed: Awaited<ReturnType<typeof deployOn>>;
    const said: string[] = [];

    before(async () => {
      chain = await startLocalChain(kind);
      deployed = await deployOn(chain);
      const { provider } = chain;
      const wallet = new Wallet(roleWallet("deployer").privateKey, provider);
      const contracts = connectContracts(addressesOf(deployed.manifest), wallet);
      const { manifest } = deployed;
      session = {
        provider,
        wallet,
        contracts,
        manifest,
        chainId: 31337,
        progress: (what) => said.push(what),
      };
    });
    after(async () => {
      deployed.remove();
      await chain.stop();
    });

    const balanceOf = async (holder: string): Promise<Watched> => {
      const { icnt } = session.contracts;
      const { to, data } = await icnt.balanceOf.populateTransaction(holder);
      return {
        ...{ name: "liquidWei", label: `liquid ICNT of ${holder}`, to, data },
        parse: (returned) => BigInt(returned),
        format: (value) => formatIcnt(BigInt(value)),
      };
    };
    /** The second step needs the first. */
    const planOf = async (amount: bigint, approved = amount): Promise<Plan> => {
      const { icnt } = session.contracts;
      const { address } = session.wallet;
      return {
        steps: [
          await stepOf("approve", icnt.approve.populateTransaction(address, approved)),
          await stepOf("transfer", icnt.transferFrom.populateTransaction(address, FRIEND, amount)),
        ],
        watched: [await balanceOf(FRIEND)],
      };
    };
    const transactions = () => chain.provider.getTransactionCount(session.wallet.address);
    const refusal = (code: string, words: RegExp) => (error: unknown) =>
      error instanceof CliError && error.code === code && words.test(`${error.message} ${error.remedy}`);

    it("sends every step and reports what changed", async () => {
      const sent = await spend(session, await planOf(5n * ICNT), OPTIONS);
      assert.ok(sent);
      assert.deepEqual(
        sent.json.transactions.map(({ what }) => what),
        ["approve", "transfer"],
      );
      const [change] = sent.json.changes;
      assert.deepEqual([change?.name, change?.before, change?.after], ["liquidWei", 0n, 5n * ICNT]);
      for (const [place, { hash, block, gasUsed, feeWei }] of sent.json.transactions.entries()) {
        const receipt = await chain.provider.getTransactionReceipt(hash);
        assert.equal(receipt?.hash, sent.receipts[place]?.hash);
        assert.deepEqual(
          [receipt?.blockNumber, receipt?.gasUsed, receipt?.fee],
          [block, BigInt(gasUsed), feeWei],
        );
      }
    });

    it("names the first thing that would fail, and sends nothing", async () => {
      const count = await transactions();
      const poor = new Wallet(roleWallet("delegator").privateKey, chain.provider);
      const plan: Plan = {
        steps: [await stepOf("transfer", session.contracts.icnt.transfer.populateTransaction(FRIEND, ICNT))],
        watched: [],
      };
      await assert.rejects(
        spend({ ...session, wallet: poor }, plan, OPTIONS),
        refusal(
          "erc20-insufficient-balance",
          /nothing was sent: "transfer", would fail: .* 0 ICNT, 1 are needed/,
        ),
      );
      assert.equal(await transactions(), count);
    });

    it("asks for --yes where there is no terminal", async () => {
      const count = await transactions();
      const { yes: _, ...asking } = OPTIONS;
      await assert.rejects(
        spend(session, await planOf(ICNT), asking),
        refusal("confirmation-needed", /--yes.*--dry-run/),
      );
      assert.equal(await transactions(), count);
    });

    it("pays no more for gas than allowed", async () => {
      await assert.rejects(
        spend(session, await planOf(ICNT), { ...OPTIONS, maxFeeGwei: 1n }),
        refusal("fee-above-cap", /--max-fee-gwei/),
      );
    });

    it("pays no more for gas than what was shown, though its price rises before it is sent", async () => {
      const count = await transactions();
      let asked = 0;
      const dearer = (price: unknown) => (asked++ === 0 ? price : toQuantity(400n * 10n ** 9n));
      const liar = await lyingRpc(chain.url, { eth_maxPriorityFeePerGas: dearer });
      const provider = await connectChain(liar.url, 31337);
      const wallet = new Wallet(roleWallet("deployer").privateKey, provider);
      await assert.rejects(
        spend({ ...session, provider, wallet }, await planOf(ICNT), OPTIONS),
        refusal("fee-above-cap", /gas costs 4\d\d.* gwei now/),
      );
      assert.equal(await transactions(), count);
      provider.destroy();
      liar.stop();
    });

    it("sees that the coin does not suffice", async () => {
      const { address } = session.wallet;
      const { provider } = chain;
      const rich = await provider.getBalance(address);
      await provider.send(`${kind}_setBalance`, [address, toQuantity(parseEther("0.00001"))]);
      const count = await transactions();
      await assert.rejects(
        spend(session, await planOf(ICNT), OPTIONS),
        refusal("insufficient-coin", /0\.00001 of the chain's coin/),
      );
      assert.equal(await transactions(), count);
      await provider.send(`${kind}_setBalance`, [address, toQuantity(rich)]);
    });

    if (kind === "anvil")
      it("simulates later steps on top of the first", async () => {
        const count = await transactions();
        await assert.rejects(
          spend(session, await planOf(3n * ICNT, 2n * ICNT), OPTIONS),
          refusal(
            "erc20-insufficient-allowance",
            /step 2 of 2, "transfer", would fail: .* 2 ICNT, 3 are needed/,
          ),
        );
        assert.equal(await transactions(), count);
      });
    else
      it("names what was done before a step that nothing could foretell fails", async () => {
        const count = await transactions();
        await assert.rejects(
          spend(session, await planOf(3n * ICNT, 2n * ICNT), OPTIONS),
          refusal("erc20-insufficient-allowance", /"transfer" failed: .* already done: "approve"/),
        );
        assert.equal(await transactions(), count + 1);
      });
  });
