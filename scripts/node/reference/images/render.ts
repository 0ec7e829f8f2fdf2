import { createCipheriv, createHash } from "node:crypto";
import { PNG } from "pngjs";
import type { ImageSize } from "../../../../oracle/domain/image-size.ts";

type Colour = readonly [red: number, green: number, blue: number];

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Colour;
  /** 0 … 1. */
  readonly opacity: number;
}

const DISCS = 12;
/** Random bytes of a picture: two colours of the background, then the discs. */
const SEED_BYTES = 6 + DISCS * 7;

/**
 * Draws a PNG from a text: a gradient and some discs, chosen by the text's hash. The same text and size give the same
 * picture, another text another one. It is a procedure, no model of anything, and does not know what the text means.
 */
export function render(text: string, { width, height }: ImageSize): Buffer {
  const next = bytesOf(text);
  const colour = (): Colour => [next(), next(), next()];
  const [top, bottom] = [colour(), colour()];
  const discs = Array.from({ length: DISCS }, (): Disc => {
    const [x, y] = [(next() / 255) * width, (next() / 255) * height];
    const radius = (0.05 + (0.25 * next()) / 255) * Math.min(width, height);
    return { x, y, radius, colour: colour(), opacity: 0.4 + (0.6 * next()) / 255 };
  });

  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      png.data.set(pixelAt(x, y, mixed(top, bottom, y / height), discs), at);
      png.data[at + 3] = 255;
    }
  return PNG.sync.write(png, { colorType: 2, filterType: 4 });
}

function pixelAt(x: number, y: number, background: Colour, discs: readonly Disc[]): Colour {
  let colour = background;
  for (const disc of discs)
    if ((x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.radius ** 2)
      colour = mixed(colour, disc.colour, disc.opacity);
  return colour;
}

function mixed(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

/** Bytes that a text's hash determines, one at a time. */
function bytesOf(text: string): () => number {
  const cipher = createCipheriv("aes-256-ctr", createHash("sha256").update(text).digest(), Buffer.alloc(16));
  const bytes = cipher.update(Buffer.alloc(SEED_BYTES)).values();
  return () => bytes.next().value ?? 0;
}
