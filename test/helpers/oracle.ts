// A SlaOracle with its committee behind proxies and a registry double; reports and signatures for it.
import { HDNodeWallet, keccak256, Mnemonic, Signature, type TypedDataField, toBeHex } from "ethers";
import { network } from "hardhat";
import type { AttesterCommittee } from "../../types/ethers-contracts/contracts/oracle/AttesterCommittee.js";
import type { RulesStruct, SlaOracle } from "../../types/ethers-contracts/contracts/oracle/SlaOracle.js";

export const { ethers, networkHelpers } = await network.create();

export const L = 86_400n;
export const BOND = 100_000n * 10n ** 18n;
export const BOX_KEY = keccak256("0x01");
export const NODE_COUNT = 6n;
export const VETO_WINDOW = L;
export const COMMITTEE_SIZE_MAX = 31n;
const SUPPLY = 700_000_000n * 10n ** 18n;
const GUARDIAN_ROLE = 1n;
const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
const REPORT_TYPES: Record<string, TypedDataField[]> = {
  EpochReport: [
    { name: "epoch", type: "uint64" },
    { name: "generation", type: "uint32" },
    { name: "viewNumber", type: "uint32" },
    { name: "committeeId", type: "uint32" },
    { name: "rulesHash", type: "bytes32" },
    { name: "observationsHash", type: "bytes32" },
    { name: "previousLedgerRoot", type: "bytes32" },
    { name: "ledgerRoot", type: "bytes32" },
    { name: "nodeCount", type: "uint64" },
    { name: "paidMask", type: "uint32" },
  ],
};

export interface Root {
  attesterId: bigint;
  root: string;
}
export interface Report {
  epoch: bigint;
  generation: bigint;
  viewNumber: bigint;
  committeeId: bigint;
  rulesHash: string;
  observationsHash: string;
  previousLedgerRoot: string;
  ledgerRoot: string;
  nodeCount: bigint;
  paidMask: bigint;
}
/** The arguments of `submit`. */
export type Submission = [report: Report, roots: Root[], signers: bigint, signatures: string];

export const RULES: RulesStruct = {
  algorithmVersion: 1n,
  economics: {
    attesterSharePpm: 50_000n,
    stakeFloor: 35_000_000n * 10n ** 18n,
    bondFactor: 9n,
    stakePerUnit: 1_000n * 10n ** 18n,
  },
  measurement: {
    measuredBucketsMin: 64n,
    latencyBucketsMin: 16n,
    staleEpochsPaid: 3n,
    assignedAttesters: 7n,
    storageBucketInterval: 4n,
    networkBucketInterval: 16n,
    computeBucketInterval: 32n,
    networkBytes: 65_536n,
    paidConclusivePpm: 500_000n,
  },
  timing: { commitPpm: 10_000n, revealPpm: 20_000n, viewTimeoutPpm: 10_000n },
  availabilityCurve: [
    { xPpm: 950_000n, yPpm: 0n },
    { xPpm: 990_000n, yPpm: 500_000n },
    { xPpm: 996_000n, yPpm: 1_000_000n },
  ],
  latencyCurve: [
    { xPpm: 1_000_000n, yPpm: 1_000_000n },
    { xPpm: 4_000_000n, yPpm: 0n },
  ],
  latencyTargets: [
    { nodeClass: 0n, service: 1n, targetMs: 200n },
    { nodeClass: 0n, service: 2n, targetMs: 2_000n },
    { nodeClass: 0n, service: 4n, targetMs: 1_000n },
  ],
};

/** The n-th signing key of an attester, generation g of its rotations. */
export function signingKey(attester: number, rotation = 0): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/${rotation}'/0/${attester}`);
}

async function deployProxy(implementation: AttesterCommittee | SlaOracle, call: string): Promise<string> {
  const proxy = await ethers.deployContract("ERC1967Proxy", [await implementation.getAddress(), call]);
  return proxy.getAddress();
}

