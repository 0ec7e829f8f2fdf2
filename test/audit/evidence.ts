// Reads an evidence directory: raw logs and bundles. Shares no code with what it audits; the event signatures below
// are the auditor's own statement of what the chain says.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Interface, type ParamType } from "ethers";

const EVENTS = new Interface([
  "event NodeRegistered(uint64 indexed nodeId, address indexed operator, uint64 effectiveFrom)",
  "event NodeTermsChanged(uint64 indexed nodeId, uint64 indexed effectiveFrom, uint8 status, tuple(uint8 nodeClass, uint8 services, bytes2 country, uint32 storageUnits, uint32 computeUnits, uint32 networkUnits, uint32 commissionPpm) terms)",
  "event PositionChanged(uint64 indexed positionId, uint64 indexed nodeId, address indexed owner, bool bond, uint128 amount, uint64 from, uint64 to, uint32 commissionPpm)",
  "event CommitteeChanged(uint32 indexed committeeId, uint64 indexed effectiveFrom, tuple(uint32 attesterId, address signingKey)[] members)",
  "event RulesScheduled(bytes32 indexed rulesHash, uint64 indexed effectiveFrom, tuple(uint32 algorithmVersion, tuple(uint32 attesterSharePpm, uint96 stakeFloor, uint32 bondFactor, uint96 stakePerUnit) economics, tuple(uint16 measuredBucketsMin, uint16 latencyBucketsMin, uint16 staleEpochsPaid, uint16 assignedAttesters, uint16 storageBucketInterval, uint16 networkBucketInterval, uint16 computeBucketInterval, uint32 networkBytes, uint32 paidConclusivePpm) measurement, tuple(uint32 commitPpm, uint32 revealPpm, uint32 viewTimeoutPpm) timing, tuple(uint8 nodeClass, uint8 service, uint32 targetMs)[] latencyTargets, tuple(uint32 xPpm, uint32 yPpm)[] availabilityCurve, tuple(uint32 xPpm, uint32 yPpm)[] latencyCurve) rules)",
  "event Reported(uint64 indexed epoch, uint32 indexed generation, bytes32 indexed ledgerRoot, tuple(uint64 epoch, uint32 generation, uint32 viewNumber, uint32 committeeId, bytes32 rulesHash, bytes32 observationsHash, bytes32 previousLedgerRoot, bytes32 ledgerRoot, uint64 nodeCount, uint32 paidMask) report, tuple(uint32 attesterId, bytes32 root)[] roots, uint256 signers, address submitter)",
  "event Finalized(uint64 indexed epoch, bytes32 indexed ledgerRoot)",
  "event IndexAccrued(uint64 indexed epoch, uint256 index)",
  "event Claimed(uint64 indexed positionId, uint64 indexed nodeId, address indexed owner, address recipient, uint64 from, uint64 through, uint256 pay, uint256 commission)",
  "event AttesterPaid(uint32 indexed attesterId, address indexed recipient, uint64 from, uint64 until, uint256 pay)",
]);

export interface Log {
  readonly name: string;
  readonly args: unknown;
}

export interface Deployment {
  readonly epochZero: number;
  readonly epochLength: number;
  readonly emissionTotal: bigint;
  readonly monthlySharesPpm: readonly bigint[];
}

interface DeploymentFile {
  epochZero: number;
  epochLength: number;
  contracts: Record<string, { address: string; args: unknown[] }>;
}

interface RawLog {
  address: string;
  topics: string[];
  data: string;
}

export interface Evidence {
  readonly deployment: Deployment;
  readonly logs: readonly Log[];
  /** Bytes of an attester's bundle, or undefined if it is not there. */
  bundle(epoch: number, attesterId: number): Uint8Array | undefined;
}

function contract(file: DeploymentFile, name: string): { address: string; args: unknown[] } {
  const found = file.contracts[name];
  if (found === undefined) throw new Error(`deployment.json names no ${name}`);
  return found;
}

const fieldsOf = (types: readonly ParamType[], values: readonly unknown[]): unknown =>
  Object.fromEntries(types.map((type, i) => [type.name, plain(type, values[i])]));

function plain(type: ParamType, value: unknown): unknown {
  if (type.isArray()) return (value as unknown[]).map((item) => plain(type.arrayChildren, item));
  if (type.isTuple()) return fieldsOf(type.components, value as unknown[]);
  return value;
}

export function readEvidence(directory: string): Evidence {
  const file = JSON.parse(readFileSync(join(directory, "deployment.json"), "utf8")) as DeploymentFile;
  // EmissionReserve(token, rewards, authority, epochZero, total, monthlySharesPpm)
  const [, , , , total, shares] = contract(file, "EmissionReserve").args as [
    unknown,
    unknown,
    unknown,
    unknown,
    string,
    (string | number)[],
  ];
  const ours = new Set(
    ["NodeRegistry", "NodeStaking", "AttesterCommittee", "SlaOracle", "NodeRewards"].map((name) =>
      contract(file, name).address.toLowerCase(),
    ),
  );
  const logs: Log[] = [];
  for (const line of readFileSync(join(directory, "events.jsonl"), "utf8").split("\n")) {
    if (line === "") continue;
    const raw = JSON.parse(line) as RawLog;
    const parsed = ours.has(raw.address.toLowerCase()) ? EVENTS.parseLog(raw) : null;
    if (parsed !== null)
      logs.push({ name: parsed.name, args: fieldsOf(parsed.fragment.inputs, parsed.args) });
  }
  return {
    deployment: {
      epochZero: file.epochZero,
      epochLength: file.epochLength,
      emissionTotal: BigInt(total),
      monthlySharesPpm: shares.map(BigInt),
    },
    logs,
    bundle(epoch, attesterId) {
      const path = join(directory, "bundles", String(epoch), `${attesterId}.bin`);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
  };
}
