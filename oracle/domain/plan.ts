import type { EpochClock } from "./epochs.ts";
import { toHex } from "./hashing.ts";
import { prf, prfBelow, prfBytes } from "./prf.ts";
import type { Hex, Service } from "./types.ts";

/** The longest that a canary stays with a node, in epochs. */
export const CANARY_EPOCHS_MAX = 30;

/** Which bucket of which node is probed. */
export interface ProbeSlot {
  readonly nodeId: number;
  readonly epoch: number;
  readonly bucket: number;
}

/** A canary is known by the slot in which it was written. */
export type CanaryId = ProbeSlot;

/** Unix milliseconds within the slot's bucket at which to probe; nobody without the secret can foretell it. */
export function probeAtMs(
  secret: Uint8Array,
  clock: EpochClock,
  probe: "challenge" | Service,
  slot: ProbeSlot,
): number {
  const startMs = clock.bucketStartMs(slot.epoch, slot.bucket);
  const lengthMs = Math.max(clock.bucketEndMs(slot.epoch, slot.bucket) - startMs, 1);
  return startMs + prfBelow(lengthMs, secret, "moment", probe, ...labelsOf(slot));
}

/** Whether the slot holds a probe of the service: one bucket, chosen anew, of every `interval` consecutive ones. */
export function isServiceSlot(
  secret: Uint8Array,
  service: Service,
  slot: ProbeSlot,
  interval: number,
): boolean {
  const group = Math.floor(slot.bucket / interval);
  const chosen = prfBelow(interval, secret, `${service}-bucket`, slot.nodeId, slot.epoch, group);
  return slot.bucket % interval === chosen;
}

/** Nonce of the slot's challenge. */
export function challengeNonce(secret: Uint8Array, slot: ProbeSlot): Hex {
  return toHex(prf(secret, "nonce", ...labelsOf(slot)));
}

/** Names a secret without telling it. */
export function secretName(secret: Uint8Array): string {
  return toHex(prf(secret, "secret-name")).slice(2, 34);
}

/** Name of a canary in the attester's bucket: says nothing of when it was written. */
export function canaryName(secret: Uint8Array, canary: CanaryId): string {
  return toHex(prf(secret, "canary-name", ...labelsOf(canary))).slice(2, 34);
}

export function canaryContent(secret: Uint8Array, canary: CanaryId, size: number): Uint8Array {
  return prfBytes(size, secret, "canary-content", ...labelsOf(canary));
}

/** How many epochs after its own a canary stays: 1 … 30. */
export function canaryEpochs(secret: Uint8Array, canary: CanaryId): number {
  return 1 + prfBelow(CANARY_EPOCHS_MAX, secret, "canary-epochs", ...labelsOf(canary));
}

/** Which of `count` canaries the slot's probe reads. */
export function canaryChoice(secret: Uint8Array, slot: ProbeSlot, count: number): number {
  return prfBelow(count, secret, "canary-choice", ...labelsOf(slot));
}

/** Where the slot's ranged read of `length` bytes begins in a canary of `size` bytes. */
export function canaryRangeStart(secret: Uint8Array, slot: ProbeSlot, size: number, length: number): number {
  return prfBelow(size - length + 1, secret, "canary-range", ...labelsOf(slot));
}

function labelsOf({ nodeId, epoch, bucket }: ProbeSlot): readonly number[] {
  return [nodeId, epoch, bucket];
}
