/**
 * The first bytes of what a stranger's server answers, so that none can fill our memory, unpacked answers included; the
 * rest is not read.
 */
export async function beginningOf({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, maxBytes);
}
