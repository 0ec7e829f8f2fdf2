import { x25519 } from "@noble/curves/ed25519";
import type { ChainState } from "../domain/chain-state.ts";
import { toHex } from "../domain/hashing.ts";
import type { Hex } from "../domain/types.ts";
import type { Logger } from "../ports/logger.ts";

export interface OwnKeys {
  readonly attesterId: number;
  /** Address. */
  readonly signingKey: Hex;
  /** X25519 private key. */
  readonly boxKey: Uint8Array;
}

/** Warns of keys that are not the ones the chain knows: signatures would not count, credentials could not be opened. */
export function checkKeys(state: ChainState, epoch: number, own: OwnKeys, log: Logger): void {
  const { attesterId, signingKey } = own;
  const profile = state.attesterOf(attesterId);
  if (profile === undefined) {
    log.error("ICN_ATTESTER_ID names no attester.");
    return;
  }
  const boxKey = toHex(x25519.getPublicKey(own.boxKey));
  if (profile.boxKey !== boxKey)
    log.error("The box key is not the one on-chain: set the right one, or publish this one with setBoxKey.", {
      boxKey,
      onChain: profile.boxKey,
    });
  const member = state.contextOf(Math.max(epoch, 0))?.members.find((seat) => seat.attesterId === attesterId);
  if (member === undefined) log.warn("This attester is not in the committee of the epoch.", { epoch });
  else if (member.signingKey !== signingKey)
    log.error("The signing key is not the one on-chain: set the right one, or rotate to this one.", {
      signingKey,
      onChain: member.signingKey,
    });
}
