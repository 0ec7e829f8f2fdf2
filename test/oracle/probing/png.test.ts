import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync } from "node:zlib";
import { PngReader } from "../../../oracle/adapters/png/png-reader.ts";
import { ProbeFault } from "../../../oracle/ports/prober.ts";
import { greyLines, pngChunk, pngOf } from "../../helpers/probing/png.ts";

const SIZE = { width: 256, height: 256 };
const MEBIBYTE = 1_048_576;
/** Of a valid 256x256 image, one more than are read. */
const TOO_MANY_CHUNKS = 2_049 - 3 + 1;

describe("PNG reader", () => {
  const reader = new PngReader();
  const digest = (png: Uint8Array, size = SIZE) => reader.pixelDigest(png, size);

  it("gives the same pixels the same name, however they are packed", async () => {
    const plain = await digest(pngOf({ shade: 7 }));
    assert.match(plain, /^[0-9a-f]{64}$/);
    assert.equal(await digest(pngOf({ shade: 7, level: 0 })), plain);
    assert.equal(await digest(pngOf({ shade: 7, extra: pngChunk("tEXt", Buffer.from("a\0b")) })), plain);
    assert.notEqual(await digest(pngOf({ shade: 8 })), plain);
  });

  it("tells images apart that differ in one pixel", async () => {
    const lines = greyLines(256, 256, 7);
    lines[257 * 100 + 50] = 8;
    assert.notEqual(await digest(pngOf({ lines })), await digest(pngOf({ shade: 7 })));
  });

  it("reads the largest size", async () => {
    const size = { width: 512, height: 384 };
    assert.match(await digest(pngOf(size), size), /^[0-9a-f]{64}$/);
  });

  const header = 8 + 25;
  const valid = pngOf();
  const broken = deflateSync(greyLines(256, 256, 1));
  broken.writeUInt32BE(1, broken.length - 4);
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["nothing", new Uint8Array()],
    ["a JPEG", Buffer.from("ffd8ffe000104a464946", "hex")],
    ["a signature alone", valid.subarray(0, 8)],
    ["another size than asked for", pngOf({ width: 255 })],
    ["sides the wrong way round", pngOf({ width: 512, height: 256 })],
    ["sizes beyond belief", pngOf({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, lines: Buffer.alloc(10) })],
    ["no first IHDR", Buffer.concat([valid.subarray(0, 8), pngChunk("IDAT"), valid.subarray(8)])],
    ["no end", valid.subarray(0, valid.length - 12)],
    ["half of it", valid.subarray(0, valid.length >> 1)],
    ["no data", Buffer.concat([valid.subarray(0, header), pngChunk("IEND")])],
    ["too few lines", pngOf({ lines: greyLines(256, 100, 1) })],
    ["a wrong checksum", Buffer.from(valid).fill(0, header + 20, header + 21)],
    [
      "data that is not compressed",
      Buffer.concat([valid.subarray(0, header), pngChunk("IDAT", Buffer.alloc(99)), pngChunk("IEND")]),
    ],
    [
      "a wrong checksum of the pixels",
      Buffer.concat([valid.subarray(0, header), pngChunk("IDAT", broken), pngChunk("IEND")]),
    ],
    ["too many lines", pngOf({ lines: greyLines(256, 257, 1) })],
    ["an unknown filter", pngOf({ lines: Buffer.alloc(257 * 256, 9) })],
    ["a palette image without palette", pngOf({ colourType: 3 })],
    ["no such colour type", pngOf({ colourType: 5 })],
    [
      "a second header, by which the first is the wrong one",
      pngOf({ extra: pngOf({ width: 16_384, height: 16_384 }).subarray(8, header) }),
    ],
    ["16 bits a channel", pngOf({ depth: 16 })],
    ["an interlaced image", pngOf({ interlace: 1 })],
    [
      "thousands of chunks",
      pngOf({ extra: Buffer.concat(Array.from({ length: TOO_MANY_CHUNKS }, () => pngChunk("tEXt"))) }),
    ],
  ];
  for (const [title, png] of cases)
    it(`refuses ${title} as wrong content`, async () => {
      await assert.rejects(
        digest(png),
        (error) => error instanceof ProbeFault && error.reason === "wrong-content",
      );
    });

  for (const [title, interlace] of [
    ["a decompression bomb", 0],
    ["an interlaced decompression bomb", 1],
  ] as const)
    it(`unpacks no more of ${title} than the asked size`, async () => {
      const bomb = deflateSync(Buffer.alloc(256 * MEBIBYTE), { level: 9 });
      const start = pngOf({ interlace }).subarray(0, header);
      const png = Buffer.concat([start, pngChunk("IDAT", bomb), pngChunk("IEND")]);
      const before = process.memoryUsage().rss;
      await digest(png).catch(() => undefined);
      assert.ok(process.memoryUsage().rss - before < 64 * MEBIBYTE);
    });

  it("goes on after bad images, and answers many at once each with its own", async () => {
    const shades = Array.from({ length: 20 }, (_, shade) => shade);
    const names = await Promise.all(
      shades.map((shade) =>
        digest(shade % 2 === 0 ? pngOf({ shade }) : valid.subarray(0, 50)).catch(() => ""),
      ),
    );
    assert.equal(new Set(names).size, 11, "ten images and the refusal");
    assert.equal(names[4], await digest(pngOf({ shade: 4 })));
  });
});
