import { type Abi, type DecodeEventLogReturnType, decodeEventLog, hexToString, toEventSelector } from "viem";
import type { Deployment } from "../../config/deployment.ts";
import { OracleError } from "../../domain/errors.ts";
import type { EventOrigin, ProtocolEvent } from "../../domain/events.ts";
import { type Hex, NODE_STATUSES, type NodeStatus, type NodeTerms } from "../../domain/types.ts";
import { attesterCommitteeAbi, nodeRegistryAbi, nodeStakingAbi, slaOracleAbi } from "./abi.gen.ts";
import type { RawLog } from "./raw-log.ts";

const NEVER = 2n ** 64n - 1n;

/** Each member of the union without its origin. */
type Body = ProtocolEvent extends infer E ? (E extends unknown ? Omit<E, "origin"> : never) : never;

/** Decodes the logs of one deployment's contracts into the events that the oracle reads. */
export class EventDecoder {
  readonly #registry: Hex;
  readonly #staking: Hex;
  readonly #committee: Hex;
  readonly #oracle: Hex;

  constructor({ contracts }: Deployment) {
    this.#registry = contracts.NodeRegistry.address;
    this.#staking = contracts.NodeStaking.address;
    this.#committee = contracts.AttesterCommittee.address;
    this.#oracle = contracts.SlaOracle.address;
  }

  /** Contracts whose logs matter. */
  get addresses(): readonly Hex[] {
    return [this.#registry, this.#staking, this.#committee, this.#oracle];
  }

  /**
   * The event of a log, or undefined if the oracle does not read it.
   * @throws OracleError `log-undecodable` if a log of a known event does not fit its ABI.
   */
  decode(log: RawLog): ProtocolEvent | undefined {
    try {
      const body = this.#body(log);
      return body === undefined ? undefined : { ...body, origin: originOf(log) };
    } catch (cause) {
      const { blockNumber, logIndex, address } = log;
      throw new OracleError(
        "log-undecodable",
        `Log ${logIndex} of block ${blockNumber} does not fit the ABI.`,
        {
          cause,
          context: { blockNumber, logIndex, address },
        },
      );
    }
  }

  #body(log: RawLog): Body | undefined {
    switch (log.address) {
      case this.#registry:
        return registryEvent(log);
      case this.#staking:
        return stakingEvent(log);
      case this.#committee:
        return committeeEvent(log);
      case this.#oracle:
        return oracleEvent(log);
      default:
        return undefined;
    }
  }
}

function registryEvent(log: RawLog): Body | undefined {
  const event = decodeWith(nodeRegistryAbi, log);
  switch (event?.eventName) {
    case "NodeRegistered": {
      const { nodeId, operator, effectiveFrom } = event.args;
      return {
        type: "NodeRegistered",
        nodeId: Number(nodeId),
        operator: lower(operator),
        effectiveFrom: Number(effectiveFrom),
      };
    }
    case "NodeTermsChanged": {
      const { nodeId, effectiveFrom, status, terms } = event.args;
      return {
        type: "NodeTermsChanged",
        nodeId: Number(nodeId),
        effectiveFrom: Number(effectiveFrom),
        status: statusOf(status),
        terms: termsOf(terms),
      };
    }
    case "NodeKeyChanged": {
      const { nodeId, effectiveFrom, nodeKey } = event.args;
      return {
        type: "NodeKeyChanged",
        nodeId: Number(nodeId),
        effectiveFrom: Number(effectiveFrom),
        nodeKey: lower(nodeKey),
      };
    }
    case "NodeEndpointChanged": {
      const { nodeId, effectiveFrom, endpoint } = event.args;
      return {
        type: "NodeEndpointChanged",
        nodeId: Number(nodeId),
        effectiveFrom: Number(effectiveFrom),
        endpoint,
      };
    }
    default:
      return undefined;
  }
}

