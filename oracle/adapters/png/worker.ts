// Decodes images in a thread of its own: { id, png, size } in, { id, digest } or { id, problem } out.
import { parentPort } from "node:worker_threads";
import { pixelDigest } from "./png.ts";
import type { ImageJob, ImageVerdict } from "./png-reader.ts";

parentPort?.on("message", ({ id, png, size }: ImageJob) => {
  parentPort?.postMessage(verdictOn(id, () => pixelDigest(png, size)));
});

function verdictOn(id: number, decode: () => string): ImageVerdict {
  try {
    return { id, digest: decode() };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}
