/** Unpredictable bytes. What must be the same after a restart comes from a PRF instead. */
export interface Randomness {
  bytes(length: number): Uint8Array;
}
