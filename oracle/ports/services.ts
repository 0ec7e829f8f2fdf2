import type { ImageSize } from "../domain/image-size.ts";
import type { Service } from "../domain/types.ts";
import type { StorageAccess } from "./object-storage.ts";

/** Where a node serves downloads, and the token that lets this attester have them. */
export interface NetworkAccess {
  readonly endpoint: string;
  readonly token: string;
}

/** Where a node makes images, of what it makes them, and the key that lets this attester ask. */
export interface ComputeAccess {
  /** Base of an OpenAI-compatible interface. */
  readonly endpoint: string;
  readonly model: string;
  readonly size: ImageSize;
  readonly apiKey: string;
}

/** What a probe of a service needs to know of a node. */
export interface ServiceAccess extends Record<Service, object> {
  readonly storage: StorageAccess;
  readonly network: NetworkAccess;
  readonly compute: ComputeAccess;
}
