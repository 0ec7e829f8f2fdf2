// The whole system on Hardhat's chain, deployed by the product's own deployer, and the moves of everyone in it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataSlice, getAddress, id, type Signer, Wallet } from "ethers";
import { network } from "hardhat";
import { BUCKETS } from "../../oracle/domain/bits.ts";
import { bundleRoot } from "../../oracle/domain/bundle.ts";
import type { ChainState } from "../../oracle/domain/chain-state.ts";
import { ledgerTree } from "../../oracle/domain/ledger.ts";
import { computeReport } from "../../oracle/domain/report.ts";
import type { SigningDomain } from "../../oracle/domain/statements.ts";
import { observationsHash } from "../../oracle/domain/typed-data.ts";
import type {
  EpochReport,
  Hex,
  LedgerLeaf,
  Observation,
  ObservationRoot,
} from "../../oracle/domain/types.ts";
import { deploy } from "../../scripts/deploy/deploy.ts";
import { type Parameters, parseParameters, readJson } from "../../scripts/deploy/parameters.ts";
import { type Addresses, type Contracts, connectContracts } from "../../scripts/lib/chain.ts";
import { applyLogs, emptyHistory } from "../../scripts/lib/history.ts";
import { readLogs } from "../../scripts/lib/logs.ts";
import { CONTRACT_NAMES, type CompleteManifest, isComplete } from "../../scripts/lib/manifest.ts";
import { registerNode } from "../../scripts/node/nodes.ts";
import {
  arbitraryRoots,
  attesterParameters,
  firstSeats,
  quorumOf,
  type SignedReport,
  signReport,
} from "./committee.ts";

export const DAY = 86_400;
export const ATTESTERS = 7;
const PARAMETERS = "deployments/parameters/devnet.json";
const ETHER = 10n ** 18n;
/** Large but finite: an unlimited allowance would not be written. */
const ALLOWANCE = 10n ** 30n;

export const icnt = (amount: number): bigint => BigInt(amount) * ETHER;

type Connection = Awaited<ReturnType<typeof connect>>;
const connect = (hardfork: string) =>
  network.create({ network: "hardhatMainnet", chainType: "l1", override: { hardfork } });

/** The contracts as one account calls them. */
export type Account = Contracts & { readonly address: string; readonly signer: Signer };

/** What every observing attester saw of a node in an epoch. */
export interface Seen {
  readonly up: number;
  readonly down: number;
  /** Default: no latency measured. */
  readonly latencyRatioPpm?: number;
}

export interface Agreed extends SignedReport {
  readonly leaves: readonly LedgerLeaf[];
}

export interface NodeOptions {
  readonly bond: bigint;
  readonly storageUnits?: number;
  readonly commissionPpm?: number;
}

export class System {
  readonly parameters: Parameters;
  /** Called by the deployer, who holds the liquid genesis lines. */
  readonly deployer: Account;
  readonly connection: Connection;
  readonly manifest: CompleteManifest;
  readonly #ledgers = new Map<number, readonly LedgerLeaf[]>();

  constructor(connection: Connection, parameters: Parameters, manifest: CompleteManifest, deployer: Account) {
    this.connection = connection;
    this.parameters = parameters;
    this.deployer = deployer;
    this.manifest = manifest;
  }

  get epochZero(): number {
    return this.manifest.epochZero;
  }

  get domain(): SigningDomain {
    const { chainId, contracts } = this.manifest;
    return { chainId, verifyingContract: contracts.SlaOracle.address as Hex };
  }

  /** An account with that name, some ether and `amount` ICNT, which the contracts may take. */
  async account(name: string, amount = 0n): Promise<Account> {
    const account = await this.as(getAddress(dataSlice(id(name), 12)));
    const { icnt: token, staking, registry, vault } = account;
    for (const spender of [staking, registry, vault]) await token.approve(spender, ALLOWANCE);
    if (amount > 0n) await this.deployer.icnt.transfer(account.address, amount);
    return account;
  }

  /** The contracts as the holder of an address calls them. */
  async as(address: string): Promise<Account> {
    await this.connection.networkHelpers.setBalance(address, 1_000n * ETHER);
    const signer = await this.connection.ethers.getImpersonatedSigner(address);
    return accountOf(this.manifest, address, signer);
  }

