import { Worker } from "node:worker_threads";
import { OracleError } from "../../domain/errors.ts";
import type { ImageSize } from "../../domain/image-size.ts";
import type { ImageReader } from "../../ports/images.ts";
import { ProbeFault } from "../../ports/prober.ts";

export interface ImageJob {
  readonly id: number;
  readonly png: Uint8Array;
  readonly size: ImageSize;
}

export type ImageVerdict =
  | { readonly id: number; readonly digest: string }
  | { readonly id: number; readonly problem: string };

interface Waiting {
  readonly resolve: (digest: string) => void;
  readonly reject: (reason: unknown) => void;
}

/** Decodes PNGs beside the event loop: 40 ms for the largest would spoil the probes under way. */
export class PngReader implements ImageReader {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #nextId = 0;

  pixelDigest(png: Uint8Array, size: ImageSize): Promise<string> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      const worker = this.#running();
      worker.ref();
      worker.postMessage({ id, png, size } satisfies ImageJob);
    });
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL("./worker.ts", import.meta.url));
    worker.on("message", (verdict: ImageVerdict) => this.#settle(worker, verdict));
    worker.on("error", (cause) => this.#abandon(cause));
    this.#worker = worker;
    return worker;
  }

  /** An idle worker does not keep the process alive. */
  #settle(worker: Worker, verdict: ImageVerdict): void {
    const waiting = this.#waiting.get(verdict.id);
    this.#waiting.delete(verdict.id);
    if (this.#waiting.size === 0) worker.unref();
    if ("digest" in verdict) waiting?.resolve(verdict.digest);
    else waiting?.reject(new ProbeFault("wrong-content", { context: { problem: verdict.problem } }));
  }

  /** A worker that died is our own mistake; the next image gets a new one. */
  #abandon(cause: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values())
      reject(new OracleError("image-worker", "the image worker died", { cause }));
    this.#waiting.clear();
  }
}
