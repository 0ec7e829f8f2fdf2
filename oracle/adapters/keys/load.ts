import { hkdfSync } from "node:crypto";
import { decryptKeystoreJson } from "ethers";
import type { KeySource } from "../../config/config.ts";
import { OracleError } from "../../domain/errors.ts";
import { fromHex } from "../../domain/hashing.ts";

const PROBE_SECRET_INFO = "icn-probe-secret-1";

/**
 * The 32 bytes of a configured private key.
 * @param variable Names the key in errors.
 * @throws OracleError `keystore-unreadable` if the keystore is malformed or the passphrase is wrong.
 */
export async function loadKey(source: KeySource, variable: string): Promise<Uint8Array> {
  if (source.kind === "plain") return keyBytes(source.key.reveal());
  try {
    const { privateKey } = await decryptKeystoreJson(source.json, source.passphrase.reveal());
    return keyBytes(privateKey);
  } catch (cause) {
    throw new OracleError(
      "keystore-unreadable",
      `${variable} cannot be opened: check that it is a keystore (V3) and that ICN_PASSPHRASE_FILE holds its passphrase`,
      { cause, context: { variable } },
    );
  }
}

/** The key of the PRF that chooses probe moments and canaries: secret, and the same after every restart. */
export function deriveProbeSecret(signingKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", signingKey, new Uint8Array(), PROBE_SECRET_INFO, 32));
}

/** Bytes of 32 in hex, with or without 0x. */
export function keyBytes(text: string): Uint8Array {
  return fromHex(`0x${text.replace(/^0x/, "")}`, 32);
}
