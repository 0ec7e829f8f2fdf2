import {
  canaryChoice,
  canaryContent,
  canaryEpochs,
  canaryName,
  canaryRangeStart,
  type ProbeSlot,
  secretName,
} from "../../domain/plan.ts";
import { prfBelow } from "../../domain/prf.ts";
import type { Canary, CanaryStore } from "../../ports/canaries.ts";
import type { ObjectStorage, StorageAccess } from "../../ports/object-storage.ts";
import {
  ProbeFault,
  type ProbeReason,
  type ProbeResult,
  type Prober,
  type ProbeTask,
  slotOf,
} from "../../ports/prober.ts";
import type { ServiceDirectory } from "./service-directory.ts";

export interface StorageProberOptions {
  /** Of the PRF that makes names, contents and choices of canaries. */
  readonly secret: Uint8Array;
  readonly minCanaryBytes?: number;
  readonly maxCanaryBytes?: number;
  readonly rangeBytes?: number;
  /** One probe in so many writes a new canary, besides the first of an epoch. */
  readonly writeInterval?: number;
}

export interface StorageProberDependencies {
  readonly directory: ServiceDirectory;
  readonly storage: ObjectStorage;
  readonly canaries: CanaryStore;
}

const DEFAULTS = { minCanaryBytes: 4_096, maxCanaryBytes: 16_384, rangeBytes: 4_096, writeInterval: 8 };
const PARTIAL = 206;
const NOT_FOUND = 404;
const RANGE_NOT_SATISFIABLE = 416;
const WRITTEN = [200, 201, 204];
const DELETED = [200, 202, 204, NOT_FOUND];

/**
 * Uses a node's object storage as a customer would: writes canaries, reads a range of a random one and deletes old
 * ones. A canary counts from the acknowledgement of the write, and only while it is in its life, so no crash
 * of the attester and no restored database of it can make a canary seem lost. Nor can a new signing key, from which the
 * secret may be derived: the canaries of another secret are forgotten.
 */
export class StorageProber implements Prober {
  readonly probe = "storage";
  readonly #options: Required<StorageProberOptions>;
  readonly #directory: ServiceDirectory;
  readonly #storage: ObjectStorage;
  readonly #canaries: CanaryStore;

  constructor(options: StorageProberOptions, { directory, storage, canaries }: StorageProberDependencies) {
    this.#options = { ...DEFAULTS, ...options };
    this.#directory = directory;
    this.#storage = storage;
    this.#canaries = canaries;
    canaries.useFor(secretName(this.#options.secret));
  }

  run(task: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
    const slot = slotOf(task);
    return this.#directory.probe("storage", task, signal, async (access) => {
      if (this.#isWriteDue(slot)) await this.#write(access, slot, signal);
      const result = await this.#read(access, slot, signal);
      if (result.outcome === "ok") await this.#deleteOne(access, slot, signal);
      return result;
    });
  }

  #isWriteDue(slot: ProbeSlot): boolean {
    const { secret, writeInterval } = this.#options;
    const ofThisEpoch = this.#canaries
      .live(slot.nodeId, slot.epoch)
      .some(({ epoch }) => epoch === slot.epoch);
    return (
      !ofThisEpoch ||
      prfBelow(writeInterval, secret, "canary-write", slot.nodeId, slot.epoch, slot.bucket) === 0
    );
  }

  async #write(access: StorageAccess, slot: ProbeSlot, signal: AbortSignal): Promise<void> {
    const { secret, minCanaryBytes, maxCanaryBytes } = this.#options;
    const spread = maxCanaryBytes - minCanaryBytes + 1;
    const canary = {
      ...slot,
      sizeBytes:
        minCanaryBytes + prfBelow(spread, secret, "canary-size", slot.nodeId, slot.epoch, slot.bucket),
      lastEpoch: slot.epoch + canaryEpochs(secret, slot),
    };
    this.#canaries.intend(canary);
    const content = canaryContent(secret, slot, canary.sizeBytes);
    const { status } = await this.#storage.put(access, canaryName(secret, slot), content, signal);
    if (!WRITTEN.includes(status)) throw wrongStatus("write", status);
    this.#canaries.confirm(canary);
  }

  async #read(access: StorageAccess, slot: ProbeSlot, signal: AbortSignal): Promise<ProbeResult> {
    const { secret, rangeBytes } = this.#options;
    const live = this.#canaries.live(slot.nodeId, slot.epoch);
    const canary = live[canaryChoice(secret, slot, live.length)];
    if (canary === undefined) throw new ProbeFault("internal", { context: { ...slot, live: live.length } });

    const length = Math.min(rangeBytes, canary.sizeBytes);
    const first = canaryRangeStart(secret, slot, canary.sizeBytes, length);
    const range = { first, last: first + length - 1 };
    const answer = await this.#storage.getRange(access, canaryName(secret, canary), range, signal);
    if (answer.status === NOT_FOUND) return this.#damaged(canary, "canary-lost");
    if (answer.status === RANGE_NOT_SATISFIABLE) return this.#damaged(canary, "canary-altered");
    if (answer.status !== PARTIAL) throw wrongStatus("read", answer.status);
    const expected = canaryContent(secret, canary, canary.sizeBytes).subarray(first, first + length);
    if (Buffer.compare(expected, answer.body) !== 0) return this.#damaged(canary, "canary-altered");
    return { outcome: "ok", reason: "", latencyUs: answer.firstByteUs, integrityFailures: 0 };
  }

  /** Reported once: from now on it is only to be deleted. */
  #damaged(canary: Canary, reason: ProbeReason): ProbeResult {
    this.#canaries.retire(canary);
    return { outcome: "fail", reason, latencyUs: null, integrityFailures: 1 };
  }

  async #deleteOne(access: StorageAccess, slot: ProbeSlot, signal: AbortSignal): Promise<void> {
    const canary = this.#canaries.disposable(slot.nodeId, slot.epoch, slot.bucket);
    if (canary === undefined) return;
    this.#canaries.retire(canary);
    const { status } = await this.#storage.delete(access, canaryName(this.#options.secret, canary), signal);
    if (!DELETED.includes(status)) throw wrongStatus("delete", status);
    this.#canaries.forget(canary);
  }
}

function wrongStatus(verb: "write" | "read" | "delete", status: number): ProbeFault {
  return new ProbeFault("wrong-status", { context: { verb, status } });
}
