// A devnet chain with the real deployment, on which the real command line is driven. Time passes when told to.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id, type JsonRpcProvider, parseEther, parseUnits, toQuantity, Wallet } from "ethers";
import { deploy } from "../../../scripts/deploy/deploy.ts";
import { parseParameters, readJson } from "../../../scripts/deploy/parameters.ts";
import { attesterKeys, roleWallet } from "../../../scripts/devnet/keys.ts";
import { type Contracts, connectContracts } from "../../../scripts/lib/chain.ts";
import {
  addressesOf,
  type CompleteManifest,
  isComplete,
  manifestPath,
} from "../../../scripts/lib/manifest.ts";
import { nowMs, poll } from "../../../scripts/lib/time.ts";
import { type LocalChain, startLocalChain } from "../../scripts/support/chains.ts";
import { icn, type Result as Printed } from "../../scripts/support/icn.ts";
import { DriveRecord } from "./record.ts";
import { Reporter, serveBundles } from "./reporter.ts";

const PARAMETERS = "deployments/parameters/devnet.json";
const EPOCH_SECONDS = 86_400;
const ATTESTERS = 4;
const PASSPHRASE = "correct horse battery staple";
const COIN = parseEther("100");
const RECEIPT_POLL_MS = 50;
const RECEIPT_PATIENCE_MS = 30_000;

export interface Result extends Printed {
  /** What was printed with --json and ended well. */
  readonly json: unknown;
  /** What was printed with --json and failed. */
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | undefined;
}

/** Somebody with a key, coin and ICNT. */
export interface Person {
  readonly name: string;
  readonly address: string;
  readonly privateKey: string;
}

