// What becomes of transactions that do not arrive as sent. (What does is in spend.test.ts.)
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it, mock } from "node:test";
import { Wallet } from "ethers";
import { roleWallet } from "../../scripts/devnet/keys.ts";
import { connectChain } from "../../scripts/lib/chain.ts";
import { CliError } from "../../scripts/lib/errors.ts";
import { sendAll } from "../../scripts/lib/send.ts";
import { type LocalChain, startLocalChain } from "./support/chains.ts";
import { type Lies, lyingRpc } from "./support/lying-rpc.ts";

const GAS = 21_000n;

describe("a transaction", () => {
  let chain: LocalChain;
  before(async () => {
    chain = await startLocalChain("anvil");
  });
  after(() => chain.stop());
  afterEach(() => mock.timers.reset());

  const { privateKey } = roleWallet("deployer");
  const step = (what: string) => ({ what, to: roleWallet("treasury").address, data: "0x" });
  /** Sends two steps through a JSON-RPC that lies. */
  async function send(lies: Lies, progress: (what: string) => void = () => undefined): Promise<CliError> {
    const liar = await lyingRpc(chain.url, lies);
    const provider = await connectChain(liar.url, 31337);
    const wallet = new Wallet(privateKey, provider);
    const signer = {
      ...{ provider, address: wallet.address, chainId: 31337 },
      signTransaction: wallet.signTransaction.bind(wallet),
    };
    const options = { feeCap: 500n * 10n ** 9n, confirmations: 1, progress };
    try {
      await sendAll(signer, [step("one"), step("two")], [GAS, GAS], options);
    } catch (error) {
      if (error instanceof CliError) return error;
      throw error;
    } finally {
      provider.destroy();
      liar.stop();
    }
    throw new Error("it was sent");
  }

  it("that failed without a reason is named, and nothing follows it", async () => {
    const count = await chain.provider.getTransactionCount(roleWallet("deployer").address);
    const failed = (truth: unknown) => (truth === null ? null : { ...(truth as object), status: "0x0" });
    const { code, message } = await send({ eth_getTransactionReceipt: failed });
    assert.equal(code, "transaction-reverted");
    assert.match(message, /transaction 0x[0-9a-f]{64}/);
    assert.equal(await chain.provider.getTransactionCount(roleWallet("deployer").address), count + 1);
  });

  it("whose place another took is named, with what was done before it", async () => {
    let receipts = 0;
    const { code, message } = await send({
      eth_getTransactionReceipt: (truth) => (truth !== null && receipts++ === 0 ? truth : null),
    });
    assert.equal(code, "transaction-replaced");
    assert.match(message, /"two" failed: .*; already done: "one"/);
  });

  it("that is never mined is given up after ten minutes, to be tried again later", async () => {
    const nonce = await chain.provider.getTransactionCount(roleWallet("deployer").address);
    let questions = 0;
    const neverMined = () => {
      if (questions++ === 0) mock.timers.tick(600_000);
      return null;
    };
    const error = await send(
      { eth_getTransactionReceipt: neverMined, eth_getTransactionCount: () => `0x${nonce.toString(16)}` },
      (what) => {
        if (what.includes("sent 0x")) mock.timers.enable({ apis: ["Date"], now: Date.now() });
      },
    );
    assert.equal(error.code, "transaction-unconfirmed");
    assert.equal(error.exitCode, 75);
    assert.match(error.remedy, /before you run the command again/);
  });
});
