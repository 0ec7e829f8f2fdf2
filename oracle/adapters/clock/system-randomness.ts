import { randomBytes } from "node:crypto";
import type { Randomness } from "../../ports/randomness.ts";

/** The operating system's random numbers. */
export class SystemRandomness implements Randomness {
  bytes(length: number): Uint8Array {
    return randomBytes(length);
  }
}
