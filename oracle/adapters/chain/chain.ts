import type { ChainConfig } from "../../config/config.ts";
import { emissionSchedule, firstBlock } from "../../config/deployment.ts";
import { ChainState } from "../../domain/chain-state.ts";
import { EpochClock } from "../../domain/epochs.ts";
import { OracleError } from "../../domain/errors.ts";
import type { Chain, ChainSnapshot, Duty } from "../../ports/chain.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ChainLog } from "../sqlite/chain-log.ts";
import { EventDecoder } from "./decode.ts";
import { readDuty } from "./duty.ts";
import { LogReader } from "./log-reader.ts";
import type { RawLog } from "./raw-log.ts";
import type { Rpc } from "./rpc.ts";

const RANGE_MAX = 2_000;

export interface ViemChainDependencies {
  readonly rpc: Rpc;
  readonly copy: ChainLog;
  readonly log: Logger;
}

/** Follows one deployment: copies its logs, reduces them, and asks the contract whether it sees the same. */
export class ViemChain implements Chain {
  readonly #config: ChainConfig;
  readonly #rpc: Rpc;
  readonly #copy: ChainLog;
  readonly #decoder: EventDecoder;
  readonly #reader: LogReader;
  #state: ChainState | undefined;
  #last: ChainSnapshot | undefined;

  constructor(config: ChainConfig, { rpc, copy, log }: ViemChainDependencies) {
    this.#config = config;
    this.#rpc = rpc;
    this.#copy = copy;
    this.#decoder = new EventDecoder(config.deployment);
    this.#reader = new LogReader(
      {
        head: config.head,
        firstBlock: firstBlock(config.deployment),
        addresses: this.#decoder.addresses,
        rangeMax: RANGE_MAX,
      },
      { rpc, copy, log },
    );
  }

  async sync(signal: AbortSignal): Promise<ChainSnapshot> {
    if (this.#last === undefined) await this.#checkIdentity(signal);
    const { head, rewound, logs } = await this.#reader.read(signal);
    if (this.#last?.head.hash === head.hash) return this.#last;

    const reduced = rewound ? undefined : this.#state;
    // A state that failed half-way is unusable: the next call then reduces the copy anew.
    this.#state = undefined;
    const state = reduced ?? this.#newState();
    this.#apply(state, reduced === undefined ? this.#copy.logs() : logs);
    state.advanceTo(head.timestamp);
    this.#state = state;
    const oracle = this.#config.deployment.contracts.SlaOracle.address;
    const duty = await readDuty(this.#rpc, oracle, head.number, signal);
    checkAgreement(state, duty);
    this.#last = { head, state, duty };
    return this.#last;
  }

  #apply(state: ChainState, logs: Iterable<RawLog>): void {
    for (const log of logs) {
      const event = this.#decoder.decode(log);
      if (event !== undefined) state.apply(event);
    }
  }

  #newState(): ChainState {
    const { deployment } = this.#config;
    const clock = new EpochClock(deployment.epochZero, deployment.epochLength);
    return new ChainState(clock, emissionSchedule(deployment));
  }

  /** Is it the chain of the deployment, and is the stored copy of that chain? */
  async #checkIdentity(signal: AbortSignal): Promise<void> {
    const { chainId, contracts } = this.#config.deployment;
    const actual = await this.#rpc.chainId(signal);
    if (actual !== chainId)
      throw new OracleError(
        "chain-wrong",
        `ICN_RPC_URL leads to chain ${actual}, but ICN_DEPLOYMENT is of chain ${chainId}: correct one of them`,
        { context: { actual, expected: chainId } },
      );
    const { hash } = await this.#rpc.block(0, signal);
    this.#copy.useFor(`${hash}/${contracts.SlaOracle.address}`);
  }
}

/** A report must extend what the contract holds, not what a mistake of ours makes of its events. */
function checkAgreement(state: ChainState, duty: Duty): void {
  const { reports } = state;
  const context = state.contextOf(duty.epoch);
  const own = {
    generation: reports.generationOf(duty.epoch),
    status: reports.postedOf(duty.epoch)?.finalized === false ? "reported" : "none",
    previousLedgerRoot: reports.previousLedgerRoot(duty.epoch),
    ...(state.isSettled(duty.epoch) && context !== undefined
      ? { committeeId: context.committeeId, rulesHash: context.rulesHash, nodeCount: context.nodes.length }
      : {}),
  };
  for (const [field, value] of Object.entries(own))
    if (value !== duty[field as keyof Duty])
      throw new OracleError("chain-wrong", "The contract and its events contradict each other.", {
        context: { field, events: value, contract: duty[field as keyof Duty], epoch: duty.epoch },
      });
}
