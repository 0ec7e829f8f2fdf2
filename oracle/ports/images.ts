import type { ImageSize } from "../domain/image-size.ts";

/** Looks into images that may be hostile, without holding up anything else in this process. */
export interface ImageReader {
  /**
   * Names the pixels of a PNG, whatever its compression. Throws `ProbeFault` `wrong-content` unless it is a valid one of
   * that size.
   */
  pixelDigest(png: Uint8Array, size: ImageSize): Promise<string>;
}