interface CallOptions {
  readonly as?: Person;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export class World {
  readonly directory = mkdtempSync(join(tmpdir(), "icn-cli-"));
  readonly record = new DriveRecord();
  readonly evidence = join(this.directory, "evidence");
  #server: Server | undefined;
  #started: Started | undefined;

  async start(): Promise<void> {
    const chain = await startLocalChain("anvil");
    const { provider } = chain;
    const bundles = await serveBundles(this.evidence);
    this.#server = bundles.server;
    const wallet = new Wallet(roleWallet("deployer").privateKey);
    const parameters = parametersOf(bundles.url);
    const { directory } = this;
    const progress = () => undefined;
    const { manifest } = await deploy({
      ...{ parameters, provider, wallet, directory, progress },
      chainId: parameters.chainId,
    });
    if (!isComplete(manifest)) throw new Error("the deployment is not complete");
    const reporter = new Reporter(
      {
        ...{ provider, manifest, wallet: wallet.connect(provider), directory: this.evidence },
        warpTo: (timestamp) => this.warpTo(timestamp),
      },
      ATTESTERS,
    );
    this.#started = { chain, manifest, reporter };
    await this.warpTo(manifest.epochZero);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    await this.#started?.chain.stop();
    rmSync(this.directory, { recursive: true });
  }

  get #running(): Started {
    if (this.#started === undefined) throw new Error("the world has not started");
    return this.#started;
  }

  get rpcUrl(): string {
    return this.#running.chain.url;
  }

  get provider(): JsonRpcProvider {
    return this.#running.chain.provider;
  }

  get manifest(): CompleteManifest {
    return this.#running.manifest;
  }

  /** Reports and finalizes epochs. */
  get reporter(): Reporter {
    return this.#running.reporter;
  }

  get deployment(): string {
    return manifestPath(this.directory);
  }

  /** Where keystores are made; every passphrase is that of `env`. */
  get keystores(): string {
    return join(this.directory, "keystores");
  }

  /** The contracts as somebody calls them; read-only without. */
  contracts(as?: Person): Contracts {
    const at = addressesOf(this.manifest);
    return connectContracts(at, as === undefined ? this.provider : new Wallet(as.privateKey, this.provider));
  }

  /** Somebody of that name, with coin for gas and `icnt` ICNT more than before. */
  async person(name: string, icnt = "0"): Promise<Person> {
    const { address, privateKey } = new Wallet(id(`icn cli ${name}`));
    await this.provider.send("anvil_setBalance", [address, toQuantity(COIN)]);
    if (icnt !== "0") await this.giveIcnt(address, icnt);
    return { name, address, privateKey };
  }

  async giveIcnt(address: string, icnt: string): Promise<void> {
    const faucet = this.contracts(this.role("deployer"));
    await (await faucet.icnt.transfer(address, parseUnits(icnt, 18))).wait();
  }

  /** Who has a role in the devnet's parameters. */
  role(name: Parameters<typeof roleWallet>[0]): Person {
    const { address, privateKey } = roleWallet(name);
    return { name, address, privateKey };
  }

  /** Makes a call as a passed vote would, to set the scene: what a vote takes is test/e2e/cli/governance.ts's. */
  async asTimelock(to: string, data: string): Promise<void> {
    const from = this.manifest.contracts.IcnTimelock.address;
    await this.provider.send("anvil_setBalance", [from, toQuantity(COIN)]);
    await this.provider.send("anvil_impersonateAccount", [from]);
    const hash = String(await this.provider.send("eth_sendTransaction", [{ from, to, data }]));
    // ethers would wait for another block if this one came first.
    const mined = () => this.provider.getTransactionReceipt(hash).then((receipt) => receipt ?? undefined);
    const receipt = await poll(mined, RECEIPT_POLL_MS, nowMs() + RECEIPT_PATIENCE_MS);
    assert.equal(receipt?.status, 1, `${hash} is not mined, or failed`);
    await this.provider.send("anvil_stopImpersonatingAccount", [from]);
  }

  /** Who owns the attester with that id, and its other keys. */
  attester(attesterId: number) {
    const { owner, ...keys } = attesterKeys(attesterId - 1);
    const { address, privateKey } = owner;
    return { owner: { name: `attester ${attesterId}`, address, privateKey }, ...keys };
  }

  async now(): Promise<number> {
    return (await this.provider.getBlock("latest"))?.timestamp ?? 0;
  }

  /** Lets time pass until a block has at least that time. */
  async warpTo(timestamp: number): Promise<void> {
    const missing = timestamp - (await this.now());
    if (missing <= 0) return;
    await this.provider.send("evm_increaseTime", [missing]);
    await this.provider.send("evm_mine", []);
  }

  epochStart(epoch: number): number {
    return this.manifest.epochZero + epoch * this.manifest.epochLength;
  }

  async epochNow(): Promise<number> {
    return Math.floor(((await this.now()) - this.manifest.epochZero) / this.manifest.epochLength);
  }

  /** Reports and finalizes epochs until those before `epoch` are final. */
  async settleUpTo(epoch: number): Promise<void> {
    const { oracle } = this.contracts();
    while (Number(await oracle.finalizedCount()) < epoch) await this.reporter.settle();
  }

  /** Runs the command line; nothing of this process's environment reaches it but PATH. */
  icn(...args: string[]): Promise<Result> {
    return this.call(args);
  }

  async call(args: readonly string[], { as, env = {}, input = "" }: CallOptions = {}): Promise<Result> {
    const printed = await icn(args, {
      env: {
        ...{ HOME: this.directory, ICN_RPC_URL: this.rpcUrl, ICN_DEPLOYMENT: this.deployment },
        ...{ ICN_KEYSTORE_DIR: this.keystores, ICN_PASSPHRASE: PASSPHRASE },
        ...(as === undefined ? {} : { ICN_PRIVATE_KEY: as.privateKey }),
        ...env,
      },
      input,
    });
    const result = { ...printed, ...parsedOf(args, printed) };
    this.record.note(args, result.status);
    if (result.error !== undefined) this.record.codes.add(result.error.code);
    return result;
  }

  /** Runs a command that must end well; returns what it printed. */
  async done(args: readonly string[], options: CallOptions = {}): Promise<Result> {
    const result = await this.call(args, options);
    assert.equal(result.status, 0, `icn ${args.join(" ")}: ${result.stderr}`);
    return result;
  }

  /** Runs a command that must fail with that code; --json is added. Returns message and remedy. */
  async fails(
    code: string,
    args: readonly string[],
    options: CallOptions = {},
  ): Promise<{ message: string; remedy: string }> {
    const { status, stderr, stdout, error } = await this.call([...args, "--json"], options);
    assert.equal(error?.code, code, `icn ${args.join(" ")}: ${stderr}${stdout}`);
    assert.ok(status === 1 || status === 75, `exit code ${status}`);
    assert.equal(stdout, "");
    assert.ok(error.message !== "" && error.remedy !== "", stderr);
    return error;
  }
}

interface Started {
  readonly chain: LocalChain;
  readonly manifest: CompleteManifest;
  readonly reporter: Reporter;
}

function parsedOf(
  args: readonly string[],
  { status, stdout, stderr }: Printed,
): Pick<Result, "json" | "error"> {
  if (!args.includes("--json")) return { json: undefined, error: undefined };
  if (status === 0) return { json: JSON.parse(stdout), error: undefined };
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const { error } = (last.startsWith("{") ? JSON.parse(last) : {}) as Partial<Result>;
  return { json: undefined, error };
}

/** The devnet's parameters with days as epochs, so that real time does not matter, and attesters that are served here. */
function parametersOf(endpoint: string) {
  const file = readJson(PARAMETERS) as { committee: object; oracle: object; governance: object };
  const attesters = Array.from({ length: ATTESTERS }, (_, place) => {
    const { owner, signing, boxPublicKey } = attesterKeys(place);
    return { owner: owner.address, signingKey: signing.address, boxKey: boxPublicKey, endpoint };
  });
  const changed = {
    ...file,
    epochLengthSeconds: EPOCH_SECONDS,
    epochZeroDelaySeconds: EPOCH_SECONDS,
    committee: { ...file.committee, attesters },
    oracle: { ...file.oracle, vetoWindowSeconds: EPOCH_SECONDS / 2 },
    governance: {
      ...file.governance,
      votingDelaySeconds: 2 * EPOCH_SECONDS,
      votingPeriodSeconds: 7 * EPOCH_SECONDS,
      lateQuorumExtensionSeconds: 2 * EPOCH_SECONDS,
      timelockSeconds: 2 * EPOCH_SECONDS,
    },
  };
  return parseParameters(changed, PARAMETERS);
}
