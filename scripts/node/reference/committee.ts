import type { Hex } from "../../../oracle/domain/types.ts";
import type { IAttesterCommittee } from "../../../types/ethers-contracts/contracts/interfaces/IAttesterCommittee.ts";

/** Who may ask for credentials now, with which key, and to which key they are sealed. */
export interface Committee {
  /** Undefined if the attester has no seat in the epoch. Throws if the chain does not answer. */
  member(attesterId: number, epoch: number): Promise<CommitteeMember | undefined>;
}

export interface CommitteeMember {
  /** Address, lower case. */
  readonly signingKey: Hex;
  /** X25519 public key. */
  readonly boxKey: Hex;
}

/** How long an answer of the chain is believed. */
const FRESH_MS = 60_000;

interface Answer {
  readonly epoch: number;
  readonly askedAtMs: number;
  readonly signingKeys: Promise<ReadonlyMap<number, Hex>>;
  readonly boxKeys: Map<number, Promise<Hex>>;
}

/** The committee in the contract, asked about once a minute and epoch. */
export class ChainCommittee implements Committee {
  readonly #contract: IAttesterCommittee;
  readonly #now: () => number;
  #answer: Answer | undefined;

  constructor(contract: IAttesterCommittee, now: () => number) {
    this.#contract = contract;
    this.#now = now;
  }

  async member(attesterId: number, epoch: number): Promise<CommitteeMember | undefined> {
    const answer = this.#fresh(epoch);
    try {
      const signingKey = (await answer.signingKeys).get(attesterId);
      if (signingKey === undefined) return undefined;
      return { signingKey, boxKey: await this.#boxKey(answer, attesterId) };
    } catch (error) {
      this.#answer = undefined;
      throw error;
    }
  }

  #fresh(epoch: number): Answer {
    const now = this.#now();
    const known = this.#answer;
    if (known !== undefined && known.epoch === epoch && now - known.askedAtMs < FRESH_MS) return known;
    const answer = { epoch, askedAtMs: now, signingKeys: this.#signingKeys(epoch), boxKeys: new Map() };
    this.#answer = answer;
    return answer;
  }

  async #signingKeys(epoch: number): Promise<ReadonlyMap<number, Hex>> {
    const { members } = await this.#contract.committeeAt(epoch);
    return new Map(members.map(({ attesterId, signingKey }) => [Number(attesterId), lowerHex(signingKey)]));
  }

  #boxKey({ boxKeys }: Answer, attesterId: number): Promise<Hex> {
    let boxKey = boxKeys.get(attesterId);
    if (boxKey === undefined) {
      boxKey = this.#contract.attesterOf(attesterId).then((attester) => lowerHex(attester.boxKey));
      boxKeys.set(attesterId, boxKey);
    }
    return boxKey;
  }
}

function lowerHex(text: string): Hex {
  return `0x${text.slice(2).toLowerCase()}`;
}