  /** What a vote decided and the timelock lets pass; whether a vote can is another test's question. */
  timelock(): Promise<Account> {
    return this.as(this.manifest.contracts.IcnTimelock.address);
  }

  /** A registered and activated node; it counts from the next epoch on. */
  registerNode(operator: Account, options: NodeOptions): Promise<number> {
    return registerNode(operator, operator.address, {
      nodeKey: dataSlice(id(`node key of ${operator.address}`), 12),
      endpoint: "https://node.example",
      nodeClass: 3,
      country: "DE",
      storageUnits: options.storageUnits ?? 10,
      computeUnits: 0,
      networkUnits: 0,
      commissionPpm: options.commissionPpm ?? 0,
      bond: options.bond,
    });
  }

  startOf(epoch: number): number {
    return this.epochZero + epoch * this.manifest.epochLength;
  }

  /** Lets time pass until at least `seconds` into an epoch. */
  async toEpoch(epoch: number, seconds = 0): Promise<void> {
    const { time } = this.connection.networkHelpers;
    const at = this.startOf(epoch) + seconds;
    if ((await time.latest()) < at) await time.increaseTo(at);
  }

  /** The state that follows from all events so far. */
  async history(): Promise<ChainState> {
    const { logs, head } = await readLogs(this.connection.ethers.provider, this.manifest);
    const history = emptyHistory(this.manifest);
    applyLogs(history, this.manifest, logs);
    history.advanceTo(head.timestamp);
    return history;
  }

  /** The report that follows from what the attesters (default: all) saw, by node, signed by a quorum. */
  async agree(
    epoch: number,
    seen: Readonly<Record<number, Seen>>,
    observers: readonly number[] = firstSeats(ATTESTERS).map((seat) => seat + 1),
  ): Promise<Agreed> {
    const context = (await this.history()).contextOf(epoch);
    if (context === undefined) throw new Error(`epoch ${epoch} has no rules or no committee`);
    const observations = Object.entries(seen).map(([nodeId, what]) => observationOf(Number(nodeId), what));
    const root = bundleRoot(observations);
    const { generation, previousLedgerRoot } = await this.deployer.oracle.duty();
    const { report, roots, leaves } = computeReport({
      context,
      bundles: observers.map((attesterId) => ({ attesterId, root, observations })),
      previousLeaves: this.#ledgers.get(epoch - 1) ?? [],
      generation: Number(generation),
      viewNumber: 0,
      previousLedgerRoot: previousLedgerRoot as Hex,
    });
    return { ...this.sign(report, roots), leaves };
  }

  /** A report that the contract expects in everything but the given fields; whether they are true is not asked. */
  async reportWith(fields: Partial<EpochReport>, size = ATTESTERS): Promise<SignedReport> {
    const duty = await this.deployer.oracle.duty();
    const roots = arbitraryRoots(size);
    const report: EpochReport = {
      epoch: Number(duty.epoch),
      generation: Number(duty.generation),
      viewNumber: 0,
      committeeId: Number(duty.committeeId),
      rulesHash: duty.rulesHash as Hex,
      observationsHash: observationsHash(roots),
      previousLedgerRoot: duty.previousLedgerRoot as Hex,
      ledgerRoot: id("some ledger") as Hex,
      nodeCount: Number(duty.nodeCount),
      paidMask: 2 ** size - 1,
      ...fields,
    };
    return this.sign(report, roots, firstSeats(quorumOf(size)));
  }

  sign(
    report: EpochReport,
    roots: readonly ObservationRoot[],
    seats: readonly number[] = firstSeats(quorumOf(ATTESTERS)),
  ): SignedReport {
    return signReport(this.domain, report, roots, seats);
  }

  submit({ report, roots, signers, signatures }: SignedReport, by: Account = this.deployer) {
    return by.oracle.submit(report, [...roots], signers, signatures);
  }

  /** Waits for the end of the veto window. */
  async finalize(epoch: number, by: Account = this.deployer) {
    const { finalizableAt } = await by.oracle.duty();
    await this.connection.networkHelpers.time.increaseTo(finalizableAt);
    return by.oracle.finalize(epoch);
  }

