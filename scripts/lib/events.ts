// Raw logs to the events that oracle/domain reads.
import { type Interface, type ParamType, toUtf8String } from "ethers";
import type { ProtocolEvent } from "../../oracle/domain/events.ts";
import { NODE_STATUSES } from "../../oracle/domain/types.ts";
import { IAttesterCommittee__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/IAttesterCommittee__factory.ts";
import { INodeRegistry__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeRegistry__factory.ts";
import { INodeStaking__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/INodeStaking__factory.ts";
import { ISlaOracle__factory } from "../../types/ethers-contracts/factories/contracts/interfaces/ISlaOracle__factory.ts";
import type { RawLog } from "./logs.ts";
import type { CompleteManifest, ContractName } from "./manifest.ts";

const NEVER = 2n ** 64n - 1n;
/** Ids, epochs and shares are numbers; wider integers are amounts, indices and masks. */
const NUMBER_TYPE = /^uint(8|16|32|64)$/;

const SOURCES: readonly (readonly [ContractName, Interface])[] = [
  ["NodeRegistry", INodeRegistry__factory.createInterface()],
  ["NodeStaking", INodeStaking__factory.createInterface()],
  ["AttesterCommittee", IAttesterCommittee__factory.createInterface()],
  ["SlaOracle", ISlaOracle__factory.createInterface()],
];

const READ: ReadonlySet<string> = new Set<ProtocolEvent["type"]>([
  "NodeRegistered",
  "NodeTermsChanged",
  "NodeKeyChanged",
  "NodeEndpointChanged",
  "PositionChanged",
  "StakeCheckpointed",
  "AttesterAdmitted",
  "BoxKeyChanged",
  "AttesterEndpointChanged",
  "CommitteeChanged",
  "RulesScheduled",
  "Reported",
  "Vetoed",
  "Finalized",
]);

type Fields = Record<string, unknown>;

/** The events among the logs of a deployment that its state follows from. */
export function protocolEvents(manifest: CompleteManifest, logs: readonly RawLog[]): ProtocolEvent[] {
  const interfaces = new Map(
    SOURCES.map(([name, contract]) => [manifest.contracts[name].address, contract] as const),
  );
  return logs.flatMap((log) => {
    const parsed = interfaces.get(log.address)?.parseLog({ topics: [...log.topics], data: log.data });
    if (parsed === null || parsed === undefined || !READ.has(parsed.name)) return [];
    const { blockNumber, blockTimestamp, logIndex, transactionHash } = log;
    const origin = { blockNumber, blockTimestamp, logIndex, transactionHash };
    const fields = fieldsOf(parsed.fragment.inputs, parsed.args);
    return [{ type: parsed.name, origin, ...fields } as unknown as ProtocolEvent];
  });
}

const fieldsOf = (types: readonly ParamType[], values: readonly unknown[]): Fields =>
  Object.fromEntries(
    types.map((type, index) => [
      type.name,
      type.type === "string" ? textAt(values, index) : plain(type, values[index]),
    ]),
  );

/** Anybody may register an endpoint that is no UTF-8; ethers throws where it is read, and must not for every reader. */
function textAt(values: readonly unknown[], index: number): string {
  try {
    return String(values[index]);
  } catch {
    return "";
  }
}

function plain(type: ParamType, value: unknown): unknown {
  if (type.isArray()) return (value as unknown[]).map((item) => plain(type.arrayChildren, item));
  if (type.isTuple()) return fieldsOf(type.components, value as unknown[]);
  if (type.name === "to") return value === NEVER ? null : Number(value);
  if (type.name === "status") return NODE_STATUSES[Number(value)];
  if (type.name === "country") return toUtf8String(String(value));
  if (NUMBER_TYPE.test(type.type)) return Number(value);
  return type.type === "address" ? String(value).toLowerCase() : value;
}
