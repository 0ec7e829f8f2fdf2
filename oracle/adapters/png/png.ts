import { createHash } from "node:crypto";
import { PNG } from "pngjs";
import type { ImageSize } from "../../domain/image-size.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_BYTES = 13;
/** Length, type and checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;
const MAX_CHUNKS = 2_048;
const MAX_DEPTH = 8;

/**
 * SHA-256 of a PNG's pixels as 8-bit RGBA. Throws an Error that says what is wrong with it. Header and chunks are judged before
 * anything is decoded, so that no more than `size` is ever unpacked: interlaced images, which pngjs unpacks without a limit, are
 * refused.
 */
export function pixelDigest(png: Uint8Array, size: ImageSize): string {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  requireHeader(bytes, size);
  requireFewChunks(bytes);
  const { data } = PNG.sync.read(bytes);
  return createHash("sha256").update(data).digest("hex");
}

function requireHeader(bytes: Buffer, { width, height }: ImageSize): void {
  const start = SIGNATURE.length + 8;
  if (bytes.length < start + HEADER_BYTES || !bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    throw new Error("no PNG");
  if (bytes.toString("latin1", start - 4, start) !== "IHDR") throw new Error("no IHDR at the start");
  const found = [bytes.readUInt32BE(start), bytes.readUInt32BE(start + 4)];
  if (found[0] !== width || found[1] !== height)
    throw new Error(`${found.join("x")} pixels, ${width}x${height} were asked for`);
  if (bytes.readUInt8(start + 8) > MAX_DEPTH) throw new Error("more than 8 bits a channel");
  if (bytes.readUInt8(start + 12) !== 0) throw new Error("interlaced");
}

function requireFewChunks(bytes: Buffer): void {
  let at = SIGNATURE.length;
  for (let chunks = 0; at + CHUNK_FRAME_BYTES <= bytes.length; chunks++) {
    if (chunks === MAX_CHUNKS) throw new Error(`more than ${MAX_CHUNKS} chunks`);
    at += CHUNK_FRAME_BYTES + bytes.readUInt32BE(at);
  }
}
