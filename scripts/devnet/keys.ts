// The devnet's keys: derived from the phrase that every local chain funds, so they are public and worth nothing.
import { x25519 } from "@noble/curves/ed25519";
import { HDNodeWallet, hexlify, id, Mnemonic } from "ethers";

export const PHRASE = "test test test test test test test test test test test junk";

/** Places in the phrase's account list; the deployer is the first. */
const FIRST = {
  deployer: 0,
  revoker: 1,
  guardian: 2,
  creditPool: 3,
  delegator: 4,
  treasury: 5,
  partner: 6,
  keeper: 7,
} as const;
const OPERATORS_FROM = 10;
const NODE_KEYS_FROM = 20;
const ATTESTER_OWNERS_FROM = 30;
const SIGNING_KEYS_FROM = 40;
const SUBMITTERS_FROM = 50;

const root = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(PHRASE), "m/44'/60'/0'/0");
const account = (index: number): HDNodeWallet => root.deriveChild(index);

export const roleWallet = (role: keyof typeof FIRST): HDNodeWallet => account(FIRST[role]);

/** Keys of the node with that place, from 0. */
export const nodeWallets = (place: number): { operator: HDNodeWallet; nodeKey: HDNodeWallet } => ({
  operator: account(OPERATORS_FROM + place),
  nodeKey: account(NODE_KEYS_FROM + place),
});

export interface AttesterKeys {
  readonly owner: HDNodeWallet;
  readonly signing: HDNodeWallet;
  readonly submitter: HDNodeWallet;
  /** X25519, 0x hex of 32 bytes. */
  readonly boxPrivateKey: string;
  readonly boxPublicKey: string;
}

/** Keys of the attester with that place, from 0. */
export function attesterKeys(place: number): AttesterKeys {
  const boxPrivateKey = id(`icn devnet box key ${place}`);
  return {
    owner: account(ATTESTER_OWNERS_FROM + place),
    signing: account(SIGNING_KEYS_FROM + place),
    submitter: account(SUBMITTERS_FROM + place),
    boxPrivateKey,
    boxPublicKey: hexlify(x25519.getPublicKey(boxPrivateKey.slice(2))),
  };
}
