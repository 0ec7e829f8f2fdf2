import type { HttpAnswer } from "./http.ts";

/** A bucket on a node that belongs to this attester alone, and the keys to it. */
export interface StorageAccess {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Single requests to an object store; the caller judges the status. Throws `ProbeFault` as `HttpProbe` does. */
export interface ObjectStorage {
  put(access: StorageAccess, key: string, body: Uint8Array, signal: AbortSignal): Promise<HttpAnswer>;
  /** Bytes first … last, both included. */
  getRange(
    access: StorageAccess,
    key: string,
    range: { readonly first: number; readonly last: number },
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  delete(access: StorageAccess, key: string, signal: AbortSignal): Promise<HttpAnswer>;
}
