// Proposals to the governor as OpenZeppelin's scenarios need them: with ether, with steps that fail, and with ids that are
// computed here, not asked for.
import {
  AbiCoder,
  type ContractTransactionResponse,
  concat,
  dataSlice,
  id,
  keccak256,
  type Signer,
  toBeHex,
  ZeroHash,
} from "ethers";
import type { Governed } from "./governance.ts";

export const SUPPORT = { against: 0n, for: 1n, abstain: 2n } as const;

/** The governor, with someone who may propose and someone whose votes are a quorum. */
type Assembly = Pick<Governed, "governor" | "timelock" | "chain" | "proposer" | "carrier">;

export interface Call {
  readonly target: string;
  readonly data: string;
  readonly value?: bigint;
}

/** The set of states, as the governor's errors name those it would have accepted. */
export const only = (...states: bigint[]): string =>
  toBeHex(
    states.reduce((set, state) => set | (1n << state), 0n),
    32,
  );

export class Proposal {
  readonly targets: string[];
  readonly values: bigint[];
  readonly calldatas: string[];
  readonly description: string;
  readonly #assembly: Assembly;
  readonly #governorAddress: string;

  constructor(assembly: Assembly, governorAddress: string, calls: readonly Call[], description: string) {
    this.targets = calls.map(({ target }) => target);
    this.values = calls.map(({ value }) => value ?? 0n);
    this.calldatas = calls.map(({ data }) => data);
    this.description = description;
    this.#assembly = assembly;
    this.#governorAddress = governorAddress;
  }

  static async of(assembly: Assembly, calls: readonly Call[], description = "a proposal"): Promise<Proposal> {
    return new Proposal(assembly, await assembly.governor.getAddress(), calls, description);
  }

  /** All but the description, by whose hash the governor knows it. */
  get content(): [string[], bigint[], string[], string] {
    return [this.targets, this.values, this.calldatas, id(this.description)];
  }

  get id(): bigint {
    const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
    return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, this.content)));
  }

  /** Of the operation at the timelock: the description's hash, its first 20 bytes mixed with the governor's address. */
  get salt(): string {
    const hash = id(this.description);
    const mixed = BigInt(dataSlice(hash, 0, 20)) ^ BigInt(this.#governorAddress);
    return concat([toBeHex(mixed, 20), dataSlice(hash, 20)]);
  }

  get operationId(): string {
    const types = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];
    const operation = [this.targets, this.values, this.calldatas, ZeroHash, this.salt];
    return keccak256(AbiCoder.defaultAbiCoder().encode(types, operation));
  }

  propose(by: Signer = this.#assembly.proposer): Promise<ContractTransactionResponse> {
    const { targets, values, calldatas, description } = this;
    return this.#as(by).propose(targets, values, calldatas, description);
  }

  vote(by: Signer, support: bigint): Promise<ContractTransactionResponse> {
    return this.#as(by).castVote(this.id, support);
  }

  queue(by: Signer = this.#assembly.proposer): Promise<ContractTransactionResponse> {
    return this.#as(by).queue(...this.content);
  }

  execute(by: Signer = this.#assembly.proposer): Promise<ContractTransactionResponse> {
    return this.#as(by).execute(...this.content);
  }

  cancel(by: Signer = this.#assembly.proposer): Promise<ContractTransactionResponse> {
    return this.#as(by).cancel(...this.content);
  }

  state(): Promise<bigint> {
    return this.#assembly.governor.state(this.id);
  }

  /** To the moment of which votes are counted, or after it: then voting has begun. */
  async toSnapshot(after = 0n): Promise<void> {
    await this.#to((await this.#assembly.governor.proposalSnapshot(this.id)) + after);
  }

  /** To the last moment of voting, or after it: then voting is over. */
  async toDeadline(after = 0n): Promise<void> {
    await this.#to((await this.#assembly.governor.proposalDeadline(this.id)) + after);
  }

  /** To the time announced, or the one to which it was put off, because no epoch is final here. */
  async toEta(): Promise<void> {
    const { timelock, chain } = this.#assembly;
    const readyAt = () => timelock.getTimestamp(this.operationId);
    for (
      let at = await readyAt();
      BigInt(await chain.networkHelpers.time.latest()) < at;
      at = await readyAt()
    )
      await this.#to(at);
  }

  /** Proposed, and open to votes. */
  async opened(): Promise<this> {
    await this.propose();
    await this.toSnapshot(1n);
    return this;
  }

  /** Accepted by a quorum, and voting is over. */
  async carried(): Promise<this> {
    await this.opened();
    await this.vote(this.#assembly.carrier, SUPPORT.for);
    await this.toDeadline(1n);
    return this;
  }

  async queued(): Promise<this> {
    await this.carried();
    await this.queue();
    return this;
  }

  /** May be executed. */
  async ready(): Promise<this> {
    await this.queued();
    await this.toEta();
    return this;
  }

  async executed(): Promise<this> {
    await this.ready();
    await this.execute();
    return this;
  }

  #as(by: Signer): Governed["governor"] {
    return this.#assembly.governor.connect(by);
  }

  async #to(timestamp: bigint): Promise<void> {
    await this.#assembly.chain.networkHelpers.time.increaseTo(timestamp);
  }
}
