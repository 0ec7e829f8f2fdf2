import type { Service } from "../../../oracle/domain/types.ts";
import { Buckets, type StorageCredentials } from "./buckets.ts";
import type { ServicesConfig } from "./config.ts";
import type { Downloads } from "./downloads.ts";

/** What an attester needs to use this node's services; one that is missing it cannot use, or not now. */
export interface Credentials {
  storage?: StorageCredentials;
  network?: { readonly token: string };
  compute?: { readonly apiKey: string };
}

/** Hands out each attester's credentials. */
export class CredentialsDesk {
  readonly #services: ServicesConfig;
  readonly #downloads: Downloads;
  readonly #buckets: Buckets | undefined;

  constructor(services: ServicesConfig, downloads: Downloads) {
    this.#services = services;
    this.#downloads = downloads;
    this.#buckets = services.storage === undefined ? undefined : new Buckets(services.storage);
  }

  /** @param onFault Told of a service whose own server refused to make room; the others are handed out. */
  async of(attesterId: number, onFault: (service: Service, error: unknown) => void): Promise<Credentials> {
    const credentials: Credentials = {};
    try {
      const storage = await this.#buckets?.credentialsOf(attesterId);
      if (storage !== undefined) credentials.storage = storage;
    } catch (error) {
      onFault("storage", error);
    }
    if (this.#services.network !== undefined)
      credentials.network = { token: this.#downloads.tokenOf(attesterId) };
    const apiKey = this.#apiKeyOf(attesterId);
    if (apiKey !== undefined) credentials.compute = { apiKey };
    return credentials;
  }

  #apiKeyOf(attesterId: number): string | undefined {
    const access = this.#services.compute?.access;
    if (access?.kind !== "perAttester") return access?.apiKey;
    return access.attesters.find((one) => one.attesterId === attesterId)?.apiKey;
  }
}