/** Everything deployed, nobody admitted; epoch 0 begins an epoch's length from now. */
export async function deployOracle() {
  const signers = await ethers.getSigners();
  const [admin, guardian, owner, stranger] = [signers[0]!, signers[1]!, signers[2]!, signers[3]!];
  const epochZero = BigInt(await networkHelpers.time.latest()) + L;
  const manager = await ethers.deployContract("AccessManager", [admin.address]);
  const token = await ethers.deployContract("ICNT", [[{ to: admin.address, amount: SUPPLY }]]);
  const registry = await ethers.deployContract("NodeCountDouble");

  const committees = await ethers.getContractFactory("AttesterCommittee");
  const committeeCode = await committees.deploy(token, epochZero, L, COMMITTEE_SIZE_MAX);
  const committeeCall = committees.interface.encodeFunctionData("initialize", [manager.target, BOND]);
  const committee = await ethers.getContractAt(
    "AttesterCommittee",
    await deployProxy(committeeCode, committeeCall),
  );
  const oracles = await ethers.getContractFactory("SlaOracle");
  const oracleCode = await oracles.deploy(committee, registry, epochZero, L);
  const oracleCall = oracles.interface.encodeFunctionData("initialize", [manager.target, VETO_WINDOW, RULES]);
  const oracle = await ethers.getContractAt("SlaOracle", await deployProxy(oracleCode, oracleCall));

  await manager.grantRole(GUARDIAN_ROLE, guardian, 0);
  await manager.setTargetFunctionRole(oracle, [oracle.veto.fragment.selector], GUARDIAN_ROLE);
  return {
    ...{ admin, guardian, owner, stranger, epochZero, manager, token, registry },
    ...{ committee, committeeCode, oracle, oracleCode },
  };
}
export type OracleSystem = Awaited<ReturnType<typeof deployOracle>>;

/** Admits and bonds attesters 1 … size and seats them all. */
export async function seatCommittee(
  { owner, token, committee }: OracleSystem,
  size: number,
  addressOf: (attester: number) => string = (attester) => signingKey(attester).address,
): Promise<void> {
  await token.approve(committee, BOND * BigInt(size));
  for (let id = 1; id <= size; id++) {
    await committee.admit(owner, addressOf(id), BOX_KEY, `http://attester-${id}`);
    await committee.bond(id, BOND);
  }
  await committee.setCommittee(Array.from({ length: size }, (_, seat) => seat + 1));
}

/** Given a committee of seven before epoch 0. */
export async function seatedOracle() {
  const system = await deployOracle();
  await seatCommittee(system, 7);
  for (let epoch = 0n; epoch < 4n; epoch++) await system.registry.setNodeCount(epoch, NODE_COUNT + epoch);
  return system;
}

/** Given a committee of seven, and epochs 0 and 1 over. */
export async function reportingOracle() {
  const system = await seatedOracle();
  await networkHelpers.time.increaseTo(system.epochZero + 2n * L);
  return system;
}

export function observationsHash(roots: Root[]): string {
  const type = "tuple(uint32 attesterId, bytes32 root)[]";
  return keccak256(ethers.AbiCoder.defaultAbiCoder().encode([type], [roots]));
}

/** One root for each of the attesters 1 … count. */
export function rootsOf(count: number): Root[] {
  return Array.from({ length: count }, (_, i) => ({
    attesterId: BigInt(i + 1),
    root: keccak256(toBeHex(i + 1)),
  }));
}

/** The report that the oracle is waiting for. */
export async function dueReport({ oracle }: OracleSystem, roots: Root[]): Promise<Report> {
  const duty = await oracle.duty();
  return {
    epoch: duty.epoch,
    generation: duty.generation,
    viewNumber: 0n,
    committeeId: duty.committeeId,
    rulesHash: duty.rulesHash,
    observationsHash: observationsHash(roots),
    previousLedgerRoot: duty.previousLedgerRoot,
    ledgerRoot: keccak256(toBeHex(1_000n + duty.epoch)),
    nodeCount: duty.nodeCount,
    paidMask: (1n << BigInt(roots.length)) - 1n,
  };
}

/** Signatures of the attesters in those seats, lowest first, and their bitmap. */
export async function sign(
  { oracle }: OracleSystem,
  report: Report,
  seats: number[],
  keyOf: (seat: number) => HDNodeWallet = (seat) => signingKey(seat + 1),
): Promise<{ signers: bigint; signatures: string }> {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "ICN", version: "1", chainId, verifyingContract: await oracle.getAddress() };
  const signatures = await Promise.all(
    seats.map((seat) => keyOf(seat).signTypedData(domain, REPORT_TYPES, report)),
  );
  return {
    signers: bitmapOf(seats),
    signatures: ethers.concat(signatures.map((signature) => Signature.from(signature).compactSerialized)),
  };
}

export const bitmapOf = (seats: number[]): bigint =>
  seats.reduce((bits, seat) => bits | (1n << BigInt(seat)), 0n);

/** What a submission differs in from the due report of seven observers, signed by the first five seats. */
export interface Variation extends Partial<Report> {
  seats?: number[];
  roots?: Root[];
}

export async function submission(system: OracleSystem, variation: Variation = {}): Promise<Submission> {
  const { seats = [0, 1, 2, 3, 4], roots = rootsOf(7), ...changes } = variation;
  const report = { ...(await dueReport(system, roots)), ...changes };
  const { signers, signatures } = await sign(system, report, seats);
  return [report, roots, signers, signatures];
}
