import { type Checkpoint, valueAt, withCheckpoint } from "./checkpoints.ts";
import { OracleError } from "./errors.ts";
import type { RegistryEvent } from "./events.ts";
import { stakeLimit, unitsOf } from "./stake.ts";
import type { Hex, NodeStatus, NodeTerms, NodeView, Rules } from "./types.ts";

interface NodeRecord {
  readonly nodeId: number;
  readonly registeredFrom: number;
  terms: Checkpoint<{ readonly status: NodeStatus; readonly terms: NodeTerms }> | undefined;
  nodeKey: Checkpoint<Hex> | undefined;
  endpoint: Checkpoint<string> | undefined;
  stake: Checkpoint<{ readonly stake: bigint; readonly bond: bigint }> | undefined;
}

/** All nodes with their checkpoints. */
export class NodeBook {
  /** Node n at n − 1. */
  readonly #nodes: NodeRecord[] = [];

  apply(event: RegistryEvent): void {
    switch (event.type) {
      case "NodeRegistered":
        this.#register(event.nodeId, event.effectiveFrom);
        break;
      case "NodeTermsChanged": {
        const node = this.#node(event.nodeId);
        const { status, terms } = event;
        node.terms = withCheckpoint(node.terms, event.effectiveFrom, { status, terms });
        break;
      }
      case "NodeKeyChanged": {
        const node = this.#node(event.nodeId);
        node.nodeKey = withCheckpoint(node.nodeKey, event.effectiveFrom, event.nodeKey);
        break;
      }
      case "NodeEndpointChanged": {
        const node = this.#node(event.nodeId);
        node.endpoint = withCheckpoint(node.endpoint, event.effectiveFrom, event.endpoint);
        break;
      }
    }
  }

  checkpointStake(nodeId: number, from: number, stake: bigint, bond: bigint): void {
    const node = this.#node(nodeId);
    node.stake = withCheckpoint(node.stake, from, { stake, bond });
  }

  /** The nodes registered before an epoch started, in order, as in force then. */
  viewsAt(epoch: number, economics: Rules["economics"]): NodeView[] {
    const views: NodeView[] = [];
    for (const node of this.#nodes) {
      // Ids are given in order of registration.
      if (node.registeredFrom > epoch) break;
      views.push(viewOf(node, epoch, economics));
    }
    return views;
  }

  #register(nodeId: number, registeredFrom: number): void {
    if (nodeId !== this.#nodes.length + 1)
      throw incomplete(`node ${nodeId} is registered after node ${this.#nodes.length}`);
    this.#nodes.push({
      nodeId,
      registeredFrom,
      terms: undefined,
      nodeKey: undefined,
      endpoint: undefined,
      stake: undefined,
    });
  }

  #node(nodeId: number): NodeRecord {
    const node = this.#nodes[nodeId - 1];
    if (node === undefined) throw incomplete(`an event of node ${nodeId} comes before its registration`);
    return node;
  }
}

function viewOf(node: NodeRecord, epoch: number, economics: Rules["economics"]): NodeView {
  const current = valueAt(node.terms, epoch);
  const nodeKey = valueAt(node.nodeKey, epoch);
  const endpoint = valueAt(node.endpoint, epoch);
  if (current === undefined || nodeKey === undefined || endpoint === undefined)
    throw incomplete(`node ${node.nodeId} has no terms, key or endpoint in epoch ${epoch}`);
  const { stake, bond } = valueAt(node.stake, epoch) ?? { stake: 0n, bond: 0n };
  return {
    nodeId: node.nodeId,
    status: current.status,
    terms: current.terms,
    nodeKey,
    endpoint,
    stake,
    bond,
    limit: stakeLimit(bond, unitsOf(current.terms), economics),
  };
}

function incomplete(reason: string): OracleError {
  return new OracleError("events-incomplete", `${reason}: read the events from the deployment block on`);
}
