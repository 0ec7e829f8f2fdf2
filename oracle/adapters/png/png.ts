import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { PNG } from "pngjs";
import type { ImageSize } from "../../domain/image-size.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_BYTES = 13;
/** Length, type and checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;
const MAX_CHUNKS = 2_048;
const MAX_DEPTH = 8;
/** By colour type: grey, RGB, palette, grey and alpha, RGBA. */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/**
 * SHA-256 of a PNG's pixels as 8-bit RGBA. Throws an Error that says what is wrong with it. Header, chunks and compressed data are
 * checked here first: pngjs unpacks interlaced images without a limit, and on this Node takes broken data for whole.
 */
export function pixelDigest(png: Uint8Array, size: ImageSize): string {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  const chunks = chunksOf(bytes);
  // The checks read the first header, pngjs believes the last.
  if (chunks.filter(({ type }) => type === "IHDR").length > 1) throw new Error("a second IHDR");
  requireData(chunks, lineBytes(chunks[0], size) * size.height);
  const { data } = PNG.sync.read(bytes);
  return createHash("sha256").update(data).digest("hex");
}

function chunksOf(bytes: Buffer): readonly Chunk[] {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error("no PNG");
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at + CHUNK_FRAME_BYTES <= bytes.length) {
    if (chunks.length === MAX_CHUNKS) throw new Error(`more than ${MAX_CHUNKS} chunks`);
    const dataAt = at + 8;
    const end = dataAt + bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString("latin1", at + 4, dataAt), data: bytes.subarray(dataAt, end) });
    at = end + 4;
  }
  return chunks;
}

/** Of a scan line with its filter byte. */
function lineBytes(header: Chunk | undefined, { width, height }: ImageSize): number {
  if (header?.type !== "IHDR" || header.data.length !== HEADER_BYTES) throw new Error("no IHDR at the start");
  const { data } = header;
  const found = [data.readUInt32BE(0), data.readUInt32BE(4)];
  if (found[0] !== width || found[1] !== height)
    throw new Error(`${found.join("x")} pixels, ${width}x${height} were asked for`);
  const [depth, channels] = [data.readUInt8(8), CHANNELS.get(data.readUInt8(9))];
  if (depth > MAX_DEPTH || channels === undefined)
    throw new Error("more than 8 bits a channel, or no colours");
  if (data.readUInt8(12) !== 0) throw new Error("interlaced");
  return 1 + Math.ceil((width * channels * depth) / 8);
}

function requireData(chunks: readonly Chunk[], expectedBytes: number): void {
  const packed = Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const unpacked = inflateSync(packed, { maxOutputLength: expectedBytes });
  if (unpacked.length !== expectedBytes)
    throw new Error(`${unpacked.length} bytes of pixels, ${expectedBytes} are needed`);
}
