export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Smaller images say little of a machine; larger ones cost every attester more than they tell. */
const SIDE_MIN = 256;
const SIDE_MAX = 512;

/** Reads "256x256"; undefined unless both sides have 256 to 512 pixels. */
export function parseImageSize(text: string): ImageSize | undefined {
  if (!/^\d{3}x\d{3}$/.test(text)) return undefined;
  const [width = 0, height = 0] = text.split("x").map(Number);
  const fits = [width, height].every((side) => side >= SIDE_MIN && side <= SIDE_MAX);
  return fits ? { width, height } : undefined;
}
