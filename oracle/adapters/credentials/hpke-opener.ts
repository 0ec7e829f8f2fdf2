import type { webcrypto } from "node:crypto";
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import type { BoxOpener } from "../../ports/box-opener.ts";

const ENCAPSULATED_KEY_BYTES = 32;
const INFO = "icn-credentials-1";

/** Opens HPKE boxes with an X25519 private key of 32 bytes. */
export class HpkeOpener implements BoxOpener {
  readonly #privateKey: Uint8Array;
  readonly #suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes128Gcm(),
  });
  #recipientKey: Promise<webcrypto.CryptoKey> | undefined;

  constructor(privateKey: Uint8Array) {
    this.#privateKey = privateKey;
  }

  async open(sealed: Uint8Array, additionalData: string): Promise<Uint8Array> {
    this.#recipientKey ??= this.#suite.kem.deserializePrivateKey(bufferOf(this.#privateKey));
    const text = new TextEncoder();
    const plain = await this.#suite.open(
      {
        recipientKey: await this.#recipientKey,
        enc: bufferOf(sealed.subarray(0, ENCAPSULATED_KEY_BYTES)),
        info: bufferOf(text.encode(INFO)),
      },
      bufferOf(sealed.subarray(ENCAPSULATED_KEY_BYTES)),
      bufferOf(text.encode(additionalData)),
    );
    return new Uint8Array(plain);
  }
}

/** A copy with a buffer of its own, as WebCrypto wants it. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
