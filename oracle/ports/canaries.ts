/** An object of the attester in a node's storage. Its content comes from a PRF over these fields; it is stored nowhere. */
export interface Canary {
  readonly nodeId: number;
  /** Where and when it was written; at most one per node and bucket. */
  readonly epoch: number;
  readonly bucket: number;
  readonly sizeBytes: number;
  /** It is read up to this epoch and deleted afterwards. */
  readonly lastEpoch: number;
}

/** Every change is durable against kill -9 when the call returns. */
export interface CanaryStore {
  /** Forgets all canaries unless they are of the secret with this name: without it none of them can be found again. */
  useFor(secretName: string): void;
  /** To be called before the object is written; a canary counts only once confirmed. */
  intend(canary: Canary): void;
  /** The node has acknowledged the write. */
  confirm(canary: Canary): void;
  /** Confirmed ones in their life, in a fixed order. */
  live(nodeId: number, epoch: number): readonly Canary[];
  /** Takes one out of the readable ones, for good; to be called before the object is deleted, or when it was found damaged. */
  retire(canary: Canary): void;
  /** One to delete: past its life, retired, or never confirmed and older than this bucket. */
  disposable(nodeId: number, epoch: number, bucket: number): Canary | undefined;
  /** The object is gone. */
  forget(canary: Canary): void;
}