function stakingEvent(log: RawLog): Body | undefined {
  const event = decodeWith(nodeStakingAbi, log);
  switch (event?.eventName) {
    case "PositionChanged": {
      const { positionId, nodeId, owner, bond, amount, from, to, commissionPpm } = event.args;
      return {
        type: "PositionChanged",
        positionId: Number(positionId),
        nodeId: Number(nodeId),
        owner: lower(owner),
        bond,
        amount,
        from: Number(from),
        to: to === NEVER ? null : Number(to),
        commissionPpm,
      };
    }
    case "StakeCheckpointed": {
      const { nodeId, effectiveFrom, stake, bond, totalStake } = event.args;
      return {
        type: "StakeCheckpointed",
        nodeId: Number(nodeId),
        effectiveFrom: Number(effectiveFrom),
        stake,
        bond,
        totalStake,
      };
    }
    default:
      return undefined;
  }
}

function committeeEvent(log: RawLog): Body | undefined {
  const event = decodeWith(attesterCommitteeAbi, log);
  switch (event?.eventName) {
    case "AttesterAdmitted": {
      const { attesterId, owner } = event.args;
      return { type: "AttesterAdmitted", attesterId, owner: lower(owner) };
    }
    case "BoxKeyChanged": {
      const { attesterId, boxKey } = event.args;
      return { type: "BoxKeyChanged", attesterId, boxKey: lower(boxKey) };
    }
    case "AttesterEndpointChanged": {
      const { attesterId, endpoint } = event.args;
      return { type: "AttesterEndpointChanged", attesterId, endpoint };
    }
    case "CommitteeChanged": {
      const { committeeId, effectiveFrom, members } = event.args;
      return {
        type: "CommitteeChanged",
        committeeId,
        effectiveFrom: Number(effectiveFrom),
        members: members.map(({ attesterId, signingKey }) => ({ attesterId, signingKey: lower(signingKey) })),
      };
    }
    default:
      return undefined;
  }
}

function oracleEvent(log: RawLog): Body | undefined {
  const event = decodeWith(slaOracleAbi, log);
  switch (event?.eventName) {
    case "RulesScheduled": {
      const { rulesHash, effectiveFrom, rules } = event.args;
      return {
        type: "RulesScheduled",
        rulesHash: lower(rulesHash),
        effectiveFrom: Number(effectiveFrom),
        rules,
      };
    }
    case "Reported": {
      const { report, roots, signers, submitter } = event.args;
      return {
        type: "Reported",
        report: {
          ...report,
          epoch: Number(report.epoch),
          nodeCount: Number(report.nodeCount),
        },
        roots: roots.map(({ attesterId, root }) => ({ attesterId, root })),
        signers,
        submitter: lower(submitter),
      };
    }
    case "Vetoed": {
      const { epoch, generation, guardian, reason } = event.args;
      return { type: "Vetoed", epoch: Number(epoch), generation, guardian: lower(guardian), reason };
    }
    case "Finalized": {
      const { epoch, ledgerRoot } = event.args;
      return { type: "Finalized", epoch: Number(epoch), ledgerRoot: lower(ledgerRoot) };
    }
    default:
      return undefined;
  }
}

const itemsOfAbi = new Map<Abi, Map<string, Abi>>();

/** Looks the event up by its topic once, because viem hashes every signature of an ABI for every log. */
function decodeWith<const A extends Abi>(abi: A, log: RawLog): DecodeEventLogReturnType<A> | undefined {
  let items = itemsOfAbi.get(abi);
  if (items === undefined) {
    const events = abi.filter((item) => item.type === "event");
    items = new Map(events.map((event) => [toEventSelector(event), [event]]));
    itemsOfAbi.set(abi, items);
  }
  const [selector, ...rest] = log.topics;
  const item = selector === undefined ? undefined : items.get(selector);
  if (selector === undefined || item === undefined) return undefined;
  return decodeEventLog({
    abi: item as A,
    topics: [selector, ...rest],
    data: log.data,
  }) as DecodeEventLogReturnType<A>;
}

function originOf({ blockNumber, blockTimestamp, logIndex, transactionHash }: RawLog): EventOrigin {
  return { blockNumber, blockTimestamp, logIndex, transactionHash };
}

function lower(hex: Hex): Hex {
  return hex.toLowerCase() as Hex;
}

function statusOf(status: number): NodeStatus {
  const name = NODE_STATUSES[status];
  if (name === undefined) throw new OracleError("log-undecodable", `There is no node status ${status}.`);
  return name;
}

function termsOf(terms: NodeTerms): NodeTerms {
  return { ...terms, country: hexToString(terms.country as Hex) };
}
