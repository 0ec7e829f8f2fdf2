import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

export function pngChunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([frame.subarray(0, 4), typed, frame.subarray(4)]);
}

export interface PngOfTest {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
  /** Scan lines with their filter bytes; by default a grey that `shade` names. */
  readonly lines?: Uint8Array;
  readonly shade?: number;
  readonly level?: number;
  /** Before IDAT. */
  readonly extra?: Buffer;
}

/** A PNG made by hand, so that tests can break it and do not depend on the library that reads it. */
export function pngOf(options: PngOfTest = {}): Buffer {
  const { width = 256, height = 256, depth = 8, colourType = 0, interlace = 0, shade = 0 } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlace], 8);
  const lines = options.lines ?? greyLines(width, height, shade);
  return Buffer.concat([
    SIGNATURE,
    pngChunk("IHDR", header),
    options.extra ?? Buffer.alloc(0),
    pngChunk("IDAT", deflateSync(lines, { level: options.level ?? 9 })),
    pngChunk("IEND"),
  ]);
}

export function greyLines(width: number, height: number, shade: number): Buffer {
  const lines = Buffer.alloc((width + 1) * height, shade);
  for (let y = 0; y < height; y++) lines[y * (width + 1)] = 0;
  return lines;
}