  /** One epoch to its report, which waits for its finality: what the attesters saw, by node. */
  async report(
    epoch: number,
    seen: Readonly<Record<number, Seen>>,
    observers?: readonly number[],
  ): Promise<Agreed> {
    await this.toEpoch(epoch + 1);
    const agreed = await this.agree(epoch, seen, observers);
    await this.submit(agreed);
    this.#ledgers.set(epoch, agreed.leaves);
    return agreed;
  }

  /** The same to its final report. */
  async settle(
    epoch: number,
    seen: Readonly<Record<number, Seen>>,
    observers?: readonly number[],
  ): Promise<Agreed> {
    const agreed = await this.report(epoch, seen, observers);
    await this.finalize(epoch);
    return agreed;
  }

  /** A node's leaf in the final ledger of an epoch, and its proof. */
  proofOf(epoch: number, nodeId: number): { leaf: LedgerLeaf; proof: string[] } {
    const leaves = this.#ledgers.get(epoch);
    const leaf = leaves?.[nodeId - 1];
    if (leaves === undefined || leaf === undefined)
      throw new Error(`no leaf of node ${nodeId} in epoch ${epoch}`);
    return { leaf, proof: ledgerTree(leaves).proof(nodeId - 1) };
  }

  claim(nodeId: number, epoch: number, positionIds: readonly number[], by: Account = this.deployer) {
    const { leaf, proof } = this.proofOf(epoch, nodeId);
    return by.rewards.claim(nodeId, epoch, leaf, proof, [...positionIds]);
  }

  proveIndex(nodeId: number, epoch: number, by: Account = this.deployer) {
    const { leaf, proof } = this.proofOf(epoch, nodeId);
    return by.rewards.proveIndex(epoch, leaf, proof);
  }
}

/** A chain of its own with everything deployed: days as epochs, seven attesters seated, half a day to veto. */
export async function deploySystem(hardfork = "prague"): Promise<System> {
  const connection = await connect(hardfork);
  const provider = connection.ethers.provider;
  const wallet = new Wallet(id("deployer"));
  await connection.networkHelpers.setBalance(wallet.address, 1_000n * ETHER);
  const parameters = testParameters();
  const directory = await mkdtemp(join(tmpdir(), "icn-system-"));
  try {
    const progress = () => {};
    const { chainId } = parameters;
    const { manifest } = await deploy({ parameters, provider, chainId, wallet, directory, progress });
    if (!isComplete(manifest)) throw new Error("the deployment is not complete");
    const signer = await connection.ethers.getImpersonatedSigner(wallet.address);
    return new System(connection, parameters, manifest, accountOf(manifest, wallet.address, signer));
  } finally {
    await rm(directory, { recursive: true });
  }
}

function testParameters(): Parameters {
  const devnet = readJson(PARAMETERS) as { committee: object; oracle: object; governance: object };
  const attesters = firstSeats(ATTESTERS).map((seat) =>
    attesterParameters(seat + 1, dataSlice(id(`attester ${seat + 1}`), 12)),
  );
  const changed = {
    ...devnet,
    epochLengthSeconds: DAY,
    epochZeroDelaySeconds: DAY,
    committee: { ...devnet.committee, attesters },
    oracle: { vetoWindowSeconds: DAY / 2 },
    governance: {
      ...devnet.governance,
      votingDelaySeconds: 2 * DAY,
      votingPeriodSeconds: 7 * DAY,
      lateQuorumExtensionSeconds: 2 * DAY,
      timelockSeconds: 2 * DAY,
    },
  };
  return parseParameters(changed, PARAMETERS);
}

function accountOf(manifest: CompleteManifest, address: string, signer: Signer): Account {
  const at = Object.fromEntries(CONTRACT_NAMES.map((name) => [name, manifest.contracts[name].address]));
  return { ...connectContracts(at as Addresses, signer), address, signer };
}

function observationOf(nodeId: number, { up, down, latencyRatioPpm = 0 }: Seen): Observation {
  if (up + down > BUCKETS) throw new Error(`an epoch has ${BUCKETS} buckets, not ${up + down}`);
  return {
    nodeId,
    okBits: (1n << BigInt(up)) - 1n,
    conclusiveBits: (1n << BigInt(up + down)) - 1n,
    latencyRatioPpm,
    integrityFailures: 0,
  };
}
