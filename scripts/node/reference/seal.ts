import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { fromHex, toHex } from "../../../oracle/domain/hashing.ts";
import type { Hex } from "../../../oracle/domain/types.ts";

const INFO = "icn-credentials-1";
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes128Gcm(),
});

/** Seals a text to an X25519 public key (HPKE base mode): the encapsulated key, then the ciphertext. */
export async function seal(text: string, boxKey: Hex, additionalData: string): Promise<Hex> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bufferOf(fromHex(boxKey, 32)));
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: bufferOf(bytesOf(INFO)) },
    bufferOf(bytesOf(text)),
    bufferOf(bytesOf(additionalData)),
  );
  return toHex(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A copy with a buffer of its own, as WebCrypto wants it. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
