import { createHmac, timingSafeEqual } from "node:crypto";
import { downloadContent } from "../../../oracle/domain/download.ts";
import { fromHex } from "../../../oracle/domain/hashing.ts";
import type { Hex } from "../../../oracle/domain/types.ts";
import { RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";

/** The rules ask for no more. */
export const DOWNLOAD_MAX_BYTES = 4 * 1_024 * 1_024;
/** An attester needs one in 16 buckets, which last a third of a second where epochs are shortest. */
const PER_SECOND = 10;
const UNAUTHORIZED = 401;
const TOO_MANY = 429;

/** Serves bytes to attesters, by tokens that nothing has to be stored for. */
export class Downloads {
  /** Tokens change with the node key. */
  readonly #secret: Uint8Array;
  readonly #rateLimit: RateLimit;

  constructor(nodeKey: Hex, now: () => number) {
    this.#secret = createHmac("sha256", fromHex(nodeKey, 32)).update("icn-download-token-1").digest();
    this.#rateLimit = new RateLimit(PER_SECOND, now);
  }

  /** The attester's id and what only this node can say of it. */
  tokenOf(attesterId: number): string {
    return this.#tokenFor(String(attesterId));
  }

  /** What the nonce stands for. Throws a Refusal unless the token is one of ours, or if it is used too often. */
  content(token: string, nonce: Hex, bytes: number): Buffer {
    const [attesterId = ""] = token.split(".");
    const [given, expected] = [Buffer.from(token), Buffer.from(this.#tokenFor(attesterId))];
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Refusal(UNAUTHORIZED, "no token of this node");
    if (!this.#rateLimit.admit(attesterId)) throw new Refusal(TOO_MANY, "too many downloads");
    return Buffer.from(downloadContent(nonce, bytes));
  }

  #tokenFor(attesterId: string): string {
    return `${attesterId}.${createHmac("sha256", this.#secret).update(attesterId).digest("hex")}`;
  }
}
