/** Opens what was sealed to the attester's box key (HPKE base mode, docs/wire.md). */
export interface BoxOpener {
  /** The plain text; throws if it was sealed to another key, for another purpose or was altered. */
  open(sealed: Uint8Array, additionalData: string): Promise<Uint8Array>;
}
